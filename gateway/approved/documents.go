package approved

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"

	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// issuedNow reads an issued document that still counts, and its request.
func issuedNow(ctx context.Context, tx *store.Tx, id string) (known store.IssuedDocument, request store.Request, err error) {
	known, err = tx.IssuedByID(ctx, id)
	switch {
	case errors.Is(err, store.ErrNotIssued):
		return known, request, officers.Refuse(http.StatusConflict, "No such document was issued.")
	case err != nil:
		return known, request, err
	case known.State != store.IssueValid:
		return known, request, officers.Refuse(http.StatusConflict, "This version of the document no longer counts: it is "+string(known.State)+".")
	case known.Number == "":
		return known, request, officers.Refuse(http.StatusConflict, "This document was forgotten, or its person erased.")
	}
	request, err = find(ctx, tx, known.Request)
	return known, request, err
}

// revoke says that an issued document no longer counts: in the database at once, in the public log as soon as the worker gives it its place.
type revoke struct{ texts *catalog.Catalog }

func (revoke) UsedWhenDone() bool { return true }

func (revoke) Check(ctx context.Context, tx *store.Tx, id string) (person string, err error) {
	_, request, err := issuedNow(ctx, tx, id)
	return request.Person, err
}

func (d revoke) Do(ctx context.Context, tx *store.Tx, agreed approval.Approval) error {
	known, request, err := issuedNow(ctx, tx, agreed.Object)
	if err != nil {
		return err
	}
	if err := d.end(ctx, tx, agreed, known); err != nil {
		return err
	}
	if err := d.tell(ctx, tx, agreed.ID, known, request); err != nil {
		return err
	}
	return note(ctx, tx, audit.RevokeOrdered, agreed, agreed.Object)
}

// end works as operator: the gateway itself may not end a document.
func (revoke) end(ctx context.Context, tx *store.Tx, agreed approval.Approval, known store.IssuedDocument) error {
	leaf, err := issue.RevocationLeaf(known)
	if err != nil {
		return fmt.Errorf("revoke: %w", err)
	}
	if err := access.Enter(ctx, tx, access.Scope{Role: access.Operator, Subject: agreed.RequestedBy}); err != nil {
		return err
	}
	switch err := tx.RevokeAgreed(ctx, agreed.ID, "approval "+agreed.ID, leaf); {
	case errors.Is(err, store.ErrIssued):
		return officers.Refuse(http.StatusConflict, "This version of the document no longer counts.")
	case err != nil:
		return err
	}
	return access.Enter(ctx, tx, access.Scope{Role: access.Gateway})
}

func (d revoke) tell(ctx context.Context, tx *store.Tx, approvalID string, known store.IssuedDocument, request store.Request) error {
	language := catalog.Language(request.Language)
	text := d.texts.Text(language, "document.revoked", catalog.Args{
		"reference": known.Request, "number": known.Number, "helpline": d.texts.State().Helpline,
	})
	shown, err := json.Marshal(bubble.Say(text))
	if err != nil {
		return fmt.Errorf("encode bubble: %w", err)
	}
	return tx.EnqueueMessage(ctx, store.Message{
		Conversation: request.Conversation, Dedupe: "revoked:" + approvalID, Bubble: shown,
		Template: &store.Template{
			Name: citizen.TemplateRequestUpdate, Language: request.Language,
			Params: []string{known.Request, d.texts.Text(language, "document.revoked.short", nil)},
		},
	})
}

// correct begins the correction of an issued document: the worker, who has the keys, makes the next version. Until it is there the old one counts.
type correct struct{}

func (correct) UsedWhenDone() bool { return true }

func (correct) Check(ctx context.Context, tx *store.Tx, id string) (person string, err error) {
	known, request, err := issuedNow(ctx, tx, id)
	if err != nil {
		return "", err
	}
	if known.Source == nil {
		return "", officers.Refuse(http.StatusConflict, "It was not kept what this document was laid out from: it can only be revoked.")
	}
	agreed, err := tx.IsCorrected(ctx, id)
	if err == nil && agreed {
		err = officers.Refuse(http.StatusConflict, store.ErrCorrected.Error()+".")
	}
	return request.Person, err
}

func (correct) Do(ctx context.Context, tx *store.Tx, agreed approval.Approval) error {
	_, request, err := issuedNow(ctx, tx, agreed.Object)
	if err != nil {
		return err
	}
	switch err := tx.AgreeOnCorrection(ctx, agreed.ID); {
	case errors.Is(err, store.ErrCorrected), errors.Is(err, store.ErrNoCorrection):
		return officers.Refuse(http.StatusConflict, err.Error()+".")
	case err != nil:
		return err
	}
	input, err := json.Marshal(workflows.CorrectionInput{
		Approval: agreed.ID, Reference: request.Reference, Conversation: request.Conversation, Language: catalog.Language(request.Language),
	})
	if err != nil {
		return fmt.Errorf("encode workflow input: %w", err)
	}
	id := workflows.CorrectionWorkflowID(agreed.ID)
	start := store.WorkflowStart{Reference: id, Workflow: workflows.WorkflowCorrectDocument, Input: input,
		Summary: "Two officers agreed to correct a document · " + request.Reference}
	if err := tx.EnqueueStart(ctx, start); err != nil {
		return err
	}
	return note(ctx, tx, audit.CorrectOrdered, agreed, agreed.Object)
}
