package upi

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/portal"
)

// FamilyName is what PortalConfig.Family says for a bank's status interface.
const FamilyName = "upi"

// SettingPayee is the key in PortalConfig.Settings of the merchant's address;
// SettingPayeeName and SettingMerchantCode are what a link needs beside it: without
// them nobody can be asked for money. CredentialAPIKey is the key in
// PortalConfig.Credentials.
const (
	SettingPayee        = "payee"
	SettingPayeeName    = "payee_name"
	SettingMerchantCode = "merchant_code"

	CredentialAPIKey = "api_key"
)

// FirstCheck is the least age of a payment before its status may be asked, and
// ChecksAllowed how often in ChecksWithin (NPCI's circular on use of the UPI
// interfaces, 2025).
const (
	FirstCheck    = 90 * time.Second
	ChecksAllowed = 3
	ChecksWithin  = 2 * time.Hour
)

// Family opens the status interfaces of banks. The zero value works.
type Family struct {
	Logger   *slog.Logger
	Clock    func() time.Time
	Observer connectors.Observer
}

// Name implements connectors.Family.
func (Family) Name() string { return FamilyName }

// Open implements connectors.Family; the result is a *Bank.
func (f Family) Open(config connectors.PortalConfig) (any, error) { return f.New(config) }

// New makes the client of one merchant's bank.
func (f Family) New(config connectors.PortalConfig) (*Bank, error) {
	payee := config.Settings[SettingPayee]
	if !addressShape.MatchString(payee) || config.Credentials[CredentialAPIKey] == "" {
		return nil, fmt.Errorf("upi: setting %q or credential %q is missing or malformed", SettingPayee, CredentialAPIKey)
	}
	client, err := portal.New(config, portal.Options{Logger: f.Logger, Clock: f.Clock, Observer: f.Observer})
	if err != nil {
		return nil, err
	}
	now := f.Clock
	if now == nil {
		now = time.Now
	}
	return &Bank{
		client: client, payee: payee, payeeName: config.Settings[SettingPayeeName], merchantCode: config.Settings[SettingMerchantCode],
		apiKey: config.Credentials[CredentialAPIKey], now: now, asked: newAsked(),
	}, nil
}

// Bank is the merchant's bank. It is safe for concurrent use.
type Bank struct {
	client                  *portal.Client
	payee, apiKey           string
	payeeName, merchantCode string
	now                     func() time.Time
	asked                   *asked
}

// Close releases idle connections.
func (b *Bank) Close() error { return b.client.Close() }

// Payments asks what came of a transaction reference, oldest first. There may be
// several: a QR code can be paid twice. No payments, without an error, means that
// the bank has not heard of any yet, which is not "not paid" before the link's time
// is over and the switch has decided.
func (b *Bank) Payments(ctx context.Context, reference string) ([]payments.Payment, error) {
	if !referenceShape.MatchString(reference) {
		return nil, fmt.Errorf("check UPI status: %w: tr", ErrIntent)
	}
	var found []payments.Payment
	_, err := b.client.Do(ctx, portal.Request{
		Operation: "check_status", Method: http.MethodGet,
		Path:   "v1/merchants/" + url.PathEscape(b.payee) + "/transactions/" + reference,
		Header: http.Header{"X-Api-Key": {b.apiKey}},
		Check: func(response *portal.Response) (err error) {
			found, err = readStatus(response, reference)
			return err
		},
	})
	if connectors.ClassOf(err) == connectors.ClassNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("check UPI status: %w", err)
	}
	return found, nil
}

type statusBody struct {
	Reference    string         `json:"tr"`
	Error        string         `json:"error"`
	Transactions *[]transaction `json:"transactions"`
}

type transaction struct {
	ID     string `json:"txnId"`
	RRN    string `json:"rrn"`
	Amount string `json:"amount"`
	Status string `json:"status"`
	Error  string `json:"errorCode"`
	Time   string `json:"ts"`
}

func readStatus(response *portal.Response, reference string) ([]payments.Payment, error) {
	unknown := portal.Markers{Maintenance: []string{"under maintenance"}, Failure: []string{"server error", "service unavailable"}}.
		Unexpected(response, "the transactions of a reference")
	var body statusBody
	if err := json.Unmarshal(response.Body, &body); err != nil {
		return nil, unknown
	}
	if response.Status == http.StatusNotFound && body.Error == "TR_NOT_FOUND" {
		return nil, &connectors.NotFoundError{What: "transaction"}
	}
	if response.Status != http.StatusOK || body.Reference != reference || body.Transactions == nil {
		return nil, unknown
	}
	found := make([]payments.Payment, 0, len(*body.Transactions))
	for _, wire := range *body.Transactions {
		payment, ok := wire.payment()
		if !ok {
			return nil, unknown
		}
		found = append(found, payment)
	}
	slices.SortStableFunc(found, func(x, y payments.Payment) int { return x.CreatedAt.Compare(y.CreatedAt) })
	return found, nil
}

// payment reads one transaction. Deemed is not captured: the money may still go
// back to the payer.
func (t transaction) payment() (payments.Payment, bool) {
	status, known := map[string]payments.PaymentStatus{
		"SUCCESS": payments.PaymentCaptured, "FAILURE": payments.PaymentFailed,
		"PENDING": payments.PaymentCreated, "DEEMED": payments.PaymentCreated,
	}[t.Status]
	amount, err := connectors.ParsePaise(t.Amount)
	at, timeErr := time.Parse(time.RFC3339, t.Time)
	made := payments.Payment{
		ID: t.ID, Amount: amount, Status: status, Method: "upi", RRN: strings.TrimSpace(t.RRN), ErrorCode: t.Error, CreatedAt: at.UTC(),
	}
	return made, known && err == nil && timeErr == nil && amount > 0 && t.ID != ""
}
