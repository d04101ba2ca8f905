package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// Signals by which an operator acts on a request, beside those of the gateway.
const (
	// SignalOperatorRetry tries again at once whatever the request is waiting to retry. No payload.
	SignalOperatorRetry = "operator-retry"
	// SignalOperatorCancel stops the request, payload OperatorCancel: before the money it just ends; a paid request that is with
	// an officer is refunded; otherwise it is ignored.
	SignalOperatorCancel = "operator-cancel"
)

// OperatorCancel is the payload of SignalOperatorCancel.
type OperatorCancel struct {
	// Reason is for the record; it is not shown to the citizen and names no person.
	Reason string `json:"reason"`
}

// How long the citizen waits before being told that the request is kept. The promise is 20 seconds.
const patience = 12 * time.Second

// process is what every request workflow has: a citizen to speak to, signals that arrive at any time, a status to show.
type process struct {
	to     Recipient
	log    log.Logger
	status Status

	answers  map[string]string // by question
	news     int               // payment signals so far
	retries  int               // operator's retries so far
	stop     CloseReason       // who asked to stop; empty while nobody did
	moneyIn  bool              // the citizen can no longer stop it
	tooLate  bool              // the citizen wanted to stop it all the same
	kept     bool              // the citizen was told that the request is kept
	messages int               // for steps that may be said several times
}

func newProcess(ctx workflow.Context, to Recipient) (*process, error) {
	p := &process{to: to, log: workflow.GetLogger(ctx), answers: map[string]string{}}
	p.status = Status{Stage: StageReceived, WaitingFor: waitingForNothing, Since: workflow.Now(ctx)}
	answerStatus := func() (Status, error) { return p.status, nil }
	if err := workflow.SetQueryHandler(ctx, QueryStatus, answerStatus); err != nil {
		return nil, fmt.Errorf("answer status queries: %w", err)
	}
	p.listen(ctx)
	return p, nil
}

// listen turns signals into state, as they come, for as long as the workflow runs. A cancellation by Temporal itself is taken as
// an operator's, so that it cannot cut a payment in the middle.
func (p *process) listen(ctx workflow.Context) {
	undisturbed, _ := workflow.NewDisconnectedContext(ctx)
	cancelled := ctx.Done()
	workflow.Go(undisturbed, func(ctx workflow.Context) {
		cancelled.Receive(ctx, nil)
		p.askToStop(ClosedByOperator)
	})
	onSignal(undisturbed, SignalAnswer, func(answer Answer) { p.answers[answer.Question] = answer.Choice })
	onSignal(undisturbed, SignalPayment, func(PaymentChanged) { p.news++ })
	onSignal(undisturbed, SignalCancel, func(any) { p.askToStop(ClosedByCitizen) })
	onSignal(undisturbed, SignalOperatorRetry, func(any) { p.retries++ })
	onSignal(undisturbed, SignalOperatorCancel, func(OperatorCancel) { p.askToStop(ClosedByOperator) })
}

// onSignal calls back for every signal of a name. The callback only changes state; what is waiting for that state wakes up.
func onSignal[T any](ctx workflow.Context, name string, handle func(T)) {
	workflow.GoNamed(ctx, "signal "+name, func(ctx workflow.Context) {
		for {
			var payload T
			workflow.GetSignalChannel(ctx, name).Receive(ctx, &payload)
			handle(payload)
		}
	})
}

func (p *process) askToStop(by CloseReason) {
	switch {
	case by == ClosedByOperator:
		p.stop = by
	case p.moneyIn:
		p.tooLate = true
	case p.stop == "":
		p.stop = by
	}
}

// errStopped says that a wait ended because the request is to stop.
var errStopped = errors.New("asked to stop")

// step is one use of an activity that may have to wait long for an outside system.
type step struct {
	start func(workflow.Context) workflow.Future
	// keptStage and kept are said when there is no answer after the citizen's patience.
	keptStage Stage
	kept      Message
	// canStop lets the citizen's or the operator's wish to stop end the wait.
	canStop bool
}

// patiently runs a step for as long as it takes. It answers the finished future, or errStopped.
func (p *process) patiently(ctx workflow.Context, s step) (workflow.Future, error) {
	for {
		attempt, abandon := workflow.WithCancel(ctx)
		retries := p.retries
		future := s.start(attempt)
		settled := func() bool {
			return future.IsReady() || p.retries > retries || (s.canStop && p.stop != "")
		}
		if err := p.awaitOrSayKept(ctx, s, settled); err != nil {
			return nil, err
		}
		if future.IsReady() {
			return future, nil
		}
		abandon()
		if err := future.Get(ctx, nil); !temporal.IsCanceledError(err) {
			return future, nil // it finished in the meantime
		}
		if s.canStop && p.stop != "" {
			return nil, errStopped
		}
	}
}

func (p *process) awaitOrSayKept(ctx workflow.Context, s step, settled func() bool) error {
	if !p.kept {
		inTime, err := p.awaitFor(ctx, patience, "the citizen's patience", settled)
		if err != nil || inTime {
			return err
		}
		p.kept = true
		p.note(ctx, "No answer from an outside system; the citizen was told that the request is kept")
		if err := p.tellStage(ctx, p.nextStep("kept"), s.keptStage, s.kept, TellInput{}); err != nil {
			return err
		}
	}
	if err := workflow.Await(ctx, settled); err != nil {
		return fmt.Errorf("wait for an outside system: %w", err)
	}
	return nil
}

// awaitFor waits for a condition, at most so long, and tells whether it came true. The summary is shown on the timer.
func (p *process) awaitFor(ctx workflow.Context, atMost time.Duration, summary string, condition func() bool) (bool, error) {
	options := workflow.AwaitOptions{Timeout: atMost, TimerOptions: workflow.TimerOptions{Summary: summary}}
	ok, err := workflow.AwaitWithOptions(ctx, options, condition)
	if err != nil {
		return false, fmt.Errorf("wait for %s: %w", summary, err)
	}
	return ok, nil
}

// back is the line that opens the next message after the citizen was told that the request is kept.
func (p *process) back(portalName string) Message {
	if !p.kept {
		return nil
	}
	p.kept = false
	return say("request.back", values{"portal": portal(portalName)})
}

// nextStep numbers a step that may be said several times.
func (p *process) nextStep(name string) string {
	p.messages++
	return fmt.Sprintf("%s-%d", name, p.messages)
}

// tellStage enters a stage and tells the citizen. The rest of the input, the stage's detail too, is taken from more.
func (p *process) tellStage(ctx workflow.Context, name string, stage Stage, message Message, more TellInput) error {
	if err := p.enter(ctx, stage); err != nil {
		return err
	}
	update := StageUpdate{Stage: stage, Open: stage.Open()}
	if more.Stage != nil {
		update.Detail = more.Stage.Detail
	}
	more.Stage = &update
	return p.tell(ctx, name, message, more)
}

// tell sends the citizen a message, once per name.
func (p *process) tell(ctx workflow.Context, name string, message Message, more TellInput) error {
	more.To, more.Step, more.Message = p.to, name, message
	ctx = hubActivity(ctx, "Tell the citizen: "+name)
	if err := workflow.ExecuteActivity(ctx, ActivityTell, more).Get(ctx, nil); err != nil {
		return fmt.Errorf("tell the citizen %s: %w", name, err)
	}
	return nil
}

// inDetail is what a citizen sees beside the stage when they ask for their requests.
func inDetail(message Message) *StageUpdate { return &StageUpdate{Detail: message} }

// withOfficer hands the request to a person and waits for what they decide: nil to try again, errStopped to stop.
func (p *process) withOfficer(ctx workflow.Context, toDo string, message Message, recheck time.Duration) error {
	if p.status.Stage != StageWithOfficer {
		p.note(ctx, "Handed to a person")
		if err := p.tellStage(ctx, p.nextStep("with-officer"), StageWithOfficer, message, TellInput{}); err != nil {
			return err
		}
	}
	p.askOperator(ctx, toDo)
	p.log.Warn("request needs an operator")
	retries := p.retries
	decided := func() bool { return p.retries > retries || p.stop != "" }
	if _, err := p.awaitFor(ctx, recheck, "the operator's decision", decided); err != nil {
		return err
	}
	if p.stop != "" {
		return errStopped
	}
	return nil
}

// awaitOperator shows what a person should do and waits for their retry signal, at most so long; it tells whether it came.
func (p *process) awaitOperator(ctx workflow.Context, toDo string, atMost time.Duration) (bool, error) {
	if err := p.enter(ctx, StageWithOfficer); err != nil {
		return false, err
	}
	p.askOperator(ctx, toDo)
	p.log.Warn("request needs an operator")
	retries := p.retries
	return p.awaitFor(ctx, atMost, "the operator", func() bool { return p.retries > retries })
}

const (
	keepFor         = 30 * 24 * time.Hour
	firstRetry      = 5 * time.Second
	longestRetry    = 10 * time.Minute
	urgentPriority  = 2 // somebody is waiting
	patientPriority = 4 // a poll
)

// hubActivity is for activities that touch only our own store.
func hubActivity(ctx workflow.Context, summary string) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:              HubTaskQueue,
		StartToCloseTimeout:    15 * time.Second,
		ScheduleToCloseTimeout: keepFor,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		Summary:                summary,
		Priority:               temporal.Priority{PriorityKey: urgentPriority},
	})
}

// portalActivity is for activities that call an outside system: on its own queue, retried without hurry. The portal's own wish
// (NextRetryDelay) goes before the policy.
func portalActivity(ctx workflow.Context, portalName, summary string, keep time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:              PortalTaskQueue(portalName),
		StartToCloseTimeout:    45 * time.Second,
		HeartbeatTimeout:       10 * time.Second,
		ScheduleToCloseTimeout: keep,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: firstRetry, BackoffCoefficient: 2, MaximumInterval: longestRetry},
		Summary:                summary,
		Priority:               temporal.Priority{PriorityKey: urgentPriority},
	})
}

// recipientOf takes from a request's input whom to speak to.
func recipientOf(input RequestInput) Recipient {
	return Recipient{Reference: input.Reference, Conversation: input.Conversation, Language: input.Language}
}
