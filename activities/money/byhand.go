package money

import (
	"context"
	"errors"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/store"
)

// The reasons why a payment is not given back by hand.
var (
	ErrNoPayment    = errors.New("no such payment")
	ErrRequestOpen  = errors.New("the request still goes on: stop it, which gives the money back")
	ErrNotHeld      = errors.New("the money was never taken, or is on its way back already")
	ErrNotFulfilled = errors.New("the department does not have the money: the hub settles that by itself")
)

// MayGiveBack tells whose a payment is, and whether two officers may have it given back: the department has the money, and nothing of it is on its
// way back. Any other payment is settled by its request's own workflow. It fails with the errors above.
func (b *Books) MayGiveBack(ctx context.Context, tx *store.Tx, paymentID string) (person string, err error) {
	_, person, err = b.toGiveBack(ctx, tx, paymentID)
	return person, err
}

// GiveBack books that two officers agreed to give a payment back, in their transaction; the refund and its workflow follow in the same. It
// fails as MayGiveBack does.
func (b *Books) GiveBack(ctx context.Context, tx *store.Tx, paymentID, approval string) error {
	entry, _, err := b.toGiveBack(ctx, tx, paymentID)
	if err != nil {
		return err
	}
	fact := payment.Fact{Kind: payment.GivenBack, Payment: paymentID, Note: approval}
	news := News{Provider: ownDecisions, EventID: entry.order.ID + "/" + string(fact.Kind) + "/" + paymentID, Fact: fact}
	if err := entry.append(ctx, news); err != nil {
		return err
	}
	return entry.follow(ctx)
}

func (b *Books) toGiveBack(ctx context.Context, tx *store.Tx, paymentID string) (found *entry, person string, err error) {
	order, person, open, err := tx.OrderOfPayment(ctx, paymentID)
	if errors.Is(err, store.ErrNoOrder) {
		return nil, "", ErrNoPayment
	}
	if err != nil {
		return nil, "", err
	}
	found = &entry{tx: tx}
	if err := found.read(ctx, order); err != nil {
		return nil, "", err
	}
	paid, _ := found.standing.Find(paymentID)
	switch {
	case open:
		return nil, "", ErrRequestOpen
	case paid.Stage != payment.StageCaptured || paid.RefundReason != "" || paid.Refund != payment.RefundNone:
		return nil, "", ErrNotHeld
	case !found.standing.Posted || found.standing.Accepted != paymentID:
		return nil, "", ErrNotFulfilled
	}
	return found, person, nil
}
