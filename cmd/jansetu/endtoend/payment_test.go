package endtoend_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	electricity "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// words are what a citizen reads and presses in one language.
type words struct {
	language, agree, service, number, send, found, pay, link, done string
}

var english = words{
	language: "English", agree: "I agree", service: "Electricity bill – South", number: "13 digits", send: "Yes, send it",
	found: "To pay:", pay: "Pay now", link: "Pay ₹", done: "Done!",
}

// arrives greets the hub, chooses the language and agrees to the notice.
func (c *citizen) arrives(ctx context.Context, w words) {
	c.writes("Hi").hears(ctx, w.language)
	c.presses(w.language).hears(ctx, w.agree)
	c.presses(w.agree).hears(ctx, "")
}

// asksFor chooses the service by typing its name and confirms the request for an account; the bill has been shown then.
func (c *citizen) asksFor(ctx context.Context, w words, account string) {
	c.writes(w.service).hears(ctx, w.number)
	c.writes(account).hears(ctx, w.send)
	c.presses(w.send)
}

// opensPayment sees the bill, agrees to pay, and returns the payment link's id.
func (c *citizen) opensPayment(ctx context.Context, w words) string {
	c.hears(ctx, w.found)
	return c.linkIn(c.presses(w.pay).hears(ctx, w.link))
}

func TestBillIsPaidFromHiToReceipt(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	languages := map[string]words{
		"English": english,
		"Telugu": {
			language: "తెలుగు", agree: "button", service: "కరెంట్ బిల్లు – దక్షిణం", number: "13",
		},
	}
	_ = languages
	ctx := within(t, 90*time.Second)
	c := newCitizen(t, s.meta, phoneNumber(1), "Sita Devi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	link := c.opensPayment(ctx, english)
	_, err := s.gateway.Pay(link)
	require.NoError(t, err)
	require.Contains(t, c.hears(ctx, english.done), ".pdf")

	require.Len(t, s.south.Postings(), 1)
	require.EqualValues(t, 124000, s.south.Postings()[0].Paise)
	require.Zero(t, s.south.DoublePostings())
	s.requireBalancedBooks()
}

func TestTroubleEndsWell(t *testing.T) {
	t.Parallel()
	s := startStack(t)

	t.Run("a refused posting is refunded and the citizen told by when", func(t *testing.T) {
		t.Parallel()
		ctx := within(t, 2*time.Minute)
		c := newCitizen(t, s.meta, phoneNumber(2), "Ravi")
		c.arrives(ctx, english)
		c.asksFor(ctx, english, "1121104001005")
		_, err := s.gateway.Pay(c.opensPayment(ctx, english))
		require.NoError(t, err)
		c.hears(ctx, "sending ₹540.00 back")
		c.hears(ctx, "has been sent back")
	})
	t.Run("a failed payment can be tried again on the same link", func(t *testing.T) {
		t.Parallel()
		ctx := within(t, 2*time.Minute)
		c := newCitizen(t, s.meta, phoneNumber(3), "Lakshmi")
		c.arrives(ctx, english)
		c.asksFor(ctx, english, "1121104001007")
		link := c.opensPayment(ctx, english)
		_, err := s.gateway.Fail(link)
		require.NoError(t, err)
		c.hears(ctx, "did not go through")
		_, err = s.gateway.Pay(link)
		require.NoError(t, err)
		c.hears(ctx, english.done)
	})
	t.Run("money paid twice comes back once", func(t *testing.T) {
		t.Parallel()
		ctx := within(t, 2*time.Minute)
		c := newCitizen(t, s.meta, phoneNumber(4), "Anil")
		c.arrives(ctx, english)
		c.asksFor(ctx, english, "1121104001008")
		link := c.opensPayment(ctx, english)
		for range 2 {
			_, err := s.gateway.Pay(link)
			require.NoError(t, err)
		}
		c.hears(ctx, "paid twice")
		c.hears(ctx, "")
	})
	t.Run("an unknown number is explained", func(t *testing.T) {
		t.Parallel()
		ctx := within(t, time.Minute)
		c := newCitizen(t, s.meta, phoneNumber(5), "Devi")
		c.arrives(ctx, english)
		c.asksFor(ctx, english, "1121104001999")
		c.hears(ctx, "does not know this number")
	})
}

func TestPortalThatIsDownKeepsTheRequest(t *testing.T) {
	t.Parallel()
	s := startStack(t)
	require.NoError(t, s.south.Faults.Set(twin.Fault{Kind: twin.ServerError, Operation: electricity.Fetch}))
	ctx := within(t, 3*time.Minute)
	c := newCitizen(t, s.meta, phoneNumber(6), "Kiran")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	asked := time.Now()
	c.hears(ctx, "is kept")
	require.Less(t, time.Since(asked), 20*time.Second)
	s.south.Faults.Clear()
	c.hears(ctx, "is answering again")
}

// requireBalancedBooks holds that every ledger transaction sums to zero.
func (s *stack) requireBalancedBooks() {
	s.t.Helper()
	require.Zero(s.t, s.count(`select coalesce(sum(amount), 0)::bigint from ledger_entry`))
	require.Zero(s.t, s.count(`select count(*) from (select transaction from ledger_entry group by transaction having sum(amount) <> 0) unbalanced`))
	require.Positive(s.t, s.count(`select count(*) from ledger_entry`))
}
