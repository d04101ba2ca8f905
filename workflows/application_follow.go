package workflows

import (
	"reflect"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// Followed is an application that is with the department: all that a new run needs to go on.
type Followed struct {
	Fields    map[string]string            `json:"fields"` // by the portal's names
	Submitted SubmittedApplication         `json:"submitted"`
	Payment   Payment                      `json:"payment,omitzero"` // zero: nothing was paid through us
	Told      connectors.ApplicationStatus `json:"told"`             // what the department said last
	Query     string                       `json:"query,omitempty"`  // the department's question that was dealt with last
	Queries   int                          `json:"queries,omitempty"`
	Looks     int                          `json:"looks"`
	Unknown   int                          `json:"unknown,omitempty"` // looks in a row that told nothing
	Asks      bool                         `json:"asks,omitempty"`    // the portal asks the citizen something before it tells a status
	Offer     AppealOffer                  `json:"offer,omitzero"`

	Clock    LegalClock `json:"clock,omitzero"`
	Messages int        `json:"messages,omitempty"`
	Acts     int        `json:"acts,omitempty"`
	Status   Status     `json:"status,omitzero"`
}

// statusPolls are the waits between looks at the department's status; the last one repeats.
var statusPolls = []time.Duration{6 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

const (
	// askingPoll is the wait where the portal asks the citizen something, letters of a picture, before it tells a status.
	askingPoll = 7 * 24 * time.Hour
	lookFor    = 24 * time.Hour
	// strange is how many looks in a row may tell nothing about an application that the department has numbered.
	strange = 5
)

// follow looks at the department's status until it has decided.
func (a *application) follow(ctx workflow.Context) error {
	for ; ; a.Looks++ {
		known, err := a.look(ctx)
		if err == nil && known {
			err = a.act(ctx)
		}
		if err != nil {
			return err
		}
		if err := a.waitToLook(ctx); err != nil {
			return err
		}
		if err := a.goOnAnew(ctx); err != nil {
			return err
		}
	}
}

// look asks the department where the application stands, and tells whether it said so. A portal that is away is looked at again without
// a word: nobody waits for it in this moment.
func (a *application) look(ctx workflow.Context) (known bool, err error) {
	var status connectors.ApplicationStatus
	asked := a.asked
	failure, err := a.callUntilClear(ctx, a.lookAt(&status))
	a.Asks = a.asked > asked
	if err != nil {
		return false, a.orGoOn(ctx, err)
	}
	if failure.Class == connectors.ClassOK {
		a.Told, a.Unknown = status, 0
		return true, nil
	}
	a.note(ctx, "The department did not tell the status: "+string(failure.Class))
	a.Unknown++
	if failure.Class == connectors.ClassUnavailable || a.Unknown < strange {
		return false, nil
	}
	a.Unknown = 0
	err = a.withOfficer(ctx, "The portal no longer knows an application that it has numbered ("+string(failure.Class)+"). Ask the department, then signal "+
		SignalOperatorRetry+" to look again; "+SignalOperatorCancel+" stops following it.", say("request.with_officer", a.referenceAndPortal()), officerRecheck)
	return false, a.orGoOn(ctx, err)
}

func (a *application) lookAt(status *connectors.ApplicationStatus) portalCall {
	call := a.atDepartment(ActivityApplicationStatus, "Look at the department's status", status)
	call.keep, call.patient = lookFor, true
	return call
}

// atDepartment is a call about the application that is with the department.
func (a *application) atDepartment(activity, summary string, result any) portalCall {
	return portalCall{
		activity: activity, summary: summary, result: result, keep: keepFor,
		input: func(answer *connectors.ChallengeAnswer) any {
			return ApplicationAt{To: a.to, Service: a.input.Service, Number: a.Submitted.Number, Fields: a.Fields, Answer: answer}
		},
	}
}

// act does what the department's status asks for. The time is over only when the department was seen not to have decided.
func (a *application) act(ctx workflow.Context) error {
	switch a.Told.State {
	case connectors.ApplicationApproved, connectors.ApplicationDelivered:
		return a.deliver(ctx)
	case connectors.ApplicationRejected:
		return a.endRejected(ctx)
	case connectors.ApplicationQueried:
		if err := a.answerQuery(ctx); err != nil {
			return err
		}
	case connectors.ApplicationReceived, connectors.ApplicationInProgress:
		if err := a.clock.goOn(ctx); err != nil { // answered at the office
			return err
		}
	}
	if err := a.clock.read(ctx); err != nil {
		return err
	}
	if a.clock.over(ctx) {
		return a.overdue(ctx)
	}
	return a.showProgress(ctx, a.stageNow())
}

func (a *application) stageNow() Stage {
	switch {
	case a.Offer.Appeal != "":
		return StageEscalated
	case !a.clock.Told.IsZero():
		return StageOverdue
	case a.clock.stands():
		return StageQueried
	}
	return StageInProgress
}

// showProgress lets the citizen who asks see who has it and how much time is left. That alone is not worth a message.
func (a *application) showProgress(ctx workflow.Context, stage Stage) error {
	detail := a.detail(a.Told)
	if reflect.DeepEqual(detail, a.shown) && a.status.Stage == stage {
		return nil
	}
	a.enter(ctx, stage)
	a.shown = detail
	update := SetStageInput{To: a.to, Stage: StageUpdate{Stage: stage, Detail: detail, Open: true}}
	return hubStep(ctx, "Show where the application stands", ActivitySetStage, update, nil)
}

func (a *application) detail(status connectors.ApplicationStatus) Message {
	message := say("application.detail_number", values{"number": plain(a.Submitted.Number)})
	if status.Officer != "" && status.State == connectors.ApplicationInProgress {
		message = say("application.detail_with", values{"number": plain(a.Submitted.Number), "officer": plain(status.Officer)})
	}
	return append(message, a.clock.left()...)
}

// waitToLook lets the department work. An operator's retry looks at once; else it is looked by day, since what is found is told.
func (a *application) waitToLook(ctx workflow.Context) error {
	now, retries := workflow.Now(ctx), a.retries
	wait := statusPolls[min(a.Looks, len(statusPolls)-1)]
	if a.Asks {
		wait = askingPoll
	}
	if next := a.clock.next(ctx); next > 0 {
		wait = min(wait, next)
	}
	wait = a.quiet.Until(now.Add(wait)).Sub(now)
	_, err := a.awaitFor(ctx, wait, "the department; then its status is looked at", func() bool {
		return a.retries > retries || a.stop == ClosedByOperator || a.offerAnswered()
	})
	if err != nil {
		return err
	}
	if a.stop == ClosedByOperator {
		return a.orGoOn(ctx, errStopped)
	}
	return a.takeOffer(ctx)
}

// takeUp goes on with an application that a run before followed.
func (a *application) takeUp(followed *Followed) func(workflow.Context) error {
	return func(ctx workflow.Context) error {
		a.Followed = *followed
		a.messages, a.acts, a.moneyIn = followed.Messages, followed.Acts, true
		a.status.Milestones = followed.Status.Milestones
		a.outcome.Number, a.outcome.Appeal = a.Submitted.Number, a.Offer.Appeal
		a.clock = a.newClock(followed.Clock)
		a.refuseWithdrawal(ctx)
		a.showDue(ctx, a.clock.Reading.Due)
		a.enter(ctx, followed.Status.Stage)
		return nil
	}
}

// goOnAnew starts a new run when this one's history has grown long. What came in meanwhile is taken first.
func (a *application) goOnAnew(ctx workflow.Context) error {
	if !workflow.GetInfo(ctx).GetContinueAsNewSuggested() || a.paused || a.offerAnswered() {
		return nil
	}
	if err := workflow.Await(ctx, func() bool { return a.heardEverything(ctx) }); err != nil {
		return err
	}
	if a.stop == ClosedByOperator || a.paused || a.offerAnswered() {
		return nil
	}
	a.Looks++
	followed := a.Followed
	followed.Clock, followed.Messages, followed.Acts, followed.Status = a.clock.LegalClock, a.messages, a.acts, a.status
	return workflow.NewContinueAsNewError(ctx, workflow.GetInfo(ctx).WorkflowType.Name, ApplicationInput{RequestInput: a.input, Followed: &followed})
}
