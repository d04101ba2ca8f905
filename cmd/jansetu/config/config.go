// Package config is the hub's configuration: environment variables, their defaults in development, their documentation, and
// what production refuses. Nothing else in the hub reads the environment.
package config

import (
	"errors"
	"fmt"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"

	"github.com/caarlos0/env/v11"
)

// Mode says how careful the hub is with its defaults.
type Mode string

// The modes. Production is what a command runs in unless told otherwise; `jansetu dev` runs in development.
const (
	Production  Mode = "production"
	Development Mode = "development"
)

// Config is everything the hub takes from its environment.
type Config struct {
	Mode   Mode   `env:"JANSETU_MODE" envDefault:"production" help:"production refuses every development default; development allows them"`
	State  string `env:"JANSETU_STATE" envDefault:"andhra" help:"which deployment: a folder under deploy/states"`
	Files  string `env:"JANSETU_FILES" help:"folder with states/ and languages/ to read instead of what is built in, and with documents/ (templates, texts, fonts, the emblem) to read before it"`
	Listen string `env:"JANSETU_LISTEN" envDefault:"127.0.0.1:8080" help:"address the gateway listens on"`
	// PublicURL is the gateway's address as citizens' browsers and Meta see it.
	PublicURL string `env:"JANSETU_PUBLIC_URL" help:"address of the gateway as seen from outside; default http:// and JANSETU_LISTEN"`
	// ChatURL is where the page after a payment sends the citizen back to.
	ChatURL string `env:"JANSETU_CHAT_URL" help:"address that opens the chat, such as https://wa.me/<number>; shown on the page after a payment"`
	// WorkerListen is where the worker serves its metrics.
	WorkerListen string `env:"JANSETU_WORKER_LISTEN" envDefault:"127.0.0.1:8085" help:"address where the worker serves /healthz, /readyz and /metrics"`
	// WorkerVersion must differ between builds whose workflows differ.
	WorkerVersion string `env:"JANSETU_WORKER_VERSION" help:"what this build of the worker is called in Temporal: requests stay with the version that started them; default the commit it was built from, in development always the same"`
	LogLevel      string `env:"JANSETU_LOG_LEVEL" envDefault:"info" help:"debug, info, warn or error"`
	ChoiceKey     string `env:"JANSETU_CHOICE_KEY" secret:"true" help:"key (at least 32 characters) that signs the ids of buttons and list rows"`
	// ChallengeKey must be the same for all workers; changing it only makes citizens answer a captcha or an OTP anew.
	ChallengeKey string `env:"JANSETU_CHALLENGE_KEY" secret:"true" help:"key (at least 32 characters) that encrypts portal sessions that wait for a citizen's captcha or OTP"`
	// LookupKey must stay the same for as long as the database lives.
	LookupKey string `env:"JANSETU_LOOKUP_KEY" secret:"true" help:"key (at least 32 characters) of the hashes by which people and bills are recognised; never change it"`

	Keys Keys

	Documents Documents

	DigiLocker DigiLocker

	Officers Officers

	// MessagesPerPerson keeps one person's flood from costing others anything.
	MessagesPerPerson int `env:"JANSETU_MESSAGES_PER_PERSON" envDefault:"120" help:"most messages of one person answered at once; one more every two seconds"`

	DatabaseURL         string `env:"DATABASE_URL" secret:"true" help:"PostgreSQL; jansetu dev starts a private cluster when it is not set"`
	DatabaseConnections int32  `env:"JANSETU_DATABASE_CONNECTIONS" envDefault:"16" help:"most connections of one process to PostgreSQL"`

	Temporal Temporal
	WhatsApp WhatsApp
	Papers   Papers

	// portals holds JANSETU_PORTAL_<NAME>_<KEY>.
	portals portalValues
}

// Keys names the key-encryption key, under which the keys of persons are kept.
type Keys struct {
	URI    string   `env:"JANSETU_KEK_URI" help:"key-encryption key: hcvault://host:port/transit/keys/name, aws-kms://arn:…, pkcs11:token=…;object=…?module-path=…, or, in development only, file:///path (jansetu dev keeps one with its data)"`
	Former []string `env:"JANSETU_KEK_FORMER_URIS" help:"comma-separated key-encryption keys that still open older keys; jansetu keys rotate frees them"`
	Token  string   `env:"JANSETU_KEK_TOKEN" secret:"true" help:"token for hcvault, or PIN of the PKCS#11 token"`
	CA     string   `env:"JANSETU_KEK_CA_CERT_PATH" help:"certificate authority file for hcvault; not set: the system's authorities"`
}

// Documents says with whose keys documents are sealed and signed, and where the public log is published.
type Documents struct {
	Issuer    string   `env:"JANSETU_ISSUER" help:"folder with the keys of who issues documents, as jansetu issuer init makes it; the gateway needs only its key-list.cose. jansetu dev keeps one with its data"`
	PIN       string   `env:"JANSETU_ISSUER_PIN" secret:"true" help:"PIN of the PKCS#11 token that issuer.yaml names"`
	LogFolder string   `env:"JANSETU_LOG_FOLDER" help:"folder where the gateway publishes the public log of documents, served under /log/; keep it: it is how a rewritten log is noticed"`
	Witnesses []string `env:"JANSETU_WITNESSES" help:"comma-separated name=https://… of the witnesses in the key list that sign every checkpoint of the log"`
}

// Officers says who lets officers in, and what their groups may do.
type Officers struct {
	Issuer         string `env:"JANSETU_OIDC_ISSUER" help:"address of the OpenID Connect provider that officers log in at; not set: nobody logs in. jansetu dev starts one without passwords"`
	ClientID       string `env:"JANSETU_OIDC_CLIENT_ID" envDefault:"jansetu" help:"the gateway's client id at the provider; its redirect is JANSETU_PUBLIC_URL/login/callback"`
	ClientSecret   string `env:"JANSETU_OIDC_CLIENT_SECRET" secret:"true" help:"the gateway's secret at the provider"`
	SessionKey     string `env:"JANSETU_SESSION_KEY" secret:"true" help:"key (at least 32 characters) that seals officers' sessions"`
	PayloadReaders string `env:"JANSETU_PAYLOAD_READERS" envDefault:"payload-readers" help:"group whose officers may read requests' payloads in Temporal's web UI"`
	TemporalUI     string `env:"JANSETU_TEMPORAL_UI" help:"origin of Temporal's web UI, such as https://temporal.example.gov.in; not set: payloads are shown to nobody"`
}

// Temporal names the Temporal cluster with the SDK's own variable names.
type Temporal struct {
	Address       string `env:"TEMPORAL_ADDRESS" help:"host:port of Temporal's frontend; jansetu dev starts a server when it is not set"`
	Namespace     string `env:"TEMPORAL_NAMESPACE" envDefault:"default" help:"Temporal namespace"`
	APIKey        string `env:"TEMPORAL_API_KEY" secret:"true" help:"API key for Temporal Cloud"`
	TLSCert       string `env:"TEMPORAL_TLS_CLIENT_CERT_PATH" help:"client certificate file"`
	TLSKey        string `env:"TEMPORAL_TLS_CLIENT_KEY_PATH" help:"client key file"`
	TLSServerCA   string `env:"TEMPORAL_TLS_SERVER_CA_CERT_PATH" help:"certificate authority file of the server"`
	TLSServerName string `env:"TEMPORAL_TLS_SERVER_NAME" help:"name expected in the server's certificate"`
}

// WhatsApp names the Cloud API and the business number.
type WhatsApp struct {
	APIURL            string  `env:"WHATSAPP_API_URL" help:"https://graph.facebook.com in production; jansetu dev starts the emulator when it is not set"`
	APIVersion        string  `env:"WHATSAPP_API_VERSION" envDefault:"v23.0" help:"pinned Graph API version"`
	PhoneNumberID     string  `env:"WHATSAPP_PHONE_NUMBER_ID" help:"id of the business phone number"`
	PortfolioID       string  `env:"WHATSAPP_PORTFOLIO_ID" help:"id of the business portfolio, the scope of user ids; default: the phone number id"`
	AccountID         string  `env:"WHATSAPP_ACCOUNT_ID" help:"id of the WhatsApp business account, for forms that open inside WhatsApp"`
	FlowKey           string  `env:"WHATSAPP_FLOW_KEY" help:"file with the RSA key (2048 bits, PEM) that opens what phones send from forms inside WhatsApp; not set: forms are filled in only in the chat. Make one with openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048; jansetu dev keeps one with its data"`
	FlowKeyPrevious   string  `env:"WHATSAPP_FLOW_KEY_PREVIOUS" help:"file with the key before it, while phones still encrypt for that one"`
	AccessToken       string  `env:"WHATSAPP_ACCESS_TOKEN" secret:"true" help:"system-user token"`
	AppSecret         string  `env:"WHATSAPP_APP_SECRET" secret:"true" help:"app secret that signs webhooks"`
	AppSecretPrevious string  `env:"WHATSAPP_APP_SECRET_PREVIOUS" secret:"true" help:"second app secret, accepted during rotation"`
	VerifyToken       string  `env:"WHATSAPP_VERIFY_TOKEN" secret:"true" help:"token of the webhook subscription handshake"`
	MessagesPerSecond float64 `env:"WHATSAPP_MESSAGES_PER_SECOND" envDefault:"80" help:"send rate of the business number (80, or 1000 when upgraded)"`
}

// Papers says what looks at the files that citizens send.
type Papers struct {
	ClamAV string `env:"JANSETU_CLAMAV_SOCKET" help:"clamd to which the worker shows every file that a citizen sends: unix:<path> or tcp:<host>:<port>; not set: files are not scanned for malware"`
	Read   bool   `env:"JANSETU_READ_PAPERS" envDefault:"true" help:"read papers with Tesseract where it is installed with the state's languages (Debian: tesseract-ocr and tesseract-ocr-<language>), to compare the name and to hide Aadhaar numbers"`
}

// Values of development: fixed, well known, and therefore refused in production.
const (
	developmentChoiceKey     = "development-choice-key-not-for-production"
	developmentChallengeKey  = "development-challenge-key-not-for-production"
	developmentLookupKey     = "development-lookup-key-not-for-production"
	developmentSessionKey    = "development-session-key-not-for-production"
	developmentOIDCSecret    = "development-oidc-secret"
	developmentPhoneNumberID = "106540352242922"
	developmentAccessToken   = "development-access-token"
	developmentAppSecret     = "development-app-secret"
	developmentVerifyToken   = "development-verify-token"
	developmentKeyID         = "rzp_test_development"
	developmentKeySecret     = "development-key-secret"
	developmentWebhookSecret = "development-webhook-secret"
)

// Load reads the configuration from environ (as os.Environ gives it). Call [Config.Validate] before use.
func Load(environ []string) (Config, error) {
	variables := env.ToMap(environ)
	var c Config
	if err := env.ParseWithOptions(&c, env.Options{Environment: variables}); err != nil {
		return Config{}, fmt.Errorf("read the environment: %w", err)
	}
	c.portals = portalVariables(variables)
	if c.Mode == Development {
		c = c.withDevelopment()
	}
	if c.PublicURL == "" {
		c.PublicURL = "http://" + c.Listen
	}
	if c.WhatsApp.PortfolioID == "" {
		c.WhatsApp.PortfolioID = c.WhatsApp.PhoneNumberID
	}
	return c, nil
}

func (c Config) withDevelopment() Config {
	for _, value := range []struct {
		target  *string
		setting string
	}{
		{&c.ChoiceKey, developmentChoiceKey},
		{&c.LookupKey, developmentLookupKey},
		{&c.ChallengeKey, developmentChallengeKey},
		{&c.Officers.SessionKey, developmentSessionKey},
		{&c.Officers.ClientSecret, developmentOIDCSecret},
		{&c.WhatsApp.PhoneNumberID, developmentPhoneNumberID},
		{&c.WhatsApp.AccessToken, developmentAccessToken},
		{&c.WhatsApp.AppSecret, developmentAppSecret},
		{&c.WhatsApp.VerifyToken, developmentVerifyToken},
	} {
		if *value.target == "" {
			*value.target = value.setting
		}
	}
	return c
}

// Need is what a command cannot run without.
type Need string

// What the commands need.
const (
	NeedDatabase Need = "DATABASE_URL"
	NeedTemporal Need = "TEMPORAL_ADDRESS"
	NeedWhatsApp Need = "WHATSAPP_API_URL"
	NeedKeys     Need = "JANSETU_KEK_URI"
	NeedFlows    Need = "WHATSAPP_FLOW_KEY"     // to publish forms
	NeedMedia    Need = "WHATSAPP_ACCESS_TOKEN" // to fetch what citizens send
)

// Validate reports, joined, everything that is missing for what the command needs, and, in production, every
// development value.
func (c Config) Validate(needs ...Need) error {
	faults := c.missing(needs)
	if c.Mode != Production && c.Mode != Development {
		faults = append(faults, fmt.Errorf("JANSETU_MODE is %q; it must be production or development", c.Mode))
	}
	if _, _, err := net.SplitHostPort(c.Listen); err != nil {
		faults = append(faults, fmt.Errorf("JANSETU_LISTEN is %q; write host:port", c.Listen))
	}
	for name, key := range map[string]string{"JANSETU_CHOICE_KEY": c.ChoiceKey, "JANSETU_LOOKUP_KEY": c.LookupKey, "JANSETU_CHALLENGE_KEY": c.ChallengeKey} {
		if len(key) < 32 {
			faults = append(faults, fmt.Errorf("%s must have at least 32 characters", name))
		}
	}
	if c.WhatsApp.FlowKey != "" && c.WhatsApp.AccountID == "" {
		faults = append(faults, errors.New("WHATSAPP_FLOW_KEY is set and WHATSAPP_ACCOUNT_ID is not: nobody could look which forms are published"))
	}
	if c.Officers.Issuer != "" && len(c.Officers.SessionKey) < 32 {
		faults = append(faults, errors.New("JANSETU_SESSION_KEY must have at least 32 characters"))
	}
	if c.Mode == Production {
		faults = append(faults, c.developmentValues()...)
	}
	return errors.Join(faults...)
}

func (c Config) missing(needs []Need) []error {
	required := map[Need][][2]string{
		NeedDatabase: {{"DATABASE_URL", c.DatabaseURL}},
		NeedTemporal: {{"TEMPORAL_ADDRESS", c.Temporal.Address}},
		NeedKeys:     {{"JANSETU_KEK_URI", c.Keys.URI}},
		NeedFlows: {
			{"WHATSAPP_API_URL", c.WhatsApp.APIURL}, {"WHATSAPP_ACCESS_TOKEN", c.WhatsApp.AccessToken}, {"WHATSAPP_ACCOUNT_ID", c.WhatsApp.AccountID},
			{"WHATSAPP_PHONE_NUMBER_ID", c.WhatsApp.PhoneNumberID}, {"WHATSAPP_FLOW_KEY", c.WhatsApp.FlowKey}, {"WHATSAPP_APP_SECRET", c.WhatsApp.AppSecret},
		},
		NeedMedia: {{"WHATSAPP_API_URL", c.WhatsApp.APIURL}, {"WHATSAPP_ACCESS_TOKEN", c.WhatsApp.AccessToken}},
		NeedWhatsApp: {
			{"WHATSAPP_API_URL", c.WhatsApp.APIURL},
			{"WHATSAPP_PHONE_NUMBER_ID", c.WhatsApp.PhoneNumberID},
			{"WHATSAPP_ACCESS_TOKEN", c.WhatsApp.AccessToken},
			{"WHATSAPP_APP_SECRET", c.WhatsApp.AppSecret},
			{"WHATSAPP_VERIFY_TOKEN", c.WhatsApp.VerifyToken},
		},
	}
	var faults []error
	for _, need := range needs {
		for _, variable := range required[need] {
			if variable[1] == "" {
				faults = append(faults, fmt.Errorf("%s is not set (jansetu help config explains it)", variable[0]))
			}
		}
	}
	return faults
}

func (c Config) developmentValues() []error {
	development := []string{
		developmentChoiceKey, developmentLookupKey, developmentChallengeKey, developmentAccessToken, developmentAppSecret, developmentVerifyToken,
		developmentKeySecret, developmentWebhookSecret, developmentSessionKey, developmentOIDCSecret,
	}
	secrets := map[string]string{
		"JANSETU_CHOICE_KEY":           c.ChoiceKey,
		"JANSETU_LOOKUP_KEY":           c.LookupKey,
		"JANSETU_CHALLENGE_KEY":        c.ChallengeKey,
		"JANSETU_SESSION_KEY":          c.Officers.SessionKey,
		"JANSETU_OIDC_CLIENT_SECRET":   c.Officers.ClientSecret,
		"WHATSAPP_ACCESS_TOKEN":        c.WhatsApp.AccessToken,
		"WHATSAPP_APP_SECRET":          c.WhatsApp.AppSecret,
		"WHATSAPP_APP_SECRET_PREVIOUS": c.WhatsApp.AppSecretPrevious,
		"WHATSAPP_VERIFY_TOKEN":        c.WhatsApp.VerifyToken,
	}
	for portal, values := range c.portals {
		for key, value := range values {
			secrets[PortalVariable(portal, key)] = value
		}
	}
	var faults []error
	for _, name := range slices.Sorted(maps.Keys(secrets)) {
		if slices.Contains(development, secrets[name]) {
			faults = append(faults, fmt.Errorf("%s still has its development value; production refuses it", name))
		}
	}
	if c.Documents.Issuer == "" {
		faults = append(faults, errors.New("JANSETU_ISSUER is not set: documents would be neither sealed nor signed"))
	}
	for _, uri := range append([]string{c.Keys.URI}, c.Keys.Former...) {
		if strings.HasPrefix(uri, "file:") {
			faults = append(faults, errors.New("JANSETU_KEK_URI names a file; production needs a key service"))
		}
	}
	if address, err := url.Parse(c.WhatsApp.APIURL); err == nil && c.WhatsApp.APIURL != "" && address.Scheme != "https" {
		faults = append(faults, errors.New("WHATSAPP_API_URL must be https in production"))
	}
	if c.Officers.Issuer != "" && !strings.HasPrefix(c.Officers.Issuer, "https://") {
		faults = append(faults, errors.New("JANSETU_OIDC_ISSUER must be https in production"))
	}
	if !strings.HasPrefix(c.PublicURL, "https://") {
		faults = append(faults, errors.New("JANSETU_PUBLIC_URL must be the https address that citizens see"))
	}
	return faults
}
