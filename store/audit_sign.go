package store

import (
	"context"
	"time"

	"github.com/jansetu/jansetu/store/audit"
)

// AuditSigner is the purpose of the key that signs the audit log's checkpoints: see [vault.SigningKey].
const AuditSigner = "audit checkpoint"

// SignAudit signs where the audit log ends now, and keeps that in the database too. Signing twice makes two.
func (s *Store) SignAudit(ctx context.Context, now time.Time) (signed audit.SignedCheckpoint, err error) {
	key, err := s.vault.SigningKey(AuditSigner)
	if err != nil {
		return signed, err
	}
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		signed, err = audit.Sign(ctx, tx, key, now)
		return err
	})
	return signed, err
}
