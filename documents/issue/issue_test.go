package issue_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
)

func TestAnIssuedDocumentProvesItself(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	issued, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	require.Equal(t, 1, issued.Version)
	require.Regexp(t, `^[2-9A-Z]{4}(-[2-9A-Z]{4}){3}$`, issued.Number)

	found, err := bench.Trust.PDF(bench.File(t, issued), verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.Equal(t, issued.Number, found.Seal.Claims.Number)
	require.Equal(t, []seal.Field{{Name: "name", Value: "K Lakshmi Devi"}, {Name: "income", Value: "₹1,20,000"}}, found.Seal.Claims.Fields)
	require.Equal(t, "Test department", found.Signature.Signer.Subject.CommonName)
	require.Equal(t, publiclog.Issued, found.Leaf.Kind)
	require.Zero(t, found.Index)

	opened, err := bench.Trust.Text(found.Seal.Text(issuetest.Address), verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.Equal(t, found.Seal.Claims, opened.Seal.Claims, "the picture says what the file says")
}

func TestAskingAgainGivesTheSameBytes(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	first, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	again, err := bench.Another(t, nil).Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	require.Equal(t, first, again)

	_, err = bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Bai"))
	require.ErrorIs(t, err, issue.ErrDiffers, "other content is a correction")
}

func TestWhatTheCodeHasNoRoomForIsLeftOut(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	long := strings.Repeat("9", 150)
	order := issuetest.Order("R1", "K Lakshmi Devi")
	order.Fields = append(order.Fields, seal.Field{Name: "bill", Value: long}, seal.Field{Name: "note", Value: long}, seal.Field{Name: "bill", Value: long})
	_, err := bench.Issuer.Issue(t.Context(), order)
	require.ErrorIs(t, err, seal.ErrTooLarge, "all of it must be said")

	order.Spare = []string{"bill", "note", "name"}
	issued, err := bench.Issuer.Issue(t.Context(), order)
	require.NoError(t, err)
	found, err := bench.Trust.PDF(bench.File(t, issued), verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.Equal(t, []seal.Field{{Name: "name", Value: "K Lakshmi Devi"}, {Name: "income", Value: "₹1,20,000"}, {Name: "note", Value: long}},
		found.Seal.Claims.Fields, "no more than needed")
	again, err := bench.Another(t, nil).Issue(t.Context(), order)
	require.NoError(t, err)
	require.Equal(t, issued, again)
}

func TestManyWhoAskAtOnceGetOneDocument(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	issuers := []*issue.Issuer{bench.Issuer, bench.Another(t, nil), bench.Another(t, nil)}
	var (
		wait   sync.WaitGroup
		issued = make([]issue.Issued, 12)
		errs   = make([]error, len(issued))
	)
	for n := range issued {
		wait.Go(func() { issued[n], errs[n] = issuers[n%3].Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi")) })
	}
	wait.Wait()
	for n := range issued {
		require.NoError(t, errs[n])
		require.Equal(t, issued[0], issued[n])
	}
	require.Equal(t, [3]int{1, 1, 1}, counts(t, bench), "one document, one file, one entry of the log")
}

// counts are issued documents, files and entries of the log.
func counts(t *testing.T, bench *issuetest.Bench) (n [3]int) {
	t.Helper()
	err := bench.Store.Pool().QueryRow(t.Context(), `
		select (select count(*) from issued_document), (select count(*) from document), (select count(*) from log_entry where idx is not null)`).
		Scan(&n[0], &n[1], &n[2])
	require.NoError(t, err)
	return n
}

func TestACorrectionReplacesThePaperBefore(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	first, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Laxmi Devi"))
	require.NoError(t, err)
	second, err := bench.Issuer.Correct(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"), "name misspelt")
	require.NoError(t, err)
	require.Equal(t, first.Number, second.Number, "a corrected paper keeps its number")
	require.Equal(t, 2, second.Version)
	again, err := bench.Issuer.Correct(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"), "name misspelt")
	require.NoError(t, err)
	require.Equal(t, second, again, "asked twice, corrected once")

	at := verify.At{Now: time.Now(), Revocations: revocations(t, bench)}
	old, err := bench.Trust.PDF(bench.File(t, first), at)
	require.NoError(t, err)
	require.Equal(t, seal.Replaced, old.Status)
	current, err := bench.Trust.PDF(bench.File(t, second), at)
	require.NoError(t, err)
	require.Equal(t, seal.Valid, current.Status)
	require.Equal(t, [3]int{2, 2, 3}, counts(t, bench), "issued, replaced, issued")
}

func TestARevokedPaperIsKnown(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	issued, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	require.NoError(t, bench.Issuer.Revoke(t.Context(), "R1", "certificate", "obtained by fraud"))
	require.NoError(t, bench.Issuer.Revoke(t.Context(), "R1", "certificate", "obtained by fraud"), "revoking again changes nothing")
	found, err := bench.Trust.PDF(bench.File(t, issued), verify.At{Now: time.Now(), Revocations: revocations(t, bench)})
	require.NoError(t, err)
	require.Equal(t, seal.Revoked, found.Status)
	_, err = bench.Issuer.Correct(t.Context(), issuetest.Order("R1", "Somebody else"), "")
	require.ErrorIs(t, err, issue.ErrEnded)
	again, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	require.Equal(t, store.IssueRevoked, again.State, "who asks again is told")
	require.Equal(t, 2, counts(t, bench)[2])
}

func revocations(t *testing.T, bench *issuetest.Bench) *seal.Revocations {
	t.Helper()
	require.NoError(t, bench.Issuer.RefreshRevocations(t.Context()))
	raw, _, err := bench.Store.RevocationList(t.Context())
	require.NoError(t, err)
	list, err := bench.Keys.List.OpenRevocations(raw)
	require.NoError(t, err)
	return list
}

// What dies between any two lines leaves nothing, or a document that the next one who asks gets.
func TestACrashLeavesNeitherTwoNorNone(t *testing.T) {
	t.Parallel()
	crash := errors.New("the process died")
	for name, test := range map[string]struct {
		die  func(t *testing.T, bench *issuetest.Bench)
		left [3]int
	}{
		"while the pages are laid out": {func(t *testing.T, bench *issuetest.Bench) {
			t.Helper()
			order := issuetest.Order("R1", "K Lakshmi Devi")
			order.Render = func(context.Context, issue.Stamp) ([]byte, error) { return nil, crash }
			_, err := bench.Issuer.Issue(t.Context(), order)
			require.ErrorIs(t, err, crash)
		}, [3]int{}},
		"recorded, without a place in the log": {func(t *testing.T, bench *issuetest.Bench) {
			t.Helper()
			breaking(t, bench, `create function die() returns trigger language plpgsql as $$ begin raise 'died'; end $$;
				create trigger die before insert on log_checkpoint for each row execute function die()`)
		}, [3]int{1, 0, 0}},
		"in the log, without a file": {func(t *testing.T, bench *issuetest.Bench) {
			t.Helper()
			breaking(t, bench, `create function die() returns trigger language plpgsql as $$ begin raise 'died'; end $$;
				create trigger die before insert on document for each row execute function die()`)
		}, [3]int{1, 0, 1}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bench := issuetest.New(t, nil)
			bench.Request(t, "R1")
			test.die(t, bench)
			require.Equal(t, test.left, counts(t, bench))
			issued, err := bench.Another(t, nil).Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
			require.NoError(t, err)
			_, err = bench.Trust.PDF(bench.File(t, issued), verify.At{Now: time.Now()})
			require.NoError(t, err)
			require.Equal(t, [3]int{1, 1, 1}, counts(t, bench))
		})
	}
}

// breaking issues while the database refuses one step, and lets it go on afterwards.
func breaking(t *testing.T, bench *issuetest.Bench, statement string) {
	t.Helper()
	_, err := bench.Store.Pool().Exec(t.Context(), statement)
	require.NoError(t, err)
	_, err = bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.ErrorContains(t, err, "died")
	_, err = bench.Store.Pool().Exec(t.Context(), `drop function die cascade`)
	require.NoError(t, err)
}

func TestErasureLeavesACommitmentThatSaysNothing(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	person := bench.Request(t, "R1")
	issued, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	file := bench.File(t, issued)
	_, err = bench.Store.Pool().Exec(t.Context(), `
		with closed as (update request set open = false returning person)
		insert into erasure (id, person, cancel_open, requested_at) select 'e', person, false, now() from closed`)
	require.NoError(t, err)
	_, err = bench.Store.ErasePerson(t.Context(), store.Erasure{ID: "e", Person: person})
	require.NoError(t, err)

	known, err := bench.Store.LatestIssued(t.Context(), "R1", "certificate")
	require.NoError(t, err)
	require.Empty(t, known.Number)
	require.Nil(t, known.Salt, "without the salt the commitments cannot be opened, or tried")
	require.Nil(t, known.Seal)
	require.True(t, known.Forgotten)
	_, err = bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.ErrorIs(t, err, issue.ErrForgotten, "and it is not issued a second time")
	_, err = bench.Trust.PDF(file, verify.At{Now: time.Now()})
	require.NoError(t, err, "the paper the citizen holds still proves itself")
}
