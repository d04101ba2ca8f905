package assembly

import (
	"fmt"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	paymentevents "github.com/jansetu/jansetu/gateway/payments"
	"github.com/jansetu/jansetu/workflows"
)

// paymentGateway opens the state's payment gateway. Its family's name is the provider in the addresses of webhooks.
func (c *common) paymentGateway() (*catalog.Portal, payments.Gateway, error) {
	portal, err := c.portal(workflows.PaymentsPortal)
	if err != nil {
		return nil, nil, err
	}
	configured, err := c.portalConfig(portal)
	if err != nil {
		return nil, nil, err
	}
	provider, err := connectors.OpenAs[payments.Gateway](c.families, configured)
	if err != nil {
		return nil, nil, fmt.Errorf("open the payment gateway: %w", err)
	}
	return portal, provider, nil
}

// paymentEvents is what the gateway hands payment webhooks and returning payers to.
func (c *common) paymentEvents(signaler paymentevents.Signaler) (*paymentevents.Events, error) {
	portal, provider, err := c.paymentGateway()
	if err != nil {
		return nil, err
	}
	return paymentevents.New(paymentevents.Config{
		Store: c.store, Books: money.NewBooks(c.store), Workflows: signaler, Catalog: c.services,
		Gateways: map[string]payments.Gateway{portal.Family: provider}, BackURL: c.settings.ChatURL, Log: c.log,
	}), nil
}

// money is the worker's share of the money.
func (c *common) money(portal *catalog.Portal, provider payments.Gateway) money.Config {
	return money.Config{
		Store: c.store, Books: money.NewBooks(c.store), Catalog: c.services, Gateway: provider, Provider: portal.Family, BillKey: []byte(c.settings.LookupKey),
		ReturnURL: c.settings.PublicURL + "/webhooks/payments/" + portal.Family + "/return", Now: now,
	}
}
