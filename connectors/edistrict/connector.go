package edistrict

import (
	"fmt"
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "edistrict"

// The keys in PortalConfig.Settings.
const (
	// SettingReferenceField names the control of the forms that takes our
	// reference; "kioskTxnNo" when left out, NoReferenceField for none.
	SettingReferenceField = "reference_field"
	// NoReferenceField is the SettingReferenceField of a portal whose forms
	// take no reference of ours.
	NoReferenceField = "none"
)

// FieldMobile is the key in Application.Fields of the mobile number that the
// citizen logs in with.
const FieldMobile = "mobileNo"

const defaultReferenceField = "kioskTxnNo"

// Family opens e-District portals. It needs a Sealer for portals that log in by
// OTP, which all known ones do.
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

// Open implements connectors.Family; the result is a *Connector.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

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
	reference := config.Settings[SettingReferenceField]
	switch reference {
	case "":
		reference = defaultReferenceField
	case NoReferenceField:
		reference = ""
	}
	return &Connector{client: client, referenceField: reference}, nil
}

// Connector speaks with one portal. It is safe for concurrent use.
type Connector struct {
	client *portal.Client
	// referenceField is empty when the portal's forms take no reference.
	referenceField string
}

var (
	_ connectors.Applications  = (*Connector)(nil)
	_ connectors.DocumentGiver = (*Connector)(nil)
	_ connectors.QueryAnswerer = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// The names of metrics' operations.
const (
	operationDescribe = "describe"
	operationLogin    = "login"
	operationSendOTP  = "send_otp"
	operationCheckOTP = "check_otp"
	operationSave     = "save_draft"
	operationEnclose  = "enclose"
	operationCaptcha  = "captcha"
	operationSubmit   = "submit"
	operationSearch   = "search"
	operationTrack    = "track"
	operationDocument = "document"
	operationReply    = "reply"
)
