package issue

import (
	"context"
	"crypto"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/store"
)

// Revocations makes the signed list of everything that no longer counts, for those who check without a network. Its serial is the
// moment it was made.
func Revocations(ctx context.Context, s *store.Store, name string, key crypto.Signer, now time.Time) ([]byte, error) {
	ended, err := s.EndedDocuments(ctx)
	if err != nil {
		return nil, err
	}
	statuses := make(map[seal.Fingerprint]seal.Status, len(ended))
	for _, document := range ended {
		status := seal.Revoked
		if document.State == store.IssueReplaced {
			status = seal.Replaced
		}
		statuses[seal.Fingerprint(document.Fingerprint)] = status
	}
	now = now.UTC().Truncate(time.Second)
	raw, err := seal.NewRevocations(name, uint64(now.Unix()), now, statuses).Sign(key) //nolint:gosec // after 1970
	if err != nil {
		return nil, fmt.Errorf("make the list of revocations: %w", err)
	}
	return raw, nil
}
