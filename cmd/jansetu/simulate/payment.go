package simulate

import "context"

// pay goes to the payment page, and tells whether there is nothing more to wait for.
func (c *citizen) pay(ctx context.Context, link string) (over bool) {
	bank := c.town.bank
	switch {
	case c.indulges(habitRunsAway):
		return true
	case c.indulges(habitFailsFirst):
		c.note(bank.Fail(link))
		return false // the hub says that it did not go through, with the link again
	case c.indulges(habitSlowBank):
		payment, err := bank.LeavePending(link)
		if err != nil {
			c.note("", err)
			return false
		}
		c.bankers.Go(func() {
			wait(ctx, lateAfter)
			c.note("", bank.Settle(payment, true))
		})
		return false
	}
	c.note(bank.Pay(link))
	if c.indulges(habitPaysTwice) {
		c.note(bank.Pay(link))
	}
	return false
}

func (c *citizen) note(_ string, err error) {
	if err != nil {
		c.town.log.Debug("the bank says no", "error", err)
	}
}
