package logaudit_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/logaudit"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/documents/witness"
)

// town is a hub that issues, its published log, and the witness of another department.
type town struct {
	*issuetest.Bench

	publisher *publish.Publisher
	published string // folder
	policy    publiclog.Policy
	witness   *witness.Witness
	remembers string // the witness's folder
}

func newTown(t *testing.T, now func() time.Time) *town {
	t.Helper()
	c := &town{Bench: issuetest.New(t, now), published: t.TempDir(), remembers: t.TempDir()}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, cosigner, err := publiclog.NewCosignatureSigner("witness.treasury.example.gov.in", key, time.Now)
	require.NoError(t, err)
	log := slog.New(slog.DiscardHandler)
	c.witness, err = witness.Open(witness.Config{
		Folder: c.remembers, Log: c.Keys.LogKey, Source: publiclog.Folder(c.published), Signer: signer, Slog: log,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.witness.Close()) })
	server := httptest.NewServer(c.witness.Handler())
	t.Cleanup(server.Close)
	c.publisher, err = publish.New(publish.Config{
		Log: c.Store, Folder: c.published, Key: c.Keys.LogKey, Slog: log, Quorum: 1,
		Witnesses: []publish.Witness{{URL: server.URL, Key: cosigner}},
	})
	require.NoError(t, err)
	c.policy, err = publiclog.ParsePolicy(c.Keys.List.Log, []string{cosigner.String()}, 1)
	require.NoError(t, err)
	return c
}

func (c *town) issue(t *testing.T, request string) issue.Issued {
	t.Helper()
	c.Request(t, request)
	issued, err := c.Issuer.Issue(t.Context(), issuetest.Order(request, "K Lakshmi Devi"))
	require.NoError(t, err)
	return issued
}

func (c *town) audit(t *testing.T) []string {
	t.Helper()
	report, err := logaudit.Run(t.Context(), logaudit.Config{
		Store: c.Store, Trust: c.Trust, Log: c.policy, Files: publiclog.Folder(c.published), Now: time.Now(),
	})
	require.NoError(t, err)
	said := make([]string, 0, len(report.Faults))
	for _, fault := range report.Faults {
		said = append(said, fault.Where+": "+fault.What)
	}
	return said
}

// operator is somebody with every right in the database: no trigger stops them.
func (c *town) operator(t *testing.T, statements ...string) {
	t.Helper()
	err := pgx.BeginFunc(t.Context(), c.Store.Pool(), func(tx pgx.Tx) error {
		for _, statement := range append([]string{`set local session_replication_role = replica`}, statements...) {
			if _, err := tx.Exec(t.Context(), statement); err != nil {
				return err
			}
		}
		return nil
	})
	require.NoError(t, err)
}

func requireSaid(t *testing.T, said []string, want string) {
	t.Helper()
	require.Contains(t, strings.Join(said, "\n"), want)
}

func TestAnHonestHubIsFoundInOrder(t *testing.T) {
	t.Parallel()
	c := newTown(t, nil)
	first := c.issue(t, "R1")
	_, err := c.publisher.Publish(t.Context())
	require.NoError(t, err)
	for n := range 5 {
		c.issue(t, "S"+string(rune('1'+n)))
	}
	_, err = c.Issuer.Correct(t.Context(), issuetest.Order("R1", "Somebody else"), "wrong name")
	require.NoError(t, err)
	require.NoError(t, c.Issuer.Revoke(t.Context(), "S1", "certificate", "fraud"))
	at, err := c.publisher.Publish(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 9, at.Size)
	require.Equal(t, at, c.witness.Seen())
	require.Empty(t, c.audit(t))

	found, err := c.Trust.PDF(c.File(t, first), verify.At{Now: time.Now()})
	require.NoError(t, err)
	_, err = c.Trust.Log(t.Context(), publiclog.Folder(c.published), found)
	require.NoError(t, err, "the old paper is in the log of today")
}

func TestAnOperatorWhoAltersAnEntryIsFound(t *testing.T) {
	t.Parallel()
	c := newTown(t, nil)
	c.issue(t, "R1")
	c.issue(t, "R2")
	c.operator(t, `update log_entry set leaf = (select leaf from log_entry where idx = 1) where idx = 0`)
	requireSaid(t, c.audit(t), "hash 0: not what follows from the leaves 0 to 0")
	_, err := c.publisher.Publish(t.Context())
	require.ErrorIs(t, err, publish.ErrRewritten, "it is not published")

	// With the hashes made to fit, the signed checkpoint does not: the hub itself stops.
	c.operator(t, `update log_hash set hash = sha256('\x00'::bytea || (select leaf from log_entry where idx = 0)) where id = 0`,
		`update log_hash set hash = sha256('\x01'::bytea || (select hash from log_hash where id = 0) || (select hash from log_hash where id = 1)) where id = 2`)
	c.Request(t, "R3")
	_, err = c.Issuer.Issue(t.Context(), issuetest.Order("R3", "K Lakshmi Devi"))
	require.ErrorIs(t, err, issue.ErrLogDamaged)
	requireSaid(t, c.audit(t), "its root does not follow from the leaves in the database")
}

// rollback takes the log back to its first entry, hashes and checkpoints included, as if the others had never been.
const rollback = `
	delete from log_entry where idx > 0; delete from log_hash where id > 0; delete from log_checkpoint where size > 1;
	update log_head set size = 1`

func TestAnOperatorWhoDeletesIsFoundByTheWitness(t *testing.T) {
	t.Parallel()
	c := newTown(t, nil)
	c.issue(t, "R1")
	gone := c.issue(t, "R2")
	_, err := c.publisher.Publish(t.Context())
	require.NoError(t, err)
	paper := c.File(t, gone)

	c.operator(t, `delete from issued_document where request = 'R2'`)
	c.operator(t, strings.Split(strings.TrimSpace(rollback), ";")...)
	c.issue(t, "R3") // the hub knows no better, and signs another history
	c.issue(t, "R4")
	_, err = c.publisher.Publish(t.Context())
	require.ErrorIs(t, err, publish.ErrRewritten)

	// The operator empties the publisher's folder too. The witness remembers.
	require.NoError(t, os.RemoveAll(c.published))
	require.NoError(t, os.MkdirAll(c.published, 0o750))
	_, err = c.publisher.Publish(t.Context())
	require.ErrorIs(t, err, publiclog.ErrTooFewWitnesses)
	require.ErrorContains(t, err, "the log was rewritten")
	require.Len(t, evidence(t, c.remembers, "fork"), 1, "both checkpoints, each signed by the log")

	// And so does the paper.
	found, err := c.Trust.PDF(paper, verify.At{Now: time.Now()})
	require.NoError(t, err)
	_, signed, err := c.Store.LogCheckpoint(t.Context())
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(c.published, publiclog.CheckpointPath), []byte(signed), 0o600))
	_, err = c.Trust.Log(t.Context(), publiclog.Folder(c.published), found)
	require.ErrorIs(t, err, verify.ErrForked)
}

func evidence(t *testing.T, folder, kind string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "evidence-"+kind+"-*"))
	require.NoError(t, err)
	return files
}

func TestAnOperatorWhoBackDatesAnEntryIsFoundByTheWitness(t *testing.T) {
	t.Parallel()
	c := newTown(t, nil)
	c.issue(t, "R1")
	_, err := c.publisher.Publish(t.Context())
	require.NoError(t, err)

	// The clock of the machine is set back, and the database told that the log has no last moment.
	past := func() time.Time { return time.Now().Add(-90 * time.Minute) }
	c.operator(t, `update log_head set last_at = '-infinity'`)
	c.Request(t, "R2")
	_, err = c.Another(t, past).Issue(t.Context(), issuetest.Order("R2", "K Lakshmi Devi"))
	require.NoError(t, err)
	_, err = c.publisher.Publish(t.Context())
	require.ErrorContains(t, err, "back-dated")
	require.Len(t, evidence(t, c.remembers, "misissued"), 1)
	requireSaid(t, c.audit(t), "back-dated")
}

func TestABackDatedPaperIsFoundByTheVerifier(t *testing.T) {
	t.Parallel()
	years := func() time.Time { return time.Now().AddDate(0, 0, -30) }
	c := newTown(t, func() time.Time { return time.Now().AddDate(0, 0, -60) })
	c.Request(t, "R1")
	// Sealed with a date of last month, recorded today.
	c.operator(t, `create function die() returns trigger language plpgsql as $$ begin raise 'died'; end $$`,
		`create trigger die before insert on log_checkpoint for each row execute function die()`)
	_, err := c.Another(t, years).Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.ErrorContains(t, err, "died")
	c.operator(t, `drop function die cascade`)
	issued, err := c.Another(t, time.Now).Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	_, err = c.Trust.PDF(c.File(t, issued), verify.At{Now: time.Now()})
	require.ErrorIs(t, err, verify.ErrBackDated)
	requireSaid(t, c.audit(t), "another date of issue")

	c.operator(t, `update issued_document set issued_at = issued_at - interval '1 year'`)
	requireSaid(t, c.audit(t), "in the database")
}

func TestAnOperatorWhoIssuesTwiceIsFoundByTheWitness(t *testing.T) {
	t.Parallel()
	c := newTown(t, nil)
	first := c.issue(t, "R1")
	_, err := c.publisher.Publish(t.Context())
	require.NoError(t, err)

	// The row that says it was issued goes, and with it what holds that it is issued once. The hub issues it again, to somebody else.
	c.operator(t, `delete from issued_document where request = 'R1'`)
	second, err := c.Issuer.Issue(t.Context(), issuetest.Order("R1", "Somebody Else"))
	require.NoError(t, err)
	require.NotEqual(t, first.Number, second.Number)
	_, err = c.publisher.Publish(t.Context())
	require.ErrorContains(t, err, "the same thing is issued twice: leaf 0 has it too")
	kept, err := os.ReadFile(evidence(t, c.remembers, "misissued")[0])
	require.NoError(t, err)
	require.True(t, bytes.Contains(kept, []byte("leaf 1")))
	requireSaid(t, c.audit(t), "a document was issued; the database does not have it")
	requireSaid(t, c.audit(t), "issued twice")
}

func TestAnOperatorWhoTakesBackARevocationIsFound(t *testing.T) {
	t.Parallel()
	c := newTown(t, nil)
	c.issue(t, "R1")
	require.NoError(t, c.Issuer.Revoke(t.Context(), "R1", "certificate", "fraud"))
	c.operator(t, `update issued_document set state = 'valid', reason = '', end_entry = null, ended_at = null`)
	requireSaid(t, c.audit(t), "leaf 1: a document was revoked; the database does not have it")
}
