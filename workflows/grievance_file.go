package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// lastLook is how long it is looked whether a complaint landed that the citizen stopped while it was being sent.
const lastLook = 2 * time.Minute

// file files the complaint, once.
func (g *grievance) file(ctx workflow.Context) error {
	g.tries++
	filing := g.filing(ctx)
	failure, err := g.submitOnce(ctx, filing)
	if errors.Is(err, errStopped) {
		return g.stopFiling(ctx, filing)
	}
	if err != nil {
		return err
	}
	if failure.Class != connectors.ClassOK {
		return g.endRefused(ctx, failure)
	}
	g.outcome.Number = g.filed.Number
	g.note(ctx, "The office has the complaint")
	g.forgetMedia(ctx, g.media)
	return nil
}

// stopFiling ends it as cancelled, unless what was under way has landed: then the citizen is told the number all the same.
func (g *grievance) stopFiling(ctx workflow.Context, filing submission) error {
	filing.find.keep, filing.find.kept = lastLook, nil
	by := g.stop
	g.stop = ""
	failure, err := g.callPortal(ctx, filing.find)
	if err != nil && !errors.Is(err, errStopped) {
		return err
	}
	if err == nil && failure.Class == connectors.ClassOK {
		g.note(ctx, "It was to be stopped, but the office had it already")
		g.outcome.Number = g.filed.Number
		return nil
	}
	g.stop = by
	return g.endCancelled(ctx)
}

func (g *grievance) filing(ctx workflow.Context) submission {
	kept := say("grievance.kept", g.referenceAndPortal())
	input := FileGrievanceInput{
		To: g.to, Service: g.input.Service, Grievance: g.complaint, Photos: g.photos, Try: g.tries, LookFirst: wasReset(ctx), FirstTried: workflow.Now(ctx),
	}
	call := portalCall{result: &g.filed, stage: StageSubmitting, keptStage: StageKeptSent, kept: kept, keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary, send.canStop = ActivityFileGrievance, "File the complaint", true
	find.activity, find.summary, find.changes = ActivityFindGrievance, "Look up whether the office has the complaint", false
	send.input = func(answer *connectors.ChallengeAnswer) any {
		next := input
		next.Grievance.Answer = answer
		input.LookFirst = answer == nil // should it be tried again
		return next
	}
	find.input = plainInput(input)
	return submission{
		what: "the complaint", send: send, find: find, keptStage: StageKeptSent, kept: kept,
		handed: say("grievance.with_officer", g.referenceAndPortal()),
		landed: func(number string) { g.filed = connectors.Filed{Number: number, FiledAt: workflow.Now(ctx)} },
	}
}

// number is how the office knows the complaint: its number, or what stands for it until there is one.
func (g *grievance) number() Value {
	if g.filed.Number == "" {
		return plain(g.filed.Token)
	}
	return plain(g.filed.Number)
}

// acknowledge tells the office's number and by when it means to have it done.
func (g *grievance) acknowledge(ctx workflow.Context) error {
	g.told = connectors.GrievanceStatus{State: connectors.GrievanceReceived, Officer: g.filed.Office}
	if err := g.startClock(ctx); err != nil {
		return err
	}
	key := catalog.TextKey("grievance.filed")
	switch {
	case g.filed.Number == "" && g.filed.Token == "":
		key = "grievance.filed_unnumbered"
	case g.filed.Number == "":
		key = "grievance.filed_token"
	}
	about := values{"number": g.number(), "portal": portal(g.input.Portal)}
	if key == "grievance.filed_unnumbered" {
		about = g.referenceAndPortal()
	}
	message := append(g.back(g.input.Portal), say(key, about)...)
	if due := g.due(); !due.IsZero() {
		message = append(message, say("grievance.due", values{"until": moment(due)})...)
	}
	return g.tellStage(ctx, g.nextStep("filed"), StageInProgress, message, TellInput{Stage: inDetail(g.detail())})
}

// startClock runs the limit of the category: the catalog's, else the hours that the office itself promises.
func (g *grievance) startClock(ctx workflow.Context) error {
	law := catalog.Clock{Unknown: true}
	if own := g.input.Terms.Clock; own != nil {
		law = *own
	}
	if terms := g.input.Terms.Grievance; terms != nil {
		law = terms.ClockFor(law, g.category.Code)
	}
	if law.Limit.IsZero() && g.category.ResolveWithin > 0 {
		law.Limit, law.Unknown = catalog.Limit{Exact: g.category.ResolveWithin}, false
	}
	g.clock.law, g.clock.Promised, g.clock.Told = &law, g.filed.DueBy, time.Time{}
	at := g.filed.FiledAt
	if at.IsZero() {
		at = workflow.Now(ctx)
	}
	if err := g.clock.start(ctx, at); err != nil {
		return err
	}
	if due := g.due(); !due.Equal(g.clock.Reading.Due) {
		g.showDue(ctx, due)
		return nil
	}
	return nil
}

// due is by when it is to be done: as the clock says, else as the office said of this complaint.
func (g *grievance) due() time.Time {
	if g.clock.Reading.Due.IsZero() {
		return g.filed.DueBy
	}
	return g.clock.Reading.Due
}

// detail is what the citizen sees who asks: the number, who has it, until when.
func (g *grievance) detail() Message {
	detail := say("grievance.detail", values{"number": g.number()})
	if g.told.Officer != "" {
		detail = append(detail, say("grievance.detail_with", values{"officer": plain(g.told.Officer)})...)
	}
	if due := g.due(); !due.IsZero() {
		detail = append(detail, say("grievance.detail_due", values{"until": moment(due)})...)
	}
	return detail
}

// endRefused ends a complaint that the office did not take.
func (g *grievance) endRefused(ctx workflow.Context, failure Failure) error {
	message := say("grievance.refused", g.referenceAndPortal())
	if failure.Reason != "" {
		message = say("grievance.refused_because", values{"portal": portal(g.input.Portal), "reason": plain(failure.Reason)})
	}
	return g.endUntaken(ctx, failure, message, say("request.gave_up", values{"portal": portal(g.input.Portal)}))
}
