package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// A debit that no merchant confirmed is returned by the bank within five days (RBI, "Harmonisation of Turn Around Time", circular
// DPSS.CO.PD No.629/02.01.014/2019-20, UPI). The gateway is asked for as long as it takes, also after that.
const (
	bankDecides  = 5 * 24 * time.Hour
	latePoll     = time.Hour     // until bankDecides is over
	overduePoll  = 6 * time.Hour // after it
	attentionFor = "A payment has been undecided at the bank for longer than the rules allow. Ask the payment gateway about order "
)

// expire ends the wait when the link's time and the grace are over. A payment that was begun and is not decided keeps it going: the
// money may have left the citizen's account.
func (c *collection) expire(ctx workflow.Context, seen OrderStanding) (Payment, error) {
	told := seen.State == OrderAuthorized
	for {
		standing, err := c.closeUnless(ctx, CloseOrderInput{Order: c.order.Order, Reason: ClosedByExpiry, UnlessUndecided: true})
		if err != nil || standing.State != OrderAuthorized {
			return c.expired(ctx, standing, err)
		}
		if payment, err := c.outlast(ctx, told); err != nil || payment.ID != "" {
			return payment, err
		}
		told = false // another payment on the same link is said again
	}
}

func (c *collection) expired(ctx workflow.Context, standing OrderStanding, err error) (Payment, error) {
	if err != nil {
		return Payment{}, err
	}
	return c.closed(ctx, standing, ClosedByExpiry)
}

// outlast waits for the bank's decision for as long as it takes. It answers no payment when the bank decided against it.
func (c *collection) outlast(ctx workflow.Context, told bool) (Payment, error) {
	since := workflow.Now(ctx)
	c.note(ctx, "The link's time is over and the bank has not decided about a payment: it is waited for")
	if err := c.tellUndecided(ctx, told, day(since.Add(bankDecides))); err != nil {
		return Payment{}, err
	}
	standing := OrderStanding{State: OrderAuthorized}
	for standing.State == OrderAuthorized {
		known := c.news
		wait := c.nextLatePoll(ctx, since)
		heard, err := c.awaitFor(ctx, wait, "the bank's decision; then the gateway is asked", func() bool { return c.news > known || c.stop != "" })
		if err != nil {
			return Payment{}, err
		}
		if c.stop != "" {
			return c.close(ctx, c.stop)
		}
		standing = c.look(ctx, heard, standing)
	}
	return standing.Payment, nil
}

// nextLatePoll also asks for a person when the bank is late.
func (c *collection) nextLatePoll(ctx workflow.Context, since time.Time) time.Duration {
	if workflow.Now(ctx).Sub(since) < bankDecides {
		return latePoll
	}
	if c.status.Attention == "" {
		c.askOperator(ctx, attentionFor+c.order.Order+".")
	}
	return overduePoll
}

// tellUndecided says that money is waited for, and until when; that nobody should pay again is only said to who does not know it.
func (c *collection) tellUndecided(ctx workflow.Context, told bool, until Value) error {
	with := values{"until": until, "reference": plain(c.to.Reference)}
	message := say("money.undecided_late", with)
	if !told {
		message = append(say("money.undecided", nil), message...)
	}
	more := TellInput{Stage: inDetail(say("money.detail_undecided", with))}
	return c.tellStage(ctx, c.nextStep("undecided-late"), StageAwaitingPayment, message, more)
}
