// Package document holds the activities that make documents: laid out, stored under the hash of their content, and named for the
// message that will carry them.
package document

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Activities make documents.
type Activities struct {
	store   *store.Store
	catalog *catalog.Catalog
}

// New makes the activities.
func New(s *store.Store, c *catalog.Catalog) *Activities { return &Activities{store: s, catalog: c} }

const (
	kindReceipt = "receipt"
	mimePDF     = "application/pdf"
)

// IssueReceipt makes and stores the receipt of a paid bill; the same input gives the same document.
func (a *Activities) IssueReceipt(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, error) {
	content, err := a.receipt(input).PDF()
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

// The receipt is in English until documents can be laid out in Indian scripts.
func (a *Activities) receipt(input workflows.ReceiptInput) documents.Receipt {
	state := a.catalog.State()
	return documents.Receipt{
		Issuer: "Jansetu – " + state.Title.In("en"), Reference: input.To.Reference,
		Service: a.service(input.Service), Biller: a.biller(input.Portal),
		Account: input.Bill.Account, Name: input.Bill.Name, Bill: input.Bill.Number, Period: input.Bill.Period, DueDate: input.Bill.DueDate,
		Amount: input.Payment.Amount, Mode: input.Payment.Method, GatewayID: input.Payment.ID, RRN: input.Payment.RRN, PaidAt: input.Payment.PaidAt,
		BillerReceipt: input.Posted.PortalReceipt, PostedAt: input.Posted.PostedAt,
		Complaints: a.catalog.Text("en", "money.receipt_complaints", catalog.Args{"reference": input.To.Reference, "helpline": state.Helpline}),
	}
}

func (a *Activities) service(id string) string {
	if service, ok := a.catalog.Service(id); ok {
		return service.Title.In("en")
	}
	return id
}

func (a *Activities) biller(portal string) string {
	if known, ok := a.catalog.Portal(portal); ok {
		return known.Title.In("en")
	}
	return portal
}
