package verify

import (
	"context"
	"fmt"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
)

// inLog looks for a paper's entry in the log that is published, which the witnesses signed. It fails with store.ErrNotInLog while it
// waits for its place there, and with publiclog.ErrProof when the entry is not the paper's.
func (c *Checker) inLog(ctx context.Context, trust *verify.Trust, issued store.IssuedDocument, claims seal.Claims) (*LogProof, error) {
	entry, _, _, err := c.config.Records.LogEntry(ctx, issued.Entry)
	if err != nil {
		return nil, err
	}
	leaf, err := publiclog.ParseLeaf(entry.Leaf)
	if err != nil {
		return nil, err
	}
	if err := commits(leaf, issued, claims); err != nil {
		return nil, err
	}
	proof := &LogProof{Index: entry.Index, At: leaf.At}
	if c.config.Log == nil {
		return proof, nil
	}
	return proof, c.published(ctx, trust, entry, proof)
}

// commits checks that a leaf is that of the paper. Without the salt, which goes with the person who was erased, it cannot be opened.
func commits(leaf publiclog.Leaf, issued store.IssuedDocument, claims seal.Claims) error {
	if len(issued.Salt) == len(publiclog.Salt{}) && publiclog.Salt(issued.Salt).Document(claims.Number, claims.Version) != leaf.Document {
		return fmt.Errorf("%w: the entry is another paper's", publiclog.ErrProof)
	}
	return verify.BackDated(claims.Issued, leaf.At)
}

// published fills in the published log, once it has the entry.
func (c *Checker) published(ctx context.Context, trust *verify.Trust, entry store.LogEntry, proof *LogProof) error {
	policy, err := publiclog.ParsePolicy(trust.Keys.Log, trust.Keys.Witnesses, trust.Keys.Quorum)
	if err != nil {
		return fmt.Errorf("the key list: %w", err)
	}
	raw, err := c.config.Log(ctx, publiclog.CheckpointPath)
	if err != nil {
		return fmt.Errorf("read the published log: %w", err)
	}
	checkpoint, witnesses, err := policy.Open(raw)
	if err != nil {
		return err
	}
	if entry.Index >= checkpoint.Size {
		return nil
	}
	found, err := c.config.Log.Hashes(ctx, checkpoint).ReadHashes([]int64{tlog.StoredHashIndex(0, entry.Index)})
	if err != nil {
		return fmt.Errorf("read the published log: %w", err)
	}
	if found[0] != tlog.Hash(publiclog.LeafHash(entry.Leaf)) {
		return fmt.Errorf("%w: the published entry is another one", publiclog.ErrProof)
	}
	proof.Size, proof.Root, proof.Witnesses = checkpoint.Size, checkpoint.Root.String(), witnesses
	return nil
}
