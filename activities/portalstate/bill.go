package portalstate

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

// AskForBill asks for the bill of a documented canary account.
func AskForBill(fetcher connectors.BillFetcher, query connectors.BillQuery) func(ctx context.Context) error {
	return func(ctx context.Context) error {
		_, err := fetcher.FetchBill(ctx, query)
		return err
	}
}

// WatchBills is a portal's connector that notes when citizens' requests find the portal changed.
func WatchBills(watch *Activities, connector connectors.BillConnector) connectors.BillConnector {
	return &watchedBills{connector, watch}
}

type watchedBills struct {
	connectors.BillConnector

	watch *Activities
}

// FetchBill implements connectors.BillFetcher.
func (w *watchedBills) FetchBill(ctx context.Context, query connectors.BillQuery) (connectors.Bill, error) {
	return watched(ctx, w.watch, query, w.BillConnector.FetchBill)
}

// PostPayment implements connectors.PaymentPoster.
func (w *watchedBills) PostPayment(ctx context.Context, posting connectors.Posting) (connectors.Posted, error) {
	return watched(ctx, w.watch, posting, w.BillConnector.PostPayment)
}

// FindPayment implements connectors.PaymentPoster.
func (w *watchedBills) FindPayment(ctx context.Context, query connectors.PostingQuery) (connectors.Posted, error) {
	return watched(ctx, w.watch, query, w.BillConnector.FindPayment)
}

func watched[Q, A any](ctx context.Context, watch *Activities, query Q, call func(context.Context, Q) (A, error)) (A, error) {
	start := watch.config.Now()
	answered, err := call(ctx, query)
	watch.noteChange(ctx, err, watch.config.Now().Sub(start))
	return answered, err
}
