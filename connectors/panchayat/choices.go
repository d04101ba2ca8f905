package panchayat

import (
	"context"
	"fmt"
	"slices"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

var _ connectors.Chooser = (*Connector)(nil)

// Choices implements connectors.Chooser: what a list on the form of a certificate offers, such as the panchayats of the district.
func (c *Connector) Choices(ctx context.Context, service, field string, chosen map[string]string) ([]connectors.Option, error) {
	form, _, err := c.form(ctx, service, chosen)
	if err != nil {
		return nil, fmt.Errorf("choices: %w", err)
	}
	for _, control := range form.Controls() {
		if control.Name == field && control.Kind == webform.KindSelect {
			unchosen := func(option connectors.Option) bool { return option.Value == "" }
			return slices.DeleteFunc(slices.Clone(control.Options), unchosen), nil
		}
	}
	return nil, fmt.Errorf("choices: %w", &connectors.InputRejectedError{Field: field, Reason: "has no list"})
}
