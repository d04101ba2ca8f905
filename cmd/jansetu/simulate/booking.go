package simulate

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	bus "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

const kindBooking kind = "booking"

const (
	textTicket     catalog.TextKey = "booking.done"
	textReturned   catalog.TextKey = "booking.cancelled"
	textWhichBus   catalog.TextKey = "booking.which"
	textNoBus      catalog.TextKey = "booking.none_later"
	textBoarding   catalog.TextKey = "booking.boarding"
	textGone       catalog.TextKey = "booking.gone"
	textNoTicket   catalog.TextKey = "booking.no_ticket"
	textUnbooked   catalog.TextKey = "booking.refused"
	textUnpaid     catalog.TextKey = "booking.not_paid"
	textAnySeat    catalog.TextKey = "button.seat_any"
	textTakeSeats  catalog.TextKey = "button.take_seats"
	textNextDay    catalog.TextKey = "button.next_day"
	textStopYes    catalog.TextKey = "button.dialog.stop_yes"
	textGiveBack   catalog.TextKey = "button.give_ticket_back"
	textMyRequests catalog.TextKey = "button.dialog.requests"
	textStop       catalog.TextKey = "button.dialog.stop"
	textEndIt      catalog.TextKey = "button.stop"
)

// booking is to bring one ticket for one fare, or the money; and a ticket given back brings what the operator does not keep.
type booking struct {
	asked     *catalog.Service
	buses     *bus.Twin
	returning sync.Map // the citizens who want to give a ticket back
}

func newBooking(t *town) (*booking, error) {
	service, buses, err := portalOf[*bus.Twin](t, catalog.KindBooking, nil)
	return &booking{asked: service, buses: buses}, err
}

func (b *booking) service() *catalog.Service { return b.asked }

const (
	soonest  = 3  // days ahead, when little of the fare is kept
	spreadOf = 20 // days over which the town travels
)

func (*booking) answer(c *citizen, field *catalog.Field) answer {
	nth := c.Errands[c.day].Nth
	switch {
	case field.Type == catalog.FieldDate:
		return typed(time.Now().AddDate(0, 0, soonest+nth%spreadOf).Format("02-01-2006"))
	case field.Type == catalog.FieldText && field.Example != "":
		return typed(field.Example)
	}
	return c.usual(field)
}

func (b *booking) take(ctx context.Context, c *citizen, h phone.Shown) (taken, over bool) {
	title := c.phrases.Title
	switch {
	case c.phrases.Said(h, textTicket) && h.Document != nil:
		if c.indulges(habitGivesBack) {
			b.returning.Store(c.Number, true)
			c.press(title(textMyRequests))
			return true, false
		}
		return true, true
	case c.phrases.Said(h, textReturned):
		b.returning.Delete(c.Number)
		return true, true
	case c.phrases.Said(h, textNoTicket), c.phrases.Said(h, textUnbooked), c.phrases.Said(h, textUnpaid):
		return true, true
	case h.Payment() != "":
		return true, c.pay(ctx, h.Payment())
	case b.isReturning(c) && h.Offers(title(textStop)):
		c.press(title(textStop))
	case b.isReturning(c) && h.Offers(c.service.Title.In(c.Language)): // of several requests
		c.press(c.service.Title.In(c.Language))
	case h.Offers(title(textStopYes)):
		c.press(title(textStopYes))
	case c.saysNameAgain(h): // where the journey begins was typed twice
	case c.phrases.Said(h, textNoBus):
		c.press(title(textEndIt))
		return true, true
	default:
		return b.chooses(c, h), false
	}
	return true, false
}

// chooses answers what the booking asks on its way.
func (*booking) chooses(c *citizen, h phone.Shown) bool {
	for _, key := range []catalog.TextKey{textAnySeat, textTakeSeats, textGiveBack} {
		if title := c.phrases.Title(key); h.Offers(title) {
			c.press(title)
			return true
		}
	}
	if title := c.phrases.Title(textNextDay); c.sent && len(h.Choices) > 0 && h.Choices[0].Title == title { // this day has no places
		c.press(title)
		return true
	}
	which := c.phrases.Said(h, textWhichBus) || c.phrases.Said(h, textGone) || c.phrases.Said(h, textBoarding) || c.phrases.Said(h, textDidMean)
	if !c.sent || !which || len(h.Choices) == 0 {
		return false
	}
	c.press(h.Choices[0].Title)
	return true
}

// isReturning tells whether the citizen is giving a ticket back.
func (b *booking) isReturning(c *citizen) bool {
	_, wants := b.returning.Load(c.Number)
	return wants
}

// rests: whoever has a ticket has it until the day of the journey.
func (*booking) rests() []string { return []string{"booked"} }

func (b *booking) dial() *twin.Dial { return b.buses.Faults }

func (*booking) troubles() []trouble {
	return []trouble{
		{bus.Confirm, twin.ResponseLost, 1}, {bus.Confirm, twin.BadGateway, 1}, {bus.Confirm, twin.DropBefore, 1}, {bus.Confirm, twin.HalfBody, 1},
		{bus.Hold, twin.ResponseLost, 1}, {bus.Hold, bus.SeatTaken, 1}, {bus.Search, twin.Unavailable, 1}, {bus.Layout, twin.ServerError, 1},
		{bus.Find, twin.ServerError, 1}, {bus.Cancel, twin.ResponseLost, 1}, {bus.Hold, bus.Busy, 1}, {bus.Confirm, bus.AcceptDuplicate, 1},
	}
}

// compare expects each ticket of the corporation to have been told to one citizen, and each that was given back to be the corporation's again.
func (b *booking) compare(citizens []*citizen, _ map[string]stored, report *Report) {
	tickets, returned := toldNumbers(citizens, textTicket), toldNumbers(citizens, textReturned)
	report.Got[kindBooking] = len(tickets)
	for what, doubled := range map[string]int{"booked": b.buses.DoubleBookings(), "taken back": b.buses.DoubleCancellations()} {
		if doubled > 0 {
			report.Doubled = append(report.Doubled, fmt.Sprintf("%d places in buses were %s twice", doubled, what))
		}
	}
	booked, back := map[string]int{}, map[string]int{}
	for _, each := range b.buses.Bookings() {
		booked[each.Number]++
		report.PostedPaise += each.Paise
	}
	for _, each := range b.buses.Cancelled() {
		back[each.Number]++
		report.PostedPaise -= each.Refund
	}
	report.match("ticket", booked, tickets)
	report.match("returned ticket", back, returned)
}
