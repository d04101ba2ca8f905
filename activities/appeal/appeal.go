// Package appeal holds the activities of appeals: starting one as a request of its own, and writing its letter.
package appeal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"sync"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/wording"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Store keeps appeals and their letters. *store.Store is one.
type Store interface {
	StartAppeal(ctx context.Context, appeal store.Appeal) error
	AddDocument(ctx context.Context, document store.Document) (id string, err error)
}

// Activities start appeals and write their letters.
type Activities struct {
	store   Store
	catalog *catalog.Catalog
	writer  *wording.Writer
	library func() (*documents.Library, error)
}

// New makes the activities. Templates and fonts are those in the binary; they are read when the first letter is written.
func New(s Store, c *catalog.Catalog) *Activities {
	return &Activities{store: s, catalog: c, writer: wording.New(c), library: sync.OnceValues(func() (*documents.Library, error) {
		return documents.Load(deploy.Files, c.State().ID)
	})}
}

// StartAppeal stores an appeal and the start of its workflow, together and once.
func (a *Activities) StartAppeal(ctx context.Context, input workflows.AppealInput) error {
	encoded, err := json.Marshal(input)
	if err != nil {
		return fmt.Errorf("encode appeal: %w", err)
	}
	err = a.store.StartAppeal(ctx, store.Appeal{
		Reference: input.Reference, Application: input.Case.Application, Since: input.ConfirmedAt,
		Start: store.WorkflowStart{
			Reference: workflows.RequestWorkflowID(input.Reference), Workflow: workflows.WorkflowAppeal,
			Summary: "Appeal · " + input.Reference, Input: encoded,
		},
	})
	if errors.Is(err, store.ErrNoRequest) || store.IsData(err) {
		return temporal.NewNonRetryableApplicationError("the store refuses the appeal", "store", err)
	}
	return err
}

const (
	kindLetter = "appeal"
	mimePDF    = "application/pdf"
)

// WriteAppeal writes the letter and keeps it; asked again it gives the same.
func (a *Activities) WriteAppeal(ctx context.Context, input workflows.AppealInput) (workflows.Document, error) {
	library, err := a.library()
	if err != nil {
		return workflows.Document{}, err
	}
	content, err := library.Render(template(input.Case), a.letter(library, input))
	if err != nil {
		return workflows.Document{}, fmt.Errorf("write the letter: %w", err)
	}
	letter := workflows.Document{Filename: "Appeal-" + input.Reference + ".pdf", MIMEType: mimePDF}
	letter.ID, err = a.store.AddDocument(ctx, store.Document{
		Request: input.Reference, Kind: kindLetter, Filename: letter.Filename, MIMEType: mimePDF, Content: content,
	})
	if err != nil {
		return workflows.Document{}, fmt.Errorf("keep the letter: %w", err)
	}
	return letter, nil
}
