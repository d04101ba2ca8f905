package temple

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// settle is how long the portal may go on with a request whose answer was lost;
// in the rush that is long.
const settle = 5 * time.Minute

// Confirm implements connectors.Bookings.
func (c *Connector) Confirm(ctx context.Context, confirmation connectors.Confirmation) (connectors.Ticket, error) {
	ticket, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Ticket]{
		Reference: confirmation.Reference, Settle: settle, Ambiguous: []string{connectors.RefusedHoldExpired},
		Same:   func(ticket connectors.Ticket) bool { return ticket.Fare == confirmation.Amount },
		Submit: func(ctx context.Context) (connectors.Ticket, error) { return c.confirm(ctx, confirmation) },
		Find: func(ctx context.Context) (connectors.Ticket, error) {
			return c.find(ctx, connectors.BookingQuery{Reference: confirmation.Reference})
		},
	})
	if err != nil {
		return connectors.Ticket{}, fmt.Errorf("confirm booking: %w", err)
	}
	return ticket, nil
}

func (c *Connector) confirm(ctx context.Context, confirmation connectors.Confirmation) (connectors.Ticket, error) {
	request := formPost(operationConfirm, "confirm.do", url.Values{
		"extRef": {confirmation.Reference}, "bookingRef": {confirmation.Key}, "amount": {confirmation.Amount.Decimal()},
		"paymentRef": {confirmation.GatewayPaymentID}, "paidOn": {confirmation.PaidAt.In(connectors.IndianTime).Format(dateTimeLayout)},
	})
	request.Reference = confirmation.Reference
	return c.ticket(ctx, request, "Agent Reference", confirmation.Reference)
}

// FindBooking implements connectors.Bookings.
func (c *Connector) FindBooking(ctx context.Context, query connectors.BookingQuery) (connectors.Ticket, error) {
	ticket, err := c.find(ctx, query)
	if err != nil {
		return connectors.Ticket{}, fmt.Errorf("find booking: %w", err)
	}
	return ticket, nil
}

func (c *Connector) find(ctx context.Context, query connectors.BookingQuery) (connectors.Ticket, error) {
	if query.Number != "" {
		return c.ticket(ctx, get(operationTicket, "ticket.do", url.Values{"ticketNo": {query.Number}}), "Ticket No", query.Number)
	}
	return c.ticket(ctx, get(operationTicket, "ticket.do", url.Values{"extRef": {query.Reference}}), "Agent Reference", query.Reference)
}

// ticket makes the request and reads the ticket that has the value.
func (c *Connector) ticket(ctx context.Context, request portal.Request, label, value string) (connectors.Ticket, error) {
	var ticket connectors.Ticket
	err := c.exchange(ctx, request, func(page *webform.Page) (err error) {
		if err := complaintOn(page); err != nil {
			return err
		}
		read := rows{page: page}
		read.same(label, value)
		if ticket = read.ticket(); read.err != nil {
			return explained(page, request.Operation, read.err)
		}
		ticket.Passengers, err = readPilgrims(page)
		return explained(page, request.Operation, err)
	})
	if err != nil {
		return connectors.Ticket{}, err
	}
	return ticket, nil
}

// rows reads the labels and values of a page, and keeps the first thing that is
// not as expected.
type rows struct {
	page *webform.Page
	err  error
}

func (r *rows) ticket() connectors.Ticket {
	date, err := time.ParseInLocation(dateLayout, r.text("Date"), connectors.IndianTime)
	if err != nil {
		r.fail("the day of the ticket")
	}
	first, last, _ := strings.Cut(r.text("Reporting Time"), " - ")
	from, fromOK := clockOf(date, first)
	until, untilOK := clockOf(date, last)
	if !fromOK || !untilOK {
		r.fail("the time of the ticket")
	}
	state, known := map[string]connectors.TicketState{
		"CONFIRMED": connectors.TicketConfirmed, "CANCELLED": connectors.TicketCancelled,
	}[r.text("Status")]
	if !known {
		r.fail("a status we know")
	}
	return connectors.Ticket{
		Reference: r.text("Agent Reference"), Number: r.text("Ticket No"), State: state,
		Fare: r.paise("Amount Paid"), BookedAt: r.moment("Booked On"),
		Trip: connectors.Trip{
			ID: r.text("Slot Code"), Kind: r.text("Seva"), Number: r.text("Reporting Time"),
			From: connectors.Stop{Name: r.text("Temple"), At: from}, Departs: from, Arrives: until,
		},
	}
}

func readPilgrims(page *webform.Page) ([]connectors.Passenger, error) {
	lines, err := page.Rows("Sl. No", "Pilgrim", "Gender", "Age")
	if err != nil {
		return nil, err
	}
	pilgrims := make([]connectors.Passenger, 0, len(lines))
	for _, line := range lines {
		age, err := strconv.Atoi(line["Age"])
		if err != nil || line["Pilgrim"] == "" {
			return nil, page.Changed("pilgrims with their age")
		}
		pilgrims = append(pilgrims, connectors.Passenger{Name: line["Pilgrim"], Gender: strings.ToLower(line["Gender"]), Age: age})
	}
	return pilgrims, nil
}

func (r *rows) fail(expected string) {
	if r.err == nil {
		r.err = r.page.Changed(expected)
	}
}

func (r *rows) text(label string) string {
	value, _ := r.page.Beside(label)
	if value == "" {
		r.fail("a row " + label)
	}
	return value
}

// same wants a value that we know, so that nothing of somebody else's is taken
// for ours.
func (r *rows) same(label, wanted string) {
	if r.text(label) != wanted {
		r.fail("the " + label + " that was sent")
	}
}

func (r *rows) paise(label string) connectors.Paise {
	amount, err := connectors.ParsePaise(r.text(label))
	if err != nil || amount < 0 {
		r.fail("an amount in row " + label)
	}
	return amount
}

func (r *rows) moment(label string) time.Time {
	at, err := time.ParseInLocation(dateTimeLayout, r.text(label), connectors.IndianTime)
	if err != nil {
		r.fail("a date in row " + label)
	}
	return at
}
