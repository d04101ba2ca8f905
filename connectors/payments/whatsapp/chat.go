package whatsapp

import (
	"encoding/json"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

// The keys of PortalConfig.Settings that orders in gateway mode need: the payment gateway linked to the number (razorpay, payu, billdesk,
// zaakpay), and who the order is from. The postal code may be missing.
const (
	SettingGateway            = "gateway"
	SettingImporterName       = "importer_name"
	SettingImporterLine1      = "importer_line1"
	SettingImporterCity       = "importer_city"
	SettingImporterPostalCode = "importer_postal_code"
)

var _ payments.InChat = (*Gateway)(nil)

// ChatOrder implements payments.InChat.
func (g *Gateway) ChatOrder(request payments.LinkRequest) (connectors.ChatOrder, error) {
	order := connectors.ChatOrder{
		Reference: request.Reference, Item: firstRunes(request.Description, maxItemName), Amount: request.Amount, ExpiresAt: request.ExpireBy,
		Provider: g.settings[SettingGateway], Configuration: g.configuration, Importer: connectors.Importer{
			Name: g.settings[SettingImporterName], Line1: g.settings[SettingImporterLine1], City: g.settings[SettingImporterCity],
			PostalCode: g.settings[SettingImporterPostalCode],
		},
	}
	if _, err := Message(order, "-", request.ExpireBy.Add(-leastValidity)); err != nil {
		return connectors.ChatOrder{}, &connectors.RefusedError{Code: "configuration", Reason: err.Error()}
	}
	return order, nil
}

// Message writes the "interactive" object of the message that makes an order, with the text above it. The order is payable for five minutes
// at least, as Meta wants it, even where it was to expire before. Errors wrap ErrOrder.
func Message(order connectors.ChatOrder, text string, now time.Time) (json.RawMessage, error) {
	expires := order.ExpiresAt
	if earliest := now.Add(leastValidity); expires.Before(earliest) {
		expires = earliest
	}
	return Order{
		Reference: order.Reference, Body: text, Items: []Item{{Name: order.Item, Amount: order.Amount, Quantity: 1}}, ExpiresAt: expires,
		Gateway: order.Provider, Configuration: order.Configuration, Importer: Importer(order.Importer),
	}.Interactive(now)
}

func firstRunes(text string, most int) string {
	runes := []rune(text)
	return string(runes[:min(len(runes), most)])
}
