package upi

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

// CodeByHand begins the Code of the refusal that every Refund is; the amount and the bank's transaction follow, for the officer who does it.
const CodeByHand = "by_hand"

var (
	_ payments.Gateway = (*Bank)(nil)
	_ payments.ByHand  = (*Bank)(nil)
	_ payments.Opener  = (*Bank)(nil)
)

// CreateLink implements payments.Gateway. Nothing is made at the bank: the link is the page at CallbackURL, which says in its query what is paid, and
// is signed, so that it opens no other payment. The same request makes the same link.
func (b *Bank) CreateLink(_ context.Context, request payments.LinkRequest) (payments.Link, error) {
	page, err := url.Parse(request.CallbackURL)
	if err != nil || !isWeb(request.CallbackURL) || request.ExpireBy.IsZero() {
		return payments.Link{}, fmt.Errorf("create UPI link: %w", &connectors.RefusedError{Code: "configuration", Reason: "no page or no time for the link"})
	}
	if _, err := b.intent(request).Link(); err != nil {
		return payments.Link{}, fmt.Errorf("create UPI link: %w", &connectors.RefusedError{Code: "configuration", Reason: err.Error()})
	}
	query := url.Values{
		"ref": {request.Reference}, "am": {strconv.FormatInt(int64(request.Amount), 10)}, "until": {strconv.FormatInt(request.ExpireBy.Unix(), 10)},
	}
	query.Set("sign", b.sign(query))
	page.RawQuery = query.Encode()
	b.asked.begin(TransactionReference(request.Reference), b.now())
	return payments.Link{
		ID: TransactionReference(request.Reference), Reference: request.Reference, URL: page.String(), Amount: request.Amount,
		Status: payments.LinkCreated, CreatedAt: b.now(), ExpireBy: time.Unix(request.ExpireBy.Unix(), 0).UTC(),
	}, nil
}

func (b *Bank) intent(request payments.LinkRequest) Intent {
	return Intent{
		PayeeAddress: b.payee, PayeeName: b.payeeName, MerchantCode: b.merchantCode, Reference: TransactionReference(request.Reference),
		Note: request.Reference, Amount: request.Amount, Mode: ModeIntent,
	}
}

func (b *Bank) sign(query url.Values) string {
	key := sha256.Sum256([]byte("jansetu UPI page\x00" + b.apiKey))
	mac := hmac.New(sha256.New, key[:])
	mac.Write([]byte(strings.Join([]string{b.payee, query.Get("ref"), query.Get("am"), query.Get("until")}, "\x00")))
	return hex.EncodeToString(mac.Sum(nil))
}

// request reads what CreateLink wrote.
func (b *Bank) request(query url.Values) (payments.LinkRequest, bool) {
	amount, amountErr := strconv.ParseInt(query.Get("am"), 10, 64)
	until, untilErr := strconv.ParseInt(query.Get("until"), 10, 64)
	signed := hmac.Equal([]byte(query.Get("sign")), []byte(b.sign(query)))
	return payments.LinkRequest{
		Reference: query.Get("ref"), Amount: connectors.Paise(amount), ExpireBy: time.Unix(until, 0),
	}, signed && amountErr == nil && untilErr == nil
}

// Intent implements payments.Opener.
func (b *Bank) Intent(address string) (link string, picture []byte, ok bool) {
	parsed, err := url.Parse(address)
	if err != nil {
		return "", nil, false
	}
	request, ours := b.request(parsed.Query())
	if !ours || !b.now().Before(request.ExpireBy) {
		return "", nil, false
	}
	if link, err = b.intent(request).Link(); err != nil {
		return "", nil, false
	}
	picture, err = QR(link)
	return link, picture, err == nil
}

// VerifyReturn implements payments.Gateway: the page is where the payer is sent to, before and after paying.
func (b *Bank) VerifyReturn(query url.Values) (payments.LinkReturn, error) {
	request, ours := b.request(query)
	if !ours {
		return payments.LinkReturn{}, fmt.Errorf("UPI page: %w", payments.ErrSignature)
	}
	return payments.LinkReturn{LinkID: TransactionReference(request.Reference), Reference: request.Reference, Status: payments.LinkCreated}, nil
}

// FindLink implements payments.Gateway by what the bank says of the reference. NotFoundError means that it has not heard of it. Asked more often than
// NPCI allows, it is an UnavailableError that says when to ask again. The time of the link is kept by who made it.
func (b *Bank) FindLink(ctx context.Context, reference string) (payments.LinkState, error) {
	tr := TransactionReference(reference)
	if wait := b.asked.take(tr, b.now()); wait > 0 {
		return payments.LinkState{}, fmt.Errorf("find UPI payment: %w", &connectors.UnavailableError{RetryAfter: wait, Reason: connectors.ReasonRateLimited})
	}
	found, err := b.Payments(ctx, tr)
	if err != nil {
		return payments.LinkState{}, fmt.Errorf("find UPI payment: %w", err)
	}
	if len(found) == 0 {
		return payments.LinkState{}, fmt.Errorf("find UPI payment: %w", &connectors.NotFoundError{What: "transaction"})
	}
	state := payments.LinkState{
		Link:     payments.Link{ID: tr, Reference: reference, Amount: found[0].Amount, Status: payments.LinkCreated, CreatedAt: found[0].CreatedAt},
		Payments: found,
	}
	if len(state.Captured()) > 0 {
		state.Status = payments.LinkPaid
	}
	return state, nil
}

// CancelLink implements payments.Gateway. A link that a payer's app has read cannot be called back, so it is a RefusedError; the page opens no app after
// the link's time, and money that still comes is given back.
func (b *Bank) CancelLink(context.Context, string) error {
	return &connectors.RefusedError{Code: "not_supported", Reason: "a UPI link ends by itself"}
}

// Refund implements payments.Gateway: always a RefusedError whose Code begins with CodeByHand, since the bank's interface gives nothing back.
func (b *Bank) Refund(_ context.Context, request payments.RefundRequest) (payments.Refund, error) {
	return payments.Refund{}, &connectors.RefusedError{
		Code:   fmt.Sprintf("%s: give back %s of UPI transaction %s at the bank", CodeByHand, request.Amount, request.PaymentID),
		Reason: "the bank's interface gives no money back",
	}
}

// ReturnedByHand implements payments.ByHand.
func (b *Bank) ReturnedByHand(request payments.RefundRequest, at time.Time) payments.Refund {
	return payments.Refund{
		ID: "by-hand-" + request.Reference, PaymentID: request.PaymentID, Reference: request.Reference, Amount: request.Amount,
		Status: payments.RefundProcessed, CreatedAt: at,
	}
}

// FindRefunds implements payments.Gateway: the bank's interface lists none.
func (b *Bank) FindRefunds(context.Context, string) ([]payments.Refund, error) { return nil, nil }

// ParseWebhook implements payments.Gateway. The bank sends none, so nothing that claims to come from it is genuine.
func (b *Bank) ParseWebhook(http.Header, []byte) (payments.Event, error) {
	return payments.Event{}, fmt.Errorf("UPI webhook: %w", payments.ErrSignature)
}
