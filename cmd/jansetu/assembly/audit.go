package assembly

import (
	"context"
	"crypto/ed25519"
	"fmt"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/vault"
)

// VerifyAudit reads the whole audit log, as it is at one moment, and compares it with the checkpoints that the hub signed and with those that
// are given. last is the newest signed one; its number is 0 when there is none.
func VerifyAudit(ctx context.Context, settings config.Config, known ...audit.Checkpoint) (report audit.Report, last audit.SignedCheckpoint, err error) {
	key, err := vault.SigningKey([]byte(settings.LookupKey), store.AuditSigner)
	if err != nil {
		return report, last, err
	}
	public, _ := key.Public().(ed25519.PublicKey) // always one
	err = withSnapshot(ctx, settings.DatabaseURL, func(tx pgx.Tx) error {
		signed, err := audit.ReadSigned(ctx, tx, public)
		if err != nil {
			return err
		}
		report, err = audit.Verify(ctx, tx, slices.Concat(signed.Known, known)...)
		report.Faults, last = slices.Concat(signed.Faults, report.Faults), signed.Last
		return err
	})
	return report, last, err
}

// AuditCheckpoint reads where the audit log ends.
func AuditCheckpoint(ctx context.Context, databaseURL string) (end audit.Checkpoint, err error) {
	err = withSnapshot(ctx, databaseURL, func(tx pgx.Tx) error {
		end, err = audit.Latest(ctx, tx)
		return err
	})
	return end, err
}

// withSnapshot runs f in a transaction that sees one moment and changes nothing.
func withSnapshot(ctx context.Context, databaseURL string, f func(pgx.Tx) error) error {
	conn, err := pgx.Connect(ctx, databaseURL)
	if err != nil {
		return fmt.Errorf("connect to the database: %w", err)
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }() // nothing is in flight
	options := pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}
	return pgx.BeginTxFunc(ctx, conn, options, f)
}
