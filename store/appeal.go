package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Appeal is an appeal about an application.
type Appeal struct {
	Reference   string // the application's, with its own ending
	Application string // the reference of the application
	Since       time.Time
	Start       WorkflowStart // of the appeal's workflow
}

// StartAppeal makes the appeal a request of the application's citizen and puts the start of its workflow into its lane, both or
// neither, once. It fails with ErrNoRequest when there is no such application, and with vault.ErrErased when its person was erased.
func (s *Store) StartAppeal(ctx context.Context, appeal Appeal) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.startAppeal(ctx, appeal) })
}

func (tx *Tx) startAppeal(ctx context.Context, appeal Appeal) error {
	person, err := tx.personOfWorkflow(ctx, appeal.Application)
	if err != nil {
		return err
	}
	if person == HubPerson {
		return fmt.Errorf("%w: %s", ErrNoRequest, appeal.Application)
	}
	answers, err := tx.ring.sealOne(ctx, person, []byte("{}"), placeInRequest("answers", appeal.Reference))
	if err != nil {
		return fmt.Errorf("encrypt answers: %w", err)
	}
	if _, err := tx.Exec(ctx, `select start_appeal($1, $2, $3, $4)`, appeal.Application, appeal.Reference, answers, appeal.Since); err != nil {
		return fmt.Errorf("insert appeal: %w", err)
	}
	payload, err := json.Marshal(appeal.Start)
	if err != nil {
		return fmt.Errorf("encode workflow start: %w", err)
	}
	return tx.enqueue(ctx, OutboxRow{Kind: KindWorkflowStart, Lane: WorkflowLane(appeal.Reference), Sender: SenderWorkflow, Person: person,
		Payload: payload, Dedupe: "start:" + appeal.Reference})
}
