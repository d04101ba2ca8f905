package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// lookUps are the waits before looking up a submission whose outcome is unknown. When they are used up a person is asked, and it is
// looked up every officerRecheck beside.
var lookUps = []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

const officerRecheck = 12 * time.Hour

// findFor is how long a portal that is away is asked whether it has a submission, before a person is asked too.
const findFor = 12 * time.Hour

// submission is something that must land at a portal exactly once: an application, a payment, a booking, a grievance.
type submission struct {
	// what it is called for operators: "payment pay_1 of order JS-7K3M-Q2PX-bill".
	what string
	// send and find are the portal's calls; both write into the same result. An attempt of send that died is looked up by the
	// activity itself before it sends again.
	send, find portalCall
	// landed notes what an operator found out, when the portal itself cannot be asked.
	landed func(number string)
	// handed is said when it goes to a person.
	handed Message
	// keptStage and kept are said while it is not known whether it landed.
	keptStage Stage
	kept      Message
}

// submitOnce sends it, once. An outcome that is not known is looked up before anything is sent again; only a certain "not there" allows
// that. It answers what the portal said in the end, and fails with errStopped when an operator decided that it did not land and is to
// be given up.
func (r *request) submitOnce(ctx workflow.Context, s submission) (Failure, error) {
	failure, err := r.callPortal(ctx, s.send)
	if err != nil {
		return failure, err
	}
	return r.settle(ctx, s, failure)
}

// settle finds out what became of what was sent, from the portal's answer on.
func (r *request) settle(ctx workflow.Context, s submission, failure Failure) (_ Failure, err error) {
	lookUp := s.find
	lookUp.keep, lookUp.canDecide = findFor, true
	lookUp.stage = "" // it stays where it is: with an officer, who was said to see to it once
	defer func() { r.status.Undecided = "" }()
	r.decision = nil
	for round := 0; err == nil && inDoubt(failure); round++ {
		r.status.Undecided = s.what
		if r.decision == nil {
			if err = r.waitToLookUp(ctx, s, round); err != nil {
				break
			}
		}
		if decided := r.decision; decided != nil {
			r.decision = nil
			if decided.Landed {
				s.landed(decided.Number)
				return Failure{Class: connectors.ClassOK}, nil
			}
			r.note(ctx, "An operator found that the department does not have it: sending it again")
			failure, err = r.callPortal(ctx, s.send)
			r.decision = nil // pressed twice; it was about what was sent before
			continue
		}
		found, asking := r.callPortal(ctx, lookUp)
		if errors.Is(asking, errDecided) {
			continue
		}
		if failure, err = found, asking; err == nil && failure.Class == connectors.ClassNotFound {
			r.note(ctx, "The department certainly does not have it: sending it again")
			failure, err = r.callPortal(ctx, s.send)
		} else if failure.Class == connectors.ClassUnavailable { // for as long as it was to be tried
			round = max(round, len(lookUps)-1)
		}
	}
	if err != nil || failure.Class == connectors.ClassOK {
		return failure, err
	}
	return r.echo(ctx, s, failure)
}

// echo settles a refusal that says "paid" or "known": it may be about our own submission.
func (r *request) echo(ctx workflow.Context, s submission, failure Failure) (Failure, error) {
	if failure.Code != connectors.RefusedAlreadyPaid && failure.Code != connectors.RefusedDuplicate {
		return failure, nil
	}
	found, err := r.callPortal(ctx, s.find)
	if err != nil || found.Class == connectors.ClassOK {
		return found, err
	}
	return failure, nil
}

// inDoubt tells whether the department may have taken the submission although it did not say so.
func inDoubt(failure Failure) bool {
	switch failure.Class {
	case connectors.ClassOK, connectors.ClassRefused, connectors.ClassInputRejected, connectors.ClassNotFound:
		return false
	default: // the others are answers
		return true
	}
}

// wasReset tells whether an operator reset the workflow: what this run has not done yet, the run before may have.
func wasReset(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.OriginalRunID != "" && info.OriginalRunID != info.WorkflowExecution.RunID
}

// waitToLookUp lets the department settle before it is asked again; in the end it waits for a person.
func (r *request) waitToLookUp(ctx workflow.Context, s submission, round int) error {
	if round >= len(lookUps) {
		if r.status.Stage != StageWithOfficer {
			r.stop = "" // what an operator asked before it was theirs to decide
		}
		return r.withOfficer(ctx, "The department does not say whether it has "+s.what+". Ask it, then signal "+SignalOperatorDecide+
			` with {"landed":true,"number":"…"} or {"landed":false}, or `+SignalOperatorRetry+" to look it up again; "+SignalOperatorCancel+
			" gives it up, and the money back.", s.handed, officerRecheck)
	}
	r.note(ctx, "The department did not say whether it took the submission: looking it up before anything is sent again")
	if !r.kept && s.kept != nil {
		if err := r.sayKept(ctx, s.keptStage, s.kept); err != nil {
			return err
		}
	}
	retries := r.retries
	_, err := r.awaitFor(ctx, lookUps[round], "the department; then the submission is looked up", func() bool {
		return r.retries > retries || r.decision != nil
	})
	return err
}
