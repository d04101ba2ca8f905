package bus

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

type quoteAnswer struct {
	outcome
	Number string `json:"pnr"`
	Fare   string `json:"fare"`
	Charge string `json:"cancellationCharge"`
	Refund string `json:"refundAmount"`
	Until  string `json:"validUpto"`
}

// CancelQuote implements connectors.Canceller.
func (c *Connector) CancelQuote(ctx context.Context, query connectors.CancelQuery) (connectors.CancelQuote, error) {
	var read quoteAnswer
	var quote connectors.CancelQuote
	err := c.call(ctx, call{
		Request:  get(operationQuote, "agent/cancelQuote.do", url.Values{"pnr": {query.Number}, "seats": {strings.Join(query.Seats, ",")}}),
		expected: "a cancellation charge", decode: fromJSON(&read),
		accept: func() bool {
			quote = connectors.CancelQuote{
				Number: read.Number, Fare: paise(read.Fare), Charge: paise(read.Charge), Refund: paise(read.Refund), Until: moment(read.Until),
			}
			return quote.Number == query.Number && quote.Charge >= 0 && quote.Refund >= 0 && quote.Charge+quote.Refund == quote.Fare
		},
	})
	if err != nil {
		return connectors.CancelQuote{}, fmt.Errorf("quote of cancelling: %w", err)
	}
	return quote, nil
}

type cancelAnswer struct {
	outcome
	Number  string `json:"pnr"`
	Refund  string `json:"refundAmount"`
	At      string `json:"cancelledOn"`
	Receipt string `json:"cancellationId"`
}

// Cancel implements connectors.Canceller. It looks first: a ticket that is
// cancelled as a whole, or under this reference in part, answers that.
func (c *Connector) Cancel(ctx context.Context, cancel connectors.CancelQuery) (connectors.Cancellation, error) {
	body := map[string]any{"cancelTxnId": cancel.Reference, "pnr": cancel.Number, "seats": strings.Join(cancel.Seats, ",")}
	cancelled, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Cancellation]{
		Reference: cancel.Reference, Settle: settle, Ambiguous: []string{connectors.RefusedTooLate},
		Submit: func(ctx context.Context) (connectors.Cancellation, error) {
			request, err := post(operationCancel, "agent/cancelTicket.do", cancel.Reference, body)
			if err != nil {
				return connectors.Cancellation{}, err
			}
			return c.cancellation(ctx, request, cancel.Number)
		},
		Find: func(ctx context.Context) (connectors.Cancellation, error) {
			request := get(operationCancellation, "agent/cancellation.do", url.Values{"pnr": {cancel.Number}, "cancelTxnId": {cancel.Reference}})
			return c.cancellation(ctx, request, cancel.Number)
		},
	})
	if err != nil {
		return connectors.Cancellation{}, fmt.Errorf("cancel booking: %w", err)
	}
	return cancelled, nil
}

func (c *Connector) cancellation(ctx context.Context, request portal.Request, number string) (connectors.Cancellation, error) {
	var read cancelAnswer
	var cancelled connectors.Cancellation
	err := c.call(ctx, call{
		Request: request, expected: "the cancellation of the ticket", decode: fromJSON(&read),
		accept: func() bool {
			cancelled = connectors.Cancellation{Number: read.Number, Refund: paise(read.Refund), CancelledAt: moment(read.At), Receipt: read.Receipt}
			return read.Number == number && cancelled.Refund >= 0 && !cancelled.CancelledAt.IsZero()
		},
	})
	return cancelled, err
}
