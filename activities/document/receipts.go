package document

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Receipts are made for whoever stores them together with what else there is to store.
type Receipts struct{ activities *Activities }

// NewReceipts makes receipts as the activities issue them.
func NewReceipts(a *Activities) *Receipts { return &Receipts{a} }

// MakeReceipt makes the receipt of a paid bill; asked again it gives the same document. It is there with the transaction that add is called
// in; add is nil when it is there already, as one that proves itself is.
func (r *Receipts) MakeReceipt(ctx context.Context, input workflows.ReceiptInput) (receipt workflows.Document, add func(*store.Tx), err error) {
	a := r.activities
	if a.issuer != nil {
		receipt, err = a.provenReceipt(ctx, input)
		return receipt, nil, err
	}
	plain, err := a.plainReceipt(input)
	if err != nil {
		return workflows.Document{}, nil, err
	}
	sealed, err := a.store.SealDocument(ctx, plain)
	if err != nil {
		return workflows.Document{}, nil, fmt.Errorf("seal receipt: %w", err)
	}
	return receiptFile(input, sealed.ID), func(tx *store.Tx) { tx.AddDocument(sealed) }, nil
}
