package audit_test

import (
	"context"
	"crypto/ed25519"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
)

// signedLog is a log of three hours, with a checkpoint after each.
func signedLog(t *testing.T) (*pgxpool.Pool, ed25519.PublicKey) {
	t.Helper()
	pool := filled(t, 0)
	public, private, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	for hour := range 3 {
		require.NoError(t, audit.Append(t.Context(), pool, entry(hour), entry(hour)))
		err := access.Within(t.Context(), pool, access.Scope{Role: access.Worker}, func(ctx context.Context, tx pgx.Tx) error {
			signed, err := audit.Sign(ctx, tx, private, time.Now())
			require.EqualValues(t, 2*(hour+1), signed.Seq)
			return err
		})
		require.NoError(t, err)
	}
	return pool, public
}

// check is what `jansetu audit verify` looks at.
func check(t *testing.T, pool *pgxpool.Pool, public ed25519.PublicKey) []audit.Fault {
	t.Helper()
	signed, err := audit.ReadSigned(t.Context(), pool, public)
	require.NoError(t, err)
	return append(signed.Faults, verify(t, pool, signed.Known...).Faults...)
}

func TestSignedCheckpointsShowWhatTheOwnerOfTheDatabaseDid(t *testing.T) {
	t.Parallel()
	const owner = `set session_replication_role = replica; `
	// cutOff leaves a chain that is whole in itself.
	const cutOff = owner + `delete from audit_entry where seq > 5; update audit_head set (seq, hash) = (select seq, hash from audit_entry where seq = 5);`
	tests := map[string]struct{ deed, found string }{
		"nothing":                              {``, ""},
		"cuts off the end of the log":          {cutOff, "the entry of a checkpoint is missing"},
		"takes a checkpoint away":              {owner + `delete from audit_checkpoint where number = 2`, "one is missing"},
		"takes the first checkpoint away":      {owner + `delete from audit_checkpoint where number = 1`, "one is missing"},
		"moves a checkpoint to another entry":  {owner + `update audit_checkpoint set seq = 4 where number = 3`, "not signed"},
		"signs one himself":                    {owner + `update audit_checkpoint set signature = sha512('mine') where number = 3`, "not signed"},
		"changes when a checkpoint was signed": {owner + `update audit_checkpoint set at = at - interval '1 day'`, "not signed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool, public := signedLog(t)
			_, err := pool.Exec(t.Context(), test.deed)
			require.NoError(t, err)
			faults := check(t, pool, public)
			if test.found == "" {
				require.Empty(t, faults)
				return
			}
			require.NotEmpty(t, faults)
			require.Contains(t, faults[0].Reason, test.found)
		})
	}
}

func TestACheckpointOfAnotherHubIsNone(t *testing.T) {
	t.Parallel()
	pool, _ := signedLog(t)
	other, _, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	require.Len(t, check(t, pool, other), 3)
}

func TestNoRoleChangesACheckpoint(t *testing.T) {
	t.Parallel()
	pool, _ := signedLog(t)
	for _, role := range access.Roles() {
		for _, deed := range []string{`delete from audit_checkpoint`, `update audit_checkpoint set seq = 1`, `truncate audit_checkpoint`} {
			err := access.Within(t.Context(), pool, access.Scope{Role: role}, func(ctx context.Context, tx pgx.Tx) error {
				_, err := tx.Exec(ctx, deed)
				return err
			})
			require.Error(t, err, "%s: %s", role, deed)
		}
	}
}
