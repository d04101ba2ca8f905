package audit_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

func entry(i int) audit.Entry {
	return audit.Entry{Actor: "asha", Action: audit.PersonRead, Person: uuid.NewString(), Object: fmt.Sprintf("JS-%d", i), Reason: "called about a bill"}
}

// filled is a log with some entries.
func filled(t *testing.T, entries int) *pgxpool.Pool {
	t.Helper()
	pool := storetest.New(t)
	for i := range entries {
		require.NoError(t, audit.Append(t.Context(), pool, entry(i)))
	}
	return pool
}

func verify(t *testing.T, pool *pgxpool.Pool, known ...audit.Checkpoint) audit.Report {
	t.Helper()
	report, err := audit.Verify(t.Context(), pool, known...)
	require.NoError(t, err)
	return report
}

func TestAWholeLogIsFoundWhole(t *testing.T) {
	t.Parallel()
	pool := storetest.New(t)
	require.Empty(t, verify(t, pool).Faults, "an empty log")
	require.NoError(t, audit.Append(t.Context(), pool, entry(1), audit.Entry{Actor: "hub/worker", Action: audit.KeyRotated}, entry(3)))
	require.NoError(t, audit.Append(t.Context(), pool))
	report := verify(t, pool)
	require.Empty(t, report.Faults)
	require.EqualValues(t, 3, report.Entries)
	latest, err := audit.Latest(t.Context(), pool)
	require.NoError(t, err)
	require.Equal(t, report.End, latest)
}

func TestEntriesStandOrFallWithTheirTransaction(t *testing.T) {
	t.Parallel()
	pool := filled(t, 1)
	failed := errors.New("the rest failed")
	err := pgx.BeginFunc(t.Context(), pool, func(tx pgx.Tx) error {
		require.NoError(t, audit.Append(t.Context(), tx, entry(2)))
		return failed
	})
	require.ErrorIs(t, err, failed)
	require.EqualValues(t, 1, verify(t, pool).Entries)
}

func TestManyAppendAtOnce(t *testing.T) {
	t.Parallel()
	pool := storetest.New(t)
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			if err := audit.Append(context.Background(), pool, entry(i), entry(i)); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	report := verify(t, pool)
	require.Empty(t, report.Faults)
	require.EqualValues(t, 40, report.Entries)
}

func TestNobodyChangesOrDeletesAnEntry(t *testing.T) {
	t.Parallel()
	pool := filled(t, 3)
	for _, statement := range []string{
		`update audit_entry set actor = 'nobody'`, `delete from audit_entry where seq = 3`, `truncate audit_entry`,
		`delete from audit_head`, `truncate audit_head`,
	} {
		_, err := pool.Exec(t.Context(), statement)
		require.ErrorContains(t, err, "only ever added to", statement)
	}
	require.Empty(t, verify(t, pool).Faults)
}

// TestASuperusersEditsAreFound edits the log as only a superuser can: with the triggers off.
func TestASuperusersEditsAreFound(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, edit, fault string }{
		{"who", `update audit_entry set actor = 'nobody' where seq = 3`, "was changed"},
		{"through which role", `update audit_entry set via = 'x' where seq = 3`, "was changed"},
		{"what", `update audit_entry set action = 'person.erased' where seq = 3`, "was changed"},
		{"whose", `update audit_entry set person = gen_random_uuid() where seq = 3`, "was changed"},
		{"whose, nobody's", `update audit_entry set person = null where seq = 3`, "was changed"},
		{"on what", `update audit_entry set object = '' where seq = 3`, "was changed"},
		{"why", `update audit_entry set reason = 'lawful' where seq = 3`, "was changed"},
		{"when", `update audit_entry set at = at + interval '1 microsecond' where seq = 3`, "was changed"},
		{"moved from one field to the next", `update audit_entry set object = object || left(reason, 1), reason = substr(reason, 2) where seq = 3`, "was changed"},
		{"hash", `update audit_entry set hash = sha256('x') where seq = 3`, "was changed"},
		{"changed with its own hash", `update audit_entry set actor = 'nobody',
			hash = audit_hash(previous, seq, at, 'nobody', via, action, person, object, reason) where seq = 3`, "does not follow"},
		{"deleted, first", `delete from audit_entry where seq = 1`, "are missing"},
		{"deleted, middle", `delete from audit_entry where seq = 3`, "are missing"},
		{"deleted, last", `delete from audit_entry where seq = 5`, "should end at entry 5"},
		{"deleted, all", `delete from audit_entry`, "should end at entry 5"},
		{"deleted and closed up", `delete from audit_entry where seq = 3; update audit_entry set seq = seq - 1 where seq > 3`, "does not follow"},
		{"reordered", `update audit_entry set seq = 100 where seq = 2; update audit_entry set seq = 2 where seq = 3;
			update audit_entry set seq = 3 where seq = 100`, "does not follow"},
		{"inserted", `insert into audit_entry select 6, at, actor, via, action, person, object, reason, hash,
			audit_hash(hash, 6, at, actor, via, action, person, object, reason) from audit_entry where seq = 5`, "should end at entry 5"},
		{"the end's record gone", `delete from audit_head`, "should end at"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			pool := filled(t, 5)
			_, err := pool.Exec(t.Context(), `set session_replication_role = replica; `+test.edit+`; set session_replication_role = origin`)
			require.NoError(t, err)
			faults := verify(t, pool).Faults
			require.NotEmpty(t, faults)
			require.Contains(t, fmt.Sprint(faults), test.fault)
		})
	}
}

// TestALogWrittenAnewContradictsACheckpoint: who owns the database can compute hashes too.
func TestALogWrittenAnewContradictsACheckpoint(t *testing.T) {
	t.Parallel()
	pool := filled(t, 5)
	kept, err := audit.Latest(t.Context(), pool)
	require.NoError(t, err)
	kept, err = audit.ParseCheckpoint(kept.String())
	require.NoError(t, err)
	_, err = pool.Exec(t.Context(), `set session_replication_role = replica; delete from audit_entry;
		update audit_head set seq = 0, hash = sha256('jansetu audit'::bytea); set session_replication_role = origin`)
	require.NoError(t, err)
	require.Empty(t, verify(t, pool).Faults, "by itself it is whole")
	require.NotEmpty(t, verify(t, pool, kept).Faults)
	for i := range 6 {
		require.NoError(t, audit.Append(t.Context(), pool, entry(i)))
	}
	require.Empty(t, verify(t, pool).Faults)
	require.Contains(t, fmt.Sprint(verify(t, pool, kept).Faults), "checkpoint")
}

func TestRecentEntriesAreRead(t *testing.T) {
	t.Parallel()
	pool := storetest.New(t)
	one, other := entry(1), entry(2)
	one.Reason = "two\nlines\x00 and " + strings.Repeat("long ", 200)
	require.NoError(t, audit.Append(t.Context(), pool, one, other))
	all, err := audit.Recent(t.Context(), pool, "", 10)
	require.NoError(t, err)
	require.Len(t, all, 2)
	require.Equal(t, other, all[0].Entry)
	require.NotContains(t, all[1].Reason, "\n")
	hers, err := audit.Recent(t.Context(), pool, one.Person, 10)
	require.NoError(t, err)
	require.Len(t, hers, 1)
	require.Empty(t, verify(t, pool).Faults)
}

func TestCheckpointsAreParsed(t *testing.T) {
	t.Parallel()
	for _, wrong := range []string{"", "5", "5:", "x:" + strings.Repeat("00", 32), "5:00", "-1:" + strings.Repeat("00", 32)} {
		_, err := audit.ParseCheckpoint(wrong)
		require.Error(t, err, wrong)
	}
}

func FuzzParseCheckpoint(f *testing.F) {
	f.Add("5:" + strings.Repeat("0a", 32))
	f.Fuzz(func(t *testing.T, text string) {
		checkpoint, err := audit.ParseCheckpoint(text)
		if err != nil {
			return
		}
		again, err := audit.ParseCheckpoint(checkpoint.String())
		if err != nil || again.String() != checkpoint.String() {
			t.Fatal("a checkpoint does not survive being written")
		}
	})
}
