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
	if _, err := c.form(ctx, probe.Service, probe.Fields); err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return nil
}

// form fetches the form of a certificate.
func (c *Connector) form(ctx context.Context, service string, fields map[string]string) (*webform.Form, error) {
	return call(ctx, c, fields, portal.Request{
		Operation: operationForm, Method: http.MethodGet, Path: "certform.asp", Query: url.Values{"type": {service}},
	}, func(shown page) (*webform.Form, error) { return shown.FormWith(referenceField) })
}
