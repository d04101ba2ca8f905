package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// OutboxChannel is the PostgreSQL notification channel on which gateways hear that another process enqueued something. The payload is the
// lane's sender; empty: look at every sender.
const OutboxChannel = "jansetu_outbox"

// SenderWorkflow is the sender of the lanes whose rows go to Temporal. Every other lane's sender is a business phone number id.
const SenderWorkflow = "workflow"

// The kinds of outbox row.
const (
	KindMessage        = "message"         // payload: a bubble
	KindWorkflowStart  = "workflow_start"  // payload: WorkflowStart
	KindWorkflowSignal = "workflow_signal" // payload: WorkflowSignal
)

// ConversationLane is the lane of what is said in one conversation.
func ConversationLane(conversation int64) string { return "c:" + strconv.FormatInt(conversation, 10) }

// WorkflowLane is the lane of what is told to one request's workflow.
func WorkflowLane(reference string) string { return "w:" + reference }

// Template is a registered message template, for a message that may go out after the customer service window closed.
type Template struct {
	Name     string   `json:"name"`
	Language string   `json:"language"`
	Params   []string `json:"params,omitempty"` // of the body, in order
}

// Message is one message to a citizen.
type Message struct {
	Conversation int64
	Dedupe       string          // the same key twice enqueues once; empty: no check
	Bubble       json.RawMessage // a bubble.Bubble
	Template     *Template       // nil: outside the window the message waits for the citizen to write
}

// WorkflowStart is the payload of a KindWorkflowStart row.
type WorkflowStart struct {
	Reference string          `json:"reference"`
	Workflow  string          `json:"workflow"` // the registered workflow type
	Summary   string          `json:"summary"`  // for operators: no personal data
	Input     json.RawMessage `json:"input"`    // a workflows.RequestInput
}

// WorkflowSignal is the payload of a KindWorkflowSignal row.
type WorkflowSignal struct {
	Reference string          `json:"reference"`
	Name      string          `json:"name"`
	Payload   json.RawMessage `json:"payload,omitempty"` // nil: a signal without payload
}

// ErrNoConversation says that a message was addressed to a conversation that does not exist.
var ErrNoConversation = errors.New("no such conversation")

// EnqueueMessage puts a message into its conversation's lane and wakes the gateways. It returns the row's id, also when the
// dedupe key was there already. It fails with ErrNoConversation.
func (s *Store) EnqueueMessage(ctx context.Context, m Message) (id int64, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		row, err := tx.messageRow(ctx, m)
		if err != nil {
			return err
		}
		id, err = tx.enqueueNow(ctx, row)
		return err
	})
	return id, err
}

// EnqueueMessage is Store.EnqueueMessage within a transaction.
func (tx *Tx) EnqueueMessage(ctx context.Context, m Message) error {
	row, err := tx.messageRow(ctx, m)
	if err != nil {
		return err
	}
	return tx.enqueue(ctx, row)
}

func (tx *Tx) messageRow(ctx context.Context, m Message) (row OutboxRow, err error) {
	row = OutboxRow{Kind: KindMessage, Lane: ConversationLane(m.Conversation), Conversation: m.Conversation, Payload: m.Bubble,
		Template: m.Template, Dedupe: m.Dedupe}
	row.Person, row.Sender, err = tx.people.ofConversation(ctx, tx, m.Conversation)
	return row, err
}

// EnqueueSignal puts a signal into its workflow's lane and wakes the gateways, in the caller's transaction: what the
// workflow is told about and the telling are stored together. The same dedupe key twice enqueues once.
func (tx *Tx) EnqueueSignal(ctx context.Context, signal WorkflowSignal, dedupe string) error {
	payload, err := json.Marshal(signal)
	if err != nil {
		return fmt.Errorf("encode signal: %w", err)
	}
	person, err := tx.personOfWorkflow(ctx, signal.Reference)
	if err != nil {
		return err
	}
	return tx.enqueue(ctx, OutboxRow{Kind: KindWorkflowSignal, Lane: WorkflowLane(signal.Reference),
		Sender: SenderWorkflow, Person: person, Payload: payload, Dedupe: dedupe})
}

// EnqueueStart puts the start of a workflow that belongs to the hub into its lane, once, in the caller's transaction. Its input is kept
// under the hub's key: it holds our own ids only, and may outlive a person's key.
func (tx *Tx) EnqueueStart(ctx context.Context, start WorkflowStart) error {
	payload, err := json.Marshal(start)
	if err != nil {
		return fmt.Errorf("encode workflow start: %w", err)
	}
	return tx.enqueue(ctx, OutboxRow{Kind: KindWorkflowStart, Lane: WorkflowLane(start.Reference), Sender: SenderWorkflow, Person: HubPerson,
		Payload: payload, Dedupe: "start:" + start.Reference})
}

// OutboxRow is one row to enqueue.
type OutboxRow struct {
	Kind         string
	Lane         string
	Sender       string
	Person       string // under whose key payload and template are kept
	Conversation int64  // 0: none
	Payload      json.RawMessage
	Template     *Template
	Dedupe       string
}

const insertOutboxRow = `
		with added as (
			insert into outbox (lane, kind, conversation, seal, payload, template, dedupe)
			values ($1, $2, nullif($3, 0), $4, $5, $6, nullif($7, ''))
			on conflict (dedupe) do nothing returning id),
		readied as (
			insert into outbox_lane as l (lane, sender, ready_at) select $1, $8, now() from added
			on conflict (lane) do update set version = l.version + 1, ready_at = coalesce(l.ready_at, excluded.ready_at))
		select id from added, pg_notify($9, $8)`

func (tx *Tx) enqueue(ctx context.Context, row OutboxRow) error {
	values, err := tx.sealRow(ctx, row)
	if err != nil {
		return err
	}
	tx.putOff("insert outbox row", insertOutboxRow, values...)
	return nil
}

// enqueueNow is enqueue for who needs the row's id.
func (tx *Tx) enqueueNow(ctx context.Context, row OutboxRow) (id int64, err error) {
	values, err := tx.sealRow(ctx, row)
	if err != nil {
		return 0, err
	}
	err = tx.QueryRow(ctx, insertOutboxRow, values...).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return tx.enqueuedBefore(ctx, row.Dedupe)
	}
	if err != nil {
		return 0, fmt.Errorf("insert outbox row: %w", err)
	}
	return id, nil
}

// sealRow gives the values that insertOutboxRow takes.
func (tx *Tx) sealRow(ctx context.Context, row OutboxRow) ([]any, error) {
	if err := tx.ring.load(ctx, row.Person); err != nil {
		return nil, err
	}
	sealed, err := row.seal(tx.ring)
	if err != nil {
		return nil, fmt.Errorf("encrypt outbox row: %w", err)
	}
	return []any{row.Lane, row.Kind, row.Conversation, sealed.seal, sealed.payload, sealed.template, row.Dedupe, row.Sender, OutboxChannel}, nil
}

// sealedRow is what of a row is encrypted.
type sealedRow struct {
	seal              int64
	payload, template []byte
}

func (row *OutboxRow) seal(ring *keyring) (sealed sealedRow, err error) {
	sealed.seal = rand.Int64() //nolint:gosec // tells rows apart, guards nothing
	if sealed.payload, err = ring.seal(row.Person, row.Payload, placeInOutbox("payload", sealed.seal)); err != nil || row.Template == nil {
		return sealed, err
	}
	template, err := json.Marshal(row.Template)
	if err != nil {
		return sealed, fmt.Errorf("encode template: %w", err)
	}
	sealed.template, err = ring.seal(row.Person, template, placeInOutbox("template", sealed.seal))
	return sealed, err
}

func (tx *Tx) enqueuedBefore(ctx context.Context, dedupe string) (id int64, err error) {
	if err := tx.QueryRow(ctx, `select id from outbox where dedupe = $1`, dedupe).Scan(&id); err != nil {
		return 0, fmt.Errorf("find enqueued row: %w", err)
	}
	return id, nil
}

// NotifyOutbox wakes the dispatchers of all gateways.
func (s *Store) NotifyOutbox(ctx context.Context) error {
	if _, err := s.pool.Exec(ctx, `select pg_notify($1, '')`, OutboxChannel); err != nil {
		return fmt.Errorf("notify outbox: %w", err)
	}
	return nil
}
