package document

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Correctable names the fields of a kind of document, as its seal names them, that a correction may change. What the ledger or the operator of a
// journey decides is not among them: a wrong amount is a refund, never another receipt.
func Correctable(kind string) []string {
	if isReceipt(kind) {
		return []string{"name", "bill", "department_receipt"}
	}
	return nil
}

// isReceipt tells whether a kind is that of a receipt: of one bill, or of one of several that were paid together.
func isReceipt(kind string) bool {
	part, several := strings.CutPrefix(kind, kindReceipt+"-")
	if !several {
		return kind == kindReceipt
	}
	number, err := strconv.Atoi(part)
	return err == nil && number > 0
}

// Uncorrectable says, for operators, why no correction of a kind is issued and what is done instead; empty for a kind that can be corrected.
func Uncorrectable(kind string) string {
	switch {
	case isReceipt(kind):
		return ""
	case kind == kindTicket:
		return "A ticket says what the operator of the journey holds: names, places, times and fare are corrected there. Where the operator does not correct them, " +
			"the citizen gives the ticket back and books anew; revoke it only when it must not count."
	}
	return "This paper says what the department decided: it is corrected at the department, which then issues another. Revoke it when it must not count."
}

// CorrectDocument issues what two officers agreed on and sends it to the citizen, both once however often it is asked. It fails for good
// when nothing was agreed on, or the document was revoked, forgotten or corrected otherwise meanwhile.
func (a *Activities) CorrectDocument(ctx context.Context, input workflows.CorrectionInput) error {
	issued, err := a.correct(ctx, input)
	for _, lasting := range []error{
		store.ErrNoCorrection, store.ErrNotIssued, issue.ErrEnded, issue.ErrForgotten, issue.ErrReplaced, issue.ErrDiffers, errUncorrectable,
	} {
		if errors.Is(err, lasting) {
			return temporal.NewNonRetryableApplicationError("the document cannot be corrected: "+lasting.Error(), "correction", err)
		}
	}
	if err != nil {
		return err
	}
	return a.tellCorrected(ctx, input, issued)
}

var errUncorrectable = errors.New("it is not known what this document was laid out from")

func (a *Activities) correct(ctx context.Context, input workflows.CorrectionInput) (issue.Issued, error) {
	if a.issuer == nil {
		return issue.Issued{}, errors.New("documents are not issued here: JANSETU_ISSUER is not set")
	}
	agreed, err := a.store.AgreedCorrection(ctx, input.Approval)
	if err != nil {
		return issue.Issued{}, fmt.Errorf("read correction: %w", err)
	}
	known, err := a.store.IssuedByID(ctx, agreed.Document)
	if err != nil {
		return issue.Issued{}, fmt.Errorf("read document: %w", err)
	}
	order, err := a.corrected(known, agreed.Fields)
	if err != nil {
		return issue.Issued{}, err
	}
	issued, err := a.issuer.Correct(ctx, order, "approval "+input.Approval)
	if err != nil {
		return issue.Issued{}, fmt.Errorf("correct %s: %w", known.Kind, err)
	}
	return issued, nil
}

// corrected lays the document out as it was, but for the fields.
func (a *Activities) corrected(known store.IssuedDocument, fields map[string]string) (issue.Order, error) {
	if !isReceipt(known.Kind) || known.Source == nil {
		return issue.Order{}, errUncorrectable
	}
	library, err := a.library()
	if err != nil {
		return issue.Order{}, err
	}
	var input workflows.ReceiptInput
	if err := json.Unmarshal(known.Source, &input); err != nil {
		return issue.Order{}, fmt.Errorf("read what the receipt was laid out from: %w", err)
	}
	for name, value := range fields {
		switch name {
		case "name":
			input.Bill.Name = value
		case "bill":
			input.Bill.Number = value
		case "department_receipt":
			input.Posted.PortalReceipt = value
		default:
			return issue.Order{}, fmt.Errorf("%w: %s", errUncorrectable, name)
		}
	}
	order, err := receiptOrder(library, a.receipt(library, input), input)
	order.Replaces = known.Version
	return order, err
}

func (a *Activities) tellCorrected(ctx context.Context, input workflows.CorrectionInput, issued issue.Issued) error {
	text := a.catalog.Text(input.Language, "document.corrected", catalog.Args{"reference": input.Reference})
	shown, err := json.Marshal(bubble.WithDocument(text, bubble.Document{ID: issued.File, Filename: issued.Filename, MIMEType: mimePDF}))
	if err != nil {
		return fmt.Errorf("encode bubble: %w", err)
	}
	_, err = a.store.EnqueueMessage(ctx, store.Message{
		Conversation: input.Conversation, Dedupe: "corrected:" + input.Approval, Bubble: shown,
		Template: &store.Template{
			Name: citizen.TemplateRequestUpdate, Language: string(input.Language),
			Params: []string{input.Reference, a.catalog.Text(input.Language, "document.corrected.short", nil)},
		},
	})
	return err
}
