// Package document holds the activities that make documents: laid out, issued once with number, seal, log entry and signature, and named
// for the message that will carry them.
package document

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"sync"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Activities make documents.
type Activities struct {
	store   *store.Store
	catalog *catalog.Catalog
	issuer  Issuer
	library func() (*documents.Library, error)
}

// Issuer issues documents that prove themselves.
type Issuer interface {
	Issue(ctx context.Context, order issue.Order) (issue.Issued, error)
	Correct(ctx context.Context, order issue.Order, reason string) (issue.Issued, error)
}

// New makes the activities. Without a library, templates and fonts are those in the binary, read when the first document is made. Without an
// issuer, documents are neither sealed nor signed; production always has one.
func New(s *store.Store, c *catalog.Catalog, issuer Issuer, library *documents.Library) *Activities {
	return &Activities{store: s, catalog: c, issuer: issuer, library: sync.OnceValues(func() (*documents.Library, error) {
		if library == nil {
			loaded, err := documents.Load(deploy.Files, c.State().ID)
			if err != nil {
				return nil, err
			}
			library = loaded
		}
		return library.Knowing(names(c)...), nil
	})}
}

// names are those of the catalog that documents show.
func names(c *catalog.Catalog) []documents.Words {
	services, portals := c.Services(), c.Portals()
	all := make([]documents.Words, 0, 1+len(services)+len(portals))
	all = append(all, issuerOf(c))
	for _, service := range services {
		all = append(all, words(service.Title))
	}
	for _, portal := range portals {
		all = append(all, words(portal.Title))
	}
	return all
}

const (
	kindReceipt = "receipt"
	mimePDF     = "application/pdf"
)

// IssueReceipt issues the receipt of a paid bill; asked again it gives the same document.
func (a *Activities) IssueReceipt(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, error) {
	if a.issuer != nil {
		return a.provenReceipt(ctx, input)
	}
	plain, err := a.plainReceipt(input)
	if err != nil {
		return workflows.Document{}, err
	}
	id, err := a.store.AddDocument(ctx, plain)
	if err != nil {
		return workflows.Document{}, fmt.Errorf("store receipt: %w", err)
	}
	return receiptFile(input, id), nil
}

func receiptFile(input workflows.ReceiptInput, id string) workflows.Document {
	return workflows.Document{ID: id, Filename: receiptName(input), MIMEType: mimePDF}
}

// provenReceipt issues a receipt with number, seal, log entry and signature.
func (a *Activities) provenReceipt(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, error) {
	library, err := a.library()
	if err != nil {
		return workflows.Document{}, err
	}
	order, err := receiptOrder(library, a.receipt(library, input), input)
	if err != nil {
		return workflows.Document{}, err
	}
	issued, err := a.issuer.Issue(ctx, order)
	if err != nil {
		return workflows.Document{}, fmt.Errorf("issue receipt: %w", err)
	}
	return receiptFile(input, issued.File), nil
}

// plainReceipt is a receipt as it is laid out.
func (a *Activities) plainReceipt(input workflows.ReceiptInput) (store.Document, error) {
	library, err := a.library()
	if err != nil {
		return store.Document{}, err
	}
	content, err := library.Render(documents.Receipt, a.receipt(library, input))
	if err != nil {
		return store.Document{}, err
	}
	return store.Document{
		Request: input.To.Reference, Kind: kindReceipt, Filename: receiptName(input), MIMEType: mimePDF, Content: content,
	}, nil
}

// receiptOrder keeps what the receipt is laid out from, so that it can be corrected.
func receiptOrder(library *documents.Library, data documents.Data, input workflows.ReceiptInput) (issue.Order, error) {
	source, err := json.Marshal(input)
	if err != nil {
		return issue.Order{}, fmt.Errorf("encode receipt: %w", err)
	}
	return issue.Order{
		Request: input.To.Reference, Kind: receiptKind(input), Filename: receiptName(input), Fields: sealed(input), Source: source,
		Spare: []string{"bill", "name", "department_receipt", "payment", "account"},
		Render: func(_ context.Context, stamp issue.Stamp) ([]byte, error) {
			return library.Render(documents.Receipt, stamped(data, stamp))
		},
	}, nil
}

// stamped adds number and code to what a document shows.
func stamped(data documents.Data, stamp issue.Stamp) documents.Data {
	data.Values = maps.Clone(data.Values)
	data.Values["number"] = documents.Plain(stamp.Number)
	data.Code, data.Address = []byte(stamp.Address), stamp.Check
	return data
}

// sealed is what the code of a receipt says: what decides whether somebody paid, to be compared with the paper.
func sealed(input workflows.ReceiptInput) []seal.Field {
	fields := []seal.Field{
		{Name: "biller", Value: input.Portal}, {Name: "account", Value: input.Bill.Account}, {Name: "name", Value: input.Bill.Name},
		{Name: "bill", Value: input.Bill.Number}, {Name: "amount", Value: input.Payment.Amount.String()},
		{Name: "paid", Value: input.Payment.PaidAt.In(connectors.IndianTime).Format("2006-01-02 15:04")},
		{Name: "payment", Value: input.Payment.ID}, {Name: "department_receipt", Value: input.Posted.PortalReceipt},
		{Name: "reference", Value: input.To.Reference},
	}
	return slices.DeleteFunc(fields, func(field seal.Field) bool { return field.Value == "" })
}
