package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// process is what every request workflow has: a citizen to speak to, signals that arrive at any time, a status to show.
type process struct {
	to     Recipient
	log    log.Logger
	status Status

	quiet        catalog.QuietHours
	alarm        alarm
	unshown      []temporal.SearchAttributeUpdate // what operators search by, not written yet
	unshownSince time.Time
	answers      map[string]Answer  // by question
	news         int                // payment signals so far
	paid         map[string]Payment // by order, what the signals told of
	retries      int                // operator's retries so far
	acts         int                // operator's acts so far
	paused       bool               // by an operator
	decision     *OperatorDecision  // what an operator found out and nobody has used yet
	stop         CloseReason        // who asked to stop; empty while nobody did
	approval     string             // of two officers for stopping; empty: there is none
	moneyIn      bool               // the citizen can no longer stop it
	tooLate      bool               // the citizen wanted to stop it all the same
	kept         bool               // the citizen was told that the request is kept
	assurance    *assurance         // what a citizen who paid has yet to hear; nil: nothing
	beside       Message            // shown beside a stage that has no detail of its own
	messages     int                // for steps that may be said several times
	asked        int                // how often a question was put
}

func newProcess(ctx workflow.Context, to Recipient) (*process, error) {
	p := &process{to: to, log: workflow.GetLogger(ctx), answers: map[string]Answer{}, paid: map[string]Payment{}}
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
	listenTo(undisturbed, slices.Concat([]listener{
		onCancellation(ctx, func() { p.askToStop(ClosedByOperator) }),
		onSignal(undisturbed, SignalAnswer, func(answer Answer) { p.answers[answer.Question] = answer }),
		onSignal(undisturbed, SignalPayment, p.hearOfPayment),
		onSignal(undisturbed, SignalCancel, func(any) { p.askToStop(ClosedByCitizen) }),
	}, p.operatorSignals(undisturbed))...)
}

func (p *process) hearOfPayment(changed PaymentChanged) {
	p.news++
	if changed.Paid != nil {
		p.paid[changed.Order] = *changed.Paid
	}
}

// listener takes what came of one kind. It only changes state; what is waiting for that state wakes up.
type listener struct {
	came func() bool
	take func()
}

// onSignal calls back for every signal of a name.
func onSignal[T any](ctx workflow.Context, name string, handle func(T)) listener {
	signals := workflow.GetSignalChannel(ctx, name)
	return listener{
		came: func() bool { return signals.Len() > 0 },
		take: func() {
			for {
				var payload T
				if !signals.ReceiveAsync(&payload) {
					return
				}
				handle(payload)
			}
		},
	}
}

// onCancellation calls back once when Temporal itself cancels the workflow.
func onCancellation(ctx workflow.Context, handle func()) listener {
	handled := false
	return listener{
		came: func() bool { return !handled && ctx.Err() != nil },
		take: func() {
			if !handled && ctx.Err() != nil {
				handled = true
				handle()
			}
		},
	}
}

// listenTo listens for as long as the workflow runs: one coroutine for all kinds, since each takes its turn whenever anything happens.
func listenTo(ctx workflow.Context, listeners ...listener) {
	came := func() bool {
		return slices.ContainsFunc(listeners, func(l listener) bool { return l.came() })
	}
	workflow.GoNamed(ctx, "listen", func(ctx workflow.Context) {
		for workflow.Await(ctx, came) == nil {
			for _, listener := range listeners {
				listener.take()
			}
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
	p.enter(ctx, stage)
	return p.tell(ctx, name, message, p.inStage(stage, more))
}

// wasTold enters a stage that the citizen was told of without us.
func (p *process) wasTold(ctx workflow.Context, stage Stage) {
	p.assurance = nil
	p.enter(ctx, stage)
}

// inStage makes what is told change where the request stands.
func (p *process) inStage(stage Stage, more TellInput) TellInput {
	var detail Message
	if more.Stage != nil {
		detail = more.Stage.Detail
	}
	more.Stage = p.standing(stage, detail)
	return more
}

// standing is where a request stands with what is said next, which is all the assurance that a citizen needs.
func (p *process) standing(stage Stage, detail Message) *StageUpdate {
	p.assurance = nil
	if detail == nil {
		detail = p.beside
	}
	return &StageUpdate{Stage: stage, Detail: detail, Open: stage.Open()}
}

// tell sends the citizen a message, once per name.
func (p *process) tell(ctx workflow.Context, name string, message Message, more TellInput) error {
	if err := hubStep(ctx, "Tell the citizen: "+name, ActivityTell, p.telling(name, message, more), nil); err != nil {
		return fmt.Errorf("tell the citizen %s: %w", name, err)
	}
	return nil
}

// telling is the input of tell.
func (p *process) telling(name string, message Message, more TellInput) TellInput {
	more.To, more.Step, more.Message = p.to, name, message
	return more
}

// inDetail is what a citizen sees beside the stage when they ask for their requests.
func inDetail(message Message) *StageUpdate { return &StageUpdate{Detail: message} }

// withOfficer hands the request to a person and waits for what they decide: nil to try again, or when they told
// in process.decision what they found out; errStopped to stop.
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
	decided := func() bool { return p.retries > retries || p.stop != "" || p.decision != nil }
	for {
		if _, err := p.awaitFor(ctx, recheck, "the operator's decision", decided); err != nil || p.stop == "" {
			return err
		}
		agreed, err := p.twoAgreed(ctx)
		if err != nil {
			return err
		}
		if agreed {
			return errStopped
		}
	}
}

// awaitOperator shows what a person should do and waits for their retry signal, at most so long; it tells whether it came.
func (p *process) awaitOperator(ctx workflow.Context, toDo string, atMost time.Duration) (bool, error) {
	p.enter(ctx, StageWithOfficer)
	p.askOperator(ctx, toDo)
	p.log.Warn("request needs an operator")
	retries := p.retries
	return p.awaitFor(ctx, atMost, "the operator", func() bool { return p.retries > retries })
}

// recipientOf takes from a request's input whom to speak to.
func recipientOf(input RequestInput) Recipient {
	return Recipient{Reference: input.Reference, Conversation: input.Conversation, Language: input.Language}
}
