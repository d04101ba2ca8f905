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

// takePapers has the papers fetched and looked at. What is wrong with one is told, and it is asked for again, until nothing is.
func (r *request) takePapers(ctx workflow.Context, answers []PaperAnswer) ([]TakenPaper, error) {
	for {
		checked, err := r.lookAtPapers(ctx, answers)
		if err != nil {
			return nil, err
		}
		if len(checked.Findings) == 0 {
			return checked.Papers, nil
		}
		if err := r.askForPaper(ctx, answers, checked.Findings); err != nil {
			return nil, err
		}
	}
}

func (r *request) lookAtPapers(ctx workflow.Context, answers []PaperAnswer) (CheckedPapers, error) {
	if err := r.enter(ctx, StageCheckingPapers); err != nil {
		return CheckedPapers{}, err
	}
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

// askForPaper tells everything that is wrong with one paper and takes it anew, or as it is where that may be.
func (r *request) askForPaper(ctx workflow.Context, answers []PaperAnswer, findings []PaperFinding) error {
	paper := &answers[slices.IndexFunc(answers, func(a PaperAnswer) bool { return a.Field == findings[0].Field })]
	message := say("paper.problem", values{"paper": fieldLabel(r.input.Service, paper.Field)})
	waivable := true
	for _, finding := range findings {
		if finding.Field == paper.Field {
			message = append(message, finding.Line())
			waivable = waivable && finding.Waivable
		}
	}
	asked := question{
		name: r.nextStep("paper"), message: append(message, say("paper.send_again", nil)...), stage: StageAnswering,
		field: &catalog.Field{ID: paper.Field, Type: catalog.FieldDocument},
	}
	if waivable {
		asked.choices = []Choice{{ID: choiceAsItIs, Label: "button.as_it_is"}}
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
