package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// The types under which the workflows about citizens' own data are registered.
const (
	WorkflowSendPersonalData = "SendPersonalData"
	WorkflowErasePerson      = "ErasePerson"
	WorkflowEnforceRetention = "EnforceRetention"
)

// Names of their activities: the methods of package activities/rights.
const (
	ActivitySendCopy         = "SendCopy"         // RightsInput -> nothing
	ActivityCancelRequests   = "CancelRequests"   // RightsInput -> nothing
	ActivityCountRequests    = "CountRequests"    // RightsInput -> int, requests that still go on
	ActivityTellErasure      = "TellErasure"      // RightsInput -> nothing
	ActivityErasureToldOf    = "ErasureToldOf"    // RightsInput -> bool, whether the last message is out
	ActivityEraseKey         = "EraseKey"         // RightsInput -> int, requests that still go on: then nothing was erased
	ActivityForgetOldAnswers = "ForgetOldAnswers" // time.Time -> bool, whether there may be more
)

// RightsInput starts a workflow about one citizen's own data. It holds our own ids only.
type RightsInput struct {
	ID           string           `json:"id"` // of the workflow
	Person       string           `json:"person"`
	Conversation int64            `json:"conversation"`
	Language     catalog.Language `json:"language"`
	// CancelOpen cancels running requests before an erasure; else they are finished first.
	CancelOpen  bool      `json:"cancel_open,omitempty"`
	RequestedAt time.Time `json:"requested_at"`
}

// SendPersonalData sends a citizen a summary and a file of everything that is held about them.
func SendPersonalData(ctx workflow.Context, input RightsInput) error {
	if err := workflow.ExecuteActivity(hubActivity(ctx, "Put the data together and send it"), ActivitySendCopy, input).Get(ctx, nil); err != nil {
		return fmt.Errorf("send personal data: %w", err)
	}
	return nil
}

// showErasure tells the operator where an erasure stands.
func showErasure(ctx workflow.Context, stage, waitingFor, details string) error {
	workflow.SetCurrentDetails(ctx, details)
	updates := []temporal.SearchAttributeUpdate{
		AttributeService.ValueSet(erasureService), AttributeStage.ValueSet(stage), AttributeWaitingFor.ValueSet(waitingFor),
	}
	if waitingFor == waitingForNothing {
		updates = append(updates, AttributeOutcome.ValueSet(stage))
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, updates...); err != nil {
		return fmt.Errorf("set search attributes: %w", err)
	}
	return nil
}
