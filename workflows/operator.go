package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"
)

// Signals by which an operator acts on a request, beside those of the gateway. Each is recorded with who and why; the payload may be
// left out when the signal is sent from the Temporal UI.
const (
	// SignalOperatorRetry tries again at once whatever the request is waiting to retry.
	SignalOperatorRetry = "operator-retry"
	// SignalOperatorCancel stops the request: before the money it just ends; a paid request that is with an officer is refunded;
	// otherwise it is ignored.
	SignalOperatorCancel = "operator-cancel"
	// SignalOperatorPause keeps the request from calling any outside system until it is resumed; what is under way finishes.
	SignalOperatorPause = "operator-pause"
	// SignalOperatorResume ends a pause, and gives a request back that was taken over.
	SignalOperatorResume = "operator-resume"
	// SignalOperatorTakeOver pauses the request and says that the officer sees to it by hand.
	SignalOperatorTakeOver = "operator-take-over"
	// SignalOperatorDecide settles what the hub could not find out, payload OperatorDecision.
	SignalOperatorDecide = "operator-decide"
)

// OperatorSignals are the names of all signals of an operator.
func OperatorSignals() []string {
	return []string{
		SignalOperatorRetry, SignalOperatorCancel, SignalOperatorPause, SignalOperatorResume, SignalOperatorTakeOver, SignalOperatorDecide,
	}
}

// OperatorAct says who acts and why. It names no citizen.
type OperatorAct struct {
	// By is the officer's login; empty when the signal came from the Temporal UI by hand.
	By string `json:"by,omitempty"`
	// Reason is for the record and is not shown to the citizen.
	Reason string `json:"reason,omitempty"`
	// Batch is true when it was sent to many requests at once: it does not take a request out of the hands of the officer who took it over.
	Batch bool `json:"batch,omitempty"`
	// Approval is the number of what two officers agreed on: without it a request that was paid for is not stopped.
	Approval string `json:"approval,omitempty"`
}

// OperatorDecision tells what really became of a submission whose outcome was unknown.
type OperatorDecision struct {
	OperatorAct
	// Landed is true when the department has it, and Number is the department's number of it; false when it certainly does not.
	Landed bool   `json:"landed"`
	Number string `json:"number,omitempty"`
}

// RecordActInput puts what an operator did to a request into the audit log, once per Sequence.
type RecordActInput struct {
	Reference string      `json:"reference"`
	Signal    string      `json:"signal"`
	Act       OperatorAct `json:"act"`
	Sequence  int         `json:"sequence"`
	At        time.Time   `json:"at"`
}

// operatorSignals turns an operator's signals into state.
func (p *process) operatorSignals(ctx workflow.Context) []listener {
	act := func(name string, change func(OperatorAct)) listener {
		return onSignal(ctx, name, func(act OperatorAct) {
			if act.Batch && p.status.Paused == TakenOver {
				return
			}
			p.recordAct(ctx, name, act)
			change(act)
		})
	}
	return []listener{
		act(SignalOperatorRetry, func(OperatorAct) { p.retries++ }),
		act(SignalOperatorCancel, func(act OperatorAct) {
			p.approval = act.Approval
			p.askToStop(ClosedByOperator)
		}),
		act(SignalOperatorPause, func(OperatorAct) { p.pause(Paused) }),
		act(SignalOperatorTakeOver, func(OperatorAct) { p.pause(TakenOver) }),
		act(SignalOperatorResume, func(OperatorAct) { p.pause("") }),
		onSignal(ctx, SignalOperatorDecide, func(decision OperatorDecision) {
			p.recordAct(ctx, SignalOperatorDecide, decision.OperatorAct)
			p.decision = &decision
		}),
	}
}

// recordAct notes an operator's act for those who look at the workflow, and in the audit log. It does not wait for the log.
func (p *process) recordAct(ctx workflow.Context, signal string, act OperatorAct) {
	p.acts++
	what := signal
	if act.By != "" {
		what += " by " + act.By
	}
	if act.Reason != "" {
		what += ": " + act.Reason
	}
	p.note(ctx, what)
	record := RecordActInput{Reference: p.to.Reference, Signal: signal, Act: act, Sequence: p.acts, At: workflow.Now(ctx)}
	workflow.GoNamed(ctx, "record act", func(ctx workflow.Context) {
		if err := hubStep(ctx, "Record what the operator did", ActivityRecordAct, record, nil); err != nil {
			p.log.Error("operator's act not recorded", "error", err)
		}
	})
}

// How a request was stopped for a while, in Status.Paused.
const (
	Paused    = "paused"
	TakenOver = "taken over"
)

func (p *process) pause(how string) { p.paused, p.status.Paused = how != "", how }

// showPaused shows for whom a paused request waits, and for whom again afterwards.
func (p *process) showPaused(ctx workflow.Context, waitingFor string) error {
	p.status.WaitingFor = waitingFor
	p.show(ctx, AttributeWaitingFor.ValueSet(waitingFor))
	return p.showNow(ctx)
}

// whilePaused waits for as long as an operator has paused the request. A wish to stop ends the wait.
func (p *process) whilePaused(ctx workflow.Context) error {
	if !p.paused {
		return nil
	}
	resumed := func() bool { return !p.paused || p.stop != "" }
	if went, err := p.awaitAssuring(ctx, resumed); err != nil || went {
		return err
	}
	before := p.status.WaitingFor
	if err := p.showPaused(ctx, waitingForOperator); err != nil {
		return err
	}
	p.askOperator(ctx, "Paused by an operator. Signal "+SignalOperatorResume+" to let it go on.")
	if err := workflow.Await(ctx, resumed); err != nil {
		return err
	}
	p.askOperator(ctx, "")
	return p.showPaused(ctx, before)
}
