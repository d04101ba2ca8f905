// Package approved does what two officers agreed on: each deed checks whether it could be done, and does or begins it in the transaction that
// agrees on it, so that it is done once or not at all. Who asks and who approves is decided before, by the operators' pages and by the
// database.
package approved

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/gateway/ops"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// Deeds are all that two officers may agree on. texts are said to citizens; now is the clock.
func Deeds(books *money.Books, texts *catalog.Catalog, now func() time.Time) map[approval.Action]ops.Deed {
	return map[approval.Action]ops.Deed{
		approval.Refund: refund{books}, approval.Cancel: cancel{}, approval.Erase: erase{now}, approval.Keys: keys{},
		approval.Revoke: revoke{texts}, approval.Correct: correct{},
	}
}

// refund gives a payment back that the department has.
type refund struct{ books *money.Books }

func (refund) UsedWhenDone() bool { return true }

func (d refund) Check(ctx context.Context, tx *store.Tx, payment string) (person string, err error) {
	person, err = d.books.MayGiveBack(ctx, tx, payment)
	return person, sayMoney(err)
}

func (d refund) Do(ctx context.Context, tx *store.Tx, agreed approval.Approval) error {
	if err := d.books.GiveBack(ctx, tx, agreed.Object, agreed.ID); err != nil {
		return sayMoney(err)
	}
	return note(ctx, tx, audit.RefundOrdered, agreed, agreed.Object)
}

func sayMoney(err error) error {
	for _, known := range []error{money.ErrNoPayment, money.ErrRequestOpen, money.ErrNotHeld, money.ErrNotFulfilled} {
		if errors.Is(err, known) {
			return officers.Refuse(http.StatusConflict, known.Error())
		}
	}
	return err
}

// cancel stops a paid request that is with an officer; its workflow uses the approval before it gives the money back.
type cancel struct{}

func (cancel) UsedWhenDone() bool { return false }

func (cancel) Check(ctx context.Context, tx *store.Tx, reference string) (person string, err error) {
	request, err := find(ctx, tx, reference)
	if err != nil {
		return "", err
	}
	if !request.Open || request.Stage != string(workflows.StageWithOfficer) {
		return "", officers.Refuse(http.StatusConflict, "Only a request that is with an officer is stopped so: the department may still take the money of any other.")
	}
	return request.Person, nil
}

func (d cancel) Do(ctx context.Context, tx *store.Tx, agreed approval.Approval) error {
	if _, err := d.Check(ctx, tx, agreed.Object); err != nil {
		return err
	}
	payload, err := json.Marshal(workflows.OperatorAct{By: agreed.RequestedBy, Reason: "two officers agreed", Approval: agreed.ID})
	if err != nil {
		return fmt.Errorf("encode signal: %w", err)
	}
	signal := store.WorkflowSignal{Reference: workflows.RequestWorkflowID(agreed.Object), Name: workflows.SignalOperatorCancel, Payload: payload}
	if err := tx.EnqueueSignal(ctx, signal, "approval:"+agreed.ID); err != nil {
		return err
	}
	return note(ctx, tx, audit.CancelOrdered, agreed, agreed.Object)
}

// erase forgets a person who did not ask for it in the chat, such as by a letter, once their requests have ended.
type erase struct{ now func() time.Time }

func (erase) UsedWhenDone() bool { return true }

func (erase) Check(ctx context.Context, tx *store.Tx, reference string) (person string, err error) {
	request, err := find(ctx, tx, reference)
	if err != nil {
		return "", err
	}
	erased, err := tx.IsErased(ctx, request.Person)
	if err != nil {
		return "", err
	}
	if erased {
		return "", officers.Refuse(http.StatusConflict, "This person was erased already.")
	}
	return request.Person, nil
}

func (d erase) Do(ctx context.Context, tx *store.Tx, agreed approval.Approval) error {
	if _, err := d.Check(ctx, tx, agreed.Object); err != nil {
		return err
	}
	request, err := find(ctx, tx, agreed.Object)
	if err != nil {
		return err
	}
	input := workflows.RightsInput{ID: ops.StepOf(agreed), Person: request.Person, Conversation: request.Conversation,
		Language: catalog.Language(request.Language), RequestedAt: d.now()}
	encoded, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("encode workflow input: %w", err)
	}
	start := store.WorkflowStart{Reference: input.ID, Workflow: workflows.WorkflowErasePerson, Summary: "Two officers agreed to erase a person · " + input.ID,
		Input: encoded}
	wish := store.Erasure{ID: input.ID, Person: input.Person, RequestedAt: input.RequestedAt, Approval: agreed.ID}
	if err := tx.OrderErasure(ctx, wish, start); err != nil {
		return err
	}
	return note(ctx, tx, audit.ErasureOrdered, agreed, input.ID)
}

// keys is work on key-encryption keys. It is done by a command, which uses the approval.
type keys struct{}

// What may be done with a key-encryption key: the object of the approval is one of these and the key's URI.
const (
	RotateKey  = "rotate:"
	DestroyKey = "destroy:"
)

func (keys) UsedWhenDone() bool { return false }

func (keys) Check(_ context.Context, _ *store.Tx, object string) (person string, err error) {
	for _, work := range []string{RotateKey, DestroyKey} {
		if uri, ok := strings.CutPrefix(object, work); ok && uri != "" {
			return "", nil
		}
	}
	return "", officers.Refuse(http.StatusConflict, "Write "+RotateKey+" or "+DestroyKey+" and the key's URI behind it.")
}

func (keys) Do(context.Context, *store.Tx, approval.Approval) error { return nil }

func find(ctx context.Context, tx *store.Tx, reference string) (store.Request, error) {
	request, err := tx.RequestForOfficers(ctx, reference)
	if errors.Is(err, store.ErrNoRequest) {
		return request, officers.Refuse(http.StatusConflict, "There is no request with this reference number.")
	}
	return request, err
}

// note is the last thing of a transaction: see [audit.Append].
func note(ctx context.Context, tx *store.Tx, action audit.Action, agreed approval.Approval, object string) error {
	return audit.Append(ctx, tx, audit.Entry{Actor: agreed.RequestedBy, Action: action, Person: agreed.Person, Object: object, Reason: "approval " + agreed.ID})
}
