package money

import (
	"context"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/store"
)

// refunds compares what was given back.
func (c *comparison) refunds(ctx context.Context) error {
	examined := store.Examination{Kinds: []string{CaseRefundDiffers}}
	var stated []payments.Refund
	if statements, ok := c.Gateway.(payments.Statements); ok {
		var err error
		if stated, err = statements.RefundsMade(ctx, c.from, c.until); err != nil {
			return err
		}
	}
	for _, made := range stated {
		examined.Subjects = append(examined.Subjects, made.ID)
		differences, err := c.statedRefund(ctx, made)
		if err != nil {
			return err
		}
		examined.Differences = append(examined.Differences, differences...)
	}
	ours, err := c.Store.MoneyFacts(ctx, string(payment.RefundProcessed), c.from, c.until)
	if err != nil {
		return err
	}
	seen := setOf(examined.Subjects)
	for _, fact := range ours {
		if fact.Refund == "" || seen[fact.Refund] {
			continue
		}
		examined.Subjects = append(examined.Subjects, fact.Refund)
		differences, err := c.ourRefund(ctx, fact)
		if err != nil {
			return err
		}
		examined.Differences = append(examined.Differences, differences...)
	}
	return c.settle(ctx, examined)
}

// statedRefund compares a refund of the gateway's statement. The refund of a payment that is not ours is no concern of the books.
func (c *comparison) statedRefund(ctx context.Context, made payments.Refund) ([]store.Difference, error) {
	order, err := c.Store.OrderOf(ctx, made.Reference, "", made.PaymentID)
	if errors.Is(err, store.ErrNoOrder) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	standing, err := c.Books.Hear(ctx, order, NewsOfRefund(c.Provider, made))
	if err != nil {
		return nil, fmt.Errorf("keep the books: %w", err)
	}
	return c.compareRefund(order, standing, made), nil
}

// compareRefund holds all that went back of a payment against what was owed of it.
func (c *comparison) compareRefund(order string, standing payment.Standing, made payments.Refund) []store.Difference {
	paid, _ := standing.Find(made.PaymentID)
	if made.Status != payments.RefundProcessed || paid.Refunded == paid.RefundAmount {
		return nil
	}
	return []store.Difference{c.difference(CaseRefundDiffers, made.ID, order, paid.RefundAmount, paid.Refunded)}
}

// ourRefund looks a refund up that our books have as done and the statement does not name: it may have been begun on another day.
func (c *comparison) ourRefund(ctx context.Context, fact store.MoneyFact) ([]store.Difference, error) {
	made, err := c.Gateway.FindRefunds(ctx, fact.Payment)
	if class := connectors.ClassOf(err); err != nil && class != connectors.ClassRefused && class != connectors.ClassNotFound {
		return nil, err // a payment that the gateway does not know is a case of its own
	}
	standing, err := c.Books.Record(ctx, fact.Order)
	if err != nil {
		return nil, fmt.Errorf("read the books: %w", err)
	}
	for _, each := range made {
		if each.ID == fact.Refund && each.Status == payments.RefundProcessed && each.Amount == connectors.Paise(fact.Amount) {
			return c.compareRefund(fact.Order, standing, each), nil
		}
	}
	return []store.Difference{c.difference(CaseRefundDiffers, fact.Refund, fact.Order, connectors.Paise(fact.Amount), 0)}, nil
}

// settlements compares what the gateway paid out with what it took and gave back: nothing is kept but its fee.
func (c *comparison) settlements(ctx context.Context) error {
	statements, ok := c.Gateway.(payments.Statements)
	if !ok {
		return nil
	}
	lines, err := statements.SettledOn(ctx, c.from)
	if err != nil {
		return err
	}
	examined := store.Examination{Kinds: []string{CaseSettledAmount}}
	for _, line := range lines {
		examined.Subjects = append(examined.Subjects, line.ID)
		differences, err := c.settledLine(ctx, line)
		if err != nil {
			return err
		}
		examined.Differences = append(examined.Differences, differences...)
	}
	return c.settle(ctx, examined)
}

func (c *comparison) settledLine(ctx context.Context, line payments.SettledLine) ([]store.Difference, error) {
	var paidOut connectors.Paise
	reference := [2]string{}
	switch line.Kind {
	case payments.SettledPayment:
		paidOut, reference[0] = line.Credit+line.Fee, line.ID
	case payments.SettledRefund:
		paidOut, reference[1] = line.Debit, line.ID
	default:
		return nil, nil
	}
	order, expected, err := c.booked(ctx, reference[0], reference[1])
	if err != nil || order == "" || expected == paidOut {
		return nil, err
	}
	return []store.Difference{c.difference(CaseSettledAmount, line.ID, order, expected, paidOut)}, nil
}

// booked is what the books have of a payment, or of a refund; no order when it is not ours.
func (c *comparison) booked(ctx context.Context, paymentID, refundID string) (order string, amount connectors.Paise, err error) {
	if refundID != "" {
		order, err = c.Store.OrderOfRefund(ctx, refundID)
	} else {
		order, err = c.Store.OrderOf(ctx, "", "", paymentID)
	}
	if errors.Is(err, store.ErrNoOrder) {
		return "", 0, nil
	}
	if err != nil {
		return "", 0, err
	}
	standing, err := c.Books.Record(ctx, order)
	if err != nil {
		return "", 0, fmt.Errorf("read the books: %w", err)
	}
	for _, paid := range standing.Payments {
		for _, refund := range paid.Refunds {
			if refundID != "" && refund.ID == refundID {
				return order, refund.Amount, nil
			}
		}
		if paid.ID == paymentID && refundID == "" {
			return order, paid.Amount, nil
		}
	}
	return "", 0, nil
}
