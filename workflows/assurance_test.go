package workflows_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// How many histories are tried, and which: go test ./workflows -run TestWhoeverPaid -paid 20000 -paid-seed 7.
var (
	paidRequests = flag.Int("paid", 100, "random histories of a paid bill, and of a paid application, to try")
	paidSeed     = flag.Uint64("paid-seed", 2026, "the first of their seeds")
)

// patience is how long a citizen who has paid waits for a word.
const patience = 12 * time.Second

// assuring are the texts that say that the money has come; the others must not be the first that is heard while it is waited for.
var assuring = []catalog.TextKey{"money.kept", "booking.kept", "application.kept_paid", "money.paper_late"}

// heardTooLate is a problem when the citizen, having paid, heard nothing of it for longer than their patience, or heard that their request is
// kept without a word of the money, or does not find it when they ask where the request stands.
func heardTooLate(s *scene) string {
	paid, found := s.paidAt()
	if !found {
		return ""
	}
	said, heard := s.firstAfterPaying()
	waited := said.at.Sub(paid)
	kept := slices.Contains([]workflows.Stage{workflows.StageKept, workflows.StageKeptPaid, workflows.StageKeptSent, workflows.StageQueueing}, said.standing.Stage)
	safe := slices.ContainsFunc(said.texts, func(text catalog.TextKey) bool { return slices.Contains(assuring, text) })
	switch {
	case !heard:
		return "nothing was said to who paid"
	case waited > patience:
		return fmt.Sprintf("%v said after %v", said.texts, waited)
	case kept && !safe:
		return fmt.Sprintf("%v does not say that the money is safe", said.texts)
	case said.standing.Open && len(said.standing.Detail) == 0:
		return fmt.Sprintf("nothing of the money stands beside %s", said.standing.Stage)
	}
	return ""
}

// firstAfterPaying is what is said next once the payment, which nothing is said of, has come.
func (s *scene) firstAfterPaying() (said word, heard bool) {
	awaited := false
	for _, each := range s.words {
		if awaited && each.standing.Stage != workflows.StageAwaitingPayment {
			return each, true
		}
		awaited = each.standing.Stage == workflows.StageAwaitingPayment
	}
	return word{}, false
}

// paidAt is when the workflow heard that the money has come.
func (s *scene) paidAt() (time.Time, bool) {
	var status workflows.Status
	encoded, err := s.QueryWorkflow(workflows.QueryStatus)
	if err != nil || encoded.Get(&status) != nil {
		return time.Time{}, false
	}
	for _, milestone := range status.Milestones {
		if strings.HasPrefix(milestone.What, "Paid, ") {
			return milestone.At, true
		}
	}
	return time.Time{}, false
}

// pausesFor has an operator pause the request after a while, and let it go on again.
func (s *scene) pausesFor(after, lasts time.Duration) {
	s.later(after, func() { s.SignalWorkflow(workflows.SignalOperatorPause, workflows.OperatorAct{By: "ravi"}) })()
	s.later(after+lasts, func() { s.SignalWorkflow(workflows.SignalOperatorResume, workflows.OperatorAct{By: "ravi"}) })()
}

// whenPaid has the money come with the link, and then does what is said.
func (w *world) whenPaid(then ...func()) {
	w.whenSaid("money.link", func() {
		for _, each := range then {
			each()
		}
		w.paymentNews()
	})
}

func TestWhoPaidABillHearsFirstOfTheReceiptOrThatTheMoneyIsSafe(t *testing.T) {
	t.Parallel()
	unknown := &connectors.OutcomeUnknownError{}
	slow := func(w *world, after time.Duration) {
		w.OnActivity(workflows.ActivityPostPayment, mock.Anything, mock.Anything).After(after).Return(posted(), nil)
	}
	tests := map[string]struct {
		prepare func(w *world)
		said    []string // after the link
		within  time.Duration
	}{
		"at once":                     {func(*world) {}, []string{"money.done"}, 0},
		"after seconds":               {func(w *world) { slow(w, 11*time.Second) }, []string{"money.done"}, 11 * time.Second},
		"slow":                        {func(w *world) { slow(w, 30*time.Second) }, []string{"money.kept", "request.back", "money.done"}, patience},
		"away":                        {func(w *world) { w.post = downUntil(4, error(errDown), w.post) }, []string{"money.kept", "request.back", "money.done"}, patience},
		"paused by an operator":       {func(w *world) { w.whenPaid(func() { w.pausesFor(0, time.Hour) }) }, []string{"money.kept", "request.back", "money.done"}, patience},
		"paused for a moment":         {func(w *world) { w.whenPaid(func() { w.pausesFor(0, 5*time.Second) }) }, []string{"money.done"}, 5 * time.Second},
		"not known whether it landed": {func(w *world) { w.post = downUntil(9, error(unknown), w.post) }, []string{"money.kept", "request.back", "money.done"}, 0},
		"tried again by an operator": {func(w *world) {
			slow(w, 40*time.Second)
			w.whenPaid(w.later(6*time.Second, func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) }))
		}, []string{"money.kept", "request.back", "money.done"}, patience},
		"refused": {func(w *world) {
			w.post = func(int) (connectors.Posted, error) {
				return connectors.Posted{}, &connectors.RefusedError{Code: "closed"}
			}
		}, []string{"money.refused", "money.refund_by"}, 0},
		"the receipt cannot be made": {func(w *world) {
			w.startToday()
			w.receipt = func(call int) (workflows.Document, error) {
				if call < 3 {
					return workflows.Document{}, errors.New("the log is damaged")
				}
				return workflows.Document{ID: "sha"}, nil
			}
		}, []string{"money.paper_late", "money.done"}, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			test.prepare(w)
			w.pay(t)
			require.Equal(t, append([]string{"bill.ask", "money.link"}, test.said...), w.heard())
			require.Empty(t, heardTooLate(w.scene))
			paid, _ := w.paidAt()
			first := w.words[slices.IndexFunc(w.words, func(said word) bool { return string(said.texts[0]) == test.said[0] })]
			require.Equal(t, test.within, first.at.Sub(paid))
		})
	}
}

func TestSeveralBillsAreOneWait(t *testing.T) {
	t.Parallel()
	t.Run("each is answered within the patience, all are not", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.bothBills()
		c.OnActivity(workflows.ActivityPostPayment, mock.Anything, mock.Anything).After(8*time.Second).
			Return(connectors.Posted{PortalReceipt: "PS", PostedAt: noon, Amount: 10000}, nil)
		require.Equal(t, workflows.StageDone, c.pays(t).Ended)
		require.Empty(t, heardTooLate(c.scene))
		require.Equal(t, 1, c.saidTimes("money.kept"))
	})
	t.Run("a receipt is late", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.bothBills()
		c.OnActivity(workflows.ActivityIssueReceipt, mock.Anything, mock.Anything).After(8*time.Second).Return(workflows.Document{ID: "sha"}, nil)
		require.Equal(t, workflows.StageDone, c.pays(t).Ended)
		require.Empty(t, heardTooLate(c.scene))
		require.Equal(t, 1, c.saidTimes("money.paper_late"))
		require.Zero(t, c.saidTimes("money.kept"), "the department has it")
		require.Zero(t, c.saidTimes("request.back"), "it was not away")
	})
}

func TestWhoPaidForABookingIsNotToldThatNothingWasPaid(t *testing.T) {
	t.Parallel()
	t.Run("the hold ran out and the portal is away", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.onSay["money.link"] = func() {
			w.payAfter(12 * time.Minute)
			w.later(12*time.Minute, func() {
				w.portal.fault = func(operation string) fault {
					if operation == "hold" && w.Now().Sub(noon) < 30*time.Minute {
						return away
					}
					return noFault
				}
			})()
		}
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.Empty(t, heardTooLate(w.scene))
		require.Contains(t, w.said, "booking.kept")
		require.NotContains(t, w.said, "booking.rush")
	})
	t.Run("the ticket is late", func(t *testing.T) {
		t.Parallel()
		w := newBookingWorld(t)
		w.OnActivity(workflows.ActivityIssueTicket, mock.Anything, mock.Anything).After(time.Minute).Return(workflows.Document{ID: "ticket"}, nil)
		require.Equal(t, workflows.StageTravelled, w.book(t).Ended)
		require.Empty(t, heardTooLate(w.scene))
		require.Contains(t, w.said, "money.paper_late")
		require.NotContains(t, w.said, "request.back", "the operator was not away")
	})
}

func TestWhoPaidTheFeeHearsThatItIsSafe(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.terms.Fee = &catalog.Fee{Amount: "45.00", Source: "2022"}
	o.submit = func(call int, _ workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		if call < 4 {
			return workflows.SubmittedApplication{}, errDown
		}
		return workflows.SubmittedApplication{Number: number, SubmittedAt: o.Now()}, nil
	}
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	require.Empty(t, heardTooLate(o.scene))
	o.saidOnce(t, "application.kept_paid", "application.submitted")
	require.NotContains(t, o.said, "application.kept")
	for _, said := range o.words[slices.IndexFunc(o.words, func(said word) bool { return said.standing.Stage == workflows.StageInProgress }):] {
		require.NotContains(t, texts(said.standing.Detail), "money.detail_paid", "what was paid is no news any more")
	}
}

func texts(message workflows.Message) (keys []string) {
	for _, line := range message {
		keys = append(keys, string(line.Text))
	}
	return keys
}

// TestWhoeverPaidHearsOfItInTime lets departments be slow, away, in doubt or refuse, papers fail, operators pause and try again, and citizens
// want to stop, in random orders.
func TestWhoeverPaidHearsOfItInTime(t *testing.T) {
	t.Parallel()
	count := *paidRequests
	if testing.Short() {
		count /= 8
	}
	first := map[catalog.TextKey]int{}
	for i := range count {
		seed := *paidSeed + uint64(i)
		random := rand.New(rand.NewPCG(seed, 2))
		for _, paid := range []*scene{randomBills(t, random), randomApplication(t, random)} {
			require.Empty(t, heardTooLate(paid), "seed %d", seed)
			said, _ := paid.firstAfterPaying()
			first[said.texts[0]]++
		}
	}
	t.Logf("heard first: %v", first)
	for _, text := range []catalog.TextKey{
		"money.kept", "application.kept_paid", "money.paper_late", "money.done", "bill.done_several", "application.submitted", "challenge.captcha",
	} {
		require.NotZero(t, first[text], "the histories reach %s", text)
	}
}

// meddle has an operator and the citizen do something after the payment.
func (w *world) meddle(random *rand.Rand) {
	soon := func() time.Duration { return time.Duration(random.Int64N(int64(20 * time.Second))) }
	if random.IntN(3) == 0 {
		w.pausesFor(soon(), time.Duration(random.Int64N(int64(time.Minute))))
	}
	for range random.IntN(2) {
		w.later(soon(), func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) })()
	}
	for range random.IntN(2) {
		w.later(soon(), w.citizenCancels)()
	}
}

// anyOf is what a department answers to one call: nothing for a while, something else than what was asked for, or that.
func anyOf[T any](random *rand.Rand, well T, others ...error) (answered T, err error) {
	if random.IntN(2) == 0 {
		return well, nil
	}
	return answered, others[random.IntN(len(others))]
}

// upTo is how long an answer takes.
func upTo(random *rand.Rand, longest time.Duration) func() time.Duration {
	return func() time.Duration {
		return time.Duration(random.IntN(2)) * time.Duration(random.Int64N(int64(longest)))
	}
}

func randomBills(t *testing.T, random *rand.Rand) *scene {
	t.Helper()
	c := newCounter(t)
	c.whenAsked("confirm", chosen("pay"))
	if random.IntN(2) == 0 {
		c.bothBills()
	}
	doubt := []error{errDown, &connectors.OutcomeUnknownError{}, &connectors.ChangedError{}, &connectors.RefusedError{Code: "closed"}}
	has := connectors.Posted{PortalReceipt: "PS", PostedAt: noon, Amount: 10000}
	c.OnActivity(workflows.ActivityPostPayment, mock.Anything, mock.Anything).AfterFn(upTo(random, 20*time.Second)).
		Return(func(context.Context, workflows.PostPaymentInput) (connectors.Posted, error) {
			return outside(c.scene, "post", func(int) (connectors.Posted, error) { return anyOf(random, has, doubt...) })
		})
	c.find = func(int) (connectors.Posted, error) {
		return anyOf(random, has, errDown, &connectors.NotFoundError{What: "posting"})
	}
	c.OnActivity(workflows.ActivityIssueReceipt, mock.Anything, mock.Anything).AfterFn(upTo(random, 20*time.Second)).
		Return(workflows.Document{ID: "sha"}, nil)
	if random.IntN(12) == 0 { // it takes a second: what is tried again waits by the real clock
		c.startToday()
		c.receipt = func(call int) (workflows.Document, error) {
			if call < 2 {
				return workflows.Document{}, errors.New("the log is damaged")
			}
			return workflows.Document{ID: "sha"}, nil
		}
	}
	c.whenPaid(func() { c.meddle(random) })
	c.whenSaid("money.with_officer", c.later(time.Hour, func() { c.decide(true, "BY-PHONE") }))
	c.pays(t)
	return c.scene
}

func randomApplication(t *testing.T, random *rand.Rand) *scene {
	t.Helper()
	o := newOffice(t)
	o.terms.Fee = &catalog.Fee{Amount: "45.00", Source: "2022"}
	others := []error{
		errDown, &connectors.OutcomeUnknownError{}, &connectors.RefusedError{Code: "closed"},
		&connectors.ChallengeError{Kind: connectors.ChallengeCaptcha, Session: "s"},
	}
	taken := workflows.SubmittedApplication{Number: number}
	o.OnActivity(workflows.ActivitySubmitApplication, mock.Anything, mock.Anything).AfterFn(upTo(random, 20*time.Second)).
		Return(func(context.Context, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return outside(o.scene, "submit", func(int) (workflows.SubmittedApplication, error) { return anyOf(random, taken, others...) })
		})
	o.lookUp = func(int) (workflows.SubmittedApplication, error) {
		return anyOf(random, taken, errDown, &connectors.NotFoundError{What: "application"})
	}
	o.whenAsked("challenge", typed("AB12"), typed("AB13"), typed("AB14"), chosen("stop"))
	o.whenPaid(func() { o.meddle(random) })
	o.whenSaid("application.with_officer", o.later(time.Hour, func() { o.decide(true, "BY-PHONE") }))
	o.apply(t)
	return o.scene
}
