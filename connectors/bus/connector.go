package bus

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "bus"

// SettingTrackingURL is the key in PortalConfig.Settings of the tracking
// service's address; "livetrack" under the portal's own when left out.
const SettingTrackingURL = "tracking_url"

// The keys in PortalConfig.Credentials.
const (
	CredentialAgent    = "agent"
	CredentialPassword = "password"
)

// The refusals of a corporation besides those of package connectors.
const (
	// RefusedNotRunning: the service does not run on that day.
	RefusedNotRunning = "not_running"
	// RefusedLadiesSeat: the place is kept for women.
	RefusedLadiesSeat = "ladies_seat"
)

// Family opens the portals of bus corporations. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the portals.
	UserAgent string
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the connector of one corporation. Its tracking service has a breaker
// and a budget of its own and is observed under the portal's name with
// "-tracking".
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	made := &Connector{agent: config.Credentials[CredentialAgent], password: config.Credentials[CredentialPassword], clock: f.Clock}
	if made.clock == nil {
		made.clock = time.Now
	}
	if made.agent == "" || made.password == "" {
		return nil, fmt.Errorf("credentials %s and %s are needed", CredentialAgent, CredentialPassword)
	}
	options := portal.Options{Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent}
	var err error
	if made.client, err = portal.New(config, options); err != nil {
		return nil, err
	}
	if made.tracking, err = trackingOf(config, options); err != nil {
		return nil, errors.Join(err, made.client.Close())
	}
	return made, nil
}

func trackingOf(config connectors.PortalConfig, options portal.Options) (*portal.Client, error) {
	address := config.Settings[SettingTrackingURL]
	if address == "" {
		joined, err := url.JoinPath(config.URL, "livetrack")
		if err != nil {
			return nil, fmt.Errorf("address of the tracking service: %w", err)
		}
		address = joined
	}
	config.Name += "-tracking"
	config.URL = address
	return portal.New(config, options)
}

// Connector speaks with one corporation. It is safe for concurrent use.
type Connector struct {
	client, tracking *portal.Client
	agent, password  string
	clock            func() time.Time
}

var (
	_ connectors.Family       = Family{}
	_ connectors.Bookings     = (*Connector)(nil)
	_ connectors.LayoutShower = (*Connector)(nil)
	_ connectors.Canceller    = (*Connector)(nil)
	_ connectors.LiveTracker  = (*Connector)(nil)
	_ connectors.Chooser      = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return errors.Join(c.client.Close(), c.tracking.Close()) }

// The names of metrics' operations.
const (
	operationPlaces       = "places"
	operationSearch       = "search"
	operationLayout       = "layout"
	operationHold         = "hold"
	operationConfirm      = "confirm"
	operationTicket       = "ticket"
	operationRelease      = "release"
	operationQuote        = "cancel_quote"
	operationCancel       = "cancel"
	operationCancellation = "cancellation"
	operationLocate       = "locate"
)

// The layouts of dates, Indian time.
const (
	dateLayout     = "02/01/2006"
	dateTimeLayout = "02/01/2006 15:04:05"
)

func (c *Connector) authorized(request portal.Request) portal.Request {
	request.Username, request.Password = c.agent, c.password
	return request
}
