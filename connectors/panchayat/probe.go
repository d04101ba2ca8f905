package panchayat

import (
	"context"
	"fmt"
	"net/http"
	"net/url"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by the form of the certificate Probe.Service,
// or by the house tax of an account where the probe names one. The fields hold
// FieldDistrict.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	if probe.Fields[connectors.FieldAccount] != "" {
		return connectors.ProbeBill(ctx, c, probe)
	}
	if _, _, err := c.form(ctx, probe.Service, probe.Fields); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return nil
}

// form fetches the form of a certificate, with the page that it stands on.
func (c *Connector) form(ctx context.Context, service string, fields map[string]string) (form *webform.Form, on *portal.Response, err error) {
	form, err = call(ctx, c, fields, portal.Request{
		Operation: operationForm, Method: http.MethodGet, Path: "certform.asp", Query: url.Values{"type": {service}},
	}, func(shown page) (*webform.Form, error) {
		on = shown.Response()
		return shown.FormWith(referenceField)
	})
	return form, on, err
}
