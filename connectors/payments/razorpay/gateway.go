// Package razorpay is the payment gateway Razorpay: payment links, payments,
// refunds and webhooks of its public API (https://razorpay.com/docs/api).
//
// The API has no idempotency key for links. The client makes them safe by the
// unique reference_id: it looks up before it creates, and after a lost answer it
// looks up again. Amounts are integer paise and times Unix seconds on the wire.
package razorpay

import (
	"context"
	"encoding/json"
	"errors"
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
const FamilyName = "razorpay"

// BaseURL is the address of the production API.
const BaseURL = "https://api.razorpay.com"

// The keys of PortalConfig.Credentials. The previous webhook secret is accepted
// besides the present one while secrets are rotated; it may be missing.
const (
	CredentialKeyID                 = "key_id"
	CredentialKeySecret             = "key_secret"
	CredentialWebhookSecret         = "webhook_secret"
	CredentialPreviousWebhookSecret = "webhook_secret_previous"
)

// Family opens Razorpay accounts. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Gateway.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the client of one account.
func (f Family) New(config connectors.PortalConfig) (*Gateway, error) {
	for _, key := range []string{CredentialKeyID, CredentialKeySecret, CredentialWebhookSecret} {
		if config.Credentials[key] == "" {
			return nil, fmt.Errorf("razorpay: no credential %q", key)
		}
	}
	client, err := portal.New(config, portal.Options{Logger: f.Logger, Clock: f.Clock, Observer: f.Observer})
	if err != nil {
		return nil, err
	}
	gateway := &Gateway{
		client: client,
		keyID:  config.Credentials[CredentialKeyID], keySecret: config.Credentials[CredentialKeySecret],
		webhookSecrets: []string{config.Credentials[CredentialWebhookSecret]},
	}
	if previous := config.Credentials[CredentialPreviousWebhookSecret]; previous != "" {
		gateway.webhookSecrets = append(gateway.webhookSecrets, previous)
	}
	return gateway, nil
}

// Gateway is one Razorpay account. It is safe for concurrent use.
type Gateway struct {
	client           *portal.Client
	keyID, keySecret string
	webhookSecrets   []string
}

var _ payments.Gateway = (*Gateway)(nil)

// Close releases idle connections.
func (g *Gateway) Close() error { return g.client.Close() }

// get reads one object or list.
func (g *Gateway) get(ctx context.Context, operation, path string, query url.Values, into any) error {
	return g.call(ctx, portal.Request{Operation: operation, Method: http.MethodGet, Path: path, Query: query}, into)
}

// post changes something under a reference of ours.
func (g *Gateway) post(ctx context.Context, operation, path, reference string, header http.Header, body, into any) error {
	encoded, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("encode %s: %w", operation, err)
	}
	return g.call(ctx, portal.Request{
		Operation: operation, Method: http.MethodPost, Path: path, Reference: reference, Header: header,
		Body: encoded, ContentType: "application/json",
	}, into)
}

func (g *Gateway) call(ctx context.Context, request portal.Request, into any) error {
	request.Username, request.Password = g.keyID, g.keySecret
	request.Check = func(response *portal.Response) error {
		if response.Status/100 != 2 {
			return refusal(response)
		}
		if err := json.Unmarshal(response.Body, into); err != nil {
			return pagesOfTrouble().Unexpected(response, "a JSON object")
		}
		return nil
	}
	_, err := g.client.Do(ctx, request)
	return err
}

// pagesOfTrouble are what stands before the API and answers in its place.
func pagesOfTrouble() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance"},
		Failure:     []string{"bad gateway", "server error", "service unavailable"},
	}
}

// refusal reads the error body of a 4xx. Credentials that are not accepted are
// a fault of the set-up, which a later try does not cure.
func refusal(response *portal.Response) error {
	var body errorBody
	if err := json.Unmarshal(response.Body, &body); err != nil || body.Error.Code == "" {
		return pagesOfTrouble().Unexpected(response, "an error object")
	}
	switch {
	case response.Status == http.StatusUnauthorized || response.Status == http.StatusForbidden:
		return &connectors.ChangedError{Expected: "accepted credentials", Seen: fmt.Sprintf("status %d", response.Status)}
	case response.Status == http.StatusNotFound || body.Error.unknownID():
		return &connectors.NotFoundError{What: "gateway object"}
	case body.Error.alreadyUsed():
		return &connectors.RefusedError{Code: connectors.RefusedDuplicate, Reason: body.Error.Description}
	case body.Error.fullyRefunded():
		return &connectors.RefusedError{Code: refusedRefunded, Reason: body.Error.Description}
	default:
		return &connectors.RefusedError{Code: body.Error.shortCode(), Reason: body.Error.Description}
	}
}

func isUnknown(err error) bool {
	_, unknown := errors.AsType[*connectors.OutcomeUnknownError](err)
	return unknown
}
