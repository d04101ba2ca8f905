package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// WorkflowCorrectDocument is the type under which CorrectDocument is registered.
const WorkflowCorrectDocument = "CorrectDocument"

// ActivityCorrectDocument is a method of package activities/document: CorrectionInput -> nothing.
const ActivityCorrectDocument = "CorrectDocument"

// CorrectionInput starts the correction of an issued document that two officers agreed on. It holds our own ids only: what is to stand on the
// paper is read under the approval.
type CorrectionInput struct {
	Approval     string           `json:"approval"`
	Reference    string           `json:"reference"` // of the request
	Conversation int64            `json:"conversation"`
	Language     catalog.Language `json:"language"`
}

// CorrectionWorkflowID names the one workflow of an approval.
func CorrectionWorkflowID(approval string) string { return "CORRECT-" + approval }

// CorrectDocument issues the next version of a document and sends it to the citizen.
func CorrectDocument(ctx workflow.Context, input CorrectionInput) error {
	if err := workflow.ExecuteActivity(hubActivity(ctx, "Issue the corrected paper and send it"), ActivityCorrectDocument, input).Get(ctx, nil); err != nil {
		return fmt.Errorf("correct document: %w", err)
	}
	return nil
}
