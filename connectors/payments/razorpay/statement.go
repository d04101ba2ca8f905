package razorpay

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

var _ payments.Statements = (*Gateway)(nil)

// The most items of a page (Razorpay, "Fetch all payments", "Settlement recon"), and the most pages that are read: more in a day is
// not ours.
const (
	listPage       = 100
	settlementPage = 1000
	mostPages      = 10_000
)

// PaymentsMade implements payments.Statements.
func (g *Gateway) PaymentsMade(ctx context.Context, from, until time.Time) ([]payments.StatedPayment, error) {
	items, err := pages[paymentObject](ctx, g, "list_payments", "v1/payments", span(from, until), listPage)
	if err != nil {
		return nil, fmt.Errorf("list payments: %w", err)
	}
	made := make([]payments.StatedPayment, len(items))
	for i, item := range items {
		made[i] = payments.StatedPayment{Payment: item.payment(), Reference: item.Notes[noteReference]}
	}
	return made, nil
}

// RefundsMade implements payments.Statements.
func (g *Gateway) RefundsMade(ctx context.Context, from, until time.Time) ([]payments.Refund, error) {
	items, err := pages[refundObject](ctx, g, "list_refunds", "v1/refunds", span(from, until), listPage)
	if err != nil {
		return nil, fmt.Errorf("list refunds: %w", err)
	}
	made := make([]payments.Refund, len(items))
	for i, item := range items {
		made[i] = item.refund()
	}
	return made, nil
}

type settledObject struct {
	EntityID     string           `json:"entity_id"`
	Type         string           `json:"type"`
	Amount       connectors.Paise `json:"amount"`
	Credit       connectors.Paise `json:"credit"`
	Debit        connectors.Paise `json:"debit"`
	Fee          connectors.Paise `json:"fee"` // tax included
	SettlementID string           `json:"settlement_id"`
}

// SettledOn implements payments.Statements.
func (g *Gateway) SettledOn(ctx context.Context, day time.Time) ([]payments.SettledLine, error) {
	year, month, date := day.In(connectors.IndianTime).Date()
	query := url.Values{"year": {strconv.Itoa(year)}, "month": {strconv.Itoa(int(month))}, "day": {strconv.Itoa(date)}}
	items, err := pages[settledObject](ctx, g, "settlement_recon", "v1/settlements/recon/combined", query, settlementPage)
	if err != nil {
		return nil, fmt.Errorf("read settlement: %w", err)
	}
	lines := make([]payments.SettledLine, len(items))
	for i, item := range items {
		lines[i] = payments.SettledLine{
			ID: item.EntityID, Kind: payments.SettledKind(item.Type), Amount: item.Amount, Credit: item.Credit, Debit: item.Debit,
			Fee: item.Fee, Settlement: item.SettlementID,
		}
	}
	return lines, nil
}

// span is a stretch of time as the API takes it: both ends belong to it.
func span(from, until time.Time) url.Values {
	return url.Values{"from": {strconv.FormatInt(from.Unix(), 10)}, "to": {strconv.FormatInt(until.Unix()-1, 10)}}
}

// pages reads a list to its end. Of a stretch that is over nothing is added while it is read.
func pages[T any](ctx context.Context, g *Gateway, operation, path string, query url.Values, size int) ([]T, error) {
	var all []T
	for page := range mostPages {
		query.Set("count", strconv.Itoa(size))
		query.Set("skip", strconv.Itoa(page*size))
		var list struct {
			Items *[]T `json:"items"`
		}
		if err := g.get(ctx, operation, path, query, &list); err != nil {
			return nil, err
		}
		if list.Items == nil {
			return nil, &connectors.ChangedError{Expected: "a list", Seen: "an object without items"}
		}
		all = append(all, *list.Items...)
		if len(*list.Items) < size {
			return all, nil
		}
	}
	return nil, &connectors.ChangedError{Expected: "a list that ends", Seen: "pages without end"}
}
