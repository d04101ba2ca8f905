package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/jackc/pgx/v5"
)

// Question is something a running request asks its citizen.
type Question struct {
	ID           string // chosen by the asker, without "#"; the same id twice asks once
	Reference    string
	Conversation int64
	Bubble       json.RawMessage // a bubble.Bubble, as it is asked
	Choices      json.RawMessage // a []bubble.Choice; nil: none
	Field        json.RawMessage // a catalog.Field that takes a typed answer; nil: only a choice answers
	Template     *Template       // nil: outside the window the question waits for the citizen to write
}

// QuestionDedupe is the dedupe key of a message that asks a question: a reply that quotes such a message answers it. A mark tells a
// repetition from the first time.
func QuestionDedupe(id, mark string) string {
	if mark == "" {
		return "question:" + id
	}
	return "question:" + id + "#" + mark
}

// AskQuestion stores a question and enqueues its message, together. Asking again changes nothing.
func (s *Store) AskQuestion(ctx context.Context, q Question) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.AskQuestion(ctx, q) })
}

// AskQuestion is Store.AskQuestion within a transaction.
func (tx *Tx) AskQuestion(ctx context.Context, q Question) error {
	message := Message{Conversation: q.Conversation, Dedupe: QuestionDedupe(q.ID, ""), Bubble: q.Bubble, Template: q.Template}
	if err := tx.EnqueueMessage(ctx, message); err != nil {
		return err
	}
	choices := q.Choices
	if choices == nil {
		choices = json.RawMessage("[]")
	}
	sealed, err := tx.sealQuestion(ctx, &q, choices)
	if err != nil {
		return err
	}
	tx.putOff("insert question", `
		insert into question (id, request, conversation, outbox, bubble, choices, field)
		select $1, $2, $3, id, $5, $6, $7 from outbox where dedupe = $4
		on conflict (id) do nothing`, q.ID, q.Reference, q.Conversation, message.Dedupe, sealed.bubble, sealed.choices, sealed.field)
	return nil
}

// RemindOfQuestion sends a question's bubble again, once per reminder, as long as the question is open.
func (tx *Tx) RemindOfQuestion(ctx context.Context, q Question, reminder int) error {
	open, err := tx.questionIsOpen(ctx, q.ID)
	if err != nil || !open {
		return err
	}
	return tx.EnqueueMessage(ctx, Message{
		Conversation: q.Conversation, Dedupe: QuestionDedupe(q.ID, strconv.Itoa(reminder)), Bubble: q.Bubble, Template: q.Template,
	})
}

// questionIsOpen locks the question, so that it is not answered while it is asked again.
func (tx *Tx) questionIsOpen(ctx context.Context, id string) (open bool, err error) {
	rows, err := tx.Query(ctx, `select state = 'open' from question where id = $1 for update`, id)
	if err != nil {
		return false, fmt.Errorf("read question: %w", err)
	}
	open, err = pgx.CollectOneRow(rows, pgx.RowTo[bool])
	if errors.Is(err, pgx.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("read question: %w", err)
	}
	return open, nil
}

type sealedQuestion struct{ bubble, choices, field []byte }

func (tx *Tx) sealQuestion(ctx context.Context, q *Question, choices []byte) (sealed sealedQuestion, err error) {
	person, err := tx.personOfWorkflow(ctx, q.Reference)
	if err != nil {
		return sealed, err
	}
	if sealed.bubble, err = tx.ring.sealOne(ctx, person, q.Bubble, placeInQuestion("bubble", q.ID)); err != nil {
		return sealed, fmt.Errorf("encrypt question: %w", err)
	}
	if sealed.choices, err = tx.ring.seal(person, choices, placeInQuestion("choices", q.ID)); err != nil {
		return sealed, fmt.Errorf("encrypt question: %w", err)
	}
	if q.Field == nil {
		return sealed, nil
	}
	if sealed.field, err = tx.ring.seal(person, q.Field, placeInQuestion("field", q.ID)); err != nil {
		return sealed, fmt.Errorf("encrypt question: %w", err)
	}
	return sealed, nil
}

// CloseQuestions closes the request's open questions but those named: an answer to a closed one is no answer any more.
func (s *Store) CloseQuestions(ctx context.Context, reference string, except ...string) error {
	return s.WithTx(ctx, func(_ context.Context, tx *Tx) error {
		tx.CloseQuestions(reference, except...)
		return nil
	})
}

// CloseQuestions is Store.CloseQuestions within a transaction.
func (tx *Tx) CloseQuestions(reference string, except ...string) {
	if except == nil {
		except = []string{}
	}
	tx.putOff("close questions", `
		update question set state = 'closed', closed_at = now()
		where request = $1 and state = 'open' and id <> all($2)`, reference, except)
}
