package simulate

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	electricity "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

const kindBill kind = "electricity bill"

const (
	textPay      catalog.TextKey = "button.pay"
	textDontPay  catalog.TextKey = "button.dont_pay"
	textDone     catalog.TextKey = "money.done"
	textExpired  catalog.TextKey = "money.expired"
	textNotFound catalog.TextKey = "bill.not_found"
)

// bill is to be paid once, with one receipt.
type bill struct {
	asked *catalog.Service
	power *electricity.Twin
}

func newBill(t *town) (*bill, error) {
	service, power, err := portalOf[*electricity.Twin](t, t.config.Service)
	return &bill{service, power}, err
}

func (b *bill) service() *catalog.Service { return b.asked }

func (*bill) answer(c *citizen, _ *catalog.Field) answer {
	return typed(electricity.ServiceNumber(electricity.RegNo, c.Errands[c.day].Nth))
}

func (*bill) take(ctx context.Context, c *citizen, h phone.Shown) (taken, over bool) {
	switch {
	case c.phrases.Said(h, textDone) && h.Document != nil, c.phrases.Said(h, textExpired), c.phrases.Said(h, textNotFound):
		return true, true
	case h.Payment() != "":
		return true, c.pay(ctx, h.Payment())
	case h.Offers(c.phrases.Title(textPay)):
		c.decide(ctx)
		return true, false
	}
	return false, false
}

// decide looks at the bill and says yes, or no first.
func (c *citizen) decide(ctx context.Context) {
	if c.indulges(habitLate) {
		wait(ctx, lateAfter)
	}
	if c.indulges(habitChangesMind) {
		c.press(c.phrases.Title(textDontPay))
		c.sent = false
		return
	}
	c.press(c.phrases.Title(textPay))
}

func (b *bill) dial() *twin.Dial { return b.power.Faults }

// troubles are what such portals do, lost answers to a payment among them.
func (*bill) troubles() []trouble {
	return []trouble{
		{electricity.Fetch, twin.ServerError, 2}, {electricity.Fetch, twin.Unavailable, 2}, {electricity.Fetch, twin.ErrorPage, 1},
		{electricity.Post, twin.ResponseLost, 1}, {electricity.Post, twin.HalfBody, 1}, {electricity.Post, twin.BadGateway, 2},
		{electricity.Post, twin.DropBefore, 1}, {electricity.Find, twin.ServerError, 2}, {electricity.Post, electricity.RefuseDuplicate, 1},
		{electricity.Fetch, twin.Slow, 3}, {electricity.Post, twin.ErrorPage, 1},
	}
}

func (b *bill) compare(citizens []*citizen, _ map[string]stored, report *Report) {
	receipts := 0
	for _, c := range citizens {
		held, bills := c.documents(textDone), c.errandsOf(kindBill)
		receipts += held
		if held > bills {
			report.Doubled = append(report.Doubled, fmt.Sprintf("citizen %s has %d receipts for %d bills", c.Number, held, bills))
		}
	}
	postings := b.power.Postings()
	for _, posting := range postings {
		report.PostedPaise += posting.Paise
	}
	report.Paid += receipts
	report.Got[kindBill] = receipts
	if doubled := b.power.DoublePostings(); doubled > 0 {
		report.Doubled = append(report.Doubled, fmt.Sprintf("%d bills were paid twice at the department", doubled))
	}
	report.weigh("payments of bills", len(postings), receipts)
}
