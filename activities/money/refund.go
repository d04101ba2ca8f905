package money

import (
	"cmp"
	"context"
	"fmt"
	"strings"

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
	standing, err := a.recordRefunds(ctx, booked, made)
	if err != nil || standing.State == workflows.RefundProcessed {
		return standing, err // somebody may have given it back at the gateway's own desk
	}
	latest, failed := latestOf(booked.ID, made)
	if latest.ID != "" && (latest.Status != payments.RefundFailed || !step.Again) {
		return workflows.RefundStanding{State: workflows.RefundState(latest.Status), GatewayRefund: latest.ID}, nil
	}
	latest, err = a.giveBack(ctx, step, payments.RefundRequest{
		PaymentID: booked.Payment, Amount: connectors.Paise(booked.Amount), Reference: refundReference(booked.ID, failed),
	})
	if err != nil {
		return workflows.RefundStanding{}, a.failure(a.heldUp(ctx, booked, err))
	}
	if _, err := a.recordRefunds(ctx, booked, []payments.Refund{latest}); err != nil {
		return workflows.RefundStanding{}, err
	}
	return workflows.RefundStanding{State: workflows.RefundState(latest.Status), GatewayRefund: latest.ID}, nil
}

// heldUp notes that the gateway will not give a payment back, so that the citizen is not told any longer that it was asked to. It answers
// the gateway's error, or why that could not be noted.
func (a *Activities) heldUp(ctx context.Context, booked store.Refund, err error) error {
	if connectors.ClassOf(err) != connectors.ClassRefused {
		return err
	}
	noting := a.Store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		return tx.SetRefundState(ctx, booked.Payment, string(workflows.RefundFailed), "")
	})
	return cmp.Or(noting, err)
}

// giveBack asks the gateway. Where it cannot give back, an officer was asked to; "again" is then their word that it is done.
func (a *Activities) giveBack(ctx context.Context, step workflows.RefundStep, request payments.RefundRequest) (payments.Refund, error) {
	if byHand, ok := a.Gateway.(payments.ByHand); ok && step.Again {
		return byHand.ReturnedByHand(request, a.Now()), nil
	}
	return a.Gateway.Refund(ctx, request)
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

// recordRefunds brings every refund of the payment to the books, ours or not, and answers what they amount to.
func (a *Activities) recordRefunds(ctx context.Context, booked store.Refund, made []payments.Refund) (workflows.RefundStanding, error) {
	news := make([]News, 0, len(made))
	for _, each := range made {
		news = append(news, NewsOfRefund(a.Provider, each))
	}
	standing, err := a.Books.Record(ctx, booked.Order, news...)
	if err != nil {
		return workflows.RefundStanding{}, fmt.Errorf("keep the books: %w", err)
	}
	paid, _ := standing.Find(booked.Payment)
	return workflows.RefundStanding{State: refundStates[paid.Refund], GatewayRefund: paid.RefundID}, nil
}
