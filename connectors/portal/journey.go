package portal

import (
	"errors"

	"github.com/jansetu/jansetu/connectors"
)

// ErrVisitLost says that the portal has forgotten the visit: its session ran
// out, its view state is not accepted any more, a login page came in place of
// the next one. A portal that has forgotten the visit has done nothing with the
// last request.
var ErrVisitLost = errors.New("portal has forgotten the visit")

// Journey goes through the pages of a portal in a session of its own. When the
// portal loses the visit on the way (ErrVisitLost), it goes through them once
// more from the start; a portal that loses it again is unavailable.
func (c *Client) Journey(through func(*Session) error) error {
	for range 2 {
		session, err := c.NewSession()
		if err != nil {
			return err
		}
		if err = through(session); !errors.Is(err, ErrVisitLost) {
			return err
		}
	}
	return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}
