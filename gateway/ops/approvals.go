package ops

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
)

func (p *Pages) list(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	open, err := p.approvals.Open(r.Context(), officer.Subject)
	if err != nil {
		return err
	}
	if err := p.recordLook(r.Context(), officer, approval.Approval{}); err != nil {
		return err
	}
	return p.show(w, "approvals", officers.Page{Title: "Waiting for a second person", Officer: officer, Data: open})
}

// asking is the form in which an officer asks.
type asking struct {
	Actions []approval.Action
	Object  string
	Chosen  approval.Action
}

func (p *Pages) form(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	data := asking{
		Actions: slices.DeleteFunc(approval.Actions(), aboutDocuments),
		Object:  r.URL.Query().Get("object"), Chosen: approval.Action(r.URL.Query().Get("action")),
	}
	return p.show(w, "ask", officers.Page{Title: "Ask another officer", Officer: officer, Data: data})
}

// aboutDocuments says what is asked for from the page of the document itself.
func aboutDocuments(action approval.Action) bool {
	return action == approval.Revoke || action == approval.Correct
}

// ask records what an officer wants done. It is looked at first whether it could be done at all.
func (p *Pages) ask(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	wanted := approval.Approval{Action: approval.Action(r.PostFormValue("action")), Object: r.PostFormValue("object"),
		Reason: r.PostFormValue("reason")}
	deed := p.config.Deeds[wanted.Action]
	if deed == nil || aboutDocuments(wanted.Action) {
		return officers.Refuse(http.StatusBadRequest, "There is no such action.")
	}
	err := p.config.Store.WithTx(r.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		wanted.Person, err = deed.Check(ctx, tx, wanted.Object)
		return err
	})
	if err != nil {
		return err
	}
	id, err := p.approvals.Ask(r.Context(), officer.Subject, wanted)
	if err != nil {
		return readable(err)
	}
	return p.show(w, "asked", officers.Page{Title: "Asked", Officer: officer, Data: id})
}

// one shows what is to be decided on. That it was looked at is in the audit log: it may be about somebody.
func (p *Pages) one(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	found, err := p.approvals.Find(r.Context(), officer.Subject, r.PathValue("id"))
	if err != nil {
		return readable(err)
	}
	if err := p.recordLook(r.Context(), officer, found); err != nil {
		return err
	}
	shown, err := p.withChanges(r.Context(), found)
	if err != nil {
		return err
	}
	return p.show(w, "approval", officers.Page{Title: "Approve or refuse", Officer: officer, Data: shown})
}

// recordLook puts into the audit log that an officer looked at one of what waits, or at the list.
func (p *Pages) recordLook(ctx context.Context, officer login.Officer, at approval.Approval) error {
	return p.as(ctx, access.Operator, officer, func(ctx context.Context, tx pgx.Tx) error {
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.ApprovalRead, Person: at.Person, Object: at.ID})
	})
}

// decide approves or refuses; what is approved is done, or begun, in the same transaction.
func (p *Pages) decide(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	decision := r.PathValue("decision")
	if decision != "approve" && decision != "refuse" {
		return officers.Refuse(http.StatusNotFound, "There is no such decision.")
	}
	var decided approval.Approval
	err := p.config.Store.WithTx(r.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		decided, err = p.decideIn(ctx, tx, officer, r.PathValue("id"), decision == "approve")
		return err
	})
	if err != nil {
		return readable(err)
	}
	name := "refusal"
	if decision == "approve" {
		name = "agreed"
	}
	return p.show(w, name, officers.Page{Title: "Decided", Officer: officer, Data: decided})
}

func (p *Pages) decideIn(ctx context.Context, tx *store.Tx, officer login.Officer, id string, approved bool) (approval.Approval, error) {
	if err := access.Enter(ctx, tx, access.Scope{Role: access.Operator, Subject: officer.Subject}); err != nil {
		return approval.Approval{}, err
	}
	decided, err := approval.Decide(ctx, tx, officer.Subject, id, approved)
	if err != nil || !approved {
		return decided, err
	}
	deed := p.config.Deeds[decided.Action]
	if deed == nil {
		return decided, officers.Refuse(http.StatusConflict, "This version of the hub cannot do that.")
	}
	if deed.UsedWhenDone() {
		purpose := approval.Purpose{Action: decided.Action, Object: decided.Object, Step: StepOf(decided)}
		if err := approval.Use(ctx, tx, officer.Subject, id, purpose); err != nil {
			return decided, err
		}
	}
	if err := access.Enter(ctx, tx, access.Scope{Role: access.Gateway}); err != nil {
		return decided, err
	}
	return decided, deed.Do(ctx, tx, decided)
}

// StepOf names what an approval is used for when its deed is done in the transaction that agrees on it.
func StepOf(agreed approval.Approval) string {
	if agreed.Action == approval.Erase {
		return "ERASE-" + agreed.ID
	}
	return string(agreed.Action) + "-" + agreed.ID
}

// readable gives what an officer can use; anything else stays as it is.
func readable(err error) error {
	for _, known := range []error{approval.ErrNotFound, approval.ErrSamePeer, approval.ErrOpen, approval.ErrNoReason, approval.ErrNotAgreed} {
		if errors.Is(err, known) {
			return officers.Refuse(http.StatusConflict, known.Error())
		}
	}
	return err
}
