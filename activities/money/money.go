package money

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Config is what the activities need.
type Config struct {
	Store    *store.Store
	Books    *Books
	Catalog  *catalog.Catalog
	Gateway  payments.Gateway
	Provider string // names the gateway in payment events and in the addresses of its webhooks
	// BillKey keys the hash under which a bill is recognised; the account number is not stored beside it. At least 16 bytes.
	BillKey []byte
	// ReturnURL is where the payer's browser goes after the pay page; empty: nowhere.
	ReturnURL string
	// Departments are the portals whose connectors can be asked for a payment, for reconciliation.
	Departments []string
	Teller      Teller // of links
	Now         func() time.Time
}

// Teller tells a citizen something, once, and stores something else with it or neither. *citizen.Activities are one.
type Teller interface {
	TellWith(ctx context.Context, input workflows.TellInput, also func(context.Context, *store.Tx) error) error
}

// Activities ask the payment gateway and keep the books.
type Activities struct{ Config }

// ErrShortKey says that Config.BillKey is too short to keep account numbers secret.
var ErrShortKey = errors.New("bill key shorter than 16 bytes")

// New makes the activities; it fails with ErrShortKey.
func New(config Config) (*Activities, error) {
	if len(config.BillKey) < 16 {
		return nil, ErrShortKey
	}
	return &Activities{Config: config}, nil
}

// OpenOrder opens the one order of a request and purpose, and makes its link; repeating it answers the same. When another request
// is paying the same bill it answers that one's link instead.
func (a *Activities) OpenOrder(ctx context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
	order, rival, err := a.Store.OpenPaymentOrder(ctx, store.PaymentOrder{
		ID: workflows.OrderID(input.To.Reference, input.Purpose), Request: input.To.Reference, Purpose: input.Purpose, Portal: input.Portal,
		BillKey: a.keyOf(input), BillKeys: a.billKeys(input), Amount: int64(input.Amount), ExpiresAt: a.Now().Add(input.ValidFor),
	})
	switch {
	case err != nil:
		return workflows.OpenedOrder{}, err
	case rival:
		return rivalOrder(order, a.billKeys(input))
	case order.LinkID != "":
		return a.opened(ctx, order, input)
	}
	return a.makeLink(ctx, order, input)
}

// failure maps the gateway's error. Everything here looks before it repeats, so an unknown outcome is just tried again.
func (a *Activities) failure(err error) error {
	if connectors.ClassOf(err) == connectors.ClassOutcomeUnknown {
		err = &connectors.UnavailableError{RetryAfter: lookAgainAfter, Reason: connectors.ReasonTimeout}
	}
	return answer.Error(err, a.Now())
}

const lookAgainAfter = 10 * time.Second

// keyOf recognises what an order pays: its one bill, or all of them together.
func (a *Activities) keyOf(input workflows.OpenOrderInput) []byte {
	keys := a.billKeys(input)
	if len(keys) == 1 {
		return keys[0]
	}
	mac := hmac.New(sha256.New, a.BillKey)
	for _, key := range keys {
		mac.Write(key)
	}
	return mac.Sum(nil)
}

// billKeys recognise bills without storing the accounts.
func (a *Activities) billKeys(input workflows.OpenOrderInput) [][]byte {
	bills := input.Bills
	if len(bills) == 0 {
		bills = []workflows.OrderedBill{{Account: input.Account, Number: input.Bill}}
	}
	keys := make([][]byte, len(bills))
	for i, bill := range bills {
		mac := hmac.New(sha256.New, a.BillKey)
		mac.Write([]byte(strings.Join([]string{input.Portal, bill.Account, bill.Number}, "\x00")))
		keys[i] = mac.Sum(nil)
	}
	return keys
}

// opened answers an order whose link was made, the same each time, and tells the citizen of it if it is to.
func (a *Activities) opened(ctx context.Context, order store.PaymentOrder, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
	answer := workflows.OpenedOrder{Order: order.ID, URL: order.LinkURL, ExpiresAt: order.ExpiresAt}
	if inChat, ok := a.Gateway.(payments.InChat); ok && order.LinkURL == "" {
		chat, err := inChat.ChatOrder(payments.LinkRequest{
			Reference: order.ID, Amount: connectors.Paise(order.Amount), Description: a.describe(input), ExpireBy: order.ExpiresAt,
		})
		if err != nil {
			return workflows.OpenedOrder{}, a.failure(err)
		}
		answer.Chat = &chat
	}
	answer.Told = input.Tell && a.tell(ctx, order, input.Telling(answer))
	return answer, nil
}

// tell stores the link and tells the citizen of it, in one transaction. An attempt that was given up may come late: it tells nobody of what takes
// no money any more. Why somebody could not be told comes up again when the workflow tells them.
func (a *Activities) tell(ctx context.Context, order store.PaymentOrder, input workflows.TellInput) (told bool) {
	return a.Teller.TellWith(ctx, input, func(_ context.Context, tx *store.Tx) error {
		tx.OfferPaymentLink(order.ID, order.LinkID, order.LinkURL, order.ExpiresAt)
		return nil
	}) == nil
}

func rivalOrder(order store.PaymentOrder, wanted [][]byte) (workflows.OpenedOrder, error) {
	if order.LinkID == "" {
		return workflows.OpenedOrder{}, temporal.NewApplicationErrorWithOptions("the other order's link is being made", "rival",
			temporal.ApplicationErrorOptions{NextRetryDelay: 2 * time.Second})
	}
	answer := workflows.OpenedOrder{Order: order.ID, URL: order.LinkURL, ExpiresAt: order.ExpiresAt}
	for i, key := range wanted {
		if slices.ContainsFunc(order.BillKeys, func(taken []byte) bool { return bytes.Equal(taken, key) }) {
			answer.RivalBills = append(answer.RivalBills, i)
		}
	}
	answer.Rival = workflows.RivalOpen
	if order.State == string(payment.StatePaid) {
		answer.Rival = workflows.RivalPaid
	}
	return answer, nil
}

func (a *Activities) makeLink(ctx context.Context, order store.PaymentOrder, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
	expireBy := a.Now().Add(input.ValidFor)
	link, err := a.Gateway.CreateLink(ctx, payments.LinkRequest{
		Reference: order.ID, Amount: connectors.Paise(order.Amount), Description: a.describe(input),
		ExpireBy: expireBy, CallbackURL: a.ReturnURL, New: order.New,
	})
	if err != nil {
		return workflows.OpenedOrder{}, a.failure(err)
	}
	if link.ExpireBy.IsZero() {
		link.ExpireBy = expireBy
	}
	order.LinkID, order.LinkURL, order.ExpiresAt = link.ID, link.URL, link.ExpireBy
	opened, unanswered := a.opened(ctx, order, input)
	if opened.Told { // and with it stored
		return opened, nil
	}
	if err := a.Store.SetPaymentLink(ctx, order.ID, link.ID, link.URL, link.ExpireBy); err != nil {
		return workflows.OpenedOrder{}, err
	}
	return opened, unanswered
}

// describe says on the payment page, in the payer's language, what the money is for.
func (a *Activities) describe(input workflows.OpenOrderInput) string {
	args := catalog.Args{"service": input.Service, "portal": input.Portal, "reference": input.To.Reference}
	if service, ok := a.Catalog.Service(input.Service); ok {
		args["service"] = service.Title.In(input.To.Language)
	}
	if portal, ok := a.Catalog.Portal(input.Portal); ok {
		args["portal"] = portal.Title.In(input.To.Language)
	}
	return a.Catalog.Text(input.To.Language, "money.page_for", args)
}

// CheckOrder asks the gateway about an order and answers its state in the books.
func (a *Activities) CheckOrder(ctx context.Context, input workflows.CheckOrderInput) (workflows.OrderStanding, error) {
	link, err := a.Gateway.FindLink(ctx, input.Order)
	if _, absent := errors.AsType[*connectors.NotFoundError](err); absent {
		return a.ReadOrder(ctx, input) // an order in the chat is unknown until its message has arrived
	}
	if err != nil {
		return workflows.OrderStanding{}, a.failure(err)
	}
	return standingOf(a.Books.Record(ctx, input.Order, NewsOfLink(a.Provider, link)...))
}

// ReadOrder reads an order's state from the books.
func (a *Activities) ReadOrder(ctx context.Context, input workflows.CheckOrderInput) (workflows.OrderStanding, error) {
	return standingOf(a.Books.Standing(ctx, input.Order))
}

// CloseOrder cancels the link and closes the order, unless it turns out to be paid or, when asked so, undecided. An order that was never opened is closed.
func (a *Activities) CloseOrder(ctx context.Context, input workflows.CloseOrderInput) (workflows.OrderStanding, error) {
	if _, err := a.Store.PaymentOrder(ctx, input.Order); errors.Is(err, store.ErrNoOrder) {
		return workflows.OrderStanding{State: workflows.OrderClosed}, nil
	} else if err != nil {
		return workflows.OrderStanding{}, err
	}
	link, err := a.cancelLink(ctx, input.Order)
	if err != nil {
		return workflows.OrderStanding{}, a.failure(err)
	}
	if _, err := a.Books.Record(ctx, input.Order, NewsOfLink(a.Provider, link)...); err != nil {
		return workflows.OrderStanding{}, err
	}
	closed := payment.Fact{Kind: payment.Closed, At: a.Now(), Note: string(input.Reason)}
	return standingOf(a.Books.Decide(ctx, input.Order, closed, func(s payment.Standing) bool {
		return s.Accepted != "" || (input.UnlessUndecided && s.State == payment.StateAuthorized)
	}))
}

// cancelLink answers the link as it is after it can take no more money, the zero one if it was never made.
func (a *Activities) cancelLink(ctx context.Context, order string) (payments.LinkState, error) {
	link, err := a.Gateway.FindLink(ctx, order)
	if _, absent := errors.AsType[*connectors.NotFoundError](err); absent {
		return payments.LinkState{}, nil
	}
	if err != nil || link.Status != payments.LinkCreated {
		return link, err
	}
	err = a.Gateway.CancelLink(ctx, link.ID)
	if _, late := errors.AsType[*connectors.RefusedError](err); err != nil && !late {
		return link, err
	}
	return a.Gateway.FindLink(ctx, order)
}

// RecordPosting books that the department has the money.
func (a *Activities) RecordPosting(ctx context.Context, input workflows.RecordPostingInput) error {
	return a.Store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error { return a.Books.RecordPosting(ctx, tx, input) })
}

// RecordRefusal books that the department does not take the money; the refund and its workflow follow in the same transaction.
func (a *Activities) RecordRefusal(ctx context.Context, input workflows.RecordRefusalInput) error {
	fact := payment.Fact{Kind: payment.Refused, At: a.Now(), Note: input.Code, GoesOn: input.GoesOn}
	_, err := a.Books.Decide(ctx, input.Order, fact, func(s payment.Standing) bool { return s.Posted })
	return err
}

// RecordReturn books that the department gives a part of what it had back; the refund and its workflow follow in the same transaction.
func (a *Activities) RecordReturn(ctx context.Context, input workflows.RecordReturnInput) error {
	fact := payment.Fact{Kind: payment.Returned, At: a.Now(), Amount: input.Amount, Note: input.Code}
	_, err := a.Books.Decide(ctx, input.Order, fact, func(s payment.Standing) bool { return !s.Posted })
	return err
}

func standingOf(standing payment.Standing, err error) (workflows.OrderStanding, error) {
	if err != nil {
		return workflows.OrderStanding{}, fmt.Errorf("keep the books: %w", err)
	}
	return toldOf(standing), nil
}

// toldOf is the part of a standing that a request's workflow decides on.
func toldOf(standing payment.Standing) workflows.OrderStanding {
	told := workflows.OrderStanding{State: orderState(standing.State), FailedAttempts: standing.FailedAttempts}
	if paid, ok := standing.Find(standing.Accepted); ok {
		told.Payment = workflows.Payment{ID: paid.ID, Amount: paid.Amount, Method: paid.Method, RRN: paid.RRN, PaidAt: paid.At}
	}
	return told
}

func orderState(state payment.State) workflows.OrderState {
	switch state {
	case payment.StateCreated, payment.StateAwaiting:
		return workflows.OrderAwaiting
	case payment.StateAuthorized:
		return workflows.OrderAuthorized
	case payment.StateClosed:
		return workflows.OrderClosed
	default: // from paid on the workflow knows more than the order
		return workflows.OrderPaid
	}
}
