package assembly

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/audit"
)

// VerifyAudit reads the whole audit log, as it is at one moment, and compares it with the checkpoints.
func VerifyAudit(ctx context.Context, databaseURL string, known ...audit.Checkpoint) (report audit.Report, err error) {
	err = withSnapshot(ctx, databaseURL, func(tx pgx.Tx) error {
		report, err = audit.Verify(ctx, tx, known...)
		return err
	})
	return report, err
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
