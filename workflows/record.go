package workflows

import (
	"errors"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// RecordOutcome is how a look into a record ended.
type RecordOutcome struct {
	Ended Stage `json:"ended"`
	// Document is our id of what was delivered.
	Document string `json:"document,omitempty"`
}

// mostMatches is how many records are offered; of more, nobody finds their own.
const mostMatches = 30

// Record finds a record at a department and delivers it: what the citizen typed is looked for in the portal's own lists, the matches are
// offered, a captcha goes to the citizen and back, their consent is asked where the portal wants it, and the extract comes as a document.
// It changes nothing at the portal, so everything may be asked again.
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
	agreedAt  time.Time
	extracted ExtractedRecord
	outcome   RecordOutcome
}

// settleChoices finds in the portal's lists what the citizen typed.
func (r *record) settleChoices(ctx workflow.Context) (err error) {
	r.fields, err = r.portalChoices(ctx)
	if refused, ok := errors.AsType[portalSaysError](err); ok {
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
	failure, err := r.look(ctx, ActivitySearchRecords, "Search the record", &matches)
	switch {
	case err != nil:
		return r.orEnd(ctx, err)
	case failure.Class != connectors.ClassOK:
		return r.endRefused(ctx, failure)
	case len(matches) == 0:
		return r.endRefused(ctx, Failure{Class: connectors.ClassNotFound})
	case len(matches) > mostMatches:
		return r.endAnswered(ctx, StageNeedsCorrection, say("record.too_many", values{"portal": portal(r.input.Portal)}))
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
	asked.choices = append(asked.choices, Choice{ID: noneOfThese, Label: "button.none_of_these"})
	answer, err := r.ask(ctx, asked)
	if err != nil {
		return err
	}
	chosen, err := strconv.Atoi(answer.Choice)
	if err != nil || chosen < 0 || chosen >= len(matches) {
		return r.endRefused(ctx, Failure{Class: connectors.ClassNotFound})
	}
	r.chosen = matches[chosen].ID
	return nil
}

// look asks the portal about the record. A portal that wants the person's consent gets it from them, once.
func (r *record) look(ctx workflow.Context, activity, summary string, result any) (Failure, error) {
	call := portalCall{
		activity: activity, summary: summary, result: result, stage: StageFetching, canStop: true,
		input: func(answer *connectors.ChallengeAnswer) any {
			return RecordAt{To: r.to, Service: r.input.Service, Fields: r.fields, Record: r.chosen, Answer: answer, AgreedAt: r.agreedAt}
		},
		keptStage: StageKept, kept: say("request.kept", r.referenceAndPortal()),
	}
	failure, err := r.callUntilClear(ctx, call)
	if err != nil || failure.Class != connectors.ClassInputRejected || failure.Field != connectors.FieldConsent || !r.agreedAt.IsZero() {
		return failure, err
	}
	if err := r.askConsent(ctx); err != nil {
		return Failure{}, err
	}
	return r.callUntilClear(ctx, call)
}

// choiceAgree is the choice with which a person lets their record be fetched.
const choiceAgree = "agree"

func (r *record) askConsent(ctx workflow.Context) error {
	answer, err := r.ask(ctx, question{
		name: "consent", stage: StageAnswering,
		message: append(r.back(r.input.Portal), say("record.consent", values{"portal": portal(r.input.Portal)})...),
		choices: []Choice{{ID: choiceAgree, Label: "button.agree"}, {ID: choiceStop, Label: "button.do_not_agree"}},
	})
	switch {
	case err != nil:
		return err
	case answer.Choice != choiceAgree:
		return r.end(ctx, StageCancelled, say("record.no_consent", values{"reference": plain(r.to.Reference)}))
	}
	r.agreedAt = workflow.Now(ctx)
	r.note(ctx, "The citizen agreed that the record is fetched")
	return nil
}

// extract has the record written out.
func (r *record) extract(ctx workflow.Context) error {
	failure, err := r.look(ctx, ActivityExtractRecord, "Extract the record", &r.extracted)
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
	named := values{"title": plain(r.extracted.Title), "portal": portal(r.input.Portal)}
	message := say("record.as_shown", named)
	if r.extracted.Official {
		message = say("record.official", named)
	}
	return r.endWith(ctx, StageDone, append(r.back(r.input.Portal), message...), TellInput{Document: &r.extracted.Document, CloseQuestions: true})
}

// endRefused ends with what to check or to do.
func (r *record) endRefused(ctx workflow.Context, failure Failure) error {
	named := values{"portal": portal(r.input.Portal)}
	switch failure.Class {
	case connectors.ClassNotFound:
		return r.endAnswered(ctx, StageNeedsCorrection, say("record.not_found", named))
	case connectors.ClassInputRejected:
		return r.endAnswered(ctx, StageNeedsCorrection, append(r.rejected(failure), say("record.check", nil)...))
	case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown:
		return r.end(ctx, StageGivenUp, say("record.gave_up", named))
	default: // the rest is a refusal
		return r.endAnswered(ctx, StageRefused, append(say("record.refused", named), inWords(failure)...))
	}
}

// rejected says which answer the portal did not accept, by the question's own name, and why.
func (r *record) rejected(failure Failure) Message {
	for _, field := range r.input.Terms.Form {
		if field.PortalField != "" && field.PortalField == failure.Field {
			question := values{"portal": portal(r.input.Portal), "question": fieldLabel(r.input.Service, field.ID)}
			return append(say("record.rejected_answer", question), inWords(failure)...)
		}
	}
	return append(say("record.rejected", values{"portal": portal(r.input.Portal)}), inWords(failure)...)
}

// inWords is the portal's own reason, where it gave one.
func inWords(failure Failure) Message {
	if failure.Reason == "" {
		return nil
	}
	return say("record.reason", values{"reason": plain(failure.Reason)})
}
