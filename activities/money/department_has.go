package money

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// errCannotAsk says that the department cannot be asked about an order: its connector has no such look-up, the portal wants the citizen
// for it, or what it would be asked by is not kept.
var errCannotAsk = errors.New("the department cannot be asked about this order")

// What orders are for, as package workflows calls it; any other is the fee of an application.
const (
	purposeBill = "bill"
	purposeFare = "fare"
)

// has asks the department how much it has of an order, by what the order is for. It fails with a *connectors.NotFoundError when it has
// nothing, and with errCannotAsk.
func (d *Department) has(ctx context.Context, order store.PaymentOrder, query connectors.BillQuery, said acknowledgement) (connectors.Paise, error) {
	switch order.Purpose {
	case purposeBill:
		return d.hasBills(ctx, order, query, said.amount)
	case purposeFare:
		return d.hasBooking(ctx, order, query, said)
	}
	return d.hasApplication(ctx, order, query, said.amount)
}

func (d *Department) hasBills(ctx context.Context, order store.PaymentOrder, query connectors.BillQuery, expected connectors.Paise) (connectors.Paise, error) {
	count, err := d.Store.BillsOfOrder(ctx, order.ID)
	if err != nil {
		return 0, err
	}
	if count > 1 {
		return d.hasSeveral(ctx, order, count, query, expected)
	}
	return d.hasBill(ctx, order.ID, query)
}

func (d *Department) hasBill(ctx context.Context, reference string, query connectors.BillQuery) (connectors.Paise, error) {
	bills, able := d.Connector.(connectors.BillConnector)
	if !able || query.Account == "" {
		return 0, errCannotAsk
	}
	posted, err := bills.FindPayment(ctx, connectors.PostingQuery{
		Reference: reference, Service: query.Service, Account: query.Account, Fields: query.Fields,
	})
	if err != nil {
		return 0, fmt.Errorf("ask for payment: %w", err)
	}
	return posted.Amount, nil
}

// hasSeveral asks for each bill that has a receipt: whose bills they are stands there alone. Receipts that are not kept, or do not make up
// what was posted, cannot be asked about.
func (d *Department) hasSeveral(
	ctx context.Context, order store.PaymentOrder, count int, query connectors.BillQuery, expected connectors.Paise,
) (found connectors.Paise, err error) {
	receipts, err := d.receipts(ctx, order, count)
	if err != nil {
		return 0, err
	}
	var covered connectors.Paise
	for _, receipt := range receipts {
		covered += receipt.Payment.Amount
	}
	if covered != expected {
		return 0, errCannotAsk
	}
	var missing error
	for _, receipt := range receipts {
		query.Account = receipt.Bill.Account
		amount, err := d.hasBill(ctx, order.ID+"-"+strconv.Itoa(receipt.Part), query)
		if _, absent := errors.AsType[*connectors.NotFoundError](err); absent {
			missing = err
			continue
		}
		if err != nil {
			return 0, err
		}
		found += amount
	}
	if found == 0 && missing != nil {
		return 0, missing
	}
	return found, nil
}

func (d *Department) receipts(ctx context.Context, order store.PaymentOrder, count int) ([]workflows.ReceiptInput, error) {
	var receipts []workflows.ReceiptInput
	for part := 1; part <= count; part++ {
		issued, err := d.Store.LatestIssued(ctx, order.Request, "receipt-"+strconv.Itoa(part))
		if errors.Is(err, store.ErrNotIssued) {
			continue // the department did not take this one
		}
		if err != nil {
			return nil, fmt.Errorf("read receipt: %w", err)
		}
		if issued.Source == nil {
			return nil, errCannotAsk
		}
		var receipt workflows.ReceiptInput
		if err := json.Unmarshal(issued.Source, &receipt); err != nil {
			return nil, fmt.Errorf("read what a receipt was laid out from: %w", err)
		}
		receipts = append(receipts, receipt)
	}
	return receipts, nil
}

// hasBooking asks for the ticket. Of one that was given back, or some seats of it, the operator may show another fare: it is only seen to be
// known.
func (d *Department) hasBooking(ctx context.Context, order store.PaymentOrder, query connectors.BillQuery, said acknowledgement) (connectors.Paise, error) {
	bookings, able := d.Connector.(connectors.Bookings)
	if !able {
		return 0, errCannotAsk
	}
	ticket, err := bookings.FindBooking(ctx, connectors.BookingQuery{Reference: order.Request, Service: query.Service, Fields: query.Fields})
	if err != nil {
		return 0, fmt.Errorf("ask for ticket: %w", err)
	}
	if said.returned || ticket.State == connectors.TicketCancelled {
		return said.amount, nil
	}
	return ticket.Fare, nil
}

// hasApplication asks whether the application is there that the fee is for, and what was paid of the fee where the department names one
// and can be told of it. Of the others that it has the application is all that can be seen. Where the portal wants a code or letters first
// nobody is there to give them.
func (d *Department) hasApplication(
	ctx context.Context, order store.PaymentOrder, query connectors.BillQuery, expected connectors.Paise,
) (connectors.Paise, error) {
	applications, able := d.Connector.(connectors.Applications)
	if !able {
		return 0, errCannotAsk
	}
	found, err := applications.Find(ctx, connectors.ApplicationQuery{Reference: order.Request, Service: query.Service, Fields: query.Fields})
	if _, asked := errors.AsType[*connectors.ChallengeError](err); asked {
		return 0, errCannotAsk
	}
	if err != nil {
		return 0, fmt.Errorf("ask for application: %w", err)
	}
	taker, takesFees := d.Connector.(connectors.FeeTaker)
	if !takesFees || found.Fee == 0 {
		return expected, nil
	}
	posted, err := taker.FindFee(ctx, connectors.FeeQuery{Reference: order.ID, Service: query.Service, Number: found.Number, Fields: query.Fields})
	if err != nil {
		return 0, fmt.Errorf("ask for fee: %w", err)
	}
	return posted.Amount, nil
}
