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
	papers   *document.Activities
	input    workflows.SettleBillInput
}

const receiptNumber = "PS-1"

func newCounter(t testing.TB) *counter {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation, Language: "te"})
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	c := &counter{
		store: s, books: money.NewBooks(s), citizens: citizen.New(s, texts),
		papers: document.New(s, texts, issuetest.On(t, s, nil).Issuer, nil),
		input:  settling(workflows.Recipient{Reference: "R1", Conversation: conversation, Language: "te"}),
	}
	c.Activities = c.with(c.papers)
	c.pay(t)
	return c
}

// with is the counter with other papers.
func (c *counter) with(papers settlement.Receipts) *settlement.Activities {
	return settlement.New(c.store, c.books, papers, c.citizens)
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
		}
		said = append(said, id)
	}
	require.Equal(t, documents, said)
	request, err := c.store.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, string(stage), request.Stage)
	require.Equal(t, stage.Open(), request.Open)
}

func TestABillIsSettledOnceHoweverOftenTheStepIsRepeated(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	first, err := c.SettleBill(t.Context(), c.input)
	require.NoError(t, err)
	again, err := c.SettleBill(t.Context(), c.input)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, "Receipt-R1.pdf", first.Filename)
	c.requireBooked(t)
	c.requireSaid(t, workflows.StageDone, first.ID)
}

// papers are receipts that are made as a test says.
type papers func(context.Context, workflows.ReceiptInput) (workflows.Document, error)

func (p papers) IssueReceipt(ctx context.Context, input workflows.ReceiptInput) (workflows.Document, error) {
	return p(ctx, input)
}

func TestAProcessThatDiesAfterTheReceiptWasMadeGoesOnWithIt(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	alive, die := context.WithCancel(t.Context())
	var made workflows.Document
	dying := c.with(papers(func(ctx context.Context, input workflows.ReceiptInput) (receipt workflows.Document, err error) {
		made, err = c.papers.IssueReceipt(ctx, input)
		die()
		return made, err
	}))
	_, err := dying.SettleBill(alive, c.input)
	require.ErrorIs(t, err, context.Canceled)
	c.requireSaid(t, "received")
	again, err := c.SettleBill(t.Context(), c.input)
	require.NoError(t, err)
	require.Equal(t, made, again)
	c.requireBooked(t)
	c.requireSaid(t, workflows.StageDone, made.ID)
}

func TestNeitherTheBooksNorTheCitizenWaitForAReceipt(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	damaged := errors.New("the log is damaged")
	failing := c.with(papers(func(context.Context, workflows.ReceiptInput) (workflows.Document, error) {
		return workflows.Document{}, damaged
	}))
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
}

func TestWhatCannotBeToldIsBooked(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.input.Tell.To.Conversation = -1
	_, err := c.SettleBill(t.Context(), c.input)
	var final *temporal.ApplicationError
	require.ErrorAs(t, err, &final)
	require.True(t, final.NonRetryable())
	c.requireBooked(t)
	c.requireSaid(t, "received")
}

func TestWhatCannotBeBookedIsNotTold(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.input.Record.Order = "R9-bill"
	_, err := c.SettleBill(t.Context(), c.input)
	require.ErrorIs(t, err, store.ErrNoOrder)
	c.requireSaid(t, "received")
}

// told is a teller who notes what was said, and when.
type told struct {
	steps []string
	at    []time.Time
}

func (n *told) TellWith(ctx context.Context, input workflows.TellInput, _ func(context.Context, *store.Tx) error) error {
	n.steps, n.at = append(n.steps, input.Step), append(n.at, time.Now())
	return ctx.Err()
}

func TestAReceiptThatTakesTooLongLeavesTimeForTheRest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const step = 15 * time.Second // of the workflow's
		ctx, cancel := context.WithTimeout(t.Context(), step)
		defer cancel()
		started, teller := time.Now(), &told{}
		slow := settlement.New(nil, nil, papers(func(ctx context.Context, _ workflows.ReceiptInput) (workflows.Document, error) {
			<-ctx.Done()
			return workflows.Document{}, ctx.Err()
		}), teller)
		_, err := slow.SettleBill(ctx, settling(workflows.Recipient{}))
		require.ErrorIs(t, err, context.DeadlineExceeded)
		require.Equal(t, []string{"receipt-late"}, teller.steps)
		require.Less(t, teller.at[0].Sub(started), step-5*time.Second)
	})
}
