package workflows

import (
	"errors"
	"fmt"
	"maps"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// queryFor is how long a citizen may take to answer a department's query when the department does not say by when.
const queryFor = 30 * 24 * time.Hour

// choicePaper answers a free question with a paper instead of words.
const choicePaper = "paper"

// withPaper is what the department reads in place of words, where a paper is the answer.
const withPaper = "Please see the enclosed paper."

// answerQuery puts the department's query to the citizen, and the answer to the department, once. The same query is dealt with once,
// whatever became of it: a portal may show it for a while after the answer.
func (a *application) answerQuery(ctx workflow.Context) error {
	status := a.Told
	if a.Query == queryKey(status) {
		return nil
	}
	if err := a.clock.standStill(ctx, status.UpdatedAt); err != nil {
		return err
	}
	if a.Query, a.stop = queryKey(status), ""; status.Query == nil {
		status.Query = &connectors.DepartmentQuery{Text: status.Note}
	}
	a.withdrawOffer(ctx)
	a.Queries++
	input := AnswerQueryInput{
		To: a.to, Service: a.input.Service, Number: a.Submitted.Number, Query: a.Queries, QueryID: status.Query.ID, Fields: maps.Clone(a.Fields),
	}
	err := a.askUntilSettled(ctx, status.Query, &input)
	number := values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)}
	switch {
	case err == nil:
		return a.sendAnswer(ctx, input)
	case errors.Is(err, errSettled):
		return a.tell(ctx, a.nextStep("settled"), say("application.query_settled", number), TellInput{CloseQuestions: true})
	case errors.Is(err, errNoAnswer):
		return a.tell(ctx, a.nextStep("unanswered"), say("application.query_unanswered", number), TellInput{CloseQuestions: true})
	}
	return a.orGoOn(ctx, err)
}

// sendAnswer tells the department, once, and lets the clock go on. What the portal does not take is answered at the office.
func (a *application) sendAnswer(ctx workflow.Context, input AnswerQueryInput) error {
	failure, err := a.submitOnce(ctx, a.queryAnswer(ctx, input))
	if errors.Is(err, errStopped) || errors.Is(err, errNoAnswer) {
		a.stop, failure, err = "", Failure{Class: connectors.ClassRefused}, nil
	}
	switch {
	case err != nil:
		return err
	case failure.Class != connectors.ClassOK:
		a.note(ctx, "The portal did not take the answer to its query: "+string(failure.Class))
		office := values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)}
		return a.tell(ctx, a.nextStep("query-refused"), append(a.back(a.input.Portal), say("application.answer_at_office", office)...), TellInput{})
	}
	a.note(ctx, "The department has the answer to its query")
	if err := a.answered(ctx, len(input.Papers) > 0); err != nil {
		return err
	}
	message := append(a.back(a.input.Portal), say("application.query_answered", values{"portal": portal(a.input.Portal)})...)
	a.shown = a.detail(a.Told)
	return a.tellStage(ctx, a.nextStep("answered"), a.stageNow(), append(message, a.clock.left()...), TellInput{Stage: inDetail(a.shown)})
}

// answered lets the clock go on; where the law counts from the day on which the papers are complete, it is that day only now.
func (a *application) answered(ctx workflow.Context, withPapers bool) error {
	if withPapers && a.clock.law.Starts == catalog.StartsPapersComplete {
		return a.clock.start(ctx, workflow.Now(ctx))
	}
	return a.clock.goOn(ctx)
}

// askUntilSettled asks for everything the department wants, and looks at its status meanwhile: what was answered at the office, or decided
// all the same, is not asked any more.
func (a *application) askUntilSettled(ctx workflow.Context, query *connectors.DepartmentQuery, input *AnswerQueryInput) error {
	settled := false
	looking, stop := workflow.WithCancel(ctx)
	defer stop()
	workflow.GoNamed(looking, "look while the citizen is asked", func(ctx workflow.Context) {
		for !settled {
			now := workflow.Now(ctx)
			if workflow.NewTimer(ctx, a.quiet.Until(now.Add(24*time.Hour)).Sub(now)).Get(ctx, nil) != nil {
				return
			}
			var status connectors.ApplicationStatus
			failure, err := a.callOnce(ctx, a.lookAt(&status), nil)
			if err != nil {
				return
			}
			settled = failure.Class == connectors.ClassOK && status.State != connectors.ApplicationQueried
		}
	})
	waitFor := queryFor
	if left := query.DueBy.Sub(workflow.Now(ctx)); !query.DueBy.IsZero() && left > 0 {
		waitFor = left
	}
	asking := departmentQuestion{application: a, until: workflow.Now(ctx).Add(waitFor), settled: func() bool { return settled }}
	asking.intro = append(a.back(a.input.Portal), say("application.query", values{
		"portal": portal(a.input.Portal), "query": plain(query.Text), "number": plain(a.Submitted.Number),
	})...)
	if !query.DueBy.IsZero() {
		asking.intro = append(asking.intro, say("application.query_until", values{"day": day(query.DueBy)})...)
	}
	return asking.everything(ctx, query, input)
}

// departmentQuestion is one query of the department on its way to the citizen.
type departmentQuestion struct {
	*application

	intro   Message // said above the first question only
	until   time.Time
	settled func() bool
}

// everything asks for each field, each paper, or for an answer in the citizen's own words.
func (d *departmentQuestion) everything(ctx workflow.Context, query *connectors.DepartmentQuery, input *AnswerQueryInput) error {
	if len(query.Fields) == 0 && len(query.Enclosures) == 0 {
		return d.freely(ctx, input)
	}
	for _, name := range query.Fields {
		field := &catalog.Field{ID: "answer", Type: catalog.FieldText, MaxLength: 1000}
		if known, found := d.portalField(name); found && known.Paper == nil && known.Type != catalog.FieldChoose {
			field.Type = known.Type
		}
		answer, err := d.put(ctx, say("application.query_field", values{"field": d.labelOf(name)}), field, nil)
		if err != nil {
			return err
		}
		input.Fields[name] = answer.Value
	}
	for _, kind := range query.Enclosures {
		taken, err := d.paper(ctx, kind, say("application.query_paper", values{"paper": d.labelOf(kind)}))
		if err != nil {
			return err
		}
		input.Papers = append(input.Papers, taken...)
	}
	return nil
}

func (d *departmentQuestion) freely(ctx workflow.Context, input *AnswerQueryInput) error {
	answer, err := d.put(ctx, say("application.query_free", nil), &catalog.Field{ID: "answer", Type: catalog.FieldText, MaxLength: 1000},
		[]Choice{{ID: choicePaper, Label: "button.send_paper"}})
	if err != nil || answer.Choice != choicePaper {
		input.Text = answer.Value
		return err
	}
	input.Text = withPaper
	input.Papers, err = d.paper(ctx, "reply", say("application.query_any_paper", nil))
	return err
}

// put asks one of the questions.
func (d *departmentQuestion) put(ctx workflow.Context, message Message, field *catalog.Field, choices []Choice) (Answer, error) {
	message, d.intro = append(d.intro, message...), nil
	return d.ask(ctx, question{
		name: d.nextStep("query"), stage: StageQueried, detail: d.detail(d.Told), waitFor: max(d.until.Sub(workflow.Now(ctx)), time.Hour),
		message: message, field: field, choices: choices, settled: d.settled,
	})
}

// paper asks for a paper and has it looked at as those of the form are.
func (d *departmentQuestion) paper(ctx workflow.Context, kind string, message Message) ([]SentPaper, error) {
	answer, err := d.put(ctx, message, &catalog.Field{ID: "paper", Type: catalog.FieldDocument}, nil)
	if err != nil {
		return nil, err
	}
	paper := PaperAnswer{Field: kind}
	if known, found := d.portalField(kind); found && known.Paper != nil {
		paper = *known.Paper
	}
	paper.Media = answer.Value
	taken, err := d.takePapers(ctx, []PaperAnswer{paper})
	sent := make([]SentPaper, 0, len(taken))
	for _, each := range taken {
		sent = append(sent, SentPaper{ID: each.ID, Kind: kind})
	}
	return sent, err
}

func (a *application) queryAnswer(ctx workflow.Context, input AnswerQueryInput) submission {
	kept := say("application.answer_kept", a.referenceAndPortal())
	call := portalCall{stage: StageSubmitting, keptStage: StageKeptSent, kept: kept, keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary = ActivityAnswerQuery, "Answer the department's query"
	find.activity, find.summary = ActivityQueryAnswered, "Look up whether the department has the answer"
	repeated := a.repeats(ctx)
	send.input = func(answer *connectors.ChallengeAnswer) any {
		next := input
		next.Answer, next.LookFirst = answer, repeated(answer)
		return next
	}
	find.input = func(answer *connectors.ChallengeAnswer) any {
		next := input
		next.Answer = answer
		return next
	}
	return submission{
		what: fmt.Sprintf("the answer to query %d", input.Query), send: send, find: find, keptStage: StageKeptSent, kept: kept,
		handed: say("application.with_officer", a.referenceAndPortal()), landed: func(string) {},
	}
}
