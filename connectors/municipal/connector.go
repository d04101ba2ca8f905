package municipal

import (
	"fmt"
	"log/slog"
	"regexp"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this connector.
const FamilyName = "municipal"

// The keys of PortalConfig.Settings. All but SettingTenant may be left out.
const (
	// SettingTenant is the state's tenant, the part before the dot in a town's.
	SettingTenant = "tenant"
	// SettingUserType of our account, "EMPLOYEE" by default.
	SettingUserType = "user_type"
	// SettingSource names the channel to PGR, "whatsapp" by default; the town's
	// allow-list has to have it.
	SettingSource = "source"
	// SettingSettle is how long a new complaint may be invisible to a search, a
	// Go duration, 5s by default.
	SettingSettle = "settle"
	// SettingReopenWithin is how long after the last change a complaint may be
	// reopened, a Go duration, 240h by default.
	SettingReopenWithin = "reopen_within"
	// SettingPaymentMode of postings, "ONLINE" by default.
	SettingPaymentMode = "payment_mode"
	// SettingRegistry and the code of a business service name the service's own
	// register as "path?parameter#list", such as
	// "property-services/property/_search?propertyIds#Properties".
	SettingRegistry = "registry."
)

// The keys of PortalConfig.Credentials.
const (
	CredentialUsername = "username"
	CredentialPassword = "password"
	// CredentialClient and CredentialClientSecret are the OAuth client,
	// "egov-user-client" with an empty secret by default.
	CredentialClient       = "client"
	CredentialClientSecret = "client_secret"
)

// FieldTenant is the key in BillQuery.Fields that names the town (so does
// connectors.FieldTenant), FieldMobile the one that holds the payer's mobile number.
const (
	FieldTenant = "tenantId"
	FieldMobile = "mobileNumber"
)

// Family opens DIGIT portals. The zero value works.
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

// New makes the connector of one state's DIGIT.
func (f Family) New(config connectors.PortalConfig) (*Connector, error) {
	if f.Clock == nil {
		f.Clock = time.Now
	}
	terms, err := termsOf(config)
	if err != nil {
		return nil, fmt.Errorf("portal %q: %w", config.Name, err)
	}
	client, err := portal.New(config, portal.Options{
		Logger: f.Logger, Clock: f.Clock, Observer: f.Observer, UserAgent: f.UserAgent,
	})
	if err != nil {
		return nil, err
	}
	return &Connector{
		client: client, terms: terms, clock: f.Clock,
		login: newLogin(client, terms, f.Clock, config.Credentials),
	}, nil
}

// Connector speaks with one state's DIGIT. It is safe for concurrent use; all
// calls share one login.
type Connector struct {
	client *portal.Client
	terms  terms
	clock  func() time.Time
	login  *login
}

var (
	_ connectors.Family        = Family{}
	_ connectors.Grievances    = (*Connector)(nil)
	_ connectors.Reopener      = (*Connector)(nil)
	_ connectors.Rater         = (*Connector)(nil)
	_ connectors.Localities    = (*Connector)(nil)
	_ connectors.Photographer  = (*Connector)(nil)
	_ connectors.BillConnector = (*Connector)(nil)
)

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// terms are the settings, read.
type terms struct {
	tenant, userType, source, paymentMode string
	settle, reopenWithin                  time.Duration
	registries                            map[string]registry
}

// registry is a service's own list of what it bills.
type registry struct{ path, parameter, list string }

var (
	tenantShape   = regexp.MustCompile(`^[a-z]{1,16}$`)
	registryShape = regexp.MustCompile(`^([\w/-]+)\?(\w+)#(\w+)$`)
)

func termsOf(config connectors.PortalConfig) (terms, error) {
	setting := func(key, fallback string) string {
		if value := config.Settings[key]; value != "" {
			return value
		}
		return fallback
	}
	read := terms{
		tenant: setting(SettingTenant, ""), userType: setting(SettingUserType, "EMPLOYEE"),
		source: setting(SettingSource, "whatsapp"), paymentMode: setting(SettingPaymentMode, "ONLINE"),
	}
	if !tenantShape.MatchString(read.tenant) {
		return terms{}, fmt.Errorf("setting %s is %q, want a state's tenant such as \"pb\"", SettingTenant, read.tenant)
	}
	if config.Credentials[CredentialUsername] == "" || config.Credentials[CredentialPassword] == "" {
		return terms{}, fmt.Errorf("credentials %s and %s are needed", CredentialUsername, CredentialPassword)
	}
	var err error
	if read.settle, err = time.ParseDuration(setting(SettingSettle, "5s")); err != nil || read.settle <= 0 {
		return terms{}, fmt.Errorf("setting %s is not a duration", SettingSettle)
	}
	if read.reopenWithin, err = time.ParseDuration(setting(SettingReopenWithin, "240h")); err != nil {
		return terms{}, fmt.Errorf("setting %s is not a duration", SettingReopenWithin)
	}
	read.registries, err = registriesOf(config.Settings)
	return read, err
}

func registriesOf(settings map[string]string) (map[string]registry, error) {
	found := map[string]registry{}
	for key, value := range settings {
		service, ok := strings.CutPrefix(key, SettingRegistry)
		if !ok {
			continue
		}
		parts := registryShape.FindStringSubmatch(value)
		if parts == nil {
			return nil, fmt.Errorf("setting %s is not path?parameter#list", key)
		}
		found[service] = registry{path: parts[1], parameter: parts[2], list: parts[3]}
	}
	return found, nil
}
