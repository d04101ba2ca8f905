package twin

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides the HTTP kinds.
const (
	// PublisherNonsense answers 502 bad_gatewy, PublisherDown 503
	// service_unavailable, PublisherSilent 504 gateway_timeout, as the gateway
	// does for an issuer in trouble.
	PublisherNonsense twin.Kind = "publisher_nonsense"
	PublisherDown     twin.Kind = "publisher_down"
	PublisherSilent   twin.Kind = "publisher_silent"
	// KeyRevoked answers 401 invalid_authentication.
	KeyRevoked twin.Kind = "key_revoked"
	// CutDocument sends the first half of the document and says it is whole.
	CutDocument twin.Kind = "cut_document"
	// PageAsDocument sends an HTML page that calls itself a PDF.
	PageAsDocument twin.Kind = "page_as_document"
)

// Pull is the one operation that a fault can be limited to.
const Pull = "pull"

// The credentials of a twin whose Config names none.
const (
	APIKey   = "twin-api-key" //nolint:gosec // opens nothing but this twin
	ClientID = "in.gov.jansetu.twin"
)

// Config of a twin.
type Config struct {
	APIKey, ClientID string
	// Routes are offered beside the published ones, Records known beside the documented ones.
	Routes  []Route
	Records []Record
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Pulled is one request as the twin recorded it. Number and people are not in
// it: real gateways log transactions, not contents.
type Pulled struct {
	TxnID   string    `json:"txn_id"`
	Path    string    `json:"path"`
	Format  string    `json:"format"`
	Consent bool      `json:"consent"`
	Status  int       `json:"status"`
	At      time.Time `json:"at"`
}

// Twin is the gateway. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Pulled]

	config Config
	routes map[string]Route

	mu     sync.Mutex
	pulled []Pulled
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	routes, err := Routes()
	if err != nil {
		return nil, fmt.Errorf("apisetu twin: %w", err)
	}
	made := &Twin{
		config: config.withDefaults(), routes: map[string]Route{},
		Frame: twin.NewFrame[Pulled]("apisetu", PublisherNonsense, PublisherDown, PublisherSilent, KeyRevoked, CutDocument, PageAsDocument),
	}
	for _, route := range append(config.Routes, routes...) { // what is published stays
		made.routes[route.Path] = route
	}
	mux := http.NewServeMux()
	mux.Handle("/twin/", made.Faults.Control("API Setu twin", made.facts))
	mux.Handle("/", made.Faults.Wrap(Pull, http.HandlerFunc(made.serve)))
	replay := func(pulled Pulled) { made.pulled = append(made.pulled, pulled) }
	if err := made.Start(config.DataDir, "apisetu-pulled.jsonl", config.Logger, replay, mux); err != nil {
		return nil, err
	}
	return made, nil
}

func (c Config) withDefaults() Config {
	if c.APIKey == "" {
		c.APIKey = APIKey
	}
	if c.ClientID == "" {
		c.ClientID = ClientID
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// Pulled is what really happened, oldest first.
func (t *Twin) Pulled() []Pulled {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Pulled(nil), t.pulled...)
}

// trouble is an error in the gateway's uniform shape.
type trouble struct {
	status            int
	code, description string
}

// The uniform errors, as in testdata/error_codes.json.
var (
	badKey       = trouble{http.StatusUnauthorized, "invalid_authentication", "Authentication failed"}
	noRoute      = trouble{http.StatusNotFound, "url_not_found", "Your API url or path is incorrect"}
	noRecord     = trouble{http.StatusNotFound, "record_not_found", "No record found"}
	badTxn       = trouble{http.StatusBadRequest, "invalid_txnid", "The txnId parameter must be in UUID format"}
	badConsent   = trouble{http.StatusBadRequest, "invalid_consentid", "The consentId parameter must be in UUID format"}
	badFormat    = trouble{http.StatusBadRequest, "invalid_format", "The format parameter is invalid"}
	missing      = trouble{http.StatusBadRequest, "missing_parameter", "Please provide all mandatory parameters"}
	badParameter = trouble{http.StatusBadRequest, "invalid_parameter", "Bad request"}
)

func publisherTroubles() map[twin.Kind]trouble {
	return map[twin.Kind]trouble{
		PublisherNonsense: {http.StatusBadGateway, "bad_gatewy", "Publisher service returned an invalid response"},
		PublisherDown:     {http.StatusServiceUnavailable, "service_unavailable", "Publisher service is temporarily unavailable"},
		PublisherSilent:   {http.StatusGatewayTimeout, "gateway_timeout", "Publisher service did not respond in time"},
		KeyRevoked:        badKey,
	}
}

type asked struct {
	TxnID      string            `json:"txnId"`
	Format     string            `json:"format"`
	Parameters map[string]string `json:"certificateParameters"`
	Consent    *struct {
		Consent struct {
			ID string `json:"consentId"`
		} `json:"consent"`
		Signature struct {
			Signature string `json:"signature"`
		} `json:"signature"`
	} `json:"consentArtifact"`
}

func (t *Twin) serve(w http.ResponseWriter, r *http.Request) {
	var request asked
	body, kind, failed := t.answer(r, &request)
	status := http.StatusOK
	if failed != nil {
		status, kind = failed.status, "application/json"
		body, _ = json.Marshal(map[string]string{"error": failed.code, "errorDescription": failed.description})
	}
	t.remember(Pulled{
		TxnID: request.TxnID, Path: r.URL.Path, Format: request.Format, Consent: request.Consent != nil,
		Status: status, At: t.config.Clock(),
	})
	w.Header().Set("Content-Type", kind)
	w.WriteHeader(status)
	_, _ = w.Write(body) //nolint:gosec // a document or JSON, of a declared type
}

var uuidShape = regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

func (t *Twin) answer(r *http.Request, request *asked) ([]byte, string, *trouble) {
	for kind, failed := range publisherTroubles() {
		if _, on := t.Faults.Take(Pull, kind); on {
			return nil, "", &failed
		}
	}
	if r.Header.Get("X-Apisetu-Apikey") != t.config.APIKey || r.Header.Get("X-Apisetu-Clientid") != t.config.ClientID {
		return nil, "", &badKey
	}
	route, known := t.routes[r.URL.Path]
	if !known || r.Method != http.MethodPost {
		return nil, "", &noRoute
	}
	if err := json.NewDecoder(r.Body).Decode(request); err != nil {
		return nil, "", &badParameter
	}
	if failed := request.check(); failed != nil {
		return nil, "", failed
	}
	parts := strings.Split(strings.Trim(r.URL.Path, "/"), "/")
	record, found := t.find(parts[0]+"/"+parts[2], request.Parameters)
	if !found {
		return nil, "", &noRecord
	}
	return t.paper(record, parts[2], route, request.Format)
}

func (a *asked) check() *trouble {
	if !uuidShape.MatchString(a.TxnID) {
		return &badTxn
	}
	if a.Format != "pdf" && a.Format != "xml" && a.Format != "json" {
		return &badFormat
	}
	if a.Consent != nil && (!uuidShape.MatchString(a.Consent.Consent.ID) || a.Consent.Signature.Signature == "") {
		return &badConsent
	}
	if len(a.Parameters) == 0 {
		return &missing
	}
	for _, value := range a.Parameters {
		if value == "" {
			return &missing
		}
		if !wellFormed.MatchString(value) {
			return &badParameter
		}
	}
	return nil
}

func (t *Twin) paper(record Record, kind string, route Route, format string) ([]byte, string, *trouble) {
	body := pdf(record.lines(route.Document, route.Issuer))
	certificate := record.certificate(kind, route.Document, route.Issuer)
	switch format {
	case "xml":
		body = certificate.xml()
	case "json":
		body = certificate.json()
	default:
	}
	if _, on := t.Faults.Take(Pull, CutDocument); on {
		body = body[:len(body)/2]
	}
	if _, on := t.Faults.Take(Pull, PageAsDocument); on {
		body = []byte("<html><body><h1>API Setu</h1><p>Session expired, please sign in.</p></body></html>")
	}
	return body, "application/" + format, nil
}

func (t *Twin) remember(pulled Pulled) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.Remember(pulled) != nil {
		t.pulled = append(t.pulled, pulled) // it goes on from memory
	}
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, record := range append(Records(), t.config.Records...) {
		lines = append(lines, fmt.Sprintf("record %-22s %-12s %s", record.Place, record.Number, record.Name))
	}
	for _, pulled := range t.Pulled() {
		lines = append(lines, fmt.Sprintf("pulled %s  %s  %s  %d", pulled.At.Format(time.DateTime), pulled.Path, pulled.Format, pulled.Status))
	}
	return lines
}
