package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// look asks the department where the application stands. A portal that is away is looked at again without a word: nobody waits for it
// in this moment.
func (a *application) look(ctx workflow.Context) (connectors.ApplicationStatus, error) {
	var status connectors.ApplicationStatus
	failure, err := a.callUntilClear(ctx, a.atDepartment(ActivityApplicationStatus, "Look at the department's status", &status))
	if err != nil || failure.Class == connectors.ClassOK {
		return status, err
	}
	a.note(ctx, "The department did not tell the status: "+string(failure.Class))
	return connectors.ApplicationStatus{}, nil
}

// atDepartment is a call about the application that is with the department.
func (a *application) atDepartment(activity, summary string, result any) portalCall {
	return portalCall{
		activity: activity, summary: summary, result: result, keep: keepFor,
		input: func(answer *connectors.ChallengeAnswer) any {
			return ApplicationAt{To: a.to, Service: a.input.Service, Number: a.submitted.Number, Fields: a.fields, Answer: answer}
		},
	}
}

// waitToLook lets the department work. An operator's retry looks at once.
func (a *application) waitToLook(ctx workflow.Context, round int) error {
	retries := a.retries
	wait := statusPolls[min(round, len(statusPolls)-1)]
	_, err := a.awaitFor(ctx, wait, "the department; then its status is looked at", func() bool { return a.retries > retries })
	return err
}

// tellNews tells what changed since the citizen was told last.
func (a *application) tellNews(ctx workflow.Context, told, now connectors.ApplicationStatus) error {
	if now.State == "" || (now.State == told.State && now.Officer == told.Officer) || told.State == "" {
		return nil
	}
	detail := say("application.detail_with", values{"number": plain(a.submitted.Number), "officer": plain(now.Officer)})
	message := say("application.moved", values{"number": plain(a.submitted.Number), "officer": plain(now.Officer)})
	return a.tellStage(ctx, a.nextStep("news"), StageInProgress, message, TellInput{Stage: inDetail(detail)})
}

// deliver fetches what the department issued and hands it over as it is.
func (a *application) deliver(ctx workflow.Context) error {
	var certificate Document
	failure, err := a.callUntilClear(ctx, a.atDepartment(ActivityFetchCertificate, "Fetch what the department issued", &certificate))
	switch {
	case err != nil:
		return err
	case failure.Class == connectors.ClassNotFound: // approved, and not signed yet
		return nil
	case failure.Class != connectors.ClassOK:
		return a.end(ctx, StageDone, say("application.fetch_at_office", values{"number": plain(a.submitted.Number), "portal": portal(a.input.Portal)}))
	}
	a.outcome.Certificate = certificate.ID
	message := append(a.back(a.input.Portal), say("application.approved", values{"number": plain(a.submitted.Number)})...)
	return a.endWith(ctx, StageDone, message, TellInput{Document: &certificate, CloseQuestions: true})
}

// endRejected tells the department's reason, and what can be done about it.
func (a *application) endRejected(ctx workflow.Context, status connectors.ApplicationStatus) error {
	message := say("application.rejected", values{"number": plain(a.submitted.Number), "portal": portal(a.input.Portal)})
	if status.Note != "" {
		message = append(message, say("application.reason", values{"reason": plain(status.Note)})...)
	}
	return a.endAnswered(ctx, StageRefused, append(message, say("application.remedy", a.referenceAndPortal())...))
}

// answerQuery puts the department's query to the citizen, and the answer to the department, once.
func (a *application) answerQuery(ctx workflow.Context, status connectors.ApplicationStatus) error {
	query := status.Query
	if query == nil {
		query = &connectors.DepartmentQuery{Text: status.Note}
	}
	a.queries++
	input := AnswerQueryInput{
		To: a.to, Service: a.input.Service, Number: a.submitted.Number, Query: a.queries, QueryID: query.ID, Fields: map[string]string{},
	}
	a.stop = "" // a wish to stop is no answer: the application is with the department
	if err := a.askDepartmentsQuestions(ctx, query, &input); err != nil {
		if errors.Is(err, errNoAnswer) || errors.Is(err, errStopped) {
			return a.tell(ctx, a.nextStep("unanswered"), say("application.query_unanswered", values{"number": plain(a.submitted.Number)}), TellInput{})
		}
		return err
	}
	failure, err := a.submitOnce(ctx, a.queryAnswer(input))
	if err != nil && !errors.Is(err, errStopped) {
		return err
	}
	if failure.Class != connectors.ClassOK {
		return a.tell(ctx, a.nextStep("query-refused"), say("application.answer_at_office", values{"portal": portal(a.input.Portal)}), TellInput{})
	}
	return a.tellStage(ctx, a.nextStep("answered"), StageInProgress, say("application.query_answered", values{"portal": portal(a.input.Portal)}), TellInput{})
}

// askDepartmentsQuestions asks for everything the department wants: each field, each paper, or a free text.
func (a *application) askDepartmentsQuestions(ctx workflow.Context, query *connectors.DepartmentQuery, input *AnswerQueryInput) error {
	intro := say("application.query", values{"portal": portal(a.input.Portal), "query": plain(query.Text)})
	if len(query.Fields) == 0 && len(query.Enclosures) == 0 {
		answer, err := a.ask(ctx, question{
			name: a.nextStep("query"), stage: StageQueried, waitFor: queryFor, message: intro,
			field: &catalog.Field{ID: "answer", Type: catalog.FieldText, MaxLength: 1000},
		})
		input.Text = answer.Value
		return err
	}
	for _, name := range query.Fields {
		message := append(intro, say("application.query_field", values{"field": plain(name)})...)
		answer, err := a.ask(ctx, question{
			name: a.nextStep("query"), stage: StageQueried, waitFor: queryFor, message: message, field: &catalog.Field{ID: name, Type: catalog.FieldText},
		})
		if err != nil {
			return err
		}
		input.Fields[name], intro = answer.Value, nil
	}
	for _, kind := range query.Enclosures {
		message := append(intro, say("application.query_paper", values{"paper": plain(kind)})...)
		taken, err := a.askForQueriedPaper(ctx, kind, message)
		if err != nil {
			return err
		}
		input.Papers, intro = append(input.Papers, taken...), nil
	}
	return nil
}

func (a *application) askForQueriedPaper(ctx workflow.Context, kind string, message Message) ([]SentPaper, error) {
	answer, err := a.ask(ctx, question{
		name: a.nextStep("query"), stage: StageQueried, waitFor: queryFor, message: message, field: &catalog.Field{ID: kind, Type: catalog.FieldDocument},
	})
	if err != nil {
		return nil, err
	}
	taken, err := a.takePapers(ctx, []PaperAnswer{{Field: kind, Media: answer.Value}})
	sent := make([]SentPaper, 0, len(taken))
	for _, paper := range taken {
		sent = append(sent, SentPaper{ID: paper.ID, Kind: kind})
	}
	return sent, err
}

func (a *application) queryAnswer(input AnswerQueryInput) submission {
	kept := say("application.answer_kept", a.referenceAndPortal())
	call := portalCall{keptStage: StageKeptSent, kept: kept, keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary = ActivityAnswerQuery, "Answer the department's query"
	find.activity, find.summary = ActivityQueryAnswered, "Look up whether the department has the answer"
	sent := false
	send.input = func(answer *connectors.ChallengeAnswer) any {
		next := input
		next.Answer, next.LookFirst = answer, sent && answer == nil
		sent = true
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
