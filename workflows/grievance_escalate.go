package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// late tells that the time is over and nobody was told.
func (g *grievance) late(ctx workflow.Context) bool {
	return g.clock.Told.IsZero() && !g.due().IsZero() && workflow.Now(ctx).After(g.due())
}

// escalate takes a complaint whose time is over to the next officer, once: it stands as such on the department's list, and the citizen is
// told and offered the letter to that officer.
func (g *grievance) escalate(ctx workflow.Context) error {
	g.note(ctx, "The promised time is over")
	g.clock.Told = workflow.Now(ctx)
	if err := g.tellOfEscalation(ctx, g.clock.law.Officers.Appeal); err != nil {
		return err
	}
	return g.tellOthers(ctx, DefectNews{What: DefectOverdue})
}

func (g *grievance) tellOfEscalation(ctx workflow.Context, officer *catalog.Officer) error {
	late := say("grievance.overdue", values{"number": g.number(), "portal": portal(g.input.Portal), "until": moment(g.due())})
	if officer == nil || g.offer.Appeal != "" {
		return g.tellStage(ctx, g.nextStep("overdue"), StageOverdue, late, TellInput{Stage: inDetail(g.detail())})
	}
	days, err := g.appealDays(ctx, ReadAppealClockInput{Officer: *officer, Arose: g.due()})
	if err != nil {
		return err
	}
	g.enter(ctx, StageEscalated)
	g.offer = AppealOffer{Question: g.nextStep("appeal"), Open: true, FileBy: days.FileBy}
	late = append(late, say("grievance.escalated", values{"officer": plain(officer.Title.In(g.to.Language))})...)
	return g.putQuestion(ctx, AskInput{
		To: g.to, Question: g.questionID(g.offer.Question), Message: append(late, say("grievance.offer_letter", nil)...), Choices: offerChoices(),
		Stage: &StageUpdate{Stage: StageEscalated, Detail: g.detail(), Open: true},
	})
}

// offerAnswered tells that the citizen has answered the offer of a letter.
func (g *grievance) offerAnswered() bool {
	_, answered := g.answers[g.questionID(g.offer.Question)]
	return g.offer.Open && answered
}

// takeOffer does what the citizen answered to the offer.
func (g *grievance) takeOffer(ctx workflow.Context) error {
	if !g.offerAnswered() {
		return nil
	}
	answer := g.answers[g.questionID(g.offer.Question)]
	g.offer.Open = false
	if answer.Choice != choiceAppeal {
		return g.tell(ctx, g.nextStep("later"), say("grievance.no_letter", values{"number": g.number()}), TellInput{})
	}
	applied := g.filed.FiledAt
	if applied.IsZero() {
		applied = g.input.ConfirmedAt
	}
	reference, err := g.startAppealOf(ctx, AppealCase{
		Cause: AppealLate, Level: AppealFirst, Application: g.to.Reference, Number: g.filed.Number, Applicant: g.complaint.Name,
		Applied: applied, Due: g.due(), FileBy: g.offer.FileBy,
	})
	g.offer.Appeal, g.outcome.Appeal = reference, reference
	return err
}

// settleAppeal tells the appeal, if there is one, that the department has done something. The offer is not open any more.
func (g *grievance) settleAppeal(ctx workflow.Context) {
	g.offer.Open = false
	if g.offer.Appeal == "" {
		return
	}
	for _, level := range []AppealLevel{AppealFirst, AppealRevision} {
		reference := AppealReference(g.to.Reference, AppealLate, level)
		if err := workflow.SignalExternalWorkflow(ctx, reference, "", SignalAppealSettled, nil).Get(ctx, nil); err != nil {
			g.log.Info("no such appeal is open", "level", level)
		}
	}
}

// goOnFrom lets the clock begin again: the office has the complaint anew.
func (g *grievance) goOnFrom(ctx workflow.Context, at time.Time) error {
	g.filed.FiledAt, g.filed.DueBy = at, time.Time{}
	return g.startClock(ctx)
}
