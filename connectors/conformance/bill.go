package conformance

import (
	"context"
	"log/slog"
	"maps"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// BillSubject is a fresh twin with what the suite needs to know of it.
type BillSubject struct {
	// Handler is the twin, Faults its dial.
	Handler http.Handler
	Faults  *twin.Dial
	// Open makes the connector under test.
	Open func(connectors.PortalConfig) (connectors.BillConnector, error)
	// Settings and Credentials go into the connector's config.
	Settings, Credentials map[string]string
	// Private and SharedLogin are as in Subject; the account of Payable is
	// private without being listed.
	Private     []string
	SharedLogin bool
	// Fetch, Post and Find are the twin's names of the operations.
	Fetch, Post, Find string
	// Payable answers the i-th of many accounts with a bill that can be paid.
	Payable func(i int) connectors.BillQuery
	// Paid, Unbilled, Refusing, Unknown and Malformed are accounts in that
	// state; Refusing has a bill whose posting is refused for good.
	Paid, Unbilled, Refusing, Unknown, Malformed connectors.BillQuery
	// Postings counts what was really posted, Doubled what was posted twice.
	Postings, Doubled func() int
}

// RunBill checks a connector with the bill capability. start makes a fresh twin
// for each test.
func RunBill(t *testing.T, start func(t *testing.T) BillSubject) {
	t.Helper()
	suite := capability[BillSubject]{
		name: "bill", start: start,
		bench: BillSubject.subject,
		open: func(s BillSubject) opener {
			return func(c connectors.PortalConfig, _ *slog.Logger) (any, error) { return s.Open(c) }
		},
		probe: func(s BillSubject) connectors.Probe {
			fields := maps.Clone(s.Unknown.Fields)
			if fields == nil {
				fields = map[string]string{}
			}
			fields[connectors.FieldAccount] = s.Unknown.Account
			return connectors.Probe{Service: s.Unknown.Service, Fields: fields}
		},
		reads: billReads,
		changes: []change[BillSubject]{{
			name: "posting", operation: func(s BillSubject) string { return s.Post }, make: newPosting,
		}},
		probes: billProbes,
		own: map[string]func(*testing.T, *bench, BillSubject){
			"bills in every state":              billStates,
			"paid once, found, and paid":        billRoundTrip,
			"refusal posts nothing":             billRefusal,
			"same posting eight times at once":  billParallel,
			"fetch survives one dropped answer": billOneDrop,
		},
	}
	suite.run(t)
}

func (s BillSubject) subject() Subject {
	return Subject{
		Handler: s.Handler, Faults: s.Faults, Settings: s.Settings, Credentials: s.Credentials,
		Private: append([]string{s.Payable(0).Account}, s.Private...), SharedLogin: s.SharedLogin,
	}
}

func billProbes(t *testing.T, s BillSubject) []probe {
	t.Helper()
	connector := liveConnector(t, s.subject(), func(c connectors.PortalConfig, _ *slog.Logger) (connectors.BillConnector, error) { return s.Open(c) })
	return []probe{{"bill of an unknown account", func(ctx context.Context) error {
		_, err := connector.FetchBill(ctx, s.Unknown)
		return err
	}}}
}

func (s BillSubject) open(t *testing.T, b *bench, changes ...tighten) connectors.BillConnector {
	t.Helper()
	return opened(t, b, func(c connectors.PortalConfig, _ *slog.Logger) (connectors.BillConnector, error) { return s.Open(c) }, changes...)
}

// posting makes the posting of an account's present bill.
func (s BillSubject) posting(t *testing.T, connector connectors.BillConnector, query connectors.BillQuery, reference string) connectors.Posting {
	t.Helper()
	bill, err := connector.FetchBill(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, connectors.BillDue, bill.Status)
	return connectors.Posting{
		Reference: reference, Service: query.Service, Account: query.Account, Fields: query.Fields,
		BillNumber: bill.Number, Amount: bill.Total, PaidAt: time.Now(), GatewayPaymentID: "pay_conformance",
	}
}

func lookup(posting connectors.Posting) connectors.PostingQuery {
	return connectors.PostingQuery{
		Reference: posting.Reference, Service: posting.Service, Account: posting.Account, Fields: posting.Fields,
	}
}

func billStates(t *testing.T, b *bench, s BillSubject) {
	connector := s.open(t, b)
	bill, err := connector.FetchBill(t.Context(), s.Payable(0))
	require.NoError(t, err)
	require.Equal(t, connectors.BillDue, bill.Status)
	require.Equal(t, bill.Amount+bill.Arrears, bill.Total)
	require.Positive(t, bill.Total)
	require.NotEmpty(t, bill.Number)
	require.NotEmpty(t, bill.Name)
	require.Regexp(t, `^\d{4}-\d{2}$`, bill.Period)
	require.False(t, bill.DueDate.IsZero() || bill.AsOf.IsZero())

	bill, err = connector.FetchBill(t.Context(), s.Paid)
	require.NoError(t, err)
	require.Equal(t, connectors.BillPaid, bill.Status)
	require.Zero(t, bill.Total)
	bill, err = connector.FetchBill(t.Context(), s.Unbilled)
	require.NoError(t, err)
	require.Equal(t, connectors.BillNone, bill.Status)

	_, err = connector.FetchBill(t.Context(), s.Unknown)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	require.NotContains(t, err.Error(), s.Unknown.Account)
	_, err = connector.FetchBill(t.Context(), s.Malformed)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, connectors.FieldAccount, rejected.Field)
}

func billRoundTrip(t *testing.T, b *bench, s BillSubject) {
	connector := s.open(t, b)
	posting := s.posting(t, connector, s.Payable(0), "AP-1/post")
	_, err := connector.FindPayment(t.Context(), lookup(posting))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)

	posted, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	require.Equal(t, posting.Reference, posted.Reference)
	require.Equal(t, posting.Amount, posted.Amount)
	require.NotEmpty(t, posted.PortalReceipt)
	found, err := connector.FindPayment(t.Context(), lookup(posting))
	require.NoError(t, err)
	require.Equal(t, posted, found)
	again, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err, "the same reference answers the first receipt")
	require.Equal(t, posted, again)

	bill, err := connector.FetchBill(t.Context(), s.Payable(0))
	require.NoError(t, err)
	require.Equal(t, connectors.BillPaid, bill.Status)
	posting.Reference = "AP-2/post"
	_, err = connector.PostPayment(t.Context(), posting)
	requireRefused(t, err, connectors.RefusedAlreadyPaid)
	require.Equal(t, 1, s.Postings())
}

func requireRefused(t *testing.T, err error, code string) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	if code != "" {
		require.Equal(t, code, refused.Code)
	}
}

func billRefusal(t *testing.T, b *bench, s BillSubject) {
	connector := s.open(t, b)
	posting := s.posting(t, connector, s.Refusing, "AP-1/post")
	_, err := connector.PostPayment(t.Context(), posting)
	requireRefused(t, err, "")
	posting = s.posting(t, connector, s.Payable(0), "AP-2/post")
	posting.Amount++
	_, err = connector.PostPayment(t.Context(), posting)
	requireRefused(t, err, connectors.RefusedAmount)
	require.Zero(t, s.Postings())
}

func billParallel(t *testing.T, b *bench, s BillSubject) {
	connector := s.open(t, b)
	posting := s.posting(t, connector, s.Payable(0), "AP-1/post")
	requireOneReceipt(t, func() (connectors.Posted, error) { return connector.PostPayment(t.Context(), posting) })
	require.Equal(t, 1, s.Postings())
}

// requireOneReceipt posts the same eight times at once.
func requireOneReceipt(t *testing.T, post func() (connectors.Posted, error)) {
	t.Helper()
	receipts := make(chan string, 8)
	var group sync.WaitGroup
	for range cap(receipts) {
		group.Go(func() {
			posted, err := post()
			if err != nil {
				t.Errorf("post: %v", err)
			}
			receipts <- posted.PortalReceipt
		})
	}
	group.Wait()
	first := <-receipts
	for range cap(receipts) - 1 {
		require.Equal(t, first, <-receipts)
	}
}

func billReads(t *testing.T, b *bench, s BillSubject) []read {
	t.Helper()
	connector := s.open(t, b)
	posting := s.posting(t, connector, s.Payable(0), "AP-1/post")
	_, err := connector.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	return []read{
		{name: "fetch", operation: s.Fetch, open: func(t *testing.T, tight ...tighten) call {
			return s.fetch(s.open(t, b, tight...))
		}},
		{name: "lookup", operation: s.Find, open: func(t *testing.T, tight ...tighten) call {
			connector := s.open(t, b, tight...)
			return func(ctx context.Context) error {
				_, err := connector.FindPayment(ctx, lookup(posting))
				return err
			}
		}},
	}
}

func (s BillSubject) fetch(connector connectors.BillConnector) call {
	return func(ctx context.Context) error {
		_, err := connector.FetchBill(ctx, s.Payable(0))
		return err
	}
}

func newPosting(b *bench, s BillSubject) attempt {
	var posting connectors.Posting
	return attempt{
		prepare: func(t *testing.T) { posting = s.posting(t, s.open(t, b), s.Payable(0), "AP-1/post") },
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			_, err := s.open(t, b, tight...).PostPayment(ctx, posting)
			return err
		},
		find: func(ctx context.Context, t *testing.T) error {
			_, err := s.open(t, b).FindPayment(ctx, lookup(posting))
			return err
		},
		happened: s.Postings, doubled: s.Doubled,
	}
}

// billOneDrop: a read by GET hides a single failure; a read by POST may show
// it, but never as anything else than "try later".
func billOneDrop(t *testing.T, b *bench, s BillSubject) {
	connector := s.open(t, b)
	require.NoError(t, b.Faults.Set(twin.Fault{Kind: twin.DropBefore, Operation: s.Fetch, Times: 1}))
	if err := s.fetch(connector)(t.Context()); err != nil {
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err))
	}
	require.NoError(t, s.fetch(connector)(t.Context()))
}
