package settlement_test

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/activities/settlement"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// counter is where a bill was paid: the real store, books, papers and texts.
type counter struct {
	*settlement.Activities

	store    *store.Store
	books    *money.Books
	citizens *citizen.Activities
	papers   *document.Receipts
	input    workflows.SettleBillInput
}

const receiptNumber = "PS-1"

func newCounter(t testing.TB, proven bool) *counter {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation, Language: "te"})
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	var issuer document.Issuer
	if proven {
		issuer = issuetest.On(t, s, nil).Issuer
	}
	c := &counter{
		store: s, books: money.NewBooks(s), citizens: citizen.New(s, texts), papers: document.NewReceipts(document.New(s, texts, issuer, nil)),
		input: settling(workflows.Recipient{Reference: "R1", Conversation: conversation, Language: "te"}),
	}
	c.Activities = settlement.New(c.store, c.books, c.papers, c.citizens)
	c.pay(t)
	return c
}

// onEachCounter runs a test where receipts prove themselves, and where they do not.
func onEachCounter(t *testing.T, test func(t *testing.T, c *counter)) {
	t.Helper()
	for name, proven := range map[string]bool{"plain": false, "proven": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, newCounter(t, proven))
		})
	}
}

func (c *counter) pay(t testing.TB) {
	t.Helper()
	_, _, err := c.store.OpenPaymentOrder(t.Context(), store.PaymentOrder{
		ID: c.input.Record.Order, Request: "R1", Purpose: "bill", Portal: "apspdcl", BillKey: []byte("b"), Amount: 124000, ExpiresAt: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	_, err = c.books.Record(t.Context(), c.input.Record.Order, money.News{
		Provider: "razorpay", EventID: "captured", Fact: payment.Fact{Kind: payment.Captured, Payment: "pay_1", Amount: 124000, At: time.Now()},
	})
	require.NoError(t, err)
}

func settling(to workflows.Recipient) workflows.SettleBillInput {
	has := connectors.Posted{PortalReceipt: receiptNumber, PostedAt: time.Unix(1_790_000_060, 0), Amount: 124000}
	say := func(step string, text catalog.TextKey, stage workflows.Stage) workflows.TellInput {
		return workflows.TellInput{
			To: to, Step: step, Message: workflows.Message{{Text: text}}, Stage: &workflows.StageUpdate{Stage: stage, Open: stage.Open()},
		}
	}
	return workflows.SettleBillInput{
		Record: workflows.RecordPostingInput{Order: "R1-bill", Posted: has},
		Receipt: workflows.ReceiptInput{
			To: to, Service: "electricity-bill-south", Portal: "apspdcl", Bill: connectors.Bill{Account: "1121104001001", Number: "B-77"},
			Payment: workflows.Payment{ID: "pay_1", Amount: 124000, PaidAt: time.Unix(1_790_000_000, 0)}, Posted: has,
		},
		Tell: say("end", "money.done", workflows.StageDone), Late: say("receipt-late", "money.paper_late", workflows.StagePosting),
	}
}

// requireBooked requires that the department has the money, once.
func (c *counter) requireBooked(t *testing.T) {
	t.Helper()
	standing, err := c.books.Standing(t.Context(), c.input.Record.Order)
	require.NoError(t, err)
	require.True(t, standing.Posted)
	balances, err := c.store.LedgerBalances(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, -124000, balances[string(payment.DepartmentPayable)])
}

// requireSaid requires the documents of the messages that are on their way, "" for one without, and where the request then stands.
func (c *counter) requireSaid(t *testing.T, stage workflows.Stage, documents ...string) {
	t.Helper()
	var said []string
	for _, row := range storetest.Outbox(t, c.store) {
		var message bubble.Bubble
		require.NoError(t, json.Unmarshal(row.Payload, &message))
		id := ""
		if message.Document != nil {
			id = message.Document.ID
			_, err := c.store.Document(t.Context(), id)
			require.NoError(t, err, "nothing is told of that is not there")
		}
		said = append(said, id)
	}
	require.Equal(t, documents, said)
	request, err := c.store.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, string(stage), request.Stage)
	require.Equal(t, stage.Open(), request.Open)
}

func (c *counter) requireOneReceipt(t *testing.T) {
	t.Helper()
	var receipts int
	require.NoError(t, c.store.Pool().QueryRow(t.Context(), `select count(*) from document where request = 'R1' and kind = 'receipt'`).Scan(&receipts))
	require.Equal(t, 1, receipts)
}

func TestABillIsSettledOnceHoweverOftenTheStepIsRepeated(t *testing.T) {
	t.Parallel()
	onEachCounter(t, func(t *testing.T, c *counter) {
		t.Helper()
		first, err := c.SettleBill(t.Context(), c.input)
		require.NoError(t, err)
		again, err := c.SettleBill(t.Context(), c.input)
		require.NoError(t, err)
		require.Equal(t, first, again)
		require.Equal(t, "Receipt-R1.pdf", first.Filename)
		c.requireBooked(t)
		c.requireSaid(t, workflows.StageDone, first.ID)
		c.requireOneReceipt(t)
	})
}

// papers are receipts that are made as a test says.
type papers func(context.Context, workflows.ReceiptInput) (workflows.Document, func(*store.Tx), error)

func (p papers) MakeReceipt(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, func(*store.Tx), error) {
	return p(ctx, input)
}

// books are kept as a test says.
type books func(context.Context, *store.Tx, workflows.RecordPostingInput) error

func (b books) RecordPosting(ctx context.Context, tx *store.Tx, input workflows.RecordPostingInput) error {
	return b(ctx, tx, input)
}

// teller tells as a test says.
type teller func(context.Context, workflows.TellInput, func(context.Context, *store.Tx) error) error

func (l teller) TellWith(ctx context.Context, input workflows.TellInput, also func(context.Context, *store.Tx) error) error {
	return l(ctx, input, also)
}

func TestAProcessThatDiesLeavesARepetitionOneReceipt(t *testing.T) {
	t.Parallel()
	for when, dying := range map[string]func(c *counter, die func()) *settlement.Activities{
		"after the receipt was made": func(c *counter, die func()) *settlement.Activities {
			return settlement.New(c.store, c.books, papers(func(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, func(*store.Tx), error) {
				defer die()
				return c.papers.MakeReceipt(ctx, input)
			}), c.citizens)
		},
		"before all is committed": func(c *counter, die func()) *settlement.Activities {
			return settlement.New(c.store, c.books, c.papers, teller(func(
				ctx context.Context, input workflows.TellInput, also func(context.Context, *store.Tx) error,
			) error {
				return c.citizens.TellWith(ctx, input, func(ctx context.Context, tx *store.Tx) error {
					defer die()
					return also(ctx, tx)
				})
			}))
		},
		"after the commit": func(c *counter, die func()) *settlement.Activities {
			return settlement.New(c.store, c.books, c.papers, teller(func(
				ctx context.Context, input workflows.TellInput, also func(context.Context, *store.Tx) error,
			) error {
				require.NoError(t, c.citizens.TellWith(ctx, input, also))
				die()
				return ctx.Err()
			}))
		},
	} {
		t.Run(when, func(t *testing.T) {
			t.Parallel()
			onEachCounter(t, func(t *testing.T, c *counter) {
				t.Helper()
				alive, die := context.WithCancel(t.Context())
				_, err := dying(c, die).SettleBill(alive, c.input)
				require.ErrorIs(t, err, context.Canceled)
				receipt, err := c.SettleBill(t.Context(), c.input)
				require.NoError(t, err)
				c.requireBooked(t)
				c.requireSaid(t, workflows.StageDone, receipt.ID)
				c.requireOneReceipt(t)
			})
		})
	}
}

func TestAReceiptIsNotThereWithoutTheBooks(t *testing.T) {
	t.Parallel()
	c := newCounter(t, false)
	torn := errors.New("a page is torn")
	_, err := settlement.New(c.store, books(func(context.Context, *store.Tx, workflows.RecordPostingInput) error { return torn }), c.papers, c.citizens).
		SettleBill(t.Context(), c.input)
	require.ErrorIs(t, err, torn)
	c.requireSaid(t, "received")
	receipt, _, err := c.papers.MakeReceipt(t.Context(), c.input.Receipt)
	require.NoError(t, err)
	_, err = c.store.Document(t.Context(), receipt.ID)
	require.ErrorIs(t, err, store.ErrNoDocument)
}

func TestNeitherTheBooksNorTheCitizenWaitForAReceipt(t *testing.T) {
	t.Parallel()
	onEachCounter(t, func(t *testing.T, c *counter) {
		t.Helper()
		damaged := errors.New("the log is damaged")
		failing := settlement.New(c.store, c.books, papers(func(context.Context, workflows.ReceiptInput) (workflows.Document, func(*store.Tx), error) {
			return workflows.Document{}, nil, damaged
		}), c.citizens)
		for range 3 {
			_, err := failing.SettleBill(t.Context(), c.input)
			require.ErrorIs(t, err, damaged, "the step is repeated")
		}
		c.requireBooked(t)
		c.requireSaid(t, workflows.StagePosting, "")
		receipt, err := c.SettleBill(t.Context(), c.input)
		require.NoError(t, err)
		c.requireBooked(t)
		c.requireSaid(t, workflows.StageDone, "", receipt.ID)
		c.requireOneReceipt(t)
	})
}

func TestWhatCannotBeToldIsBooked(t *testing.T) {
	t.Parallel()
	onEachCounter(t, func(t *testing.T, c *counter) {
		t.Helper()
		c.input.Tell.To.Conversation = -1
		_, err := c.SettleBill(t.Context(), c.input)
		var final *temporal.ApplicationError
		require.ErrorAs(t, err, &final)
		require.True(t, final.NonRetryable())
		c.requireBooked(t)
		c.requireSaid(t, "received")
	})
}

func TestWhatCannotBeBookedIsNotTold(t *testing.T) {
	t.Parallel()
	onEachCounter(t, func(t *testing.T, c *counter) {
		t.Helper()
		c.input.Record.Order = "R9-bill"
		_, err := c.SettleBill(t.Context(), c.input)
		require.ErrorIs(t, err, store.ErrNoOrder)
		c.requireSaid(t, "received")
	})
}

func TestAReceiptThatTakesTooLongLeavesTimeForTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const step = 15 * time.Second // of the workflow's
		ctx, cancel := context.WithTimeout(t.Context(), step)
		defer cancel()
		var told []string
		started := time.Now()
		slow := settlement.New(nil, nil, papers(func(ctx context.Context, _ workflows.ReceiptInput) (workflows.Document, func(*store.Tx), error) {
			<-ctx.Done()
			return workflows.Document{}, nil, ctx.Err()
		}), teller(func(ctx context.Context, input workflows.TellInput, _ func(context.Context, *store.Tx) error) error {
			told = append(told, input.Step)
			require.Less(t, time.Since(started), step-5*time.Second)
			return ctx.Err()
		}))
		_, err := slow.SettleBill(ctx, settling(workflows.Recipient{}))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, []string{"receipt-late"}, told)
	})
}
