package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// follow looks at the office's status until the complaint is closed for good.
func (g *grievance) follow(ctx workflow.Context) error {
	for round := 0; ; round++ {
		status, known, err := g.look(ctx)
		if err == nil && known {
			err = g.act(ctx, status)
		}
		if err == nil {
			err = g.waitToLook(ctx, round)
		}
		if errors.Is(err, errStopped) {
			return g.end(ctx, StageCancelled, say("grievance.not_followed", values{"number": g.number(), "portal": portal(g.input.Portal)}))
		}
		if err != nil {
			return err
		}
	}
}

// waitToLook waits until it is time to look again, or until an appeal is wanted.
func (g *grievance) waitToLook(ctx workflow.Context, round int) error {
	wait := statusPolls[min(round, len(statusPolls)-1)]
	if left := g.due().Sub(workflow.Now(ctx)) + time.Minute; left > 0 && !g.due().IsZero() {
		wait = min(wait, left)
	}
	retries := g.retries
	_, err := g.awaitFor(ctx, wait, "the office; then its status is looked at", func() bool {
		return g.retries > retries || g.stop != "" || g.offerAnswered()
	})
	switch {
	case err != nil:
		return err
	case g.stop != "":
		return errStopped
	}
	return g.takeOffer(ctx)
}

func (g *grievance) at() GrievanceAt {
	return GrievanceAt{To: g.to, Tenant: g.complaint.Tenant, Number: g.filed.Number, Mobile: g.complaint.Mobile, Try: g.tries}
}

// look looks at the office's status. An office that is away is looked at again without a word: nobody waits for it in this moment.
func (g *grievance) look(ctx workflow.Context) (status connectors.GrievanceStatus, known bool, err error) {
	if g.filed.Number == "" {
		if numbered, err := g.learnNumber(ctx); err != nil || !numbered {
			return status, false, err
		}
	}
	failure, err := g.callUntilClear(ctx, portalCall{
		activity: ActivityTrackGrievance, summary: "Look at the office's status", result: &status, keep: lookFor, input: plainInput(g.at()), patient: true,
	})
	if err != nil {
		return status, false, err
	}
	if failure.Class == connectors.ClassOK && status.State != "" {
		g.unknown = 0
		return status, true, nil
	}
	return status, false, g.toldNothing(ctx, failure)
}

// learnNumber asks for the number that the office gives later, and tells it.
func (g *grievance) learnNumber(ctx workflow.Context) (bool, error) {
	find := g.filing(ctx).find
	var found connectors.Filed
	find.result, find.stage, find.kept, find.keep, find.patient = &found, "", nil, lookFor, true
	failure, err := g.callUntilClear(ctx, find)
	if err != nil {
		return false, err
	}
	if failure.Class != connectors.ClassOK {
		return false, g.toldNothing(ctx, failure)
	}
	if found.Number == "" {
		return false, nil
	}
	g.filed.Number, g.outcome.Number = found.Number, found.Number
	message := say("grievance.numbered", values{"number": g.number(), "portal": portal(g.input.Portal)})
	return true, g.tellStage(ctx, g.nextStep("numbered"), StageInProgress, message, TellInput{Stage: inDetail(g.detail())})
}

// toldNothing counts; a complaint that the office no longer knows is for a person.
func (g *grievance) toldNothing(ctx workflow.Context, failure Failure) error {
	g.note(ctx, "The office did not tell the status: "+string(failure.Class))
	g.unknown++
	if failure.Class == connectors.ClassUnavailable || g.unknown < strange {
		return nil
	}
	g.unknown = 0
	return g.withOfficer(ctx, "The portal no longer knows a complaint that it has taken ("+string(failure.Class)+"). Ask the office, then signal "+
		SignalOperatorRetry+" to look again; "+SignalOperatorCancel+" stops following it.", say("request.with_officer", g.referenceAndPortal()), officerRecheck)
}

// act does what the office's status asks for.
func (g *grievance) act(ctx workflow.Context, now connectors.GrievanceStatus) (err error) {
	before := g.told
	g.told = now
	switch now.State {
	case connectors.GrievanceResolved:
		return g.askWhetherFixed(ctx)
	case connectors.GrievanceRejected:
		return g.askWhetherAccepted(ctx)
	case connectors.GrievanceClosed:
		return g.end(ctx, StageDone, g.because("grievance.closed"))
	case connectors.GrievanceReceived, connectors.GrievanceAssigned, connectors.GrievanceTransferred:
		err = g.tellMoved(ctx, before)
	}
	if err == nil && g.late(ctx) {
		err = g.escalate(ctx)
	}
	return err
}

// because adds the office's own words.
func (g *grievance) because(key catalog.TextKey) Message {
	message := append(g.back(g.input.Portal), say(key, values{"number": g.number(), "portal": portal(g.input.Portal)})...)
	if g.told.Note != "" {
		message = append(message, say("grievance.note", values{"note": plain(g.told.Note)})...)
	}
	return message
}

// tellMoved tells of a transfer: "not ours" sends it to another office, and the clock goes on. Who got it first is seen by whoever asks.
func (g *grievance) tellMoved(ctx workflow.Context, before connectors.GrievanceStatus) error {
	now := g.told
	transferred := now.State == connectors.GrievanceTransferred && before.State != now.State
	moved := now.Officer != "" && before.Officer != "" && now.Officer != before.Officer
	var message Message
	switch {
	case moved:
		message = say("grievance.moved", values{"number": g.number(), "officer": plain(now.Officer)})
	case transferred:
		message = g.because("grievance.transferred")
	case now.Officer != before.Officer || g.status.Stage == StageReopened && now.State == connectors.GrievanceAssigned:
		return g.showStage(ctx, g.stageNow())
	default:
		g.enter(ctx, g.stageNow())
		return nil
	}
	if due := g.due(); !due.IsZero() && !g.late(ctx) {
		message = append(message, say("grievance.clock_goes_on", values{"until": moment(due)})...)
	}
	if err := g.tellStage(ctx, g.nextStep("moved"), g.stageNow(), message, TellInput{Stage: inDetail(g.detail())}); err != nil {
		return err
	}
	return g.tellOthers(ctx, DefectNews{What: DefectMoved, Officer: now.Officer})
}

// stageNow is where an open complaint stands.
func (g *grievance) stageNow() Stage {
	switch {
	case !g.clock.Told.IsZero():
		return StageEscalated
	case g.outcome.Reopened > 0:
		return StageReopened
	}
	return StageInProgress
}

// showStage lets the citizen who asks see how it stands. That alone is not worth a message.
func (g *grievance) showStage(ctx workflow.Context, stage Stage) error {
	g.enter(ctx, stage)
	input := SetStageInput{To: g.to, Stage: StageUpdate{Stage: stage, Detail: g.detail(), Open: true}}
	if err := hubStep(ctx, "Show where it stands", ActivitySetStage, input, nil); err != nil {
		return fmt.Errorf("show the stage: %w", err)
	}
	return nil
}
