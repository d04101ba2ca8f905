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

var telugu = words{
	language: "తెలుగు", agree: "అంగీకరిస్తున్నాను", service: "కరెంట్ బిల్లు – దక్షిణం", number: "13 అంకెలు", send: "సరే, పంపండి",
	found: "కట్టాల్సింది:", pay: "ఇప్పుడే కట్టాలి", link: "ఈ పేజీలో ₹", done: "పూర్తయింది!",
}

var hindi = words{
	language: "हिन्दी", agree: "मैं सहमत हूँ", service: "बिजली का बिल – दक्षिण", number: "13 अंक", send: "हाँ, भेजें",
	found: "कुल भरना है:", pay: "अभी भरें", link: "पैसे आते ही", done: "हो गया!",
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
	tests := []struct {
		name    string
		words   words
		typed   string // the account, in digits of the language's script
		account string
		paise   int64
	}{
		{"in English", english, "1121104001001", "1121104001001", 1_240_00},
		{"in Telugu", telugu, "౧౧౨౧౧౦౪౦౦౧౦౦౬", "1121104001006", 1_23_456_78},
		{"in Hindi", hindi, "११२११०४००१००८", "1121104001008", 2_315_00},
	}
	for i, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			ctx := within(t)
			c := newCitizen(t, s.meta, phoneNumber(10+i), "Sita Devi")
			c.arrives(ctx, test.words)
			c.asksFor(ctx, test.words, test.typed)
			_, err := s.gateway.Pay(c.opensPayment(ctx, test.words))
			require.NoError(t, err)
			require.Contains(t, c.hears(ctx, test.words.done), ".pdf")

			require.Equal(t, 1, s.postingsOf(test.account))
			require.Equal(t, test.paise, s.paidFor(test.account))
			require.Zero(t, s.south.DoublePostings())
			s.requireBalancedBooks(t)
		})
	}
}

// paidFor adds up what the portal recorded for an account.
func (s *stack) paidFor(account string) (paise int64) {
	for _, posting := range s.south.Postings() {
		if posting.Account == account {
			paise += posting.Paise
		}
	}
	return paise
}

func TestTroubleEndsWell(t *testing.T) {
	t.Parallel()
	s := startStack(t)

	t.Run("a refused posting is refunded and the citizen told by when", func(t *testing.T) {
		t.Parallel()
		ctx := within(t)
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
		ctx := within(t)
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
		ctx := within(t)
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
		ctx := within(t)
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
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(6), "Kiran")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	asked := time.Now()
	c.hears(ctx, "is kept")
	require.Less(t, time.Since(asked), time.Minute, "soon, and not when all tries are over")
	s.south.Faults.Clear()
	c.hears(ctx, "is answering again")
}

// requireBalancedBooks holds that every ledger transaction sums to zero.
func (s *stack) requireBalancedBooks(t testing.TB) {
	t.Helper()
	require.Zero(t, s.count(t, `select coalesce(sum(amount), 0)::bigint from ledger_entry`))
	require.Zero(t, s.count(t, `select count(*) from (select transaction from ledger_entry group by transaction having sum(amount) <> 0) unbalanced`))
	require.Positive(t, s.count(t, `select count(*) from ledger_entry`))
}
