// Package settlement holds the activity that ends the payment of a bill: what the department has is booked, the receipt is made, and the
// citizen has it with the last word.
package settlement

import (
	"context"
	"time"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Store does several things together or not at all. *store.Store is one.
type Store interface {
	WithTx(ctx context.Context, f func(ctx context.Context, tx *store.Tx) error) error
}

// Books record, once however often they are told, that a department has the money of an order. *money.Books are such.
type Books interface {
	RecordPosting(ctx context.Context, tx *store.Tx, input workflows.RecordPostingInput) error
}

// Receipts are made once, however often they are asked for. *document.Receipts are such.
type Receipts interface {
	// MakeReceipt gives the receipt, and what adds it to the transaction with which it is there; nil: it is there already.
	MakeReceipt(ctx context.Context, input workflows.ReceiptInput) (receipt workflows.Document, add func(*store.Tx), err error)
}

// Teller tells a citizen something, once, and stores something else with it or neither. *citizen.Activities are one.
type Teller interface {
	TellWith(ctx context.Context, input workflows.TellInput, also func(context.Context, *store.Tx) error) error
}

// Activities settle bills.
type Activities struct {
	store    Store
	books    Books
	receipts Receipts
	teller   Teller
}

// New makes the activities.
func New(s Store, books Books, receipts Receipts, teller Teller) *Activities {
	return &Activities{store: s, books: books, receipts: receipts, teller: teller}
}

// receiptWithin leaves of a step's time what booking and telling need.
const receiptWithin = 8 * time.Second

// SettleBill makes the receipt, and then books, stores it and tells in one transaction. When the receipt cannot be made now, the citizen is
// told that it comes later, and the error has the step repeated: neither the books nor the citizen wait for a paper. Repeating it does nothing
// twice.
func (a *Activities) SettleBill(ctx context.Context, input workflows.SettleBillInput) (workflows.Document, error) {
	receipt, add, late := a.receipt(ctx, input.Receipt)
	said := input.Late
	if late == nil {
		said = input.Tell
		said.Document = &receipt
	}
	if err := a.bookAndTell(ctx, input.Record, said, add); err != nil {
		return workflows.Document{}, err
	}
	return receipt, late
}

func (a *Activities) receipt(ctx context.Context, input workflows.ReceiptInput) (receipt workflows.Document, add func(*store.Tx), err error) {
	ctx, cancel := context.WithTimeout(ctx, receiptWithin)
	defer cancel()
	return a.receipts.MakeReceipt(ctx, input)
}

// bookAndTell adds what is told of to the transaction in which it is told, and books what the department has also when that cannot be told.
func (a *Activities) bookAndTell(
	ctx context.Context, posting workflows.RecordPostingInput, said workflows.TellInput, add func(*store.Tx),
) error {
	book := func(ctx context.Context, tx *store.Tx) error { return a.books.RecordPosting(ctx, tx, posting) }
	untold := a.teller.TellWith(ctx, said, func(ctx context.Context, tx *store.Tx) error {
		if err := book(ctx, tx); err != nil {
			return err
		}
		if add != nil {
			add(tx)
		}
		return nil
	})
	if untold == nil {
		return nil
	}
	if err := a.store.WithTx(ctx, book); err != nil {
		return err
	}
	return untold
}
