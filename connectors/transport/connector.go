package transport

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "transport"

const (
	// SettingReferenceLabel is the key in PortalConfig.Settings of the label
	// under which a form takes our reference; DefaultReferenceLabel when left
	// out, NoReference for none.
	SettingReferenceLabel = "reference_label"
	// DefaultReferenceLabel is what the label is when nothing is set.
	DefaultReferenceLabel = "Service Centre Reference No."
	// NoReference says that the forms take no reference of ours.
	NoReference = "none"
)

// The keys in PortalConfig.Credentials of the agency's login; both or none.
const (
	CredentialUser     = "user"
	CredentialPassword = "password"
)

// FieldBirth is the key in Fields that a look-up of an application needs besides
// its number.
const FieldBirth = "Date of Birth"

// Family opens portals of licences and vehicles. It needs a Sealer, for they ask
// the citizen to copy a picture.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the portals.
	UserAgent string
	// Sealer encrypts the sessions that wait for the citizen.
	Sealer *portal.Sealer
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is an *Agency where the portal lets
// the hub in as one, and otherwise a *Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) {
	user, password := config.Credentials[CredentialUser], config.Credentials[CredentialPassword]
	if user == "" && password == "" {
		return f.New(config)
	}
	return f.NewAgency(config)
}

// NewAgency makes the connector of a portal that lets the hub in as an agency.
func (f Family) NewAgency(config connectors.PortalConfig) (*Agency, error) {
	user, password := config.Credentials[CredentialUser], config.Credentials[CredentialPassword]
	if user == "" || password == "" {
		return nil, fmt.Errorf("portal %q: credentials %s and %s are needed together", config.Name, CredentialUser, CredentialPassword)
	}
	connector, err := f.New(config)
	if err != nil {
		return nil, err
	}
	return &Agency{Connector: connector, user: user, password: password}, nil
}

// New makes the connector of one portal.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	if f.Sealer == nil {
		return nil, fmt.Errorf("portal %q: no sealer for the sessions that wait for the citizen", config.Name)
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent, Sealer: f.Sealer,
	})
	if err != nil {
		return nil, err
	}
	reference := config.Settings[SettingReferenceLabel]
	switch reference {
	case "":
		reference = DefaultReferenceLabel
	case NoReference:
		reference = ""
	}
	return &Connector{client: client, referenceLabel: reference}, nil
}

// Connector speaks with one portal. It is safe for concurrent use.
type Connector struct {
	client *portal.Client
	// referenceLabel is empty when the portal takes no reference.
	referenceLabel string
}

var (
	_ connectors.Family        = Family{}
	_ connectors.Records       = (*Connector)(nil)
	_ connectors.Applications  = (*Connector)(nil)
	_ connectors.DocumentGiver = (*Connector)(nil)
	_ connectors.Chooser       = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// The names of metrics' operations.
const (
	operationForm     = "form"
	operationChange   = "change"
	operationPicture  = "picture"
	operationDetails  = "details"
	operationSubmit   = "submit"
	operationTrack    = "track"
	operationReply    = "reply"
	operationDocument = "document"
	operationLogin    = "login"
	operationFee      = "fee"
)

const (
	dateLayout     = "02-01-2006"
	dateTimeLayout = "02-01-2006 15:04:05"
)

// pages says what the portal's pages look like.
func pages(path string) jsf.Config {
	return jsf.Config{
		Start: portal.Request{Operation: operationForm, Path: path}, Form: "form#mainForm", Markers: markers(),
		Lost: []string{"your session has expired", "please login again"},
	}
}

func markers() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance"},
		Failure: []string{
			"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway",
			"java.lang.", "javax.faces.facesexception", "could not open connection",
		},
	}
}
