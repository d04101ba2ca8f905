package ops

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
)

// PublicLog says how the log of issued documents is. *publish.Monitor does.
type PublicLog interface {
	Health(ctx context.Context) (publish.Health, error)
}

// mostField is how long a corrected value may be, in characters: more stands on no line of a paper.
const mostField = 120

func (p *Pages) handleDocuments(mux *http.ServeMux) {
	guard, operators := p.config.Guard, officers.InGroup(officers.GroupOperator)
	readers := func(officer login.Officer) bool { return operators(officer) || officer.In(officers.GroupAuditor) }
	mux.Handle("GET "+Path+"documents", guard.Let(readers, p.documents))
	// The number is a key to the paper: it stands in no address, and so in no access log.
	mux.Handle("POST "+Path+"documents", guard.LetFresh(readers, p.document))
	mux.Handle("POST "+Path+"documents/{id}/revoke", guard.LetFresh(operators, p.askToRevoke))
	mux.Handle("POST "+Path+"documents/{id}/correct", guard.LetFresh(operators, p.askToCorrect))
}

// documents asks for a number, and shows how the public log is.
func (p *Pages) documents(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	var health *publish.Health
	if p.config.PublicLog != nil {
		now, err := p.config.PublicLog.Health(r.Context())
		if err != nil {
			return err
		}
		health = &now
	}
	return p.show(w, "documents", officers.Page{Title: "Issued documents", Officer: officer, Data: health})
}

// paper is an issued document as an officer sees it. Fields are empty for who may not see them.
type paper struct {
	ID, Number, Kind, Request, State, Reason string
	Version                                  int
	Issued, Ended                            time.Time
	Fields                                   []paperField
	MayAsk, Correctable                      bool
	WhyNot                                   string // it cannot be corrected
}

type paperField struct {
	Name, Value string
	MayChange   bool
}

// Words is the field's name as people read it.
func (f paperField) Words() string { return strings.ReplaceAll(f.Name, "_", " ") }

// document shows the newest version of what has a number. Operators see what the paper says, on the record; auditors only what became of it.
func (p *Pages) document(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	known, err := p.issuedUnder(r.Context(), r.PostFormValue("number"))
	if err != nil {
		return err
	}
	found := paper{ID: known.ID, Number: known.Number, Kind: known.Kind, Request: known.Request, State: string(known.State), Reason: known.Reason,
		Version: known.Version, Issued: known.IssuedAt, Ended: known.EndedAt}
	role := access.Auditor
	if officer.In(officers.GroupOperator) {
		role = access.Operator
		if found.Fields, err = fieldsOf(known); err != nil {
			return err
		}
		found.MayAsk = known.State == store.IssueValid && known.Number != ""
		found.Correctable = found.MayAsk && known.Source != nil && slices.ContainsFunc(found.Fields, func(f paperField) bool { return f.MayChange })
		if found.MayAsk && !found.Correctable {
			found.WhyNot = cmp.Or(document.Uncorrectable(known.Kind), "What this paper was laid out from is not kept any more. Revoke it when it must not count.")
		}
	}
	if err := p.recordPaperRead(r.Context(), role, officer, known); err != nil {
		return err
	}
	return p.show(w, "document", officers.Page{Title: "An issued document", Officer: officer, Data: found})
}

func (p *Pages) issuedUnder(ctx context.Context, number string) (store.IssuedDocument, error) {
	first := seal.Document{Number: strings.ToUpper(strings.TrimSpace(number)), Version: 1}.Fingerprint()
	known, err := p.config.Store.IssuedByFingerprint(ctx, first[:])
	if err == nil {
		known, err = p.config.Store.LatestIssued(ctx, known.Request, known.Kind)
	}
	if errors.Is(err, store.ErrNotIssued) {
		return known, officers.Refuse(http.StatusNotFound, "No document with this number was issued here.")
	}
	return known, err
}

func fieldsOf(known store.IssuedDocument) ([]paperField, error) {
	if known.Seal == nil {
		return nil, nil
	}
	sealed, err := seal.Read(known.Seal)
	if err != nil {
		return nil, err
	}
	may := document.Correctable(known.Kind)
	fields := make([]paperField, len(sealed.Claims.Fields))
	for i, field := range sealed.Claims.Fields {
		fields[i] = paperField{Name: field.Name, Value: field.Value, MayChange: slices.Contains(may, field.Name)}
	}
	return fields, nil
}

// recordPaperRead names the document by our own id: its number opens the check page.
func (p *Pages) recordPaperRead(ctx context.Context, role access.Role, officer login.Officer, known store.IssuedDocument) error {
	var person string
	err := p.config.Store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		request, err := tx.RequestForOfficers(ctx, known.Request)
		person = request.Person
		return err
	})
	if err != nil {
		return err
	}
	return p.as(ctx, role, officer, func(ctx context.Context, tx pgx.Tx) error {
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.DocumentRead, Person: person, Object: known.ID})
	})
}

func (p *Pages) askToRevoke(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	wanted := approval.Approval{Action: approval.Revoke, Object: r.PathValue("id"), Reason: r.PostFormValue("reason")}
	return p.askAbout(w, r, officer, wanted, nil)
}

func (p *Pages) askToCorrect(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	wanted := approval.Approval{Action: approval.Correct, Object: r.PathValue("id"), Reason: r.PostFormValue("reason")}
	known, err := p.config.Store.IssuedByID(r.Context(), wanted.Object)
	if errors.Is(err, store.ErrNotIssued) {
		return officers.Refuse(http.StatusConflict, "No such document was issued.")
	}
	if err != nil {
		return err
	}
	fields, err := fieldsOf(known)
	if err != nil {
		return err
	}
	changed, err := changes(fields, r.PostFormValue)
	if err != nil {
		return err
	}
	return p.askAbout(w, r, officer, wanted, changed)
}

// changes are the fields whose value was changed in the form.
func changes(fields []paperField, given func(string) string) (map[string]string, error) {
	changed := map[string]string{}
	for _, field := range fields {
		value := strings.Join(strings.Fields(given("field-"+field.Name)), " ")
		switch {
		case !field.MayChange || value == "" || value == field.Value:
			continue
		case utf8.RuneCountInString(value) > mostField || strings.ContainsFunc(value, unicode.IsControl):
			return nil, officers.Refuse(http.StatusBadRequest, "A value is one line of at most 120 characters.")
		}
		changed[field.Name] = value
	}
	if len(changed) == 0 {
		return nil, officers.Refuse(http.StatusBadRequest, "Nothing was changed.")
	}
	return changed, nil
}

// askAbout records what an officer wants done with a document, and what is to stand on it, in one transaction.
func (p *Pages) askAbout(w http.ResponseWriter, r *http.Request, officer login.Officer, wanted approval.Approval, fields map[string]string) error {
	var id string
	err := p.config.Store.WithTx(r.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		if wanted.Person, err = p.config.Deeds[wanted.Action].Check(ctx, tx, wanted.Object); err != nil {
			return err
		}
		if err := access.Enter(ctx, tx, access.Scope{Role: access.Operator, Subject: officer.Subject}); err != nil {
			return err
		}
		if id, err = approval.Ask(ctx, tx, officer.Subject, wanted); err != nil || fields == nil {
			return err
		}
		if err := access.Enter(ctx, tx, access.Scope{Role: access.Gateway}); err != nil {
			return err
		}
		return tx.DraftCorrection(ctx, wanted.Person, store.Correction{Approval: id, Document: wanted.Object, Fields: fields})
	})
	if err != nil {
		return readable(err)
	}
	return p.show(w, "asked", officers.Page{Title: "Asked", Officer: officer, Data: id})
}

// change is what a correction would change, as who decides on it sees it.
type change struct{ Name, Old, New string }

// asked is what is to be decided on, with what a correction would change.
type asked struct {
	approval.Approval

	Changes []change
}

func (p *Pages) withChanges(ctx context.Context, found approval.Approval) (asked, error) {
	shown := asked{Approval: found}
	if found.Action != approval.Correct {
		return shown, nil
	}
	wanted, err := p.config.Store.Correction(ctx, found.ID)
	if err != nil {
		return shown, err
	}
	known, err := p.config.Store.IssuedByID(ctx, wanted.Document)
	if err != nil {
		return shown, err
	}
	fields, err := fieldsOf(known)
	for _, field := range fields {
		if value, changed := wanted.Fields[field.Name]; changed {
			shown.Changes = append(shown.Changes, change{Name: field.Words(), Old: field.Value, New: value})
		}
	}
	return shown, err
}
