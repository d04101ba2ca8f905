package conformance

import (
	"context"
	"io"
	"net/http"
	"slices"
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
	// Settings go into the connector's config.
	Settings map[string]string
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
	if isLive() {
		runLive(t, "bill", billProbes(t, start(t)))
		return
	}
	tests := map[string]func(*testing.T, *billBench){
		"bills in every state":              billStates,
		"paid once, found, and paid":        billRoundTrip,
		"refusal posts nothing":             billRefusal,
		"same posting eight times at once":  billParallel,
		"breaker opens and closes":          billBreaker,
		"budget holds for a hundred calls":  billBudget,
		"cancelled calls stop at once":      billCancelled,
		"faults of a fetch":                 billFetchFaults,
		"faults of a lookup":                billFindFaults,
		"fetch survives one dropped answer": billOneDrop,
	}
	t.Run("bill", func(t *testing.T) {
		for name, test := range tests {
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, newBillBench(t, start(t)))
			})
		}
		t.Run("posting once under every fault of the dial", func(t *testing.T) {
			t.Parallel()
			for _, kind := range twin.HTTPKinds() {
				t.Run(string(kind), func(t *testing.T) {
					t.Parallel()
					billPostFault(t, newBillBench(t, start(t)), kind)
				})
			}
		})
	})
}

func billProbes(t *testing.T, subject BillSubject) []probe {
	t.Helper()
	connector, err := subject.Open(liveConfig(subject.Settings, nil))
	require.NoError(t, err)
	if closer, ok := connector.(io.Closer); ok {
		t.Cleanup(func() { require.NoError(t, closer.Close()) })
	}
	return []probe{{"bill of an unknown account", func(ctx context.Context) error {
		_, err := connector.FetchBill(ctx, subject.Unknown)
		return err
	}}}
}

// billBench is a running twin and a way to open connectors to it.
type billBench struct {
	BillSubject
	url     string
	counted *gauge
}

func newBillBench(t *testing.T, subject BillSubject) *billBench {
	t.Helper()
	url, counted := listen(t, subject.Handler)
	return &billBench{BillSubject: subject, url: url, counted: counted}
}

func (b *billBench) open(t *testing.T, tighten ...func(*connectors.PortalConfig)) connectors.BillConnector {
	t.Helper()
	wanted := config(b.url, b.Settings)
	for _, change := range tighten {
		change(&wanted)
	}
	connector, err := b.Open(wanted)
	require.NoError(t, err)
	if closer, ok := connector.(io.Closer); ok {
		t.Cleanup(func() { require.NoError(t, closer.Close()) })
	}
	return connector
}

// posting makes the posting of an account's present bill.
func (b *billBench) posting(t *testing.T, connector connectors.BillConnector, query connectors.BillQuery, reference string) connectors.Posting {
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

func billStates(t *testing.T, bench *billBench) {
	connector := bench.open(t)
	bill, err := connector.FetchBill(t.Context(), bench.Payable(0))
	require.NoError(t, err)
	require.Equal(t, connectors.BillDue, bill.Status)
	require.Equal(t, bill.Amount+bill.Arrears, bill.Total)
	require.Positive(t, bill.Total)
	require.NotEmpty(t, bill.Number)
	require.NotEmpty(t, bill.Name)
	require.Regexp(t, `^\d{4}-\d{2}$`, bill.Period)
	require.False(t, bill.DueDate.IsZero() || bill.AsOf.IsZero())

	bill, err = connector.FetchBill(t.Context(), bench.Paid)
	require.NoError(t, err)
	require.Equal(t, connectors.BillPaid, bill.Status)
	require.Zero(t, bill.Total)
	bill, err = connector.FetchBill(t.Context(), bench.Unbilled)
	require.NoError(t, err)
	require.Equal(t, connectors.BillNone, bill.Status)

	_, err = connector.FetchBill(t.Context(), bench.Unknown)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	require.NotContains(t, err.Error(), bench.Unknown.Account)
	_, err = connector.FetchBill(t.Context(), bench.Malformed)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, connectors.FieldAccount, rejected.Field)
}

func billRoundTrip(t *testing.T, bench *billBench) {
	connector := bench.open(t)
	posting := bench.posting(t, connector, bench.Payable(0), "AP-1/post")
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

	bill, err := connector.FetchBill(t.Context(), bench.Payable(0))
	require.NoError(t, err)
	require.Equal(t, connectors.BillPaid, bill.Status)
	posting.Reference = "AP-2/post"
	_, err = connector.PostPayment(t.Context(), posting)
	requireRefused(t, err, connectors.RefusedAlreadyPaid)
	require.Equal(t, 1, bench.Postings())
}

func requireRefused(t *testing.T, err error, code string) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	if code != "" {
		require.Equal(t, code, refused.Code)
	}
}

func billRefusal(t *testing.T, bench *billBench) {
	connector := bench.open(t)
	posting := bench.posting(t, connector, bench.Refusing, "AP-1/post")
	_, err := connector.PostPayment(t.Context(), posting)
	requireRefused(t, err, "")
	posting = bench.posting(t, connector, bench.Payable(0), "AP-2/post")
	posting.Amount++
	_, err = connector.PostPayment(t.Context(), posting)
	requireRefused(t, err, connectors.RefusedAmount)
	require.Zero(t, bench.Postings())
}

func billParallel(t *testing.T, bench *billBench) {
	connector := bench.open(t)
	posting := bench.posting(t, connector, bench.Payable(0), "AP-1/post")
	receipts := make(chan string, 8)
	var group sync.WaitGroup
	for range cap(receipts) {
		group.Go(func() {
			posted, err := connector.PostPayment(t.Context(), posting)
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
	require.Equal(t, 1, bench.Postings())
}

func (b *billBench) fetch(connector connectors.BillConnector) call {
	return func(ctx context.Context) error {
		_, err := connector.FetchBill(ctx, b.Payable(0))
		return err
	}
}

func billBreaker(t *testing.T, bench *billBench) {
	connector := bench.open(t, func(c *connectors.PortalConfig) {
		c.Breaker = connectors.Breaker{Failures: 3, OpenFor: 300 * time.Millisecond, Probes: 2}
	})
	requireBreaker(t, bench.counted, bench.Faults, bench.fetch(connector))
}

func billBudget(t *testing.T, bench *billBench) {
	budget := connectors.Budget{RequestsPerSecond: 50, Burst: 5, Concurrent: 3, MaxWait: 300 * time.Millisecond}
	connector := bench.open(t, func(c *connectors.PortalConfig) { c.Budget = budget })
	requireBudget(t, bench.counted, budget, bench.fetch(connector))
}

func billCancelled(t *testing.T, bench *billBench) {
	connector := bench.open(t, func(c *connectors.PortalConfig) {
		c.Timeouts = connectors.Timeouts{Attempt: 20 * time.Second, Total: 20 * time.Second}
	})
	posting := bench.posting(t, connector, bench.Payable(0), "AP-1/post")
	require.NoError(t, bench.Faults.Set(twin.Fault{Kind: twin.Hang}))
	requireStopsAtOnce(t, bench.counted, connectors.ClassCanceled, bench.fetch(connector))
	requireStopsAtOnce(t, bench.counted, connectors.ClassOutcomeUnknown, func(ctx context.Context) error {
		_, err := connector.PostPayment(ctx, posting)
		return err
	})
}

// under opens a connector for calls that meet the fault.
func (b *billBench) under(t *testing.T, kind twin.Kind) connectors.BillConnector {
	t.Helper()
	if runsIntoDeadline(kind) {
		return b.open(t, hasty)
	}
	return b.open(t)
}

func billFetchFaults(t *testing.T, bench *billBench) {
	for kind, class := range faultsOfARead() {
		require.NoError(t, bench.Faults.Set(lasting(kind, bench.Fetch)))
		requireOneOf(t, "fetch under "+string(kind), class, bench.fetch(bench.under(t, kind)))
	}
}

func billFindFaults(t *testing.T, bench *billBench) {
	connector := bench.open(t)
	posting := bench.posting(t, connector, bench.Payable(0), "AP-1/post")
	for kind, class := range faultsOfARead() {
		require.NoError(t, bench.Faults.Set(lasting(kind, bench.Find)))
		met := bench.under(t, kind)
		requireOneOf(t, "lookup under "+string(kind), withNotFound(class), func(ctx context.Context) error {
			_, err := met.FindPayment(ctx, lookup(posting))
			return err
		})
	}
}

// billOneDrop: a read by GET hides a single failure; a read by POST may show
// it, but never as anything else than "try later".
func billOneDrop(t *testing.T, bench *billBench) {
	connector := bench.open(t)
	require.NoError(t, bench.Faults.Set(twin.Fault{Kind: twin.DropBefore, Operation: bench.Fetch, Times: 1}))
	if err := bench.fetch(connector)(t.Context()); err != nil {
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err))
	}
	require.NoError(t, bench.fetch(connector)(t.Context()))
}

// withNotFound: the posting that is looked up was never made.
func withNotFound(allowed []connectors.Class) []connectors.Class {
	return append(slices.Clone(allowed), connectors.ClassNotFound)
}

// billPostFault plays one fault on a posting and then does what a workflow
// does: look up what is unknown, post again only what is certainly not there.
func billPostFault(t *testing.T, bench *billBench, kind twin.Kind) {
	connector := bench.open(t)
	posting := bench.posting(t, connector, bench.Payable(0), "AP-1/post")
	require.NoError(t, bench.Faults.Set(lasting(kind, bench.Post)))
	met := bench.under(t, kind)
	started := time.Now()
	_, err := met.PostPayment(t.Context(), posting)
	require.Less(t, time.Since(started), 2*patientDeadline)
	requireHonest(t, kind, err, bench.Postings())
	if want, told := faultsOfAChange()[kind]; told {
		require.Equal(t, want, connectors.ClassOf(err), "%v", err)
	}
	bench.Faults.Clear()

	posted, err := connector.FindPayment(t.Context(), lookup(posting))
	if connectors.ClassOf(err) == connectors.ClassNotFound {
		posted, err = connector.PostPayment(t.Context(), posting)
	}
	require.NoError(t, err, "after %s", kind)
	require.Equal(t, posting.Amount, posted.Amount)
	require.Equal(t, 1, bench.Postings())
	require.Zero(t, bench.Doubled())
}
