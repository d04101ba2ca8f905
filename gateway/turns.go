package gateway

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// Dialog is the conversation, as a pure function; *dialog.Engine is one.
type Dialog interface {
	Step(session dialog.Session, event dialog.Event, facts dialog.Facts) (dialog.Session, []dialog.Effect)
}

// Services finds what can be asked for; *catalog.Catalog is one.
type Services interface {
	Service(id string) (*catalog.Service, bool)
	QuietHours() catalog.QuietHours
}

// inboxChannel names WhatsApp in the inbox.
const inboxChannel = "whatsapp"

// errTurn marks what is wrong with one turn, and not with the store.
var errTurn = errors.New("turn cannot be taken")

// maxAttempts of a batch that met another transaction in its way.
const maxAttempts = 4

// turns processes batches of messages, each batch in one transaction: everything a turn does is stored with it.
type turns struct {
	store      *store.Store
	dialog     Dialog
	services   Services
	workflows  map[catalog.Kind]string
	portfolios map[string]string // of each business number
	choices    choiceSigner
	apology    func(dialog.Session) bubble.Bubble
	slowDown   func(dialog.Session) bubble.Bubble // may be nil
	paces      *paces
	now        func() time.Time
	deadline   time.Duration
	metrics    *metrics
	log        *slog.Logger
	committed  func() // wakes the outbox
	portals    *portals
	native     *native // nil: none

	checksPapers bool
}

// turn is one message on its way through a batch.
type turn struct {
	message   *whatsapp.Message
	portfolio string
	person    string
	fresh     bool
}

// commit stores a group of messages and settles their receipts. A message that cannot be stored is found by halving the
// group, so that it costs nobody else.
func (t *turns) commit(group []item[*whatsapp.Message]) {
	started := t.now()
	err := t.attempt(group, t.dialog)
	switch {
	case err == nil:
		t.metrics.turnsCommitted(len(group), t.now().Sub(started))
		settleAll(group, nil)
		t.committed()
	case !store.IsData(err) && !errors.Is(err, errTurn):
		settleAll(group, err)
	case len(group) > 1:
		t.commit(group[:len(group)/2])
		t.commit(group[len(group)/2:])
	default:
		t.log.Error("message cannot be processed", "error", err)
		settleAll(group, t.poison(group))
		t.committed()
	}
}

func settleAll(group []item[*whatsapp.Message], err error) {
	for _, each := range group {
		each.receipt.settle(1, err)
	}
}

// attempt runs the group in one transaction, again if another was in its way.
func (t *turns) attempt(group []item[*whatsapp.Message], d Dialog) (err error) {
	for range maxAttempts {
		ctx, cancel := context.WithTimeout(context.Background(), t.deadline)
		err = t.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
			return (&batch{turns: t, tx: tx, dialog: d}).run(ctx, group)
		})
		cancel()
		if !store.IsConflict(err) {
			return err
		}
		t.metrics.conflicts.Inc()
	}
	return err
}

// poison apologises instead of processing, and remembers the message either way.
func (t *turns) poison(group []item[*whatsapp.Message]) error {
	t.metrics.poison.Inc()
	err := t.attempt(group, apologist{t.apology})
	if err != nil && !store.IsData(err) && !errors.Is(err, errTurn) {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), t.deadline)
	defer cancel()
	return t.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.MarkPoison(ctx, inboxChannel, group[0].value.ID)
	})
}

// apologist is a dialog that only says that something went wrong; the session stays as it is.
type apologist struct {
	apology func(dialog.Session) bubble.Bubble
}

func (a apologist) Step(s dialog.Session, _ dialog.Event, _ dialog.Facts) (dialog.Session, []dialog.Effect) {
	return s, []dialog.Effect{dialog.Reply{Bubble: a.apology(s)}}
}

// batch is one transaction over a group of messages.
type batch struct {
	*turns
	tx     *store.Tx
	dialog Dialog
	talks  map[store.ConversationKey]*talk
	writes store.Turns
}

func (b *batch) run(ctx context.Context, group []item[*whatsapp.Message]) error {
	turns, err := b.open(ctx, group)
	if err != nil || len(turns) == 0 {
		return err
	}
	if err := b.lock(ctx, turns); err != nil {
		return err
	}
	for _, turn := range turns {
		if err := b.take(turn); err != nil {
			return err
		}
	}
	for _, talk := range b.talks {
		if err := talk.encode(); err != nil {
			return err
		}
		b.writes.Conversations = append(b.writes.Conversations, talk.stored)
	}
	return b.tx.WriteTurns(ctx, b.writes)
}

// open drops what was delivered before, and finds out who writes.
func (b *batch) open(ctx context.Context, group []item[*whatsapp.Message]) ([]*turn, error) {
	ids := make([]string, len(group))
	keys := map[store.IdentityKey]bool{}
	for i, each := range group {
		ids[i] = each.value.ID
		for _, key := range identityKeys(b.portfolios[each.value.PhoneNumberID], each.value) {
			keys[key] = true
		}
	}
	fresh, identities, err := b.tx.OpenTurns(ctx, inboxChannel, ids, sortedKeys(keys))
	if err != nil {
		return nil, err
	}
	people := newPeople(identities)
	turns := make([]*turn, 0, len(group))
	for i, each := range group {
		if !fresh[i] {
			b.metrics.duplicates.Inc()
			continue
		}
		if turn := b.identify(people, each.value); turn != nil {
			turns = append(turns, turn)
		}
	}
	change := people.learnt()
	change.Conversations = conversationsOf(turns, people.created)
	return turns, b.tx.ChangePeople(ctx, change)
}

// identify resolves the sender. A change of identity is not a turn: it gets no answer.
func (b *batch) identify(people *people, m *whatsapp.Message) *turn {
	portfolio := b.portfolios[m.PhoneNumberID]
	if m.Kind == whatsapp.KindSystem {
		people.change(portfolio, m)
		return nil
	}
	return &turn{message: m, portfolio: portfolio, person: people.resolve(portfolio, m.From), fresh: true}
}

// conversationsOf lists the conversations of new persons, which cannot exist yet.
func conversationsOf(turns []*turn, created []string) []store.ConversationKey {
	isNew := make(map[string]bool, len(created))
	for _, person := range created {
		isNew[person] = true
	}
	keys := map[store.ConversationKey]bool{}
	var conversations []store.ConversationKey
	for _, turn := range turns {
		if key := turn.key(); isNew[turn.person] && !keys[key] {
			keys[key] = true
			conversations = append(conversations, key)
		}
	}
	return conversations
}

func (t *turn) key() store.ConversationKey {
	return store.ConversationKey{Person: t.person, PhoneNumberID: t.message.PhoneNumberID}
}

// lock loads the conversations; one that does not exist yet is made first.
func (b *batch) lock(ctx context.Context, turns []*turn) error {
	b.talks = make(map[store.ConversationKey]*talk, len(turns))
	wanted := map[store.ConversationKey]bool{}
	var quoted []string
	for _, turn := range turns {
		wanted[turn.key()] = true
		if turn.message.QuotedID != "" {
			quoted = append(quoted, turn.message.QuotedID)
		}
	}
	missing, err := b.load(ctx, wanted, quoted)
	if err != nil || len(missing) == 0 {
		return err
	}
	if err := b.tx.ChangePeople(ctx, store.PeopleChange{Conversations: sortedConversations(missing)}); err != nil {
		return err
	}
	missing, err = b.load(ctx, missing, quoted)
	if err == nil && len(missing) > 0 {
		return errors.New("lock conversations: a conversation could not be made")
	}
	return err
}

func (b *batch) load(ctx context.Context, wanted map[store.ConversationKey]bool, quoted []string) (
	missing map[store.ConversationKey]bool, err error,
) {
	facts, err := b.tx.LockConversations(ctx, sortedConversations(wanted), quoted)
	if err != nil {
		return nil, err
	}
	talks, err := newTalks(facts)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errTurn, err)
	}
	missing = map[store.ConversationKey]bool{}
	for key := range wanted {
		if talk, found := talks[key]; found {
			talk.facts.PortalsAway, talk.facts.ChecksPapers = b.portals.notAnswering(), b.checksPapers
			talk.facts.NativeForm = b.native.name()
			b.talks[key] = talk
		} else {
			missing[key] = true
		}
	}
	return missing, nil
}

// take lets the dialog take one step and notes what it wants done.
func (b *batch) take(turn *turn) error {
	talk := b.talks[turn.key()]
	if heeded, err := b.heeds(talk, turn); !heeded {
		return err
	}
	talk.message = turn.message.ID
	event := b.event(talk, turn.message)
	session, effects := b.step(talk, event)
	talk.session = session
	talk.extendWindow(event.Time)
	for _, effect := range effects {
		if err := b.apply(talk, event, effect); err != nil {
			return fmt.Errorf("%w: %w", errTurn, err)
		}
	}
	return nil
}

// step contains a panic of the dialog: the citizen gets an apology, and keeps the session of before.
func (b *batch) step(talk *talk, event dialog.Event) (session dialog.Session, effects []dialog.Effect) {
	defer func() {
		if cause := recover(); cause != nil {
			b.metrics.panics.Inc()
			b.log.Error("dialog panicked", "conversation", talk.stored.ID, "cause", fmt.Sprintf("%T", cause), "stack", string(debug.Stack()))
			session, effects = apologist{b.apology}.Step(talk.session, event, talk.facts)
		}
	}()
	return b.dialog.Step(talk.session, event, talk.facts)
}
