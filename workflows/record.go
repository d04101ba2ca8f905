package workflows

import (
	"errors"
	"strconv"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// RecordOutcome is how a look into a record ended.
type RecordOutcome struct {
	Ended Stage `json:"ended"`
	// Document is our id of what was delivered.
	Document string `json:"document,omitempty"`
}

// Record finds a record at a department and delivers it: what the citizen typed is looked for in the portal's own lists, the matches are
// offered, a captcha goes to the citizen and back, and the extract comes as a document. It changes nothing at the portal, so everything
// may be asked again.
func Record(ctx workflow.Context, input RequestInput) (RecordOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return RecordOutcome{}, err
	}
	r := &record{request: request}
	r.outcome.Ended, err = r.through(ctx, r.settleChoices, r.choose, r.extract, r.deliver)
	return r.outcome, err
}

// record is the state of one look.
type record struct {
	*request

	fields    map[string]string // by the portal's names
	chosen    string
	extracted ExtractedRecord
	outcome   RecordOutcome
}

// settleChoices finds in the portal's lists what the citizen typed.
func (r *record) settleChoices(ctx workflow.Context) (err error) {
	r.fields, err = r.portalChoices(ctx)
	if refused, ok := errors.AsType[errPortalSays](err); ok {
		return r.endRefused(ctx, refused.failure)
	}
	return r.orEnd(ctx, err)
}

// orEnd ends the request where the citizen stopped it or did not answer.
func (r *record) orEnd(ctx workflow.Context, err error) error {
	switch {
	case errors.Is(err, errStopped):
		return r.endCancelled(ctx)
	case errors.Is(err, errNoAnswer):
		return r.endNoAnswer(ctx)
	}
	return err
}

// choose searches, and lets the citizen choose where several records fit.
func (r *record) choose(ctx workflow.Context) error {
	var matches []connectors.RecordMatch
	failure, err := r.callUntilClear(ctx, r.at(ActivitySearchRecords, "Search the record", &matches))
	switch {
	case err != nil:
		return r.orEnd(ctx, err)
	case failure.Class != connectors.ClassOK:
		return r.endRefused(ctx, failure)
	case len(matches) == 0:
		return r.endRefused(ctx, Failure{Class: connectors.ClassNotFound})
	case len(matches) == 1:
		r.chosen = matches[0].ID
		return nil
	}
	return r.orEnd(ctx, r.chooseAmong(ctx, matches))
}

func (r *record) chooseAmong(ctx workflow.Context, matches []connectors.RecordMatch) error {
	asked := question{name: r.nextStep("match"), stage: StageAnswering, message: append(r.back(r.input.Portal), say("record.which", nil)...)}
	for i, match := range matches {
		asked.choices = append(asked.choices, Choice{ID: strconv.Itoa(i), Title: match.Title, Detail: match.Detail})
	}
	answer, err := r.ask(ctx, asked)
	if err != nil {
		return err
	}
	chosen, err := strconv.Atoi(answer.Choice)
	if err != nil || chosen < 0 || chosen >= len(matches) {
		r.askToStop(ClosedByCitizen)
		return errStopped
	}
	r.chosen = matches[chosen].ID
	return nil
}

// at is a call about the record.
func (r *record) at(activity, summary string, result any) portalCall {
	return portalCall{
		activity: activity, summary: summary, result: result, stage: StageFetching, canStop: true,
		input: func(answer *connectors.ChallengeAnswer) any {
			return RecordAt{To: r.to, Service: r.input.Service, Fields: r.fields, Record: r.chosen, Answer: answer}
		},
		keptStage: StageKept, kept: say("request.kept", r.referenceAndPortal()),
	}
}

// extract has the record written out.
func (r *record) extract(ctx workflow.Context) error {
	failure, err := r.callUntilClear(ctx, r.at(ActivityExtractRecord, "Extract the record", &r.extracted))
	if err != nil {
		return r.orEnd(ctx, err)
	}
	if failure.Class != connectors.ClassOK {
		return r.endRefused(ctx, failure)
	}
	r.note(ctx, "The portal gave the record")
	return nil
}

// deliver hands the document over, and says whether it is the department's own.
func (r *record) deliver(ctx workflow.Context) error {
	r.outcome.Document = r.extracted.Document.ID
	key := say("record.as_shown", values{"title": plain(r.extracted.Title), "portal": portal(r.input.Portal)})
	if r.extracted.Official {
		key = say("record.official", values{"title": plain(r.extracted.Title), "portal": portal(r.input.Portal)})
	}
	return r.endWith(ctx, StageDone, append(r.back(r.input.Portal), key...), TellInput{Document: &r.extracted.Document, CloseQuestions: true})
}

// endRefused ends with what to check or to do.
func (r *record) endRefused(ctx workflow.Context, failure Failure) error {
	switch failure.Class { //nolint:exhaustive // the rest is a refusal
	case connectors.ClassNotFound:
		return r.endAnswered(ctx, StageNeedsCorrection, say("record.not_found", values{"portal": portal(r.input.Portal)}))
	case connectors.ClassInputRejected:
		return r.endAnswered(ctx, StageNeedsCorrection, say("record.rejected", values{"portal": portal(r.input.Portal), "reason": plain(failure.Reason)}))
	case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown:
		return r.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(r.input.Portal)}))
	}
	return r.endAnswered(ctx, StageRefused, say("record.refused", values{"portal": portal(r.input.Portal), "reason": plain(failure.Reason)}))
}
