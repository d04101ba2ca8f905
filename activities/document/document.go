// Package document holds the activities that make documents: laid out, stored under the hash of their content, and named for the
// message that will carry them.
package document

import (
	"context"
	"fmt"
	"sync"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Activities make documents.
type Activities struct {
	store   *store.Store
	catalog *catalog.Catalog
	library func() (*documents.Library, error)
}

// New makes the activities. Templates and fonts are those in the binary; they are read when the first document is made.
func New(s *store.Store, c *catalog.Catalog) *Activities {
	return &Activities{store: s, catalog: c, library: sync.OnceValues(func() (*documents.Library, error) {
		return documents.Load(deploy.Files, c.State().ID)
	})}
}

const (
	kindReceipt = "receipt"
	mimePDF     = "application/pdf"
)

// IssueReceipt makes and stores the receipt of a paid bill; the same input gives the same document.
func (a *Activities) IssueReceipt(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, error) {
	library, err := a.library()
	if err != nil {
		return workflows.Document{}, err
	}
	content, err := library.Render(documents.Receipt, a.receipt(library, input))
	if err != nil {
		return workflows.Document{}, err
	}
	document := workflows.Document{Filename: "Receipt-" + input.To.Reference + ".pdf", MIMEType: mimePDF}
	document.ID, err = a.store.AddDocument(ctx, store.Document{
		Request: input.To.Reference, Kind: kindReceipt, Filename: document.Filename, MIMEType: mimePDF, Content: content,
	})
	if err != nil {
		return workflows.Document{}, fmt.Errorf("store receipt: %w", err)
	}
	return document, nil
}
