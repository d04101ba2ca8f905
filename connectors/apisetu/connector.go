package apisetu

import (
	"context"
	"crypto"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "apisetu"

// The keys of PortalConfig.Settings. Both may be left out.
const (
	// SettingVersion is the version in the path, "v3" by default.
	SettingVersion = "version"
	// SettingConsent set to "required" refuses a query without a consent
	// artefact before anything is sent.
	SettingConsent = "consent"
)

// The keys of PortalConfig.Credentials. All but CredentialConsentKey are needed.
const (
	CredentialAPIKey   = "api_key"
	CredentialClientID = "client_id"
	// CredentialConsentKey is the private key that signs what people agreed to:
	// PKCS #8 in PEM, RSA or ECDSA.
	CredentialConsentKey = "consent_key"
)

// FieldConsent is the InputRejectedError.Field when the person's consent is
// missing or not accepted.
const FieldConsent = connectors.FieldConsent

const consentRequired = "required"

// Family opens API Setu portals. The zero value works.
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

// New makes the connector. It refuses a config without credentials.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	if config.Credentials[CredentialAPIKey] == "" || config.Credentials[CredentialClientID] == "" {
		return nil, fmt.Errorf("portal %q: credentials %s and %s are needed", config.Name, CredentialAPIKey, CredentialClientID)
	}
	switch config.Settings[SettingConsent] {
	case "", consentRequired:
	default:
		return nil, fmt.Errorf("portal %q: setting %s is %q, want %q or nothing", config.Name, SettingConsent,
			config.Settings[SettingConsent], consentRequired)
	}
	consentKey, err := parseConsentKey(config.Credentials[CredentialConsentKey])
	if err != nil {
		return nil, fmt.Errorf("portal %q: credential %s: %w", config.Name, CredentialConsentKey, err)
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	version := config.Settings[SettingVersion]
	if version == "" {
		version = "v3"
	}
	return &Connector{
		client: client, version: version, mustConsent: config.Settings[SettingConsent] == consentRequired,
		apiKey: config.Credentials[CredentialAPIKey], clientID: config.Credentials[CredentialClientID],
		consentKey: consentKey,
	}, nil
}

// Connector pulls documents through one API Setu account. It is safe for
// concurrent use.
type Connector struct {
	client           *portal.Client
	version          string
	mustConsent      bool
	apiKey, clientID string
	consentKey       crypto.Signer // nil: nobody's consent can be shown
}

var (
	_ connectors.Family    = Family{}
	_ connectors.Records   = (*Connector)(nil)
	_ connectors.Consenter = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// Search implements connectors.Records: one match when the issuer has the
// document, a NotFoundError otherwise.
func (c *Connector) Search(ctx context.Context, query connectors.RecordQuery) ([]connectors.RecordMatch, error) {
	record, err := c.pull(ctx, query)
	if err != nil {
		return nil, fmt.Errorf("search record: %w", err)
	}
	return []connectors.RecordMatch{{ID: query.Service, Title: record.Title}}, nil
}

// Extract implements connectors.Records. A PDF comes as Document alone; of XML
// and JSON the values come as Fields too.
func (c *Connector) Extract(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	record, err := c.pull(ctx, query)
	if err != nil {
		return connectors.Record{}, fmt.Errorf("extract record: %w", err)
	}
	return record, nil
}

func (c *Connector) pull(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	if len(query.Consent) == 0 && c.mustConsent {
		return connectors.Record{}, &connectors.InputRejectedError{Field: FieldConsent}
	}
	return c.ask(ctx, query)
}

func (c *Connector) ask(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	wanted, err := parseRoute(query.Service)
	if err != nil {
		return connectors.Record{}, err
	}
	request, err := c.request(wanted, query)
	if err != nil {
		return connectors.Record{}, err
	}
	var record connectors.Record
	request.Check = func(response *portal.Response) (err error) {
		record, err = readAnswer(wanted, query, response)
		if errors.Is(err, errUnreadable) {
			err = knownPages().Unexpected(response, "a document as "+wanted.format)
		}
		return err
	}
	_, err = c.client.Do(ctx, request)
	return record, err
}

func knownPages() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance"},
		Failure:     []string{"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway"},
	}
}
