// Package payments takes what a payment gateway tells the hub, by webhook and by the payer's browser, to the books. It implements
// gateway.PaymentEvents.
package payments

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/store"
)

// Signaler wakes workflows; *gateway.Temporal is one.
type Signaler interface {
	// Signal fails with gateway.ErrWorkflowGone when the workflow has ended.
	Signal(ctx context.Context, signal store.WorkflowSignal) error
}

// Config is what Events needs; all fields but BackURL and After are required.
type Config struct {
	Store     *store.Store
	Books     *money.Books
	Workflows Signaler
	Catalog   *catalog.Catalog
	// Gateways by the provider's name in the webhook's address.
	Gateways map[string]payments.Gateway
	// BackURL leads from the return page to the chat; empty: no link.
	BackURL string
	Log     *slog.Logger
	After   func(time.Duration) <-chan time.Time // rings when a payment was undecided for long; nil: time.After
}

// Events takes payment events.
type Events struct {
	config    Config
	undecided *undecided
}

var _ gateway.PaymentEvents = (*Events)(nil)

// New makes the taker of payment events. It wants LookAgain to run beside it.
func New(config Config) *Events {
	if config.After == nil {
		config.After = time.After
	}
	return &Events{config: config, undecided: newUndecided()}
}

// ErrUnknownProvider says that no gateway of that name is configured.
var ErrUnknownProvider = errors.New("unknown payment provider")

// signalDeadline of one signal; payment gateways wait 5 s for an acknowledgement.
const signalDeadline = 2 * time.Second

// askDeadline of one look at the gateway while a citizen's browser waits.
const askDeadline = 4 * time.Second

// HandleWebhook implements gateway.PaymentEvents. An event that says nothing of an order of ours is stored all the same.
func (e *Events) HandleWebhook(ctx context.Context, provider string, header http.Header, body []byte) error {
	source, known := e.config.Gateways[provider]
	if !known {
		return fmt.Errorf("%w: %w", gateway.ErrPaymentForged, ErrUnknownProvider)
	}
	events, err := parse(source, header, body)
	switch {
	case errors.Is(err, payments.ErrSignature):
		return fmt.Errorf("%w: %w", gateway.ErrPaymentForged, err)
	case errors.Is(err, payments.ErrMalformed):
		e.config.Log.Warn("signed payment event not understood", "provider", provider)
		return nil // it will not read better when delivered again
	case err != nil:
		return fmt.Errorf("parse payment webhook: %w", err)
	}
	for i := range events {
		if err := e.take(ctx, provider, events[i]); err != nil {
			return err // delivered again: what was taken is known then
		}
	}
	return nil
}

func parse(source payments.Gateway, header http.Header, body []byte) ([]payments.Event, error) {
	if many, ok := source.(payments.ManyEvents); ok {
		return many.ParseEvents(header, body)
	}
	event, err := source.ParseWebhook(header, body)
	return []payments.Event{event}, err
}

func (e *Events) take(ctx context.Context, provider string, event payments.Event) error {
	news, says := money.NewsOfEvent(provider, event)
	if says {
		if err := e.hear(ctx, event.Reference, news); !errors.Is(err, store.ErrNoOrder) { // its reference mostly is an order's
			return err
		}
	}
	order, err := e.config.Store.OrderOf(ctx, event.Reference, event.LinkID, event.PaymentID)
	switch {
	case err != nil && !errors.Is(err, store.ErrNoOrder):
		return err
	case err != nil || !says:
		return e.keep(ctx, provider, event, order)
	}
	return e.hear(ctx, order, news)
}

// hear takes news that is delivered again when it fails.
func (e *Events) hear(ctx context.Context, order string, news money.News) error {
	standing, wake, err := e.config.Books.Take(ctx, order, news)
	if err != nil {
		return fmt.Errorf("keep the books: %w", err)
	}
	e.undecided.note(order, standing.State)
	if wake == nil {
		return nil
	}
	return e.wake(ctx, *wake)
}

// wake signals at once what the books have. When Temporal takes no calls it is left to the outbox; when this process dies before either, the
// gateway delivers again what was not acknowledged.
func (e *Events) wake(ctx context.Context, wake money.Wake) error {
	signaling, cancel := context.WithTimeout(ctx, signalDeadline)
	defer cancel()
	err := e.config.Workflows.Signal(signaling, wake.Signal)
	if err == nil || errors.Is(err, gateway.ErrWorkflowGone) {
		return nil
	}
	e.config.Log.Warn("payment left to the outbox to tell", "reference", wake.Signal.Reference, "error", err)
	if err := e.config.Books.WakeLater(ctx, wake); err != nil {
		return fmt.Errorf("leave the signal to the outbox: %w", err)
	}
	return nil
}

// keep stores an event that changes nothing, for whoever looks into a complaint.
func (e *Events) keep(ctx context.Context, provider string, event payments.Event, order string) error {
	return e.config.Store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.AppendPaymentEvents(ctx, store.PaymentEvent{Provider: provider, ID: event.ID, Order: order, Raw: event.Raw})
		return err
	})
}

// HandleReturn implements gateway.PaymentEvents. What the browser brings is a reason to ask the gateway, no proof of payment.
func (e *Events) HandleReturn(ctx context.Context, provider string, query url.Values) (gateway.PaymentView, error) {
	source, known := e.config.Gateways[provider]
	if !known {
		return gateway.PaymentView{}, fmt.Errorf("%w: %w", gateway.ErrPaymentForged, ErrUnknownProvider)
	}
	returned, err := source.VerifyReturn(query)
	if err != nil {
		return gateway.PaymentView{}, fmt.Errorf("%w: %w", gateway.ErrPaymentForged, err)
	}
	order, err := e.config.Store.PaymentOrder(ctx, returned.Reference)
	if err != nil {
		return gateway.PaymentView{}, err
	}
	opener, opens := source.(payments.Opener)
	if !opens {
		return e.view(order, e.ask(ctx, provider, source, order.ID)), nil
	}
	state := e.read(ctx, order.ID)
	view := e.view(order, state)
	if state == payment.StateCreated || state == payment.StateAwaiting {
		e.offer(&view, opener, query)
	}
	return view, nil
}

// offer puts on the page what opens the payer's app. After the link's time there is nothing to offer.
func (e *Events) offer(view *gateway.PaymentView, opener payments.Opener, query url.Values) {
	link, picture, ok := opener.Intent("?" + query.Encode())
	lang := catalog.Language(view.Language)
	if !ok {
		view.Title, view.Text = e.config.Catalog.Text(lang, "money.page_closed", nil), e.config.Catalog.Text(lang, "money.page_closed_text", nil)
		return
	}
	view.Title, view.Text = e.config.Catalog.Text(lang, "money.page_upi", nil), e.config.Catalog.Text(lang, "money.page_upi_text", nil)
	view.PayURL, view.Picture = link, picture
	view.PayLabel, view.PayText = e.config.Catalog.Text(lang, "button.open_upi_app", nil), e.config.Catalog.Text(lang, "money.page_upi_scan", nil)
}

// read answers the state in our books: a page that opens before anything was paid is no reason to ask the bank, which may be asked seldom.
func (e *Events) read(ctx context.Context, order string) payment.State {
	standing, err := e.config.Books.Hear(ctx, order)
	if err != nil {
		e.config.Log.Warn("books not read for the payment page", "order", order, "error", err)
		return payment.StateAuthorized // nobody is asked to pay in doubt
	}
	return standing.State
}

// ask answers the state after a look at the gateway; when that takes too long, what is known.
func (e *Events) ask(ctx context.Context, provider string, source payments.Gateway, order string) payment.State {
	asking, cancel := context.WithTimeout(ctx, askDeadline)
	defer cancel()
	var news []money.News
	if link, err := source.FindLink(asking, order); err == nil {
		news = money.NewsOfLink(provider, link)
	} else {
		e.config.Log.Info("payment gateway not asked on return", "order", order, "class", string(connectors.ClassOf(err)))
	}
	standing, err := e.config.Books.Hear(ctx, order, news...)
	if err != nil {
		e.config.Log.Warn("books not read on return", "order", order, "error", err)
		return payment.StateAwaiting
	}
	e.undecided.note(order, standing.State)
	return standing.State
}

func (e *Events) view(order store.PaymentOrder, state payment.State) gateway.PaymentView {
	lang := catalog.Language(order.Language)
	title := pageOf(state)
	view := gateway.PaymentView{
		Language: order.Language, Title: e.config.Catalog.Text(lang, title, nil), Text: e.config.Catalog.Text(lang, title+"_text", nil),
		For: e.describe(lang, order), BackURL: e.config.BackURL,
	}
	if view.BackURL != "" {
		view.BackText = e.config.Catalog.Text(lang, "button.back_to_chat", nil)
	}
	return view
}

// pageOf is the title's key; with "_text" behind it, the text's.
func pageOf(state payment.State) catalog.TextKey {
	switch state {
	case payment.StatePaid, payment.StateFulfilled:
		return "money.page_paid"
	case payment.StateRefundDue, payment.StateRefunding, payment.StateRefundFailed:
		return "money.page_refunding"
	case payment.StateRefunded:
		return "money.page_refunded"
	case payment.StateClosed:
		return "money.page_closed"
	default: // what is not decided is waited for
		return "money.page_waiting"
	}
}

func (e *Events) describe(lang catalog.Language, order store.PaymentOrder) string {
	args := catalog.Args{"amount": connectors.Paise(order.Amount).String(), "portal": order.Portal, "reference": order.Request}
	if portal, ok := e.config.Catalog.Portal(order.Portal); ok {
		args["portal"] = portal.Title.In(lang)
	}
	return e.config.Catalog.Text(lang, "money.page_order", args)
}
