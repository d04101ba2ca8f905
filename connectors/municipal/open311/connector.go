package open311

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "open311"

// The keys of PortalConfig.Settings.
const (
	// SettingFormat is "json" (the default) or "xml", which every server has.
	SettingFormat = "format"
	// SettingJurisdiction is the jurisdiction_id of calls that name no tenant.
	SettingJurisdiction = "jurisdiction"
	// SettingEmail is sent where servers insist on an e-mail address.
	SettingEmail = "email"
	// SettingUpdates set to "yes" uses the updates extension: richer states, and
	// the connector can reopen.
	SettingUpdates = "updates"
	// SettingTokenWait is the pause between two questions about a token, a Go
	// duration, 2s by default.
	SettingTokenWait = "token_wait"
	// SettingBatchWithin is how long a category that is not realtime may take to
	// show a new complaint, a Go duration, 24h by default.
	SettingBatchWithin = "batch_within"
)

// CredentialAPIKey is the key in PortalConfig.Credentials.
const CredentialAPIKey = "api_key"

// Family opens Open311 endpoints. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent names the operator of this hub to the portals.
	UserAgent string
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Connector, or an
// *UpdatingConnector where the updates extension is on.
func (f Family) Open(config connectors.PortalConfig) (any, error) {
	made, err := f.New(config)
	if err != nil {
		return nil, err
	}
	if made.terms.updates {
		return &UpdatingConnector{made}, nil
	}
	return made, nil
}

// New makes the connector of one endpoint.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	if f.Clock == nil {
		f.Clock = time.Now
	}
	agreed, err := termsOf(config)
	if err != nil {
		return nil, fmt.Errorf("portal %q: %w", config.Name, err)
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	return &Connector{client: client, terms: agreed, clock: f.Clock, known: map[string]offer{}}, nil
}

// Connector speaks with one Open311 endpoint. It is safe for concurrent use.
type Connector struct {
	client *portal.Client
	terms  terms
	clock  func() time.Time

	mu sync.Mutex
	// known holds what each jurisdiction offers, for a while.
	known map[string]offer
}

// UpdatingConnector is a Connector of an endpoint with the updates extension.
type UpdatingConnector struct{ *Connector }

var (
	_ connectors.Family     = Family{}
	_ connectors.Grievances = (*Connector)(nil)
	_ connectors.Grievances = (*UpdatingConnector)(nil)
	_ connectors.Reopener   = (*UpdatingConnector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// terms are the settings, read.
type terms struct {
	format, jurisdiction, email, apiKey string
	updates                             bool
	tokenWait, batchWithin              time.Duration
}

func termsOf(config connectors.PortalConfig) (terms, error) {
	read := terms{
		format: config.Settings[SettingFormat], jurisdiction: config.Settings[SettingJurisdiction],
		email: config.Settings[SettingEmail], apiKey: config.Credentials[CredentialAPIKey],
		updates: strings.EqualFold(config.Settings[SettingUpdates], "yes"),
	}
	if read.format == "" {
		read.format = formatJSON
	}
	if read.format != formatJSON && read.format != formatXML {
		return terms{}, fmt.Errorf("setting %s is %q, want %q or %q", SettingFormat, read.format, formatJSON, formatXML)
	}
	var err error
	if read.tokenWait, err = duration(config, SettingTokenWait, 2*time.Second); err != nil {
		return terms{}, err
	}
	read.batchWithin, err = duration(config, SettingBatchWithin, 24*time.Hour)
	return read, err
}

func duration(config connectors.PortalConfig, key string, fallback time.Duration) (time.Duration, error) {
	text := config.Settings[key]
	if text == "" {
		return fallback, nil
	}
	read, err := time.ParseDuration(text)
	if err != nil || read <= 0 {
		return 0, fmt.Errorf("setting %s is not a duration", key)
	}
	return read, nil
}
