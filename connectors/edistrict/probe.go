package edistrict

import (
	"context"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober: the description of the service, its link to
// apply, and the login behind it, as far as a portal goes that has sent no OTP.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	session, err := c.client.NewSession()
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	login, err := enterService(ctx, session, probe.Service)
	if err == nil {
		_, err = open(ctx, session, follow(operationLogin, login), func(shown page) error {
			_, err := shown.FormWith(FieldMobile)
			return err
		})
	}
	if errors.Is(err, errSessionLost) {
		err = &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return nil
}
