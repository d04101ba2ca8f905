package workflows

import (
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// assurance is what a citizen who has paid hears when nothing that says more comes within their patience: that the money is safe. Every
// message costs, so that what comes within seconds, the receipt or the number, makes it superfluous.
type assurance struct {
	due      time.Time
	stage    Stage
	message  Message
	answered bool // by the portal: what takes longer is our own
}

// takeMoney goes on with a payment without a word, where what was paid for is asked for at once. The citizen is assured when they have not
// heard of it within their patience, whatever it is that holds it up. From now on the request refuses to be cancelled.
func (r *request) takeMoney(ctx workflow.Context, paid Payment, stage, keptStage Stage, safe Message) {
	r.refuseCancels(ctx)
	r.enter(ctx, stage)
	r.beside = received(paid)
	r.assurance = &assurance{due: workflow.Now(ctx).Add(patience), stage: keptStage, message: safe}
}

// onlyPaperLeft notes that the portal has confirmed what was paid: a citizen who has heard nothing yet waits for a paper of ours.
func (r *request) onlyPaperLeft(stage Stage, paid connectors.Paise) {
	if r.assurance != nil {
		r.assurance.stage, r.assurance.message, r.assurance.answered = stage, r.paperLate(paid), true
	}
}

// paperLate is what is said of a paper that cannot be made yet.
func (r *request) paperLate(paid connectors.Paise) Message {
	return say("money.paper_late", values{"amount": money(paid), "portal": portal(r.input.Portal)})
}

// await waits for a condition for as long as it takes.
func (p *process) await(ctx workflow.Context, condition func() bool) error {
	if came, err := p.awaitAssuring(ctx, condition); err != nil || came {
		return err
	}
	return workflow.Await(ctx, condition)
}

// awaitAssuring waits for a condition until a citizen has to be assured, and assures them. Where nobody has to be, it does not wait. It tells
// whether the condition has come true.
func (p *process) awaitAssuring(ctx workflow.Context, condition func() bool) (bool, error) {
	if p.assurance == nil {
		return condition(), nil
	}
	came, err := p.awaitUntil(ctx, p.assurance.due, "the citizen's patience", condition)
	if err != nil || came {
		return came, err
	}
	err = p.assure(ctx)
	return condition(), err
}

// makePaper is a hubStep that makes a paper which somebody who has paid waits for.
func (p *process) makePaper(ctx workflow.Context, summary, activity string, input any) (paper Document, err error) {
	made := startHubStep(ctx, summary, activity, input)
	if err := p.await(ctx, made.IsReady); err != nil {
		return paper, err
	}
	err = made.Get(ctx, &paper)
	return paper, err
}

func (p *process) assure(ctx workflow.Context) error {
	p.note(ctx, "What was paid for takes longer; the citizen was told that the money is safe")
	if owed := p.assurance; owed.answered {
		return p.tellStage(ctx, p.nextStep("paper-late"), owed.stage, owed.message, TellInput{})
	}
	return p.sayKept(ctx, p.assurance.stage, p.assurance.message)
}
