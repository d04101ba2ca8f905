package money_test

import (
	"context"
	"encoding/json"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, connectors.IndianTime)

// newStore has a request R1 and, if wanted, further ones.
func newStore(t *testing.T, requests ...string) *store.Store {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	for _, reference := range append(requests, "R1") {
		storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation, Language: "te"})
	}
	return s
}

// newOrder opens an order of 1,240 rupees for a request.
func newOrder(t *testing.T, s *store.Store, request string) string {
	t.Helper()
	order, rival, err := s.OpenPaymentOrder(t.Context(), store.PaymentOrder{
		ID: request + "-bill", Request: request, Purpose: "bill", Portal: "p", BillKey: []byte(request), Amount: 124000, ExpiresAt: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	require.False(t, rival)
	return order.ID
}

func captured(id string, minute int) money.News {
	return money.News{Provider: "razorpay", EventID: "captured " + id, Fact: payment.Fact{
		Kind: payment.Captured, Payment: id, Amount: 124000, At: noon.Add(time.Duration(minute) * time.Minute), Method: "upi",
	}}
}

func TestTheSameNewsEightTimesAtOnceIsOne(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	var group sync.WaitGroup
	for range 8 {
		group.Go(func() {
			_, err := books.Hear(t.Context(), order, captured("pay_1", 1))
			if err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	require.Equal(t, 1, count(t, s, `select count(*) from outbox where kind = 'workflow_signal'`))
	require.Equal(t, 2, count(t, s, `select count(*) from payment_event`), "what was heard, and that it was accepted")
	require.Equal(t, int64(124000), balances(t, s)["gateway_receivable"])
}

func TestNewsForARequestBringsThePaymentThatCounts(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	_, err := books.Hear(t.Context(), order, captured("pay_1", 1))
	require.NoError(t, err)
	var signal store.WorkflowSignal
	var changed workflows.PaymentChanged
	require.NoError(t, json.Unmarshal(storetest.Outbox(t, s)[0].Payload, &signal))
	require.NoError(t, json.Unmarshal(signal.Payload, &changed))
	require.Equal(t, order, changed.Order)
	require.Equal(t, "pay_1", changed.Paid.ID)
	require.Equal(t, connectors.Paise(124000), changed.Paid.Amount)
}

func begun(id string) money.News {
	news := captured(id, 1)
	news.EventID, news.Fact.Kind = "authorized "+id, payment.Authorized
	return news
}

func TestAPaymentThatIsBegunWakesItsRequestOnceAndWhileItIsUndecided(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	signals := func() int { return count(t, s, `select count(*) from outbox where kind = 'workflow_signal'`) }
	hear := func(news money.News) {
		t.Helper()
		_, err := books.Hear(t.Context(), order, news)
		require.NoError(t, err)
	}
	look := func() {
		t.Helper()
		require.NoError(t, books.WakeUndecided(t.Context(), order))
	}
	look()
	hear(begun("pay_1"))
	hear(begun("pay_1"))
	require.Zero(t, signals(), "the bank has some seconds to decide")
	look()
	hear(begun("pay_1")) // delivered again
	look()
	require.Equal(t, 1, signals())
	hear(begun("pay_2"))
	look()
	require.Equal(t, 2, signals(), "there is more to know")
	hear(captured("pay_1", 1))
	require.Equal(t, 3, signals())
	look()
	require.Equal(t, 3, signals(), "it is decided")
}

func TestAPaymentThatIsDecidedAtOnceWakesItsRequestOnce(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	for _, news := range []money.News{begun("pay_1"), captured("pay_1", 1)} {
		_, err := books.Hear(t.Context(), order, news)
		require.NoError(t, err)
	}
	require.NoError(t, books.WakeUndecided(t.Context(), order))
	require.Equal(t, 1, count(t, s, `select count(*) from outbox where kind = 'workflow_signal'`))
}

// keep stores what a gateway told in an event, of an order or of none, without taking it into the books.
func keep(t *testing.T, s *store.Store, order string, told money.News) {
	t.Helper()
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.AppendPaymentEvents(ctx, store.PaymentEvent{Provider: told.Provider, ID: told.EventID, Order: order, Raw: []byte(`{}`)})
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

func TestAnEventThatWasStoredBeforeIsNoNews(t *testing.T) {
	t.Parallel()
	for _, before := range []string{"", "R1-bill", "R2-bill"} {
		t.Run("of "+before, func(t *testing.T) {
			t.Parallel()
			s := newStore(t, "R2")
			books, order := money.NewBooks(s), newOrder(t, s, "R1")
			newOrder(t, s, "R2")
			keep(t, s, before, captured("pay_1", 1))
			standing, err := books.Hear(t.Context(), order, captured("pay_1", 1))
			require.NoError(t, err)
			require.Equal(t, payment.StateAwaiting, standing.State)
			require.Zero(t, count(t, s, `select count(*) from outbox`)+count(t, s, `select count(*) from ledger_entry`))
			standing, err = books.Hear(t.Context(), order, captured("pay_1", 1), captured("pay_2", 2))
			require.NoError(t, err)
			require.Equal(t, "pay_2", standing.Accepted, "what came with it counts")
			require.Equal(t, 1, count(t, s, `select count(*) from outbox`))
			require.Equal(t, int64(124000), balances(t, s)["gateway_receivable"])
		})
	}
}

func TestAnEventIsKeptOrHeardWhicheverIsFirst(t *testing.T) {
	t.Parallel()
	requests := []string{"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"}
	s := newStore(t, requests...)
	books := money.NewBooks(s)
	for _, request := range requests {
		order, told := newOrder(t, s, request), captured("pay "+request, 1)
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() { keep(t, s, "", told) })
			group.Go(func() {
				if _, err := books.Hear(t.Context(), order, told); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	heard := count(t, s, `select count(*) from payment_event where provider = 'razorpay' and fact is not null`)
	require.Equal(t, len(requests), count(t, s, `select count(*) from payment_event where provider = 'razorpay'`), "each is one")
	require.Equal(t, heard, count(t, s, `select count(*) from payment_order where state = 'paid'`))
	require.Equal(t, heard, count(t, s, `select count(*) from outbox`))
	require.Equal(t, int64(124000*heard), balances(t, s)["gateway_receivable"])
}

func TestASecondPaymentIsGivenBackByAWorkflowOfItsOwn(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	_, err := books.Hear(t.Context(), order, captured("pay_2", 2))
	require.NoError(t, err)
	standing, err := books.Hear(t.Context(), order, captured("pay_1", 1))
	require.NoError(t, err)
	require.Equal(t, "pay_2", standing.Accepted, "the one that was accepted stays, although the other was earlier")
	require.Equal(t, 1, count(t, s, `select count(*) from refund where payment_id = 'pay_1' and purpose = 'twice' and state = 'due'`))
	require.Equal(t, 1, count(t, s, `select count(*) from outbox where kind = 'workflow_start'`))
}

func TestAClosedOrderGivesBackWhatStillComes(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	paid := func(standing payment.Standing) bool { return standing.Accepted != "" }
	_, err := books.Decide(t.Context(), order, payment.Fact{Kind: payment.Closed}, paid)
	require.NoError(t, err)
	standing, err := books.Hear(t.Context(), order, captured("pay_1", 1))
	require.NoError(t, err)
	require.Equal(t, payment.StateClosed, standing.State)
	require.Equal(t, 1, count(t, s, `select count(*) from refund where purpose = 'late'`))
}

func TestAPaidOrderIsNotClosed(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	books, order := money.NewBooks(s), newOrder(t, s, "R1")
	_, err := books.Hear(t.Context(), order, captured("pay_1", 1))
	require.NoError(t, err)
	standing, err := books.Decide(t.Context(), order, payment.Fact{Kind: payment.Closed}, func(s payment.Standing) bool { return s.Accepted != "" })
	require.NoError(t, err)
	require.Equal(t, payment.StatePaid, standing.State)
}

// Whatever the order and however often, on the real database the books end the same and in balance.
func TestAnyOrderOfNewsLeavesTheSameBooks(t *testing.T) {
	t.Parallel()
	requests := []string{"P1", "P2", "P3", "P4", "P5", "P6", "P7", "P8"}
	s := newStore(t, requests...)
	books := money.NewBooks(s)
	source := rand.New(rand.NewPCG(5, 6))
	want := ""
	for _, request := range requests {
		order := newOrder(t, s, request)
		news := story(request)
		news = append(news, news[source.IntN(len(news))], news[source.IntN(len(news))])
		source.Shuffle(len(news), func(i, j int) { news[i], news[j] = news[j], news[i] })
		for _, each := range news {
			_, err := books.Hear(t.Context(), order, each)
			require.NoError(t, err)
		}
		got := summary(t, s, order)
		if want == "" {
			want = got
		}
		require.Equal(t, want, got)
	}
}

// All of it at once and each thing twice, also.
func TestNewsAtOnceLeavesTheSameBooks(t *testing.T) {
	t.Parallel()
	s := newStore(t, "P1", "P2", "P3", "P4")
	books, want := money.NewBooks(s), ""
	for _, request := range []string{"P1", "P2", "P3", "P4"} {
		order := newOrder(t, s, request)
		var group sync.WaitGroup
		for _, each := range append(story(request), story(request)...) {
			group.Go(func() {
				if _, err := books.Hear(t.Context(), order, each); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		got := summary(t, s, order)
		if want == "" {
			want = got
		}
		require.Equal(t, want, got)
	}
	require.Equal(t, 4*len(story("P1")), count(t, s, `select count(*) from payment_event where provider = 'razorpay'`))
}

// story is a link that is paid twice after a failure, and once with the wrong amount.
func story(request string) []money.News {
	fact := func(kind payment.Kind, id string, amount connectors.Paise) money.News {
		id = request + id
		return money.News{Provider: "razorpay", EventID: string(kind) + id, Fact: payment.Fact{Kind: kind, Payment: id, Amount: amount, At: noon}}
	}
	return []money.News{
		fact(payment.Failed, "a", 124000),
		fact(payment.Authorized, "b", 124000), fact(payment.Captured, "b", 124000),
		fact(payment.Authorized, "c", 124000), fact(payment.Captured, "c", 124000),
		fact(payment.Captured, "d", 100),
		{Provider: "razorpay", EventID: "expired" + request, Fact: payment.Fact{Kind: payment.LinkExpired}},
	}
}

// summary is an order's state, its refunds by reason and its balances.
func summary(t *testing.T, s *store.Store, order string) string {
	t.Helper()
	var text string
	err := s.Pool().QueryRow(t.Context(), `
		select state || ' ' || (select string_agg(purpose || amount, ',' order by purpose) from refund where order_id = $1) || ' ' ||
			(select string_agg(account || total, ',' order by account) from (
				select account, sum(amount) total from ledger_entry join ledger_transaction on id = transaction where order_id = $1 group by account) b)
		from payment_order where id = $1`, order).Scan(&text)
	require.NoError(t, err)
	return text
}

func count(t *testing.T, s *store.Store, query string) (n int) {
	t.Helper()
	require.NoError(t, s.Pool().QueryRow(t.Context(), query).Scan(&n))
	return n
}

func balances(t *testing.T, s *store.Store) map[string]int64 {
	t.Helper()
	all, err := s.LedgerBalances(t.Context())
	require.NoError(t, err)
	return all
}
