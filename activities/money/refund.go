package money

import (
	"context"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Refund asks the gateway to give a payment back, or, when it was asked before, how far it is. A refund that failed is asked for
// anew only when told so, under a reference of its own.
func (a *Activities) Refund(ctx context.Context, step workflows.RefundStep) (workflows.RefundStanding, error) {
	booked, err := a.Store.Refund(ctx, step.Refund)
	if err != nil {
		return workflows.RefundStanding{}, err
	}
	made, err := a.Gateway.FindRefunds(ctx, booked.Payment)
	if err != nil {
		return workflows.RefundStanding{}, a.failure(err)
	}
	latest, failed := latestOf(booked.ID, made)
	if latest.ID == "" || (latest.Status == payments.RefundFailed && step.Again) {
		latest, err = a.Gateway.Refund(ctx, payments.RefundRequest{
			PaymentID: booked.Payment, Amount: connectors.Paise(booked.Amount), Reference: refundReference(booked.ID, failed),
		})
		if err != nil {
			return workflows.RefundStanding{}, a.failure(err)
		}
	}
	return a.recordRefund(ctx, booked, latest)
}

// latestOf is the refund of ours that counts, and how many of ours failed.
func latestOf(id string, made []payments.Refund) (latest payments.Refund, failed int) {
	for _, each := range made {
		if each.Reference != id && !strings.HasPrefix(each.Reference, id+"-") {
			continue
		}
		if each.Status == payments.RefundFailed {
			failed++
		}
		if latest.ID == "" || latest.Status == payments.RefundFailed {
			latest = each
		}
	}
	return latest, failed
}

func refundReference(id string, failed int) string {
	if failed == 0 {
		return id
	}
	return fmt.Sprintf("%s-%d", id, failed+1)
}

func (a *Activities) recordRefund(ctx context.Context, booked store.Refund, made payments.Refund) (workflows.RefundStanding, error) {
	kind := map[payments.RefundStatus]payment.Kind{
		payments.RefundPending: payment.RefundPending, payments.RefundFailed: payment.RefundFailed, payments.RefundProcessed: payment.RefundProcessed,
	}[made.Status]
	fact := payment.Fact{Kind: kind, Payment: booked.Payment, Amount: made.Amount, At: made.CreatedAt, Refund: made.ID}
	news := News{Provider: a.Provider, EventID: "seen:" + made.ID + ":" + string(kind), Fact: fact}
	if _, err := a.Books.Record(ctx, booked.Order, news); err != nil {
		return workflows.RefundStanding{}, fmt.Errorf("keep the books: %w", err)
	}
	return workflows.RefundStanding{State: workflows.RefundState(made.Status), GatewayRefund: made.ID}, nil
}
