package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// PortalCallTimeout is the longest that one call of a portal takes.
const PortalCallTimeout = 45 * time.Second

const (
	keepFor         = 30 * 24 * time.Hour
	fetchFor        = 7 * 24 * time.Hour // how long a request is kept for a portal that is down, before anything was paid or sent
	firstRetry      = 5 * time.Second
	longestRetry    = 10 * time.Minute
	urgentPriority  = 2 // somebody is waiting
	patientPriority = 4 // a poll
)

// portalCall is one use of a portal, for as long as it takes.
type portalCall struct {
	portal   string // default: the request's
	activity string
	summary  string
	// input makes the activity's input; answer is the citizen's to the portal's challenge, nil at first.
	input func(answer *connectors.ChallengeAnswer) any
	// result takes the activity's result; nil: none.
	result any
	// stage is shown while it is asked; empty leaves the stage as it is.
	stage Stage
	// keptStage and kept are said when there is no answer after the citizen's patience.
	keptStage Stage
	kept      Message
	// keep is how long it is tried while the portal is away; 0: fetchFor.
	keep time.Duration
	// canStop lets the citizen's or the operator's wish to stop end the wait. A call that changes something at the portal is waited
	// for all the same once it is under way.
	canStop bool
	changes bool
	// canDecide lets what an operator found out end the wait, with errDecided.
	canDecide bool
	// patient is set where nobody waits: somebody else's call goes first.
	patient bool
}

// plainInput is the input of a call that no challenge continues.
func plainInput(input any) func(*connectors.ChallengeAnswer) any {
	return func(*connectors.ChallengeAnswer) any { return input }
}

// callPortal asks a portal until it answers. A challenge goes to the citizen and back; what then remains is the answer's class: OK,
// or one the process decides on. It fails with errStopped.
func (r *request) callPortal(ctx workflow.Context, call portalCall) (Failure, error) {
	var answer *connectors.ChallengeAnswer
	var asked connectors.ChallengeKind
	for {
		failure, err := r.callOnce(ctx, call, answer)
		if err != nil || failure.Class != connectors.ClassChallenge || failure.Challenge == nil {
			return failure, err
		}
		wrong := failure.Challenge.Attempt > 1 && failure.Challenge.Kind == asked && !answer.Refresh
		asked = failure.Challenge.Kind
		answer, err = r.relay(ctx, call, *failure.Challenge, wrong)
		if err != nil {
			return Failure{}, err
		}
	}
}

// callUntilClear is callPortal, where an answer that nobody understands is for an operator, who has it tried again or ends it.
func (r *request) callUntilClear(ctx workflow.Context, call portalCall) (Failure, error) {
	for {
		failure, err := r.callPortal(ctx, call)
		if err != nil {
			return failure, err
		}
		switch failure.Class {
		case connectors.ClassChanged, connectors.ClassInternal, connectors.ClassCanceled, connectors.ClassChallenge:
		default:
			return failure, nil
		}
		err = r.withOfficer(ctx, "The portal's answer was not understood ("+string(failure.Class)+"). Have the connector looked at, then signal "+
			SignalOperatorRetry+", or "+SignalOperatorCancel+" to end the request.", say("request.with_officer", r.referenceAndPortal()), keepFor)
		if err != nil {
			return Failure{}, err
		}
	}
}

func (r *request) callOnce(ctx workflow.Context, call portalCall, answer *connectors.ChallengeAnswer) (Failure, error) {
	if call.stage != "" {
		r.enter(ctx, call.stage)
	}
	future, err := r.patiently(ctx, step{
		start: func(ctx workflow.Context) workflow.Future {
			ctx = portalActivity(ctx, r.portalOf(call), call.summary, r.keepOf(call))
			if call.changes {
				ctx = workflow.WithWaitForCancellation(ctx, true)
			}
			if call.patient {
				ctx = workflow.WithPriority(ctx, temporal.Priority{PriorityKey: patientPriority})
			}
			return workflow.ExecuteActivity(ctx, call.activity, call.input(answer))
		},
		keptStage: call.keptStage, kept: call.kept, canStop: call.canStop, canDecide: call.canDecide,
	})
	if err != nil {
		return Failure{}, err
	}
	return failureOf(future.Get(ctx, call.result)), nil
}

func (r *request) portalOf(call portalCall) string {
	if call.portal != "" {
		return call.portal
	}
	return r.input.Portal
}

func (*request) keepOf(call portalCall) time.Duration {
	if call.keep != 0 {
		return call.keep
	}
	return fetchFor
}

// The choices of a challenge.
const (
	choiceRefresh = "refresh"
	choiceStop    = "stop"
)

// relay shows the citizen what the portal asks, a picture of letters or the code it has sent to their phone. A challenge that expires
// unanswered is asked for afresh once the citizen is there again.
func (r *request) relay(ctx workflow.Context, call portalCall, challenge Challenge, wrong bool) (*connectors.ChallengeAnswer, error) {
	key := catalog.TextKey("challenge." + string(challenge.Kind))
	message := say(key, values{"portal": portal(r.portalOf(call)), "reference": plain(r.to.Reference)})
	if wrong {
		message = append(say("challenge.again", nil), message...)
	}
	if challenge.Prompt != "" {
		message = append(message, say("challenge.prompt", values{"portal_words": plain(challenge.Prompt)})...)
	}
	question := question{
		name: r.nextStep("challenge"), message: append(r.back(r.portalOf(call)), message...), stage: StageChallenge,
		choices: []Choice{{ID: choiceRefresh, Label: "button.challenge_refresh"}, {ID: choiceStop, Label: "button.stop"}},
		field:   &catalog.Field{ID: "challenge", Type: catalog.FieldText, MaxLength: 20},
		waitFor: answerFor,
	}
	if len(challenge.Image) > 0 {
		question.picture = &Picture{Content: challenge.Image, MIMEType: challenge.ImageType}
	}
	answer, err := r.ask(ctx, question)
	switch {
	case err != nil:
		return nil, err
	case answer.Choice == choiceStop:
		r.askToStop(ClosedByCitizen)
		return nil, errStopped
	}
	return &connectors.ChallengeAnswer{
		// Portals send codes and letters in ASCII; people type them with the keyboard of their language.
		Session: challenge.Session, Answer: catalog.FoldDigits(answer.Value), Refresh: answer.Choice == choiceRefresh,
	}, nil
}

// Why a wait ended before its time.
var (
	errStopped = errors.New("asked to stop")
	errDecided = errors.New("an operator found out what was asked")
)

// step is one use of an activity that may have to wait long for an outside system.
type step struct {
	start     func(workflow.Context) workflow.Future
	keptStage Stage
	kept      Message
	canStop   bool
	canDecide bool
}

// How long the citizen waits before being told that the request is kept. The promise is 20 seconds.
const patience = 12 * time.Second

// patiently runs a step for as long as it takes. It answers the finished future, errStopped or errDecided.
func (p *process) patiently(ctx workflow.Context, s step) (workflow.Future, error) {
	for {
		if err := p.whilePaused(ctx); err != nil {
			return nil, err
		}
		if cut := p.cutShort(s); cut != nil {
			return nil, cut
		}
		attempt, abandon := workflow.WithCancel(ctx)
		retries := p.retries
		future := s.start(attempt)
		settled := func() bool {
			return future.IsReady() || p.retries > retries || p.cutShort(s) != nil
		}
		if err := p.awaitOrSayKept(ctx, s, settled); err != nil {
			return nil, err
		}
		if future.IsReady() {
			return future, nil
		}
		abandon()
		if s.canDecide && p.decision != nil {
			return nil, errDecided // what a look-up would say is not waited for
		}
		if done, err := p.wasDone(ctx, future); err != nil || done {
			return future, err
		}
	}
}

// cutShort is why a step is not waited for any more; nil: it is.
func (p *process) cutShort(s step) error {
	switch {
	case s.canStop && p.stop != "":
		return errStopped
	case s.canDecide && p.decision != nil:
		return errDecided
	}
	return nil
}

// wasDone waits for the end of what was abandoned, and tells whether it was finished in the meantime.
func (p *process) wasDone(ctx workflow.Context, abandoned workflow.Future) (bool, error) {
	if err := p.await(ctx, abandoned.IsReady); err != nil {
		return false, err
	}
	return !temporal.IsCanceledError(abandoned.Get(ctx, nil)), nil
}

func (p *process) awaitOrSayKept(ctx workflow.Context, s step, settled func() bool) error {
	if !p.kept && s.kept != nil {
		inTime, err := p.awaitFor(ctx, patience, "the citizen's patience", settled)
		if err != nil || inTime {
			return err
		}
	}
	if !p.kept && s.kept != nil { // or they were assured meanwhile
		p.note(ctx, "No answer from an outside system; the citizen was told that the request is kept")
		if err := p.sayKept(ctx, s.keptStage, s.kept); err != nil {
			return err
		}
	}
	if err := p.showNow(ctx); err != nil {
		return err
	}
	if err := p.await(ctx, settled); err != nil {
		return fmt.Errorf("wait for an outside system: %w", err)
	}
	return nil
}

// sayKept tells the citizen that nothing is lost.
func (p *process) sayKept(ctx workflow.Context, stage Stage, message Message) error {
	p.kept = true
	return p.tellStage(ctx, p.nextStep("kept"), stage, message, TellInput{})
}

// portalActivity is for activities that call an outside system: on its own queue, retried without hurry. The portal's own wish
// (NextRetryDelay) goes before the policy.
func portalActivity(ctx workflow.Context, portalName, summary string, keep time.Duration) workflow.Context {
	return workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue:              PortalTaskQueue(portalName),
		StartToCloseTimeout:    PortalCallTimeout,
		HeartbeatTimeout:       10 * time.Second,
		ScheduleToCloseTimeout: keep,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: firstRetry, BackoffCoefficient: 2, MaximumInterval: longestRetry},
		Summary:                summary,
		Priority:               temporal.Priority{PriorityKey: urgentPriority},
	})
}

// hubStep runs an activity that touches only our own store: a local one, so that it costs Temporal nothing of its own. Each of them
// may be repeated without being done twice. result is nil or a pointer.
func hubStep(ctx workflow.Context, summary, activity string, input, result any) error {
	return startHubStep(ctx, summary, activity, input).Get(ctx, result)
}

func startHubStep(ctx workflow.Context, summary, activity string, input any) workflow.Future {
	ctx = workflow.WithLocalActivityOptions(ctx, workflow.LocalActivityOptions{
		StartToCloseTimeout:    15 * time.Second,
		ScheduleToCloseTimeout: keepFor,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
		Summary:                summary,
	})
	return workflow.ExecuteLocalActivity(ctx, activity, input)
}

// hubActivity is for work on our own store that may take long, such as erasing a person: an activity of its own on the hub's queue.
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
