package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// PersonOfWorkflow tells for whom a workflow runs, by its id: a request's reference or a refund's id. Any other runs for HubPerson.
func (s *Store) PersonOfWorkflow(ctx context.Context, id string) (person string, err error) {
	return s.people.of(ctx, s.pool, id)
}

func (tx *Tx) personOfWorkflow(ctx context.Context, id string) (person string, err error) {
	return tx.people.of(ctx, tx, id)
}

// people remembers for whom workflows run and whose conversations are, for a minute: two persons may turn out to be one.
type people struct {
	mu            sync.Mutex
	workflows     map[string]remembered
	conversations map[int64]remembered
}

type remembered struct {
	person string
	sender string // of a conversation: the business phone number id
	until  time.Time
}

// mostPeople are remembered; then all are forgotten, for asking again is cheap.
const (
	mostPeople    = 20_000
	rememberedFor = time.Minute
)

func newPeople() *people {
	return &people{workflows: map[string]remembered{}, conversations: map[int64]remembered{}}
}

func (p *people) of(ctx context.Context, db querier, workflow string) (person string, err error) {
	if known, ok := recall(p, p.workflows, workflow); ok {
		return known.person, nil
	}
	found, err := ofWorkflow(ctx, db, workflow)
	if err != nil {
		return "", err
	}
	if len(found) == 0 { // nobody's yet may become somebody's
		return HubPerson, nil
	}
	p.noteWorkflow(workflow, found[0].Person)
	// Whoever asks whose a workflow is speaks to them soon.
	note(p, p.conversations, found[0].Conversation, remembered{person: found[0].Talker, sender: found[0].Sender})
	return found[0].Person, nil
}

func (p *people) noteWorkflow(workflow, person string) {
	note(p, p.workflows, workflow, remembered{person: person})
}

// ofConversation tells whose a conversation is, and with which of our numbers; it fails with ErrNoConversation.
func (p *people) ofConversation(ctx context.Context, db querier, conversation int64) (person, sender string, err error) {
	if known, ok := recall(p, p.conversations, conversation); ok {
		return known.person, known.sender, nil
	}
	rows, err := db.Query(ctx, `select phone_number_id, person::text from conversation where id = $1`, conversation)
	if err != nil {
		return "", "", fmt.Errorf("find conversation: %w", err)
	}
	read := remembered{}
	_, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (struct{}, error) {
		return struct{}{}, row.Scan(&read.sender, &read.person)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", fmt.Errorf("%w: %d", ErrNoConversation, conversation)
	}
	if err != nil {
		return "", "", fmt.Errorf("find conversation: %w", err)
	}
	note(p, p.conversations, conversation, read)
	return read.person, read.sender, nil
}

func recall[K comparable](p *people, of map[K]remembered, key K) (known remembered, ok bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	known = of[key]
	return known, time.Now().Before(known.until)
}

func note[K comparable](p *people, of map[K]remembered, key K, known remembered) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(of) >= mostPeople {
		clear(of)
	}
	known.until = time.Now().Add(rememberedFor)
	of[key] = known
}

// forget forgets all, when two persons became one.
func (p *people) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.workflows)
	clear(p.conversations)
}

// whose is for whom a workflow runs, and the conversation of its request.
type whose struct {
	Person       string
	Conversation int64
	Talker       string // in the conversation: another one than Person, if two persons turned out to be one
	Sender       string
}

// ofWorkflow answers nothing when a workflow runs for nobody.
func ofWorkflow(ctx context.Context, db querier, id string) ([]whose, error) {
	rows, err := db.Query(ctx, `
		select r.person::text, c.id, c.person::text, c.phone_number_id from request r join conversation c on c.id = r.conversation
		where r.reference = coalesce((select o.request from refund f join payment_order o on o.id = f.order_id where f.id = $1), $1)`, id)
	if err != nil {
		return nil, fmt.Errorf("find the workflow's person: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowToStructByPos[whose])
	if err != nil {
		return nil, fmt.Errorf("find the workflow's person: %w", err)
	}
	return found, nil
}
