package store

import (
	"context"
	"encoding/json"
	"fmt"
)

// Question is something a running request asks its citizen.
type Question struct {
	ID           string // chosen by the asker; the same id twice asks once
	Reference    string
	Conversation int64
	Bubble       json.RawMessage // a bubble.Bubble, as it is asked
	Choices      json.RawMessage // a []bubble.Choice; nil: none
	Template     *Template       // nil: outside the window the question waits for the citizen to write
}

// AskQuestion stores a question and enqueues its message, together. Asking again changes nothing.
func (s *Store) AskQuestion(ctx context.Context, q Question) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.AskQuestion(ctx, q) })
}

// AskQuestion is Store.AskQuestion within a transaction.
func (tx *Tx) AskQuestion(ctx context.Context, q Question) error {
	message := Message{Conversation: q.Conversation, Dedupe: "question:" + q.ID, Bubble: q.Bubble, Template: q.Template}
	outbox, err := tx.EnqueueMessage(ctx, message)
	if err != nil {
		return err
	}
	choices := q.Choices
	if choices == nil {
		choices = json.RawMessage("[]")
	}
	sealedBubble, sealedChoices, err := tx.sealQuestion(ctx, &q, choices)
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		insert into question (id, request, conversation, outbox, bubble, choices) values ($1, $2, $3, $4, $5, $6)
		on conflict (id) do nothing`, q.ID, q.Reference, q.Conversation, outbox, sealedBubble, sealedChoices)
	if err != nil {
		return fmt.Errorf("insert question: %w", err)
	}
	return nil
}

func (tx *Tx) sealQuestion(ctx context.Context, q *Question, plainChoices []byte) (sealedBubble, choices []byte, err error) {
	person, err := personOfWorkflow(ctx, tx, q.Reference)
	if err != nil {
		return nil, nil, err
	}
	if sealedBubble, err = tx.ring.sealOne(ctx, person, q.Bubble, placeInQuestion("bubble", q.ID)); err != nil {
		return nil, nil, fmt.Errorf("encrypt question: %w", err)
	}
	if choices, err = tx.ring.seal(person, plainChoices, placeInQuestion("choices", q.ID)); err != nil {
		return nil, nil, fmt.Errorf("encrypt question: %w", err)
	}
	return sealedBubble, choices, nil
}

// CloseQuestions closes the request's open questions but those named: an answer to a closed one is no answer any more.
func (s *Store) CloseQuestions(ctx context.Context, reference string, except ...string) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.CloseQuestions(ctx, reference, except...) })
}

// CloseQuestions is Store.CloseQuestions within a transaction.
func (tx *Tx) CloseQuestions(ctx context.Context, reference string, except ...string) error {
	if except == nil {
		except = []string{}
	}
	_, err := tx.Exec(ctx, `
		update question set state = 'closed', closed_at = now()
		where request = $1 and state = 'open' and id <> all($2)`, reference, except)
	if err != nil {
		return fmt.Errorf("close questions: %w", err)
	}
	return nil
}
