package store_test

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// newMoney is a store with two requests, R1 and R2, of one citizen, and what more.
func newMoney(t *testing.T, more ...string) *store.Store {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	for _, reference := range append([]string{"R1", "R2"}, more...) {
		storetest.Request(t, s, store.Request{Reference: reference, Person: person, Conversation: conversation, Language: "te"})
	}
	return s
}

func order(request string) store.PaymentOrder {
	return store.PaymentOrder{
		ID: request + "-bill", Request: request, Purpose: "bill", Portal: "p", BillKey: []byte("same bill"), Amount: 124000,
		ExpiresAt: time.Now().Add(time.Hour),
	}
}

func TestOneOrderForARequestAndOneOpenOrderForABill(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	first, rival, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	require.False(t, rival)
	require.True(t, first.New)

	again, rival, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	require.False(t, rival)
	require.False(t, again.New)
	require.Equal(t, "te", again.Language)
	require.WithinDuration(t, first.ExpiresAt, again.ExpiresAt, time.Microsecond)
	require.Equal(t, [3]any{first.ID, first.Amount, first.State}, [3]any{again.ID, again.Amount, again.State})

	other, rival, err := s.OpenPaymentOrder(t.Context(), order("R2"))
	require.NoError(t, err)
	require.True(t, rival)
	require.Equal(t, first.ID, other.ID)

	setState(t, s, first.ID, "closed")
	other, rival, err = s.OpenPaymentOrder(t.Context(), order("R2"))
	require.NoError(t, err)
	require.False(t, rival, "a closed order no longer stands in the way")
	require.Equal(t, "R2-bill", other.ID)
}

func TestAnOrderForSeveralBillsKeepsEachOfThemFromAnother(t *testing.T) {
	t.Parallel()
	s := newMoney(t, "R3", "R4")
	several := func(request string, bills ...string) store.PaymentOrder {
		o := order(request)
		o.BillKey, o.BillKeys = []byte(strings.Join(bills, ",")), nil
		for _, bill := range bills {
			o.BillKeys = append(o.BillKeys, []byte(bill))
		}
		return o
	}
	first, rival, err := s.OpenPaymentOrder(t.Context(), several("R1", "house", "shop"))
	require.NoError(t, err)
	require.False(t, rival)

	other, rival, err := s.OpenPaymentOrder(t.Context(), several("R2", "well", "shop"))
	require.NoError(t, err)
	require.True(t, rival)
	require.Equal(t, first.ID, other.ID)
	require.Equal(t, [][]byte{[]byte("shop")}, other.BillKeys, "the bill that both want")

	_, rival, err = s.OpenPaymentOrder(t.Context(), several("R3", "well"))
	require.NoError(t, err)
	require.False(t, rival)

	setState(t, s, first.ID, "closed")
	_, rival, err = s.OpenPaymentOrder(t.Context(), several("R4", "house", "shop"))
	require.NoError(t, err)
	require.False(t, rival, "a closed order keeps nothing")
}

func TestOfManyOrdersForOverlappingBillsAtOnceOneIsOpened(t *testing.T) {
	t.Parallel()
	const many = 8
	s := newMoney(t, "R0", "R3", "R4", "R5", "R6", "R7")
	var opened atomic.Int64
	var all sync.WaitGroup
	for i := range many {
		all.Go(func() {
			o := order("R" + strconv.Itoa(i))
			o.BillKeys = [][]byte{[]byte("shared"), []byte("own " + strconv.Itoa(i))}
			if i%2 == 0 {
				slices.Reverse(o.BillKeys)
			}
			o.BillKey = []byte("set " + strconv.Itoa(i))
			_, rival, err := s.OpenPaymentOrder(t.Context(), o)
			if err == nil && !rival {
				opened.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, opened.Load())
}

func TestATurnKnowsTheLinkWhileItTakesMoney(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	paid := false
	links := func() map[string]string {
		byReference := map[string]string{}
		require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			facts, err := tx.LockConversations(ctx, []store.ConversationKey{{Person: request.Person, PhoneNumberID: "1"}}, nil)
			for i := range facts.Requests {
				byReference[facts.Requests[i].Reference] = facts.Requests[i].Link
				paid = paid || facts.Requests[i].Paid
			}
			return err
		}))
		return byReference
	}
	opened, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	require.Equal(t, map[string]string{"R1": "", "R2": ""}, links())

	require.NoError(t, s.SetPaymentLink(t.Context(), opened.ID, "plink_1", "https://pay.example/1", time.Now().Add(time.Hour)))
	require.Equal(t, map[string]string{"R1": "https://pay.example/1", "R2": ""}, links())

	require.NoError(t, s.SetPaymentLink(t.Context(), opened.ID, "plink_1", "https://pay.example/1", time.Now().Add(-time.Second)))
	require.Empty(t, links()["R1"], "expired")

	require.NoError(t, s.SetPaymentLink(t.Context(), opened.ID, "plink_1", "https://pay.example/1", time.Now().Add(time.Hour)))
	require.False(t, paid)
	setState(t, s, opened.ID, "paid")
	require.Empty(t, links()["R1"], "paid")
	require.True(t, paid)
}

// offer gives the citizen of R1 the link of their order.
func offer(ctx context.Context, s *store.Store) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		tx.OfferPaymentLink("R1-bill", "plink_1", "https://pay.example/1", time.Now().Add(time.Hour))
		return tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "awaiting_payment", Open: true})
	})
}

// requireOffered requires that R1 stands so, and whether its citizen has a link.
func requireOffered(t *testing.T, s *store.Store, stage string, offered bool) {
	t.Helper()
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, stage, request.Stage)
	order, err := s.PaymentOrder(t.Context(), "R1-bill")
	require.NoError(t, err)
	require.Equal(t, offered, order.LinkID != "")
}

func TestALinkIsOfferedOnlyWhileMoneyIsAwaited(t *testing.T) {
	t.Parallel()
	end := func(t *testing.T, s *store.Store) {
		t.Helper()
		require.NoError(t, s.SetStage(t.Context(), "R1", store.StageUpdate{Stage: "cancelled"}))
	}
	orderIn := func(state string) func(*testing.T, *store.Store) {
		return func(t *testing.T, s *store.Store) { t.Helper(); setState(t, s, "R1-bill", state) }
	}
	tests := map[string]struct {
		before func(*testing.T, *store.Store)
		stage  string
		err    error
	}{
		"at first":          {orderIn("created"), "awaiting_payment", nil},
		"again":             {orderIn("awaiting"), "awaiting_payment", nil},
		"being paid":        {orderIn("authorized"), "received", store.ErrNotAwaited},
		"paid":              {orderIn("paid"), "received", store.ErrNotAwaited},
		"closed":            {orderIn("closed"), "received", store.ErrNotAwaited},
		"the request ended": {end, "cancelled", store.ErrNotAwaited},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newMoney(t)
			_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
			require.NoError(t, err)
			test.before(t, s)
			require.ErrorIs(t, offer(t.Context(), s), test.err)
			requireOffered(t, s, test.stage, test.err == nil)
			stored, err := s.PaymentOrder(t.Context(), "R1-bill")
			require.NoError(t, err)
			require.True(t, test.err != nil || stored.State == "awaiting", stored.State)
		})
	}
}

func TestWhoOffersALinkWaitsForWhoClosesTheOrderOrEndsTheRequest(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(ctx context.Context, tx *store.Tx) error{
		"the order": func(ctx context.Context, tx *store.Tx) error {
			_, _, err := tx.LockPaymentOrder(ctx, "R1-bill")
			tx.SetPaymentState("R1-bill", "closed", "")
			return err
		},
		"the request": func(ctx context.Context, tx *store.Tx) error {
			return tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "cancelled"})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newMoney(t)
			_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
			require.NoError(t, err)
			offered := make(chan error, 1)
			require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				if err := end(ctx, tx); err != nil {
					return err
				}
				if _, err := tx.Exec(ctx, `select 1`); err != nil { // what was put off is done by then
					return err
				}
				go func() { offered <- offer(t.Context(), s) }()
				storetest.AwaitWaiting(t, s)
				return nil
			}))
			require.ErrorIs(t, <-offered, store.ErrNotAwaited)
			request, err := s.Request(t.Context(), "R1")
			require.NoError(t, err)
			require.NotEqual(t, "awaiting_payment", request.Stage)
		})
	}
}

func setState(t *testing.T, s *store.Store, id, state string) {
	t.Helper()
	require.NoError(t, s.WithTx(t.Context(), func(_ context.Context, tx *store.Tx) error {
		tx.SetPaymentState(id, state, "")
		return nil
	}))
}

func TestTheLedgerTakesOnlyWhatSumsToZero(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	book := func(key string, legs ...store.LedgerLeg) error {
		return s.WithTx(t.Context(), func(_ context.Context, tx *store.Tx) error {
			tx.BookLedger("R1-bill", key, legs...)
			return nil
		})
	}
	in, out := store.LedgerLeg{Account: "gateway_receivable", Amount: 5}, store.LedgerLeg{Account: "citizen_clearing", Amount: -5}
	require.NoError(t, book("captured", in, out))
	require.NoError(t, book("captured", in, out), "booked once")
	require.ErrorContains(t, book("crooked", in), "does not sum to zero")
	balances, err := s.LedgerBalances(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int64{"gateway_receivable": 5, "citizen_clearing": -5, "dept_payable": 0, "refund_payable": 0}, balances)
}

func TestMoneyFactsAreOnlyAddedTo(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	event := store.PaymentEvent{Provider: "razorpay", ID: "evt_1", Order: "R1-bill", Fact: []byte(`{"payment":"pay_1"}`), Raw: []byte(`{}`)}
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for _, want := range []int{1, 0} {
			added, err := tx.AppendPaymentEvents(ctx, event)
			if err != nil {
				return err
			}
			require.Equal(t, want, added)
		}
		return nil
	}))
	for _, statement := range []string{`delete from payment_event`, `update payment_event set fact = '{}'`} {
		_, err := s.Pool().Exec(t.Context(), statement)
		require.ErrorContains(t, err, "only ever added to")
	}
	_, err = s.Pool().Exec(t.Context(), `update payment_event set raw = null`)
	require.NoError(t, err, "what the gateway wrote of a person can be erased")
}

func TestAnEventIsAddedToItsOrderUnlessItWasStoredBefore(t *testing.T) {
	t.Parallel()
	for before, of := range map[string]string{"of none": "", "of another order": "R2-bill"} {
		t.Run(before, func(t *testing.T) {
			t.Parallel()
			s := newMoney(t)
			for _, request := range []string{"R1", "R2"} {
				o := order(request)
				o.BillKey = []byte(request)
				_, _, err := s.OpenPaymentOrder(t.Context(), o)
				require.NoError(t, err)
			}
			require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.AppendPaymentEvents(ctx, store.PaymentEvent{Provider: "razorpay", ID: "evt_1", Order: of})
				return err
			}))
			add := func(provider, id string) error {
				return s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
					if _, _, err := tx.LockPaymentOrder(ctx, "R1-bill"); err != nil {
						return err
					}
					tx.SetPaymentState("R1-bill", "paid", "pay_1")
					return tx.AddPaymentEvent(ctx, store.PaymentEvent{Provider: provider, ID: id, Order: "R1-bill", Fact: []byte(`{}`), Raw: []byte(`{}`)})
				})
			}
			require.ErrorIs(t, add("razorpay", "evt_1"), store.ErrEventElsewhere)
			unpaid, err := s.PaymentOrder(t.Context(), "R1-bill")
			require.NoError(t, err)
			require.Equal(t, "created", unpaid.State, "nothing of it")
			require.NoError(t, add("another", "evt_1"))
			require.NoError(t, add("razorpay", "evt_2"))
			facts, err := s.PaymentFacts(t.Context(), "R1-bill")
			require.NoError(t, err)
			require.Len(t, facts, 2)
		})
	}
}

func TestAnOrderIsFoundByAnyOfItsNumbers(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	require.NoError(t, s.SetPaymentLink(t.Context(), "R1-bill", "plink_1", "https://pay.example", time.Now()))
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.BookRefund(ctx, store.Refund{ID: "R1-bill-r1", Order: "R1-bill", Payment: "pay_1", Purpose: "late", Amount: 5})
		return err
	}))
	for _, by := range [][3]string{{"R1-bill", "", ""}, {"", "plink_1", ""}, {"R1-bill-r1", "", ""}, {"", "", "pay_1"}} {
		found, err := s.OrderOf(t.Context(), by[0], by[1], by[2])
		require.NoError(t, err)
		require.Equal(t, "R1-bill", found)
	}
	_, err = s.OrderOf(t.Context(), "", "", "")
	require.ErrorIs(t, err, store.ErrNoOrder)
}

func TestADocumentIsStoredUnderTheHashOfItsContent(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	document := store.Document{Request: "R1", Kind: "receipt", Filename: "r.pdf", MIMEType: "application/pdf", Content: []byte("%PDF")}
	id, err := s.AddDocument(t.Context(), document)
	require.NoError(t, err)
	again, err := s.AddDocument(t.Context(), document)
	require.NoError(t, err)
	require.Equal(t, id, again)
	document.ID = id
	stored, err := s.Document(t.Context(), id)
	require.NoError(t, err)
	require.Equal(t, document, stored)
	_, err = s.Document(t.Context(), store.DocumentID([]byte("other")))
	require.ErrorIs(t, err, store.ErrNoDocument)
}
