package temple

import (
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "temple"

// The refusals of these portals besides those of package connectors.
const (
	// RefusedLimit: a pilgrim has a ticket already in the time the temple allows
	// one for.
	RefusedLimit = "limit"
	// RefusedClosed: the temple takes no bookings for the slot.
	RefusedClosed = "closed"
)

// Family opens temples' portals. The zero value works.
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

// New makes the connector of one portal.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	clock := f.Clock
	if clock == nil {
		clock = time.Now
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	return &Connector{client: client, queue: newQueue(clock), clock: clock}, nil
}

// Connector speaks with one portal. It is safe for concurrent use.
type Connector struct {
	client *portal.Client
	queue  *queue
	clock  func() time.Time
}

var (
	_ connectors.Family   = Family{}
	_ connectors.Bookings = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// The names of metrics' operations.
const (
	operationSearch  = "search"
	operationForm    = "form"
	operationHold    = "hold"
	operationConfirm = "confirm"
	operationTicket  = "ticket"
	operationRelease = "release"
)

// The layouts of dates, Indian time.
const (
	dateLayout     = "02-01-2006"
	dateTimeLayout = "02-01-2006 15:04:05"
	openingLayout  = "02-01-2006 15:04"
)

func reader() webform.Reader {
	return webform.Reader{
		Lost: []string{"your session has expired"},
		Markers: portal.Markers{
			Maintenance: []string{"under maintenance", "scheduled maintenance"},
			Failure: []string{
				"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway",
				"java.lang.", "too many connections",
			},
		},
	}
}
