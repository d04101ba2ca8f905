package workflows

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// resolvedFor is how long the citizen may take to say whether it is really done; then the office's word holds.
const resolvedFor = 7 * 24 * time.Hour

// The choices when the office says that it is done.
const (
	choiceFixed    = "fixed"
	choiceNotFixed = "not_fixed"
)

// coordinatesOf reads a location field: "latitude,longitude".
func coordinatesOf(answered string) *connectors.Coordinates {
	latitude, longitude, found := strings.Cut(answered, ",")
	if !found {
		return nil
	}
	north, err1 := strconv.ParseFloat(latitude, 64)
	east, err2 := strconv.ParseFloat(longitude, 64)
	if err1 != nil || err2 != nil {
		return nil
	}
	return &connectors.Coordinates{Latitude: north, Longitude: east}
}

// takePhoto keeps one photo; the zero one when it cannot be used, upon which the citizen was told.
func (r *request) takePhoto(ctx workflow.Context, field, media string) (SentPaper, error) {
	var taken TakenPaper
	input := TakePaperInput{Reference: r.to.Reference, Field: field, Media: media}
	err := workflow.ExecuteActivity(hubActivity(ctx, "Keep the photo"), ActivityTakePaper, input).Get(ctx, &taken)
	if finding, refused := findingOf(err); refused {
		return SentPaper{}, r.tell(ctx, r.nextStep("photo"), Message{finding.Line()}, TellInput{})
	}
	if err != nil {
		return SentPaper{}, fmt.Errorf("keep the photo: %w", err)
	}
	return SentPaper{ID: taken.ID, Kind: "photo"}, nil
}

// follow looks at the office's status until the complaint is closed for good.
func (g *grievance) follow(ctx workflow.Context) error {
	told := connectors.GrievanceStatus{}
	for round := 0; ; round++ {
		status, err := g.look(ctx)
		if err != nil {
			return err
		}
		switch status.State {
		case connectors.GrievanceResolved:
			err = g.askWhetherFixed(ctx, status)
		case connectors.GrievanceRejected:
			err = g.endAnswered(ctx, StageRefused, g.because("grievance.rejected", status))
		case connectors.GrievanceClosed:
			err = g.end(ctx, StageDone, g.because("grievance.closed", status))
		default:
			err = g.tellNews(ctx, told, status)
		}
		if err != nil {
			return err
		}
		told = status
		retries := g.retries
		wait := statusPolls[min(round, len(statusPolls)-1)]
		if _, err := g.awaitFor(ctx, wait, "the office; then its status is looked at", func() bool { return g.retries > retries }); err != nil {
			return err
		}
	}
}

func (g *grievance) at() GrievanceAt {
	return GrievanceAt{To: g.to, Tenant: g.complaint.Tenant, Number: g.filed.Number, Mobile: g.complaint.Mobile}
}

func (g *grievance) look(ctx workflow.Context) (status connectors.GrievanceStatus, err error) {
	failure, err := g.callUntilClear(ctx, portalCall{
		activity: ActivityTrackGrievance, summary: "Look at the office's status", result: &status, keep: keepFor, input: plainInput(g.at()),
	})
	if err == nil && failure.Class != connectors.ClassOK {
		g.note(ctx, "The office did not tell the status: "+string(failure.Class))
	}
	return status, err
}

// because adds the office's own words.
func (g *grievance) because(key catalog.TextKey, status connectors.GrievanceStatus) Message {
	message := say(key, values{"number": plain(g.filed.Number), "portal": portal(g.input.Portal)})
	if status.Note != "" {
		message = append(message, say("grievance.note", values{"note": plain(status.Note)})...)
	}
	return message
}

// tellNews tells who has it now, when that changed: "not ours" is a transfer.
func (g *grievance) tellNews(ctx workflow.Context, told, now connectors.GrievanceStatus) error {
	if now.State == "" || told.State == "" || now.Officer == "" || now.Officer == told.Officer {
		return nil
	}
	about := values{"number": plain(g.filed.Number), "officer": plain(now.Officer)}
	return g.tellStage(ctx, g.nextStep("news"), StageInProgress, say("grievance.moved", about), TellInput{Stage: inDetail(say("grievance.detail_with", about))})
}

// askWhetherFixed asks the citizen whether what the office calls done is done. Without an answer the office's word holds.
func (g *grievance) askWhetherFixed(ctx workflow.Context, status connectors.GrievanceStatus) error {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("fixed"), stage: StageResolved, waitFor: g.mayReopenFor(ctx, status), message: g.because("grievance.resolved", status),
		choices: []Choice{{ID: choiceFixed, Label: "button.fixed"}, {ID: choiceNotFixed, Label: "button.not_fixed"}},
	})
	switch {
	case errors.Is(err, errNoAnswer):
		return g.end(ctx, StageDone, say("grievance.closed_unasked", values{"number": plain(g.filed.Number)}))
	case errors.Is(err, errStopped), err == nil && answer.Choice == choiceFixed:
		return g.rate(ctx)
	case err != nil:
		return err
	}
	return g.reopen(ctx)
}

func (g *grievance) mayReopenFor(ctx workflow.Context, status connectors.GrievanceStatus) time.Duration {
	if status.ReopenUntil.IsZero() {
		return resolvedFor
	}
	return max(min(status.ReopenUntil.Sub(workflow.Now(ctx)), resolvedFor), time.Hour)
}

// rate asks for one tap, passes it on and ends.
func (g *grievance) rate(ctx workflow.Context) error {
	g.stop = ""
	asked := question{name: "rating", stage: StageResolved, waitFor: 20 * time.Hour, message: say("grievance.rate", nil)}
	for stars := 5; stars >= 1; stars-- {
		asked.choices = append(asked.choices, Choice{ID: strconv.Itoa(stars), Title: strings.Repeat("★", stars)})
	}
	answer, err := g.ask(ctx, asked)
	if err != nil && !errors.Is(err, errNoAnswer) && !errors.Is(err, errStopped) {
		return err
	}
	if stars, parsed := strconv.Atoi(answer.Choice); parsed == nil {
		_, err = g.callPortal(ctx, portalCall{
			activity: ActivityRateGrievance, summary: "Pass the rating on", keep: 24 * time.Hour, input: plainInput(RateGrievanceInput{At: g.at(), Stars: stars}),
		})
		if err != nil && !errors.Is(err, errStopped) {
			return err
		}
	}
	return g.end(ctx, StageDone, say("grievance.thanks", values{"number": plain(g.filed.Number)}))
}

// reopen has the office take it up again, with what the citizen says is still wrong.
func (g *grievance) reopen(ctx workflow.Context) error {
	answer, err := g.ask(ctx, question{
		name: g.nextStep("still"), stage: StageAnswering, waitFor: 20 * time.Hour, message: say("grievance.what_is_wrong", nil),
		field: &catalog.Field{ID: "comment", Type: catalog.FieldText, MaxLength: 500},
	})
	if err != nil && !errors.Is(err, errNoAnswer) && !errors.Is(err, errStopped) {
		return err
	}
	g.stop = ""
	g.reopened++
	g.outcome.Reopened = g.reopened
	var status connectors.GrievanceStatus
	failure, err := g.callUntilClear(ctx, portalCall{
		activity: ActivityReopenGrievance, summary: "Have the complaint taken up again", result: &status, keep: keepFor, changes: true,
		input:     plainInput(ReopenGrievanceInput{At: g.at(), Time: g.reopened, Comment: answer.Value}),
		keptStage: StageKeptSent, kept: say("grievance.kept", g.referenceAndPortal()),
	})
	if err != nil {
		return err
	}
	if failure.Class != connectors.ClassOK {
		return g.end(ctx, StageDone, say("grievance.too_late_to_reopen", values{"number": plain(g.filed.Number)}))
	}
	return g.tellStage(ctx, g.nextStep("reopened"), StageReopened, say("grievance.reopened", values{"number": plain(g.filed.Number)}), TellInput{})
}

// offerToJoin offers to join others who have reported the same defect near by.
func (*grievance) offerToJoin(workflow.Context) error { return nil }
