package whatsapp

import (
	"bytes"
	"context"
	"crypto/subtle"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"time"
)

// MaxWebhookBody is the largest body Meta sends (Meta, Webhooks: payload size up to 3 MB).
const MaxWebhookBody = 3 << 20

// maxChallenge bounds what the handshake echoes.
const maxChallenge = 256

// Receiver takes what a webhook brought. It returns nil only when all of it is stored; any error makes Meta deliver again.
type Receiver interface {
	Receive(ctx context.Context, delivery Delivery) error
}

// WebhookResult is how a webhook request ended: a closed set, used as a metric label.
type WebhookResult string

// The results of a webhook request.
const (
	WebhookAccepted    WebhookResult = "accepted"
	WebhookForged      WebhookResult = "forged"
	WebhookTooLarge    WebhookResult = "too_large"
	WebhookUnreadable  WebhookResult = "unreadable"  // the sender went away while we read
	WebhookUnavailable WebhookResult = "unavailable" // not stored: Meta delivers again
)

// WebhookConfig is what a webhook needs.
type WebhookConfig struct {
	AppSecrets  []string // one, or two while one replaces the other
	VerifyToken string
	Receiver    Receiver
	Deadline    time.Duration // to store a delivery; 0: 2 s
	Log         *slog.Logger
	// Payments is given a delivery, as it came, in which payments in the chat are told of; nil: they are left out. An error makes Meta
	// deliver again.
	Payments func(ctx context.Context, header http.Header, body []byte) error
	// Count is told how each request ended, Ignored what was left out of it. Both may be nil.
	Count   func(WebhookResult)
	Ignored func(Ignored, int)
}

// Webhook is the address that Meta calls. It is an http.Handler for GET (the handshake) and POST (deliveries).
type Webhook struct{ config WebhookConfig }

// NewWebhook checks that there is a secret to verify with and a token to shake hands with.
func NewWebhook(config WebhookConfig) (*Webhook, error) {
	if len(config.AppSecrets) == 0 || config.AppSecrets[0] == "" || config.VerifyToken == "" {
		return nil, errors.New("whatsapp webhook: the app secret and the verify token must be set")
	}
	if config.Deadline == 0 {
		config.Deadline = 2 * time.Second
	}
	if config.Count == nil {
		config.Count = func(WebhookResult) {}
	}
	if config.Ignored == nil {
		config.Ignored = func(Ignored, int) {}
	}
	return &Webhook{config: config}, nil
}

// ServeHTTP answers Meta.
func (h *Webhook) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch r.Method {
	case http.MethodGet:
		h.handshake(w, r)
	case http.MethodPost:
		result, status := h.receive(w, r)
		h.config.Count(result)
		w.WriteHeader(status)
	default:
		w.WriteHeader(http.StatusMethodNotAllowed)
	}
}

// handshake echoes the challenge when the token is ours (Meta, Create a webhook endpoint: verification requests).
func (h *Webhook) handshake(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	challenge := query.Get("hub.challenge")
	ours := subtle.ConstantTimeCompare([]byte(query.Get("hub.verify_token")), []byte(h.config.VerifyToken)) == 1
	if query.Get("hub.mode") != "subscribe" || !ours || len(challenge) > maxChallenge {
		w.WriteHeader(http.StatusForbidden)
		return
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	if _, err := io.WriteString(w, challenge); err != nil { //nolint:gosec // plain text, to whoever knows our token
		h.config.Log.Debug("webhook handshake not answered", "error", err)
	}
}

func (h *Webhook) receive(w http.ResponseWriter, r *http.Request) (WebhookResult, int) {
	body, err := readBody(w, r)
	var tooLarge *http.MaxBytesError
	switch {
	case errors.As(err, &tooLarge):
		return WebhookTooLarge, http.StatusRequestEntityTooLarge
	case err != nil:
		return WebhookUnreadable, http.StatusBadRequest
	case !VerifySignature(body, r.Header.Get(SignatureHeader), h.config.AppSecrets...):
		return WebhookForged, http.StatusUnauthorized
	}
	delivery := Parse(body)
	if err := h.takePayments(r.Context(), &delivery, r.Header, body); err != nil {
		h.config.Log.Warn("payments of a webhook not stored; it will be delivered again", "error", err)
		return WebhookUnavailable, http.StatusServiceUnavailable
	}
	return h.store(r.Context(), delivery)
}

// readBody trusts the stated length only as far as a usual body: memory is spent on bytes that came, not on a claim.
func readBody(w http.ResponseWriter, r *http.Request) ([]byte, error) {
	var body bytes.Buffer
	body.Grow(int(min(max(r.ContentLength, 0), 32<<10)) + bytes.MinRead)
	_, err := body.ReadFrom(http.MaxBytesReader(w, r.Body, MaxWebhookBody))
	return body.Bytes(), err // its type decides the answer
}

// takePayments passes the payments of a delivery on; then they are not left out of it.
func (h *Webhook) takePayments(ctx context.Context, delivery *Delivery, header http.Header, body []byte) error {
	if h.config.Payments == nil || delivery.Ignored[IgnoredPayment] == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, h.config.Deadline)
	defer cancel()
	if err := h.config.Payments(ctx, header, body); err != nil {
		return err
	}
	delete(delivery.Ignored, IgnoredPayment)
	return nil
}

func (h *Webhook) store(ctx context.Context, delivery Delivery) (WebhookResult, int) {
	for reason, count := range delivery.Ignored {
		h.config.Ignored(reason, count)
	}
	if len(delivery.Messages)+len(delivery.Statuses) == 0 {
		return WebhookAccepted, http.StatusOK
	}
	ctx, cancel := context.WithTimeout(ctx, h.config.Deadline)
	defer cancel()
	if err := h.config.Receiver.Receive(ctx, delivery); err != nil {
		h.config.Log.Warn("webhook not stored; it will be delivered again", "error", err)
		return WebhookUnavailable, http.StatusServiceUnavailable
	}
	return WebhookAccepted, http.StatusOK
}
