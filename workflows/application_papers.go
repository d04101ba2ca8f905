package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

const choiceAsItIs = "as_it_is"

// takePapers has the papers fetched and looked at. What is wrong is told, all of it at once; then each of those papers is asked for again,
// until nothing is wrong.
func (r *request) takePapers(ctx workflow.Context, answers []PaperAnswer) ([]TakenPaper, error) {
	for {
		checked, err := r.lookAtPapers(ctx, answers)
		if err != nil {
			return nil, err
		}
		if len(checked.Findings) == 0 {
			return checked.Papers, r.tellMasked(ctx, checked.Papers)
		}
		intro := r.describeFindings(checked.Findings)
		for i := range answers {
			findings := findingsOf(answers[i].Field, checked.Findings)
			if len(findings) == 0 {
				continue
			}
			if err := r.askForPaper(ctx, intro, &answers[i], findings); err != nil {
				return nil, err
			}
			intro = nil
		}
	}
}

// tellMasked says that digits were painted over.
func (r *request) tellMasked(ctx workflow.Context, papers []TakenPaper) error {
	if !slices.ContainsFunc(papers, func(paper TakenPaper) bool { return paper.Masked }) {
		return nil
	}
	return r.tell(ctx, r.nextStep("masked"), say("paper.masked", nil), TellInput{})
}

func findingsOf(field string, findings []PaperFinding) []PaperFinding {
	return slices.DeleteFunc(slices.Clone(findings), func(finding PaperFinding) bool { return finding.Field != field })
}

// describeFindings tells everything that is wrong, paper by paper.
func (r *request) describeFindings(findings []PaperFinding) Message {
	var message Message
	for i, finding := range findings {
		if i == 0 || findings[i-1].Field != finding.Field {
			message = append(message, say("paper.problem", values{"paper": fieldLabel(r.input.Service, finding.Field)})...)
		}
		message = append(message, finding.Line())
	}
	return message
}

func (r *request) lookAtPapers(ctx workflow.Context, answers []PaperAnswer) (CheckedPapers, error) {
	r.enter(ctx, StageCheckingPapers)
	looking := workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: HubTaskQueue, StartToCloseTimeout: CheckPapersTimeout(len(answers)), HeartbeatTimeout: 20 * time.Second,
		ScheduleToCloseTimeout: keepFor, Summary: "Look at the papers", Priority: temporal.Priority{PriorityKey: urgentPriority},
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Second, BackoffCoefficient: 2, MaximumInterval: time.Minute},
	})
	var checked CheckedPapers
	input := CheckPapersInput{Reference: r.to.Reference, Language: r.to.Language, Applicant: r.applicant(), Papers: answers}
	if err := workflow.ExecuteActivity(looking, ActivityCheckPapers, input).Get(ctx, &checked); err != nil {
		return CheckedPapers{}, fmt.Errorf("look at the papers: %w", err)
	}
	return checked, nil
}

// applicant is the first name on the form.
func (r *request) applicant() string {
	for _, field := range r.input.Terms.Form {
		if field.Type == catalog.FieldName {
			return r.input.Answers[field.ID]
		}
	}
	return ""
}

// askForPaper takes one paper anew, or as it is where that may be.
func (r *request) askForPaper(ctx workflow.Context, intro Message, paper *PaperAnswer, findings []PaperFinding) error {
	asked := question{
		name: r.nextStep("paper"), stage: StageAnswering, field: &catalog.Field{ID: "paper", Type: catalog.FieldDocument},
		message: append(intro, say("paper.send_this", values{"paper": fieldLabel(r.input.Service, paper.Field)})...),
	}
	if !slices.ContainsFunc(findings, func(finding PaperFinding) bool { return !finding.Waivable }) {
		asked.choices = []Choice{{ID: choiceAsItIs, Label: "button.paper_as_it_is"}}
	}
	answer, err := r.ask(ctx, asked)
	if err != nil {
		return err
	}
	if answer.Choice == choiceAsItIs {
		paper.AsItIs = true
	} else {
		paper.Media, paper.AsItIs = answer.Value, false
	}
	return nil
}
