package ops_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// office is the operators' pages beside an issuer, with one receipt that was issued.
type office struct {
	*hub

	bench      *issuetest.Bench
	activities *document.Activities
	first      store.IssuedDocument
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{hub: newHub(t)}
	o.bench = issuetest.On(t, o.store, nil)
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	o.activities = document.New(o.store, services, o.bench.Issuer, nil)
	o.request("JS-1", "done", false)
	_, err = o.activities.IssueReceipt(t.Context(), workflows.ReceiptInput{
		To: workflows.Recipient{Reference: "JS-1", Language: "te"}, Service: "electricity-bill-south", Portal: "apspdcl",
		Bill:    connectors.Bill{Account: "1121104001001", Name: "K LAKSHMI DEVI", Number: "B-77"},
		Payment: workflows.Payment{ID: "pay_1", Amount: 124000, Method: "upi", PaidAt: time.Unix(1_790_000_000, 0)},
		Posted:  connectors.Posted{PortalReceipt: "PS-1", PostedAt: time.Unix(1_790_000_060, 0)},
	})
	require.NoError(t, err)
	o.first, err = o.store.LatestIssued(t.Context(), "JS-1", "receipt")
	require.NoError(t, err)
	return o
}

func (o *office) path(deed string) string { return "/ops/documents/" + o.first.ID + "/" + deed }

func correction(name string) url.Values {
	return url.Values{"field-name": {name}, "reason": {"letter 7/2026"}, "field-amount": {"₹1.00"}}
}

func reason() url.Values { return url.Values{"reason": {"letter 7/2026"}} }

// offline is what a phone says that holds the newest list of revocations.
func (o *office) offline(d store.IssuedDocument) seal.Status {
	o.t.Helper()
	require.NoError(o.t, o.bench.Issuer.RefreshRevocations(o.t.Context()))
	raw, _, err := o.store.RevocationList(o.t.Context())
	require.NoError(o.t, err)
	list, err := o.bench.Keys.List.OpenRevocations(raw)
	require.NoError(o.t, err)
	return list.Status(seal.Document{Number: d.Number, Version: d.Version})
}

func TestWhatAPaperSaysIsShownToOperatorsOnTheRecord(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	number := url.Values{"number": {" " + strings.ToLower(o.first.Number)}}
	status, page := o.Browser("asha").Post("/ops/documents", number)
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, "K LAKSHMI DEVI")
	require.Contains(t, page, "Ask for this correction")
	status, page = o.Browser("lata").Post("/ops/documents", number)
	require.Equal(t, http.StatusOK, status)
	require.NotContains(t, page, "K LAKSHMI DEVI", "an auditor sees what became of it")
	require.NotContains(t, page, "Ask for")
	for _, who := range []string{"john", "meena"} {
		status, _ = o.Browser(who).Post("/ops/documents", number)
		require.Equal(t, http.StatusForbidden, status)
	}
	status, _ = o.Browser("lata").Post(o.path("revoke"), reason())
	require.Equal(t, http.StatusForbidden, status)
	require.Equal(t, 2, o.number(`select count(*) from audit_entry where action = $1 and object = $2 and person = $3 and actor in ('asha', 'lata')`,
		string(audit.DocumentRead), o.first.ID, o.person))
	status, _ = o.Browser("asha").Post("/ops/documents", url.Values{"number": {"2222-2222-2222-2222"}})
	require.Equal(t, http.StatusNotFound, status)
}

func TestARevocationIsDoneOnceTwoAgree(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asha, bala := o.Browser("asha"), o.Browser("bala")
	status, page := asha.Post(o.path("revoke"), reason())
	require.Equal(t, http.StatusOK, status, page)
	approve := "/ops/approvals/" + o.approvalID() + "/approve"
	status, _ = asha.Post(approve, nil)
	require.Equal(t, http.StatusConflict, status, "nobody approves their own")
	require.Equal(t, seal.Valid, o.offline(o.first), "one officer alone revokes nothing")
	o.Later(6 * time.Minute)
	status, _ = bala.Post(approve, nil)
	require.Equal(t, http.StatusForbidden, status, "a fresh proof is wanted")
	_, _ = bala.LogIn("/login?fresh=1&return=/ops/approvals")

	var agreed atomic.Int32
	var all sync.WaitGroup
	for range 5 {
		all.Go(func() {
			if status, _ := bala.Post(approve, nil); status == http.StatusOK {
				agreed.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, agreed.Load())
	now, err := o.store.LatestIssued(t.Context(), "JS-1", "receipt")
	require.NoError(t, err)
	require.Equal(t, store.IssueRevoked, now.State)
	require.Equal(t, 2, o.number(`select count(*) from log_entry`), "its issue and its end")
	require.NoError(t, o.bench.Issuer.Grow(t.Context()), "the worker gives the entry its place")
	require.Equal(t, seal.Revoked, o.offline(o.first), "the old code says so without a network too")
	rows := storetest.Outbox(t, o.store)
	require.Len(t, rows, 1, "the citizen is told once")
	require.Contains(t, string(rows[0].Payload), o.first.Number)
	require.Equal(t, 1, o.number(`select count(*) from audit_entry where action = $1 and actor = 'asha' and object = $2`, string(audit.RevokeOrdered), o.first.ID))
	_, _ = asha.LogIn("/login?fresh=1&return=/ops/approvals")
	status, page = asha.Post(o.path("revoke"), reason())
	require.Equal(t, http.StatusConflict, status, page)
}

func TestACorrectionIsIssuedOnceTwoAgree(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asha, bala := o.Browser("asha"), o.Browser("bala")
	status, page := asha.Post(o.path("correct"), correction("K LAKSHMI DEVAMMA"))
	require.Equal(t, http.StatusOK, status, page)
	id := o.approvalID()
	require.Zero(t, o.number(`select count(*) from approval a, audit_entry e where (a::text || e::text) like '%DEVAMMA%'`), "the name lies open nowhere")
	input := workflows.CorrectionInput{Approval: id, Reference: "JS-1", Conversation: o.conversation, Language: "te"}
	require.Error(t, o.activities.CorrectDocument(t.Context(), input), "whoever runs the workflow: one officer alone corrects nothing")

	_, page = bala.Get("/ops/approvals/" + id)
	require.Contains(t, page, "K LAKSHMI DEVAMMA")
	require.NotContains(t, page, "₹1.00", "the amount is not corrected")
	status, page = bala.Post("/ops/approvals/"+id+"/approve", nil)
	require.Equal(t, http.StatusOK, status, page)
	rows := storetest.Outbox(t, o.store)
	require.Len(t, rows, 1)
	var start store.WorkflowStart
	require.NoError(t, json.Unmarshal(rows[0].Payload, &start))
	require.Equal(t, workflows.WorkflowCorrectDocument, start.Workflow)
	require.NotContains(t, string(start.Input), "DEVAMMA")
	require.NoError(t, json.Unmarshal(start.Input, &input))
	status, _ = asha.Post(o.path("correct"), correction("SOMEBODY ELSE"))
	require.Equal(t, http.StatusConflict, status, "a version is corrected once")

	for range 3 { // the worker dies after it, and does it again
		require.NoError(t, o.activities.CorrectDocument(t.Context(), input))
	}
	second, err := o.store.LatestIssued(t.Context(), "JS-1", "receipt")
	require.NoError(t, err)
	require.Equal(t, 2, second.Version)
	require.Equal(t, o.first.Number, second.Number)
	require.Equal(t, seal.Replaced, o.offline(o.first))
	require.Equal(t, seal.Valid, o.offline(second))
	file := o.bench.File(t, issue.Issued{File: second.Document})
	checked, err := o.bench.Trust.PDF(file, verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.Contains(t, checked.Seal.Claims.Fields, seal.Field{Name: "name", Value: "K LAKSHMI DEVAMMA"})
	require.Contains(t, checked.Seal.Claims.Fields, seal.Field{Name: "amount", Value: "₹1,240.00"})
	require.Equal(t, 1, o.number(`select count(*) from outbox where dedupe = 'corrected:' || $1`, id), "the citizen gets it once")
	require.Equal(t, 1, o.number(`select count(*) from audit_entry where action = $1 and object = $2`, string(audit.CorrectOrdered), o.first.ID))
}

func TestTheReceiptOfOneOfSeveralBillsIsCorrectedToo(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for part := 1; part <= 2; part++ {
		_, err := o.activities.IssueReceipt(t.Context(), workflows.ReceiptInput{
			To: workflows.Recipient{Reference: "JS-1", Language: "te"}, Service: "electricity-bill-south", Portal: "apspdcl", Part: part,
			Bill:    connectors.Bill{Account: "1121104001001", Name: "K LAKSHMI DEVI", Number: fmt.Sprintf("B-%d", part)},
			Payment: workflows.Payment{ID: "pay_1", Amount: 62000, Method: "upi", PaidAt: time.Unix(1_790_000_000, 0)},
			Posted:  connectors.Posted{PortalReceipt: fmt.Sprintf("PS-%d", part), PostedAt: time.Unix(1_790_000_060, 0)},
		})
		require.NoError(t, err)
	}
	second, err := o.store.LatestIssued(t.Context(), "JS-1", "receipt-2")
	require.NoError(t, err)
	asha := o.Browser("asha")
	_, page := asha.Post("/ops/documents", url.Values{"number": {second.Number}})
	require.Contains(t, page, "Ask for this correction")
	status, page := asha.Post("/ops/documents/"+second.ID+"/correct", correction("K LAKSHMI DEVAMMA"))
	require.Equal(t, http.StatusOK, status, page)
	id := o.approvalID()
	status, page = o.Browser("bala").Post("/ops/approvals/"+id+"/approve", nil)
	require.Equal(t, http.StatusOK, status, page)
	input := workflows.CorrectionInput{Approval: id, Reference: "JS-1", Conversation: o.conversation, Language: "te"}
	require.NoError(t, o.activities.CorrectDocument(t.Context(), input))
	for kind, version := range map[string]int{"receipt": 1, "receipt-1": 1, "receipt-2": 2} {
		latest, err := o.store.LatestIssued(t.Context(), "JS-1", kind)
		require.NoError(t, err)
		require.Equal(t, version, latest.Version, kind)
	}
}

func TestAnOperatorIsToldWhyATicketIsNotCorrected(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, err := o.activities.IssueTicket(t.Context(), workflows.TicketInput{
		To: workflows.Recipient{Reference: "JS-1", Language: "te"}, Service: "bus-ticket", Portal: "apsrtc",
		Ticket: connectors.Ticket{Number: "PNR-1", Fare: 84000, BookedAt: time.Unix(1_790_000_000, 0), Passengers: []connectors.Passenger{{Name: "K LAKSHMI DEVI", Age: 34, Seat: "12"}}},
	})
	require.NoError(t, err)
	ticket, err := o.store.LatestIssued(t.Context(), "JS-1", "ticket")
	require.NoError(t, err)
	_, page := o.Browser("asha").Post("/ops/documents", url.Values{"number": {ticket.Number}})
	require.NotContains(t, page, "Ask for this correction")
	require.Contains(t, page, "the citizen gives the ticket back")
	status, _ := o.Browser("asha").Post("/ops/documents/"+ticket.ID+"/correct", correction("X"))
	require.Equal(t, http.StatusBadRequest, status)
}

func TestWhatIsRevokedMeanwhileIsNotCorrected(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asha, bala := o.Browser("asha"), o.Browser("bala")
	_, _ = asha.Post(o.path("correct"), correction("K LAKSHMI DEVAMMA"))
	correct := o.approvalID()
	_, _ = asha.Post(o.path("revoke"), reason())
	revoke := o.approvalID()
	status, _ := bala.Post("/ops/approvals/"+correct+"/approve", nil)
	require.Equal(t, http.StatusOK, status)
	status, _ = bala.Post("/ops/approvals/"+revoke+"/approve", nil)
	require.Equal(t, http.StatusOK, status)
	err := o.activities.CorrectDocument(t.Context(), workflows.CorrectionInput{Approval: correct, Reference: "JS-1", Conversation: o.conversation, Language: "te"})
	require.ErrorIs(t, err, issue.ErrEnded)
	require.Equal(t, 1, o.number(`select count(*) from issued_document`))
}

func TestWhatCannotBeCorrectedIsNotAskedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asha := o.Browser("asha")
	for name, form := range map[string]url.Values{
		"nothing changed":  correction("K LAKSHMI DEVI"),
		"only the amount":  {"field-amount": {"₹1.00"}, "reason": {"letter"}},
		"longer than line": correction(strings.Repeat("K", 121)),
	} {
		status, page := asha.Post(o.path("correct"), form)
		require.Equal(t, http.StatusBadRequest, status, "%s %s", name, page)
	}
	status, _ := asha.Post(o.path("correct"), url.Values{"field-name": {"X"}})
	require.Equal(t, http.StatusConflict, status, "a reason must be given")
	for _, action := range []string{"revoke", "correct"} {
		status, _ = asha.Post("/ops/approvals", wish(action, o.first.ID))
		require.Equal(t, http.StatusBadRequest, status, "it is asked for from the paper's page")
	}
	require.NoError(t, o.store.DestroyKey(t.Context(), o.person))
	for deed, form := range map[string]url.Values{"correct": correction("X"), "revoke": reason()} {
		status, page := asha.Post(o.path(deed), form)
		require.NotEqual(t, http.StatusOK, status, "%s of what was erased: %s", deed, page)
	}
	require.Zero(t, o.number(`select count(*) from approval`))
}
