package landrecords

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords/bhulekh"
	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh"
	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "landrecords"

// SettingWire is the key in PortalConfig.Settings that chooses the wire.
const SettingWire = "wire"

// The wires.
const (
	WireBhulekh     = "bhulekh"
	WireMahabhulekh = "mahabhulekh"
	WireMeebhoomi   = "meebhoomi"
)

// Connector is what every wire gives. It is safe for concurrent use.
type Connector interface {
	connectors.Records
	connectors.Chooser
	connectors.Prober
	// Close releases idle connections.
	Close() error
}

var (
	_ Connector         = (*bhulekh.Connector)(nil)
	_ Connector         = (*mahabhulekh.Connector)(nil)
	_ Connector         = (*meebhoomi.Connector)(nil)
	_ connectors.Family = Family{}
)

// Family opens portals of land records. The zero value works for the wires that
// ask the citizen nothing; the wire with a captcha needs a Sealer.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the portals.
	UserAgent string
	// Sealer encrypts the portal sessions that wait for a citizen's answer.
	Sealer *portal.Sealer
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the connector of one state's portal.
func (f Family) New(config connectors.PortalConfig) (Connector, error) {
	options := portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent, Sealer: f.Sealer,
	}
	switch wire := config.Settings[SettingWire]; wire {
	case WireBhulekh:
		return opened(bhulekh.New(config, options))
	case WireMahabhulekh:
		return opened(mahabhulekh.New(config, options))
	case WireMeebhoomi:
		return opened(meebhoomi.New(config, options))
	default:
		return nil, fmt.Errorf("setting %s is %q, want %q, %q or %q", SettingWire, wire, WireBhulekh, WireMahabhulekh, WireMeebhoomi)
	}
}

// opened keeps a connector that could not be made an untyped nil.
func opened[C Connector](connector C, err error) (Connector, error) {
	if err != nil {
		return nil, err
	}
	return connector, nil
}
