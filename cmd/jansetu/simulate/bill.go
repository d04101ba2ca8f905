package simulate

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

const kindBill kind = "bill"

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
	payee payee
}

// newBill takes the bill of the configuration, else one of a company of its own, else one that is paid through a network of billers.
func newBill(t *town) (*bill, error) {
	wanted := func(service *catalog.Service, _ twinOfPortal) bool {
		return t.config.Service == "" || service.ID == t.config.Service
	}
	for _, open := range payees {
		suits := func(service *catalog.Service, stand twinOfPortal) bool {
			_, known := open(t, service, stand)
			return known && wanted(service, stand)
		}
		service, stand, err := portalOf(t, catalog.KindBill, suits)
		if err == nil {
			made, _ := open(t, service, stand)
			return &bill{service, made}, nil
		}
	}
	if t.config.Service != "" {
		return nil, fmt.Errorf("there is no bill %q in the state %s that the simulation knows", t.config.Service, t.config.State)
	}
	return nil, errNotOffered
}

func (b *bill) service() *catalog.Service { return b.asked }

func (b *bill) answer(c *citizen, field *catalog.Field) answer {
	if field.PortalField == connectors.FieldAccount {
		return typed(b.payee.account(c.Errands[c.day].Nth))
	}
	return c.usual(field)
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

func (*bill) rests() []string { return nil }

func (b *bill) dial() *twin.Dial { return b.payee.dial }

func (b *bill) troubles() []trouble { return b.payee.troubles }

func (b *bill) compare(citizens []*citizen, _ map[string]stored, report *Report) {
	receipts := 0
	for _, c := range citizens {
		held, bills := c.documents(textDone), c.errandsOf(kindBill)
		receipts += held
		if held > bills {
			report.Doubled = append(report.Doubled, fmt.Sprintf("citizen %s has %d receipts for %d bills", c.Number, held, bills))
		}
	}
	paid := b.payee.paid()
	for _, paise := range paid {
		report.PostedPaise += paise
	}
	report.Paid += receipts
	report.Got[kindBill] = receipts
	if doubled := b.payee.doubled(); doubled > 0 {
		report.Doubled = append(report.Doubled, fmt.Sprintf("%d bills were paid twice at the department", doubled))
	}
	report.weigh("payments of bills", len(paid), receipts)
}
