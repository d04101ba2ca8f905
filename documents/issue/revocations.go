package issue

import (
	"context"
	"crypto"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/store"
)

// How often the list of revocations is looked at, and how old it may get: who checks without a network sees its age.
const (
	maintainEvery = 30 * time.Second
	listAge       = 6 * time.Hour
)

// Revocations makes the signed list of everything that no longer counts, for those who check without a network, and says how many it
// lists. Its serial is the moment it was made.
func Revocations(ctx context.Context, s *store.Store, name string, key crypto.Signer, now time.Time) (raw []byte, count int, err error) {
	ended, err := s.EndedDocuments(ctx)
	if err != nil {
		return nil, 0, err
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
	raw, err = seal.NewRevocations(name, uint64(now.Unix()), now, statuses).Sign(key) //nolint:gosec // after 1970
	if err != nil {
		return nil, 0, fmt.Errorf("make the list of revocations: %w", err)
	}
	return raw, len(ended), nil
}

// RefreshRevocations stores a new list if the stored one is old or lacks something.
func (i *Issuer) RefreshRevocations(ctx context.Context) error {
	now := i.config.Now()
	current, err := i.config.Store.RevocationListIsCurrent(ctx, now.Add(-listAge))
	if err != nil || current {
		return err
	}
	raw, count, err := Revocations(ctx, i.config.Store, i.config.Name, i.config.SealKey, now)
	if err != nil {
		return err
	}
	return i.config.Store.SetRevocationList(ctx, raw, count, now)
}

// Maintain gives what a process left behind that died its place in the log, and keeps the list of revocations fresh, until ctx ends.
func (i *Issuer) Maintain(ctx context.Context) {
	ticker := time.NewTicker(maintainEvery)
	defer ticker.Stop()
	for {
		if err := i.Grow(ctx); err != nil && ctx.Err() == nil {
			i.config.Slog.WarnContext(ctx, "the public log was not looked after", "error", err)
		}
		if err := i.RefreshRevocations(ctx); err != nil && ctx.Err() == nil {
			i.config.Slog.WarnContext(ctx, "the list of revocations is not fresh", "error", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		}
	}
}
