package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/identitynumber"
	inspection "github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// flowRefresh is how often it is looked which Flows are published.
const flowRefresh = time.Minute

// Flows is how forms are shown inside WhatsApp.
type Flows struct {
	Keys      *flows.Keys
	Account   string // of the business: where its Flows are
	Inspector *inspection.Inspector
	Texts     flows.Texter
	Language  catalog.Language // of who cannot be told apart
	Refresh   time.Duration    // of what is published; 0: 1 min
}

// nativeDialog is a dialog whose forms can be shown as native ones; *dialog.Engine is one.
type nativeDialog interface {
	NativeFields(form dialog.NativeForm) []catalog.Field
	DraftForm(session dialog.Session, key string, at time.Time) (dialog.DraftForm, bool)
	FillForm(session dialog.Session, key string, given map[string]dialog.FormAnswer, at time.Time) (
		dialog.Session, dialog.DraftForm, map[string]string, bool)
}

var errNotNative = errors.New("gateway: the dialog has no forms that could be shown as flows")

// native shows forms as Flows; a nil one shows none.
type native struct {
	store    *store.Store
	dialog   nativeDialog
	tokens   *flows.Tokens
	registry *flows.Registry
	endpoint http.Handler
	metrics  *metrics
	now      func() time.Time
	refresh  time.Duration
}

func newNative(c *Config, m *metrics) (*native, error) {
	forms, ok := c.Dialog.(nativeDialog)
	if !ok {
		return nil, errNotNative
	}
	tokens, err := flows.NewTokens(c.ChoiceKey)
	if err != nil {
		return nil, err
	}
	n := &native{store: c.Store, dialog: forms, tokens: tokens, metrics: m, now: c.Now, refresh: orDefault(c.Flows.Refresh, flowRefresh),
		registry: flows.NewRegistry(c.Client, c.Flows.Account, c.Flows.Texts, c.Now)}
	n.endpoint = flows.NewEndpoint(flows.EndpointConfig{Keys: c.Flows.Keys, AppSecrets: c.AppSecrets, Tokens: tokens, Forms: n, Channel: c.Client,
		Inspector: c.Flows.Inspector, Texts: c.Flows.Texts, Language: c.Flows.Language, Now: c.Now, Log: c.Log,
		Count: func(result flows.Result) { m.flows.WithLabelValues(string(result)).Inc() }})
	if err := c.Registry.Register(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Namespace: "jansetu", Name: "flows_published",
		Help: "Native forms that are published and can be offered."}, func() float64 { return float64(n.registry.Published()) })); err != nil {
		return nil, fmt.Errorf("register metrics of flows: %w", err)
	}
	return n, nil
}

// run keeps the registry fresh until ctx ends.
func (n *native) run(ctx context.Context, warn func(error)) {
	for ctx.Err() == nil {
		asking, cancel := context.WithTimeout(ctx, readyLimit*10)
		if err := n.registry.Refresh(asking); err != nil && ctx.Err() == nil {
			warn(err)
		}
		cancel()
		pause(ctx, n.refresh)
	}
}

// name is how the dialog asks for a form's Flow; nil where none can be shown.
func (n *native) name() func(dialog.NativeForm) string {
	if n == nil {
		return nil
	}
	return func(form dialog.NativeForm) string {
		id := form.Service
		if form.Eligibility {
			id += "?"
		}
		return n.registry.Name(id, form.Language, func() []catalog.Field { return n.dialog.NativeFields(form) })
	}
}

// newKey is a fresh key for a form that may be offered; empty where none can.
func (n *native) newKey() string {
	if n == nil {
		return ""
	}
	return flows.NewFormKey()
}

// seal makes of a draft's key what the phone is given.
func (n *native) seal(t *talk, b bubble.Bubble) (bubble.Bubble, error) {
	if b.Flow == nil || n == nil {
		return b, nil
	}
	token, err := n.tokens.Seal(flows.Token{Person: t.stored.Person, Number: t.stored.PhoneNumberID, Form: b.Flow.Token, Until: n.now().Add(flows.TokenLife)})
	if err != nil {
		return b, err
	}
	sealed := *b.Flow
	sealed.Token, b.Flow = token, &sealed
	return b, nil
}

// fillEvent reads what a Flow ended with: its token, and answers that did not go through our endpoint. A token of another conversation is none.
func (n *native) fillEvent(event *dialog.Event, t *talk, form string) {
	event.Kind = dialog.EventForm
	if n == nil {
		return
	}
	var ended map[string]json.RawMessage
	if json.Unmarshal([]byte(form), &ended) != nil {
		return
	}
	var sealed string
	_ = json.Unmarshal(ended["flow_token"], &sealed) // what is no text is no token
	delete(ended, "flow_token")
	token, err := n.tokens.Open(sealed, n.now())
	switch {
	case err == nil && token.Person == t.stored.Person && token.Number == t.stored.PhoneNumberID:
		event.Form = token.Form
	case sealed != "":
		event.Form = "-" // it says whose it is, and it is not this one's
		return
	}
	event.Filled = n.answers(t, event.Form, ended)
}

const mostFilled = 64

// answers are the texts that came with a Flow for fields of its form, with Aadhaar and card numbers noticed.
func (n *native) answers(t *talk, key string, ended map[string]json.RawMessage) map[string]dialog.FormAnswer {
	form, ok := n.dialog.DraftForm(t.session, key, n.now())
	if !ok || len(ended) > mostFilled {
		return nil
	}
	answers := map[string]dialog.FormAnswer{}
	for i := range form.Fields {
		var text string
		field := &form.Fields[i]
		if json.Unmarshal(ended[field.ID], &text) == nil && text != "" && field.Type != catalog.FieldDocument {
			answers[field.ID] = n.typed(field, text)
		}
	}
	return answers
}

// typed is a text for a field as the dialog may see it.
func (n *native) typed(field *catalog.Field, text string) dialog.FormAnswer {
	context := identitynumber.Context{Wanted: func(digits string) bool { return dialog.ExpectsDigits(field, digits) }}
	masked, found := identitynumber.Redact(text, context)
	answer := dialog.FormAnswer{Given: dialog.Given{Kind: dialog.EventText, Text: firstRunes(masked, maxDialogText)}}
	for _, kind := range found {
		n.metrics.masked.WithLabelValues(string(kind)).Inc()
		answer.Redacted = redaction(kind)
	}
	return answer
}

// Form implements flows.Forms.
func (n *native) Form(ctx context.Context, token flows.Token) (form flows.Form, err error) {
	err = n.withSession(ctx, token, func(_ context.Context, _ *store.Tx, stored *store.Conversation) error {
		draft, ok := n.dialog.DraftForm(dialog.DecodeSession(stored.Session), token.Form, n.now())
		form = flowForm(draft)
		if !ok {
			return flows.ErrOver
		}
		return nil
	})
	return form, err
}

// Fill implements flows.Forms: what is valid is stored, under the person's key as all of a session is, before the phone hears of it.
func (n *native) Fill(ctx context.Context, token flows.Token, given map[string]flows.Given) (form flows.Form, problems map[string]string, err error) {
	err = n.withSession(ctx, token, func(ctx context.Context, tx *store.Tx, stored *store.Conversation) error {
		before := dialog.DecodeSession(stored.Session)
		draft, _ := n.dialog.DraftForm(before, token.Form, n.now())
		session, filled, refused, ok := n.dialog.FillForm(before, token.Form, n.formAnswers(draft.Fields, given), n.now())
		form, problems = flowForm(filled), refused
		if !ok {
			return flows.ErrOver
		}
		encoded, err := json.Marshal(session)
		if err != nil {
			return fmt.Errorf("encode session: %w", err)
		}
		stored.Session = encoded
		return tx.WriteTurns(ctx, store.Turns{Conversations: []store.Conversation{*stored}})
	})
	return form, problems, err
}

// withSession runs work on the conversation that a token names, locked: a turn in the chat waits, and the other way round.
func (n *native) withSession(ctx context.Context, token flows.Token, work func(context.Context, *store.Tx, *store.Conversation) error) (err error) {
	for range maxAttempts {
		err = n.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
			facts, err := tx.LockConversations(ctx, []store.ConversationKey{{Person: token.Person, PhoneNumberID: token.Number}}, nil)
			if err != nil {
				return err
			}
			if len(facts.Conversations) != 1 {
				return flows.ErrOver
			}
			return work(ctx, tx, &facts.Conversations[0])
		})
		if !store.IsConflict(err) {
			return err
		}
		n.metrics.conflicts.Inc()
	}
	return err
}

func (n *native) formAnswers(fields []catalog.Field, given map[string]flows.Given) map[string]dialog.FormAnswer {
	answers := make(map[string]dialog.FormAnswer, len(given))
	for i := range fields {
		field := &fields[i]
		one, some := given[field.ID]
		switch {
		case !some:
		case one.MediaID != "":
			answers[field.ID] = dialog.FormAnswer{Given: dialog.Given{Kind: dialog.EventDocument, MediaID: one.MediaID, MIMEType: one.MIMEType}}
		default:
			answers[field.ID] = n.typed(field, one.Text)
		}
	}
	return answers
}

func flowForm(draft dialog.DraftForm) flows.Form {
	return flows.Form{Title: draft.Title, Language: draft.Language, Fields: draft.Fields, Answers: draft.Answers}
}

// sendNative sends a message with a form's button, or, where Meta does not take it, the same question as the chat asks it.
func (m *messenger) sendNative(ctx context.Context, c call, out whatsapp.Outgoing) (wamid string, err error) {
	if c.attempt == 1 {
		out.Callback += formMark
		wamid, err = m.client.Send(ctx, out)
		refused, is := errors.AsType[*whatsapp.APIError](err)
		if !is || refused.Class != whatsapp.ClassFlow && refused.Class != whatsapp.ClassRequest && refused.Class != whatsapp.ClassUndeliverable {
			return wamid, err
		}
		m.flowRefused(out.Bubble.Flow.Name, refused.Class)
	}
	out.Callback = callback(c.claim.ID, c.attempt)
	if out.Bubble.Flow.Instead == nil {
		out.Bubble = bubble.Say(out.Bubble.Text)
	} else {
		out.Bubble = *out.Bubble.Flow.Instead
	}
	out.Bubble = m.choices.signAll(c.claim.Conversation, out.Bubble)
	return m.client.Send(ctx, out)
}

// flowRefused counts a message that was not taken with its form. One phone that is too old says nothing about the form: others are offered it.
func (m *messenger) flowRefused(name string, class whatsapp.Class) {
	if m.native == nil {
		return
	}
	m.native.metrics.sends.WithLabelValues(string(whatsapp.ClassFlow)).Inc()
	if class != whatsapp.ClassUndeliverable {
		m.native.registry.Refused(name)
	}
}
