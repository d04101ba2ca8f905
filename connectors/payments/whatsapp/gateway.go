package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for this gateway.
const FamilyName = "whatsapp-pay"

// The keys of PortalConfig.Settings. PortalConfig.URL ends in the API's version.
const (
	SettingPhoneNumberID = "phone_number_id"
	// SettingConfiguration is the name of the payment configuration. Meta does not
	// refuse a wrong one: the citizen just cannot pay.
	SettingConfiguration = "configuration"
)

// The keys of PortalConfig.Credentials. The previous app secret may be missing.
const (
	CredentialAccessToken       = "access_token"
	CredentialAppSecret         = "app_secret"
	CredentialPreviousAppSecret = "app_secret_previous" //nolint:gosec // the name of a credential
)

// Family opens payment configurations. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Gateway.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the client of one business number's payment configuration.
func (f Family) New(config connectors.PortalConfig) (*Gateway, error) {
	for _, key := range []string{CredentialAccessToken, CredentialAppSecret} {
		if config.Credentials[key] == "" {
			return nil, fmt.Errorf("whatsapp payments: no credential %q", key)
		}
	}
	name := config.Settings[SettingConfiguration]
	if config.Settings[SettingPhoneNumberID] == "" || !isText(name, 1, maxConfiguration) {
		return nil, fmt.Errorf("whatsapp payments: setting %q or %q is missing or too long", SettingPhoneNumberID, SettingConfiguration)
	}
	client, err := portal.New(config, portal.Options{Logger: f.Logger, Clock: f.Clock, Observer: f.Observer})
	if err != nil {
		return nil, err
	}
	gateway := &Gateway{
		client: client, settings: config.Settings, phone: config.Settings[SettingPhoneNumberID], configuration: name,
		token: config.Credentials[CredentialAccessToken], secrets: []string{config.Credentials[CredentialAppSecret]},
	}
	if previous := config.Credentials[CredentialPreviousAppSecret]; previous != "" {
		gateway.secrets = append(gateway.secrets, previous)
	}
	return gateway, nil
}

// Gateway is one payment configuration. It is safe for concurrent use.
type Gateway struct {
	client               *portal.Client
	settings             map[string]string
	phone, configuration string
	token                string
	secrets              []string
}

var _ payments.Gateway = (*Gateway)(nil)

// Close releases idle connections.
func (g *Gateway) Close() error { return g.client.Close() }

// CreateLink implements payments.Gateway. It sends nothing: the order message does.
// An order of the reference that Meta knows already is answered as it stands.
func (g *Gateway) CreateLink(ctx context.Context, request payments.LinkRequest) (payments.Link, error) {
	if !referenceShape.MatchString(request.Reference) || request.Amount <= 0 {
		return payments.Link{}, fmt.Errorf("create order: %w", ErrOrder)
	}
	known, err := g.FindLink(ctx, request.Reference)
	switch {
	case err == nil && known.Amount != request.Amount:
		return payments.Link{}, &connectors.RefusedError{
			Code: connectors.RefusedAmount, Reason: "the reference was used for another amount",
		}
	case err == nil:
		return known.Link, nil
	case connectors.ClassOf(err) != connectors.ClassNotFound:
		return payments.Link{}, fmt.Errorf("create order: %w", err)
	}
	return payments.Link{
		ID: request.Reference, Reference: request.Reference, Amount: request.Amount,
		Status: payments.LinkCreated, ExpireBy: request.ExpireBy,
	}, nil
}

// FindLink implements payments.Gateway.
func (g *Gateway) FindLink(ctx context.Context, reference string) (payments.LinkState, error) {
	if !referenceShape.MatchString(reference) {
		return payments.LinkState{}, fmt.Errorf("look up order: %w", ErrOrder)
	}
	found, err := g.lookUp(ctx, reference)
	if err != nil {
		return payments.LinkState{}, fmt.Errorf("look up order: %w", err)
	}
	return found.state(), nil
}

func (g *Gateway) lookUp(ctx context.Context, reference string) (order, error) {
	var found order
	path := url.PathEscape(g.phone) + "/payments/" + url.PathEscape(g.configuration) + "/" + url.PathEscape(reference)
	err := g.call(ctx, portal.Request{Operation: "find_order", Method: http.MethodGet, Path: path}, func(body []byte) (err error) {
		found, err = readLookup(body, reference)
		return err
	})
	return found, err
}

// CancelLink implements payments.Gateway. Meta has no such call, so it is always a
// RefusedError; its Code is "paid" for an order that was paid.
func (g *Gateway) CancelLink(ctx context.Context, linkID string) error {
	state, err := g.FindLink(ctx, linkID)
	if err == nil && state.Status == payments.LinkPaid {
		return &connectors.RefusedError{Code: "paid", Reason: "the order was paid"}
	}
	if class := connectors.ClassOf(err); class != connectors.ClassOK && class != connectors.ClassNotFound {
		return fmt.Errorf("cancel order: %w", err)
	}
	return &connectors.RefusedError{Code: "not_supported", Reason: "an order closes when it expires"}
}

// VerifyReturn implements payments.Gateway. The payer never leaves the chat, so
// nothing that claims to come back is genuine.
func (g *Gateway) VerifyReturn(url.Values) (payments.LinkReturn, error) {
	return payments.LinkReturn{}, fmt.Errorf("payment return: %w", payments.ErrSignature)
}

func (g *Gateway) call(ctx context.Context, request portal.Request, read func([]byte) error) error {
	request.Header = http.Header{"Authorization": {"Bearer " + g.token}}
	request.CheckFailure = func(response *portal.Response) error {
		if meaning, ok := readError(response.Body); ok && meaning.transient() == nil {
			return meaning.refusal(response)
		}
		return nil
	}
	request.Check = func(response *portal.Response) error {
		if meaning, ok := readError(response.Body); ok {
			return meaning.refusal(response)
		}
		err := errUnreadable
		if response.Status/100 == 2 {
			err = read(response.Body)
		}
		if err == nil || connectors.ClassOf(err) != connectors.ClassInternal {
			return err
		}
		return portal.Markers{
			Maintenance: []string{"under maintenance"}, Failure: []string{"server error", "bad gateway", "service unavailable"},
		}.Unexpected(response, "an answer of the Graph API")
	}
	_, err := g.client.Do(ctx, request)
	return err
}

// graphError is an error of the Graph API. One decides on its code.
type graphError struct {
	Code int `json:"code"`
}

func readError(body []byte) (graphError, bool) {
	var answer struct {
		Error *graphError `json:"error"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Error == nil {
		return graphError{}, false
	}
	return *answer.Error, true
}

// transient is the error of a code that another try may cure, and nil for any
// other.
func (e graphError) transient() error {
	switch e.Code {
	case 4, 80007, 130429, 131056:
		return &connectors.UnavailableError{Reason: connectors.ReasonRateLimited}
	case 1, 2, 131000, 131016, 131057, 133004:
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	default:
		return nil
	}
}

func (e graphError) refusal(response *portal.Response) error {
	if err := e.transient(); err != nil {
		return err
	}
	switch {
	case e.Code == 0 || e.Code == 3 || e.Code == 10 || e.Code == 190 || e.Code == 131005 || (e.Code >= 200 && e.Code < 300):
		return &connectors.ChangedError{Expected: "accepted credentials", Seen: fmt.Sprintf("code %d", e.Code)}
	case response.Status == http.StatusNotFound:
		return &connectors.NotFoundError{What: "order"}
	default:
		return &connectors.RefusedError{Code: fmt.Sprintf("meta_%d", e.Code), Reason: "refused by WhatsApp"}
	}
}
