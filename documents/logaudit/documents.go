package logaudit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
)

// documents compares every issued document with its leaves, and every kept file with its document.
func (a *audit) documents(ctx context.Context) error {
	return a.config.Store.EachIssued(ctx, func(d store.IssuedDocument) error {
		a.report.Documents++
		name := fmt.Sprintf("%s of %s, version %d", d.Kind, d.Request, d.Version)
		for _, entry := range []int64{d.Entry, d.EndEntry} {
			if entry != 0 {
				a.owners[entry] = struct{}{}
			}
		}
		index, placed := a.entries[d.Entry]
		if !placed {
			// It waits, or the leaf was taken out; a missing leaf is named where the leaves are read.
			return nil
		}
		leaf := a.leaves[index]
		if leaf.Kind != publiclog.Issued || !bytes.Equal(leaf.Slot[:], d.Slot) ||
			!bytes.Equal(d.Slot, a.config.Store.IssueSlot(d.Request, d.Kind, d.Version)) {
			a.fault(name, fmt.Sprintf("leaf %d records the issue of something else", index))
		}
		a.ending(name, d)
		if d.Salt == nil || d.Seal == nil {
			a.report.Forgotten++
			return nil
		}
		return a.content(ctx, name, d, index)
	})
}

// ending compares what became of a document with its second leaf.
func (a *audit) ending(name string, d store.IssuedDocument) {
	if d.State == store.IssueValid {
		return
	}
	index, placed := a.entries[d.EndEntry]
	if !placed {
		return
	}
	leaf := a.leaves[index]
	wanted := map[store.IssueState]publiclog.Kind{store.IssueRevoked: publiclog.Revoked, store.IssueReplaced: publiclog.Replaced}[d.State]
	if leaf.Kind != wanted || leaf.Document != a.leaves[a.entries[d.Entry]].Document {
		a.fault(name, fmt.Sprintf("it is %s in the database; leaf %d records something else", d.State, index))
	}
}

// content opens the commitments with what is kept.
func (a *audit) content(ctx context.Context, name string, d store.IssuedDocument, index int64) error {
	leaf := a.leaves[index]
	sealed, err := a.config.Trust.Keys.Open(d.Seal)
	if err != nil {
		a.fault(name, "its seal: "+err.Error())
		return nil //nolint:nilerr // a fault of the document, not of the audit
	}
	claims := sealed.Claims
	fingerprint := seal.Document{Number: d.Number, Version: d.Version}.Fingerprint()
	if claims.Number != d.Number || claims.Version != d.Version || claims.Kind != d.Kind || !bytes.Equal(fingerprint[:], d.Fingerprint) {
		a.fault(name, "its seal is another document's")
	}
	if !claims.Issued.Equal(d.IssuedAt) {
		a.fault(name, fmt.Sprintf("issued %s in the database, %s in its seal", d.IssuedAt.UTC(), claims.Issued))
	}
	if err := verify.BackDated(d.IssuedAt, leaf.At); err != nil {
		a.fault(name, err.Error())
	}
	if !d.Finished {
		a.opens(name, d, leaf, sealed, sha256.Sum256(d.Pages))
		return nil
	}
	if d.Document == "" {
		return nil
	}
	file, err := a.config.Store.Document(ctx, d.Document)
	if errors.Is(err, store.ErrNoDocument) || store.IsUnreadable(err) {
		a.fault(name, "its file: "+err.Error())
		return nil
	}
	if err != nil {
		return err
	}
	a.file(name, d, sealed, index, file.Content)
	return nil
}

func (a *audit) opens(name string, d store.IssuedDocument, leaf publiclog.Leaf, sealed seal.Seal, pages publiclog.Hash) {
	if err := leaf.Opens(publiclog.Salt(d.Salt), d.Number, d.Version, publiclog.Hash(sealed.Digest()), pages); err != nil {
		a.fault(name, err.Error())
	}
}

// file verifies a kept file as anybody would.
func (a *audit) file(name string, d store.IssuedDocument, sealed seal.Seal, index int64, content []byte) {
	if store.DocumentID(content) != d.Document {
		a.fault(name, "its file is not the one of its name")
	}
	found, err := a.config.Trust.PDF(content, verify.At{Now: a.config.Now})
	switch {
	case err != nil:
		a.fault(name, "its file: "+err.Error())
	case !bytes.Equal(found.Seal.Raw, sealed.Raw) || found.Index != index || found.Leaf != a.leaves[index]:
		a.fault(name, fmt.Sprintf("its file is not what leaf %d records", index))
	default:
		a.compareCheckpoint(name+": its proof's checkpoint", found.Recorded)
	}
}
