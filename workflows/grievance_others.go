package workflows

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// stillOpen is how often a request that follows another looks whether that one is still there, should its news be lost.
const stillOpen = 7 * 24 * time.Hour

// The choices of somebody who finds that others have reported the same.
const (
	choiceJoin    = "join"
	choiceFileOwn = "file_own"
	choiceLeave   = "leave"
)

// offerToJoin offers to join others who have reported the same defect near by. It goes on where the citizen files their own.
func (g *grievance) offerToJoin(ctx workflow.Context) error {
	near, err := g.nearest(ctx)
	if err != nil || near.Defect == "" {
		return err
	}
	answer, err := g.ask(ctx, question{
		name: g.nextStep("near"), stage: StageAnswering, message: append(g.back(g.input.Portal), near.say()...),
		choices: []Choice{{ID: choiceJoin, Label: "button.join"}, {ID: choiceFileOwn, Label: "button.file_own"}},
	})
	if err != nil || answer.Choice != choiceJoin {
		return g.orEnd(ctx, err)
	}
	return g.join(ctx, near.Defect)
}

// nearest is the open complaint about the same, at most some 50 m away; the zero one when there is none.
func (g *grievance) nearest(ctx workflow.Context) (near NearDefect, err error) {
	if g.complaint.Location == nil {
		return NearDefect{}, nil
	}
	if err := hubStep(ctx, "Look for the same complaint near by", ActivityNearestDefect, g.asDefect(), &near); err != nil {
		return NearDefect{}, fmt.Errorf("look for the same complaint: %w", err)
	}
	return near, nil
}

func (g *grievance) asDefect() DefectInput {
	return DefectInput{
		Reference: g.to.Reference, Portal: g.input.Portal, Tenant: g.complaint.Tenant, Category: g.category.Code, Location: *g.complaint.Location,
	}
}

func (n NearDefect) say() Message {
	switch {
	case n.Own:
		return say("grievance.near_own", nil)
	case n.Reports == 1:
		return say("grievance.near_one", nil)
	}
	return say("grievance.near", values{"count": plain(strconv.Itoa(n.Reports))})
}

// join follows the complaint of somebody else until it ends, or until the citizen leaves it.
func (g *grievance) join(ctx workflow.Context, defect string) error {
	var follows bool
	g.defect, g.heard, g.heardOf = defect, 0, nil // its first news may come before we hear that we follow it
	if err := hubStep(ctx, "Follow that complaint", ActivityFollowDefect, FollowDefectInput{Reference: g.to.Reference, Defect: defect}, &follows); err != nil {
		return fmt.Errorf("follow the complaint: %w", err)
	}
	if !follows {
		g.defect = ""
		return nil // it ended in this moment: the citizen's own is filed
	}
	g.note(ctx, "Joined a complaint about the same near by")
	err := g.tellStage(ctx, g.nextStep("joined"), StageJoined, say("grievance.joined", g.referenceAndPortal()), TellInput{})
	for err == nil && g.defect != "" {
		err = g.awaitOthers(ctx)
	}
	return err
}

// hear takes a piece of news about the complaint that is followed; one that comes twice, or of one that was left, is forgotten.
func (g *grievance) hear(news DefectNews) {
	if news.Defect == g.defect && news.Number > g.heard {
		g.heard = news.Number
		g.heardOf = append(g.heardOf, news)
	}
}

func (g *grievance) awaitOthers(ctx workflow.Context) error {
	_, err := g.awaitFor(ctx, stillOpen, "news of the complaint that was joined", func() bool { return len(g.heardOf) > 0 || g.stop != "" })
	switch {
	case err != nil:
		return err
	case g.stop != "":
		return g.leave(ctx)
	case len(g.heardOf) > 0:
		news := g.heardOf[0]
		g.heardOf = g.heardOf[1:]
		return g.passOn(ctx, news)
	}
	var follows bool
	if err := hubStep(ctx, "Look whether that complaint is still open", ActivityFollowsDefect, g.to.Reference, &follows); err != nil {
		return fmt.Errorf("look at the complaint that was joined: %w", err)
	}
	if follows || len(g.heardOf) > 0 {
		return nil
	}
	return g.othersEnded(ctx)
}

// passOn tells the citizen the news of the complaint that they joined.
func (g *grievance) passOn(ctx workflow.Context, news DefectNews) error {
	switch news.What {
	case DefectMoved:
		if news.Officer == "" {
			return g.tellJoined(ctx, say("grievance.joined_transferred", nil))
		}
		return g.tellJoined(ctx, say("grievance.joined_moved", values{"officer": plain(news.Officer)}))
	case DefectOverdue:
		return g.tellJoined(ctx, say("grievance.joined_overdue", nil))
	case DefectReopened:
		return g.tellJoined(ctx, say("grievance.joined_reopened", nil))
	case DefectResolved:
		return g.askJoined(ctx)
	case DefectFixed:
		g.defect = ""
		return g.end(ctx, StageDone, say("grievance.joined_fixed", values{"reference": plain(g.to.Reference)}))
	case DefectEnded:
	}
	return g.othersEnded(ctx)
}

func (g *grievance) tellJoined(ctx workflow.Context, message Message) error {
	return g.tellStage(ctx, g.nextStep("joined"), StageJoined, message, TellInput{})
}

// askJoined asks whether what the office calls done is done here too. Who says no files their own; without an answer it is waited on.
func (g *grievance) askJoined(ctx workflow.Context) error {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("joined-fixed"), stage: StageJoined, waitFor: resolvedFor, message: say("grievance.joined_resolved", nil),
		choices: []Choice{{ID: choiceFixed, Label: "button.fixed"}, {ID: choiceFileOwn, Label: "button.not_fixed"}},
		settled: func() bool { return len(g.heardOf) > 0 },
	})
	switch {
	case errors.Is(err, errNoAnswer), errors.Is(err, errSettled):
		return nil
	case errors.Is(err, errStopped):
		return g.leave(ctx)
	case err != nil:
		return err
	}
	if err := g.stopFollowing(ctx); err != nil {
		return err
	}
	if answer.Choice == choiceFixed {
		return g.end(ctx, StageDone, say("grievance.joined_thanks", values{"reference": plain(g.to.Reference)}))
	}
	return nil // the citizen's own is filed
}

// leave ends following, as the citizen wants, and asks whether they want to file their own.
func (g *grievance) leave(ctx workflow.Context) error {
	by := g.stop
	if err := g.stopFollowing(ctx); err != nil {
		return err
	}
	if by == ClosedByOperator {
		return g.endCancelled(ctx)
	}
	g.stop = ""
	return g.fileOwnInstead(ctx, "grievance.left")
}

// othersEnded says that the complaint which was followed is over without being fixed.
func (g *grievance) othersEnded(ctx workflow.Context) error {
	g.defect = ""
	return g.fileOwnInstead(ctx, "grievance.joined_ended")
}

func (g *grievance) fileOwnInstead(ctx workflow.Context, key catalog.TextKey) error {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("own"), stage: StageAnswering, waitFor: shortWait, message: say(key, nil),
		choices: []Choice{{ID: choiceFileOwn, Label: "button.file_own"}, {ID: choiceLeave, Label: "button.leave_it"}},
	})
	if errors.Is(err, errNoAnswer) || err == nil && answer.Choice != choiceFileOwn {
		err = errStopped
	}
	return g.orEnd(ctx, err)
}

func (g *grievance) stopFollowing(ctx workflow.Context) error {
	g.defect = ""
	if err := hubStep(ctx, "Follow that complaint no longer", ActivityLeaveDefect, g.to.Reference, nil); err != nil {
		return fmt.Errorf("leave the complaint: %w", err)
	}
	return nil
}

// openToOthers lets those who report the same near by join.
func (g *grievance) openToOthers(ctx workflow.Context) error {
	if g.complaint.Location == nil {
		return nil
	}
	if err := hubStep(ctx, "Let others near by join", ActivityOpenDefect, g.asDefect(), nil); err != nil {
		return fmt.Errorf("let others join: %w", err)
	}
	g.shared = true
	return nil
}

// tellOthers tells those who joined, each once; nobody learns who else there is.
func (g *grievance) tellOthers(ctx workflow.Context, news DefectNews) error {
	if !g.shared {
		return nil
	}
	g.spread++
	news.Defect, news.Number = g.to.Reference, g.spread
	if err := hubStep(ctx, "Tell those who joined", ActivitySpreadNews, news, nil); err != nil {
		return fmt.Errorf("tell those who joined: %w", err)
	}
	return nil
}

// endForOthers tells those who joined how it ended, and lets nobody join any more.
func (g *grievance) endForOthers(ctx workflow.Context) error {
	what := DefectEnded
	if g.outcome.Ended == StageDone {
		what = DefectFixed
	}
	return g.tellOthers(ctx, DefectNews{What: what, Last: true})
}
