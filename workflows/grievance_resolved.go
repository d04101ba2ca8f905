package workflows

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

const (
	// resolvedFor is how long the citizen may take to say whether it is really done, when nobody says how long it may be reopened.
	resolvedFor = 7 * 24 * time.Hour
	// shortWait is for an answer that is welcome and not needed.
	shortWait = 20 * time.Hour
	// photoFor is how long the department's photo is waited for.
	photoFor = 2 * time.Minute
)

// The choices when the office says that it is done, or that it will not do it.
const (
	choiceFixed     = "fixed"
	choiceNotFixed  = "not_fixed"
	choiceAccept    = "accept"
	choiceSendPhoto = "send_photo"
)

// askWhetherFixed asks the citizen whether what the office calls done is done. Without an answer the office's word holds.
func (g *grievance) askWhetherFixed(ctx workflow.Context) error {
	g.settleAppeal(ctx)
	if err := g.tellOthers(ctx, DefectNews{What: DefectResolved}); err != nil {
		return err
	}
	picture, err := g.photoOfWork(ctx)
	if err != nil {
		return err
	}
	answer, err := g.ask(ctx, question{
		name: g.nextStep("fixed"), stage: StageResolved, waitFor: g.mayReopenFor(ctx), picture: picture, detail: g.detail(),
		message: append(g.because("grievance.resolved"), say("grievance.is_it_fixed", nil)...),
		choices: []Choice{{ID: choiceFixed, Label: "button.fixed"}, {ID: choiceNotFixed, Label: "button.not_fixed"}},
	})
	switch {
	case errors.Is(err, errNoAnswer):
		return g.end(ctx, StageDone, say("grievance.closed_unasked", values{"number": g.number()}))
	case err != nil:
		return err
	case answer.Choice == choiceFixed:
		return g.rate(ctx)
	}
	return g.disagree(ctx)
}

// askWhetherAccepted tells of a rejection; where the office may be asked again, so is the citizen.
func (g *grievance) askWhetherAccepted(ctx workflow.Context) error {
	g.settleAppeal(ctx)
	if !g.told.ReopenUntil.After(workflow.Now(ctx)) {
		return g.end(ctx, StageRefused, g.because("grievance.rejected"))
	}
	answer, err := g.ask(ctx, question{
		name: g.nextStep("accepted"), stage: StageResolved, waitFor: g.mayReopenFor(ctx), detail: g.detail(),
		message: append(g.because("grievance.rejected"), say("grievance.do_you_agree", nil)...),
		choices: []Choice{{ID: choiceNotFixed, Label: "button.disagree"}, {ID: choiceAccept, Label: "button.accept"}},
	})
	switch {
	case errors.Is(err, errNoAnswer), err == nil && answer.Choice == choiceAccept:
		return g.end(ctx, StageRefused, say("grievance.rejection_stands", values{"number": g.number()}))
	case err != nil:
		return err
	}
	return g.disagree(ctx)
}

// photoOfWork is the department's picture; nil when there is none or it does not come soon.
func (g *grievance) photoOfWork(ctx workflow.Context) (*Picture, error) {
	if g.told.Photo == "" {
		return nil, nil //nolint:nilnil // no picture is a common answer
	}
	var stored Document
	failure, err := g.callPortal(ctx, portalCall{
		activity: ActivityGrievancePhoto, summary: "Fetch the department's photo", result: &stored, keep: photoFor,
		input: plainInput(GrievancePhotoInput{To: g.to, Tenant: g.complaint.Tenant, Photo: g.told.Photo}),
	})
	if err != nil || failure.Class != connectors.ClassOK {
		g.note(ctx, "The department's photo could not be shown")
		return nil, err
	}
	return &Picture{Document: stored}, nil
}

// mayReopenFor is how long the office may still be asked to take it up again.
func (g *grievance) mayReopenFor(ctx workflow.Context) time.Duration {
	now := workflow.Now(ctx)
	window := resolvedFor
	if until := g.told.ReopenUntil; !until.IsZero() {
		window = until.Sub(now)
	}
	if terms := g.input.Terms.Grievance; terms != nil && !terms.ReopenWithin.IsZero() {
		from := g.told.UpdatedAt
		if from.IsZero() {
			from = now
		}
		own := from.AddDate(0, 0, terms.ReopenWithin.Days).Add(terms.ReopenWithin.Exact)
		window = min(window, own.Sub(now))
	}
	return max(window, shortWait)
}

// rate asks for one tap, passes it on and ends.
func (g *grievance) rate(ctx workflow.Context) error {
	asked := question{name: g.nextStep("rating"), stage: StageResolved, waitFor: shortWait, message: say("grievance.rate", nil)}
	for stars := 5; stars >= 1; stars-- {
		asked.choices = append(asked.choices, Choice{ID: strconv.Itoa(stars), Title: strings.Repeat("★", stars)})
	}
	answer, err := g.ask(ctx, asked)
	if errors.Is(err, errNoAnswer) || errors.Is(err, errStopped) {
		return g.closeAs(ctx, StageDone) // they said that it is fixed; there is nothing to tell
	}
	if err != nil {
		return err
	}
	if stars, unread := strconv.Atoi(answer.Choice); unread == nil {
		_, err = g.callPortal(ctx, portalCall{
			activity: ActivityRateGrievance, summary: "Pass the rating on", keep: lookFor, patient: true,
			input: plainInput(RateGrievanceInput{At: g.at(), Stars: stars}),
		})
		if err != nil && !errors.Is(err, errStopped) {
			return err
		}
	}
	return g.end(ctx, StageDone, say("grievance.thanks", values{"number": g.number()}))
}

// disagree has the office take it up again with what the citizen says and shows; when that is too late it is filed anew.
func (g *grievance) disagree(ctx workflow.Context) error {
	comment, photos, err := g.whatIsWrong(ctx)
	if err != nil {
		return err
	}
	for {
		failure, err := g.reopen(ctx, comment, photos)
		if err != nil {
			return err
		}
		switch failure.Class {
		case connectors.ClassOK:
			return g.reopened(ctx)
		case connectors.ClassRefused, connectors.ClassInputRejected, connectors.ClassNotFound:
			return g.fileAnew(ctx, comment, photos)
		default: // callUntilClear keeps the rest
		}
		err = g.withOfficer(ctx, "The office does not say whether it took the complaint up again. Ask it, then signal "+SignalOperatorRetry+
			" to try again (that is harmless); "+SignalOperatorCancel+" stops following it.", say("grievance.with_officer", g.referenceAndPortal()), officerRecheck)
		if err != nil {
			return err
		}
	}
}

// whatIsWrong asks for a word and a photo; both are optional.
func (g *grievance) whatIsWrong(ctx workflow.Context) (comment string, photos []SentPaper, err error) {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("still"), stage: StageAnswering, waitFor: shortWait, message: say("grievance.what_is_wrong", nil),
		choices: []Choice{{ID: choiceSendPhoto, Label: "button.send_photo"}, {ID: choiceWithout, Label: "button.without_comment"}},
		field:   &catalog.Field{ID: "comment", Type: catalog.FieldText, MaxLength: 500},
	})
	if err == nil && answer.Choice == choiceSendPhoto {
		kept := g.photos
		g.photos = nil
		var media string
		if media, err = g.askForPhoto(ctx, say("grievance.send_photo", nil)); err == nil {
			err = g.addPhoto(ctx, "photo", media)
		}
		photos, g.photos = g.photos, kept
	}
	if errors.Is(err, errNoAnswer) {
		err = nil // they have said that it is not fixed: that is enough
	}
	return answer.Value, photos, err
}

func (g *grievance) reopen(ctx workflow.Context, comment string, photos []SentPaper) (Failure, error) {
	if g.told.Number == "" {
		g.told.Number = g.filed.Number
	}
	var status connectors.GrievanceStatus
	return g.callUntilClear(ctx, portalCall{
		activity: ActivityReopenGrievance, summary: "Have the complaint taken up again", result: &status, keep: keepFor, changes: true, stage: StageSubmitting,
		input:     plainInput(ReopenGrievanceInput{At: g.at(), Time: g.outcome.Reopened + 1, Comment: comment, Photos: photos}),
		keptStage: StageKeptSent, kept: say("grievance.kept", g.referenceAndPortal()),
	})
}

// reopened starts the clock again and tells.
func (g *grievance) reopened(ctx workflow.Context) error {
	g.outcome.Reopened++
	g.told = connectors.GrievanceStatus{State: connectors.GrievanceReceived}
	if err := g.goOnFrom(ctx, workflow.Now(ctx)); err != nil {
		return err
	}
	message := append(g.back(g.input.Portal), say("grievance.reopened", values{"number": g.number(), "portal": portal(g.input.Portal)})...)
	if due := g.due(); !due.IsZero() {
		message = append(message, say("grievance.due", values{"until": moment(due)})...)
	}
	if err := g.tellStage(ctx, g.nextStep("reopened"), StageReopened, message, TellInput{Stage: inDetail(g.detail())}); err != nil {
		return err
	}
	return g.tellOthers(ctx, DefectNews{What: DefectReopened})
}

// fileAnew files another complaint that refers to the one that cannot be taken up any more, when the citizen wants that.
func (g *grievance) fileAnew(ctx workflow.Context, comment string, photos []SentPaper) error {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("anew"), stage: StageConfirming, waitFor: resolvedFor, message: say("grievance.too_late_to_reopen", values{"number": g.number()}),
		choices: []Choice{{ID: choiceFile, Label: "button.file_anew"}, {ID: choiceDontFile, Label: "button.dont_file"}},
	})
	if errors.Is(err, errNoAnswer) || err == nil && answer.Choice != choiceFile {
		return g.end(ctx, StageDone, say("grievance.closed_unasked", values{"number": g.number()}))
	}
	if err != nil {
		return err
	}
	g.complaint.Description = strings.TrimSpace("Not resolved: complaint " + g.filed.Number + ". " + comment + " " + g.complaint.Description)
	if len(photos) > 0 {
		g.photos = photos
	}
	g.outcome.Reopened++
	g.filed = connectors.Filed{}
	if err := g.file(ctx); err != nil {
		return err
	}
	return g.acknowledge(ctx)
}
