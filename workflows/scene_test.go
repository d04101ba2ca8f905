package workflows_test

import (
	"context"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"
	"go.temporal.io/sdk/worker"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

const reference = "AP-7K3M-Q9ZT"

// agreed is an approval that two officers gave.
const agreed = "approval-1"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, connectors.IndianTime) // a Monday

// environment runs one workflow, from noon on.
type environment struct {
	*testsuite.TestWorkflowEnvironment
}

func newEnvironment() environment {
	suite := testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	e := environment{suite.NewTestWorkflowEnvironment()}
	e.SetWorkerOptions(worker.Options{DeadlockDetectionTimeout: time.Minute}) // a second passes on a busy machine
	e.SetStartTime(noon)
	e.SetTestTimeout(20 * time.Second)
	return e
}

// startToday is for local activities that Temporal tries again: the test environment reckons their deadline by the workflow's clock and keeps
// it by the real one, which must not be a month ahead.
func (e environment) startToday() { e.SetStartTime(time.Now()) }

// as registers an activity; the last of a name counts.
func (e environment) as(name string, function any) {
	e.RegisterActivityWithOptions(function, activity.RegisterOptions{Name: name, DisableAlreadyRegisteredCheck: true})
}

// end runs a workflow to its end.
func end[Outcome any](t testing.TB, e environment, workflow, input any) (outcome Outcome) {
	t.Helper()
	e.ExecuteWorkflow(workflow, input)
	require.True(t, e.IsWorkflowCompleted())
	require.NoError(t, e.GetWorkflowError())
	require.NoError(t, e.GetWorkflowResult(&outcome))
	return outcome
}

// scene is an environment with a citizen who hears and answers, and with counts of what was called.
type scene struct {
	environment

	mu         sync.Mutex
	calls      map[string]int
	said       []string // the texts of every message and question, in order
	steps      map[string]bool
	tellsLater bool // of an order that was opened: it is left to the workflow
	tells      []workflows.TellInput
	asks       []workflows.AskInput
	words      []word
	onSay      map[catalog.TextKey]func()
	onAsk      map[string]func(workflows.AskInput) // by how the question's name begins
	onQuestion func(workflows.AskInput)            // what the citizen does on any question; at first what onAsk says
}

// word is something said that changes where the request stands.
type word struct {
	at       time.Time
	standing workflows.StageUpdate
	texts    []catalog.TextKey
}

func newScene() *scene {
	s := &scene{
		environment: newEnvironment(), calls: map[string]int{}, steps: map[string]bool{}, onSay: map[catalog.TextKey]func(){}, onAsk: map[string]func(workflows.AskInput){},
	}
	s.onQuestion = s.reactByName
	s.as(workflows.ActivityTell, func(_ context.Context, input workflows.TellInput) error {
		s.count("tell")
		s.told(input)
		return nil
	})
	s.as(workflows.ActivityAsk, func(_ context.Context, input workflows.AskInput) error { s.asked(input); return nil })
	s.as(workflows.ActivityRecordAct, func(context.Context, workflows.RecordActInput) error { s.count("record act"); return nil })
	s.as(workflows.ActivityUseApproval, func(_ context.Context, input workflows.UseApprovalInput) (bool, error) {
		s.count("use approval")
		return input.Approval == agreed, nil
	})
	return s
}

// outside calls what lies outside the workflow, which behaves by how often it was called.
func outside[T any](s *scene, name string, behave func(int) (T, error)) (T, error) {
	result, err := behave(s.count(name))
	return result, answer.Error(err, s.Now())
}

func (s *scene) count(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[name]++
	return s.calls[name]
}

func (s *scene) called(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.calls[name]
}

// keep adds what an activity was given to what the test looks at.
func keep[T any](s *scene, kept *[]T, given T) {
	s.mu.Lock()
	defer s.mu.Unlock()
	*kept = append(*kept, given)
}

// told is what the activity does that tells: the message once for each step, and each time where the request stands.
func (s *scene) told(input workflows.TellInput) {
	if input.Step != "" && s.toldBefore(input.Step) {
		input.Message = nil
	}
	keep(s, &s.tells, input)
	s.stands(input.Stage, input.Message)
	s.say(input.Message)
}

func (s *scene) toldBefore(step string) (before bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	before, s.steps[step] = s.steps[step], true
	return before
}

// opened is what the activity does that opens an order: it tells of it, where that is asked for and it can.
func (s *scene) opened(input workflows.OpenOrderInput, order workflows.OpenedOrder) workflows.OpenedOrder {
	order.Told = input.Tell && !s.tellsLater && order.Rival == ""
	if order.Told {
		s.told(input.Telling(order))
	}
	return order
}

func (s *scene) asked(input workflows.AskInput) {
	keep(s, &s.asks, input)
	s.stands(input.Stage, input.Message)
	s.say(input.Message)
	s.onQuestion(input)
}

func (s *scene) stands(standing *workflows.StageUpdate, message workflows.Message) {
	if standing == nil {
		return
	}
	said := word{at: s.Now(), standing: *standing}
	for _, line := range message {
		said.texts = append(said.texts, line.Text)
	}
	keep(s, &s.words, said)
}

func (s *scene) say(message workflows.Message) {
	var reactions []func()
	s.mu.Lock()
	for _, line := range message {
		s.said = append(s.said, string(line.Text))
		if react := s.onSay[line.Text]; react != nil {
			reactions = append(reactions, react)
		}
	}
	s.mu.Unlock()
	for _, react := range reactions {
		react()
	}
}

// reactByName does what is to be done on the question whose name begins so; reminders change nobody's mind.
func (s *scene) reactByName(input workflows.AskInput) {
	if input.Reminder > 0 {
		return
	}
	_, name, _ := strings.Cut(input.Question, "/")
	longest := ""
	for begins := range s.onAsk {
		if strings.HasPrefix(name, begins) && len(begins) > len(longest) {
			longest = begins
		}
	}
	if react := s.onAsk[longest]; react != nil {
		react(input)
	}
}

// whenSaid is what happens outside when the citizen reads a text.
func (s *scene) whenSaid(key catalog.TextKey, react func()) { s.onSay[key] = react }

// whenAsked is what the citizen answers to questions whose name begins so: one after the other, then nothing.
func (s *scene) whenAsked(name string, answers ...workflows.Answer) {
	times := 0
	s.onAsk[name] = func(input workflows.AskInput) {
		if times < len(answers) {
			s.gives(input, answers[times])
		}
		times++
	}
}

// gives answers a question.
func (s *scene) gives(asked workflows.AskInput, given workflows.Answer) {
	given.Question = asked.Question
	s.SignalWorkflow(workflows.SignalAnswer, given)
}

func chosen(id string) workflows.Answer   { return workflows.Answer{Choice: id} }
func typed(value string) workflows.Answer { return workflows.Answer{Value: value} }

// later does something after a while of workflow time.
func (s *scene) later(after time.Duration, do func()) func() {
	return func() { s.RegisterDelayedCallback(do, after) }
}

func (s *scene) citizenCancels() { s.SignalWorkflow(workflows.SignalCancel, nil) }
