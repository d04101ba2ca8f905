package workflows

import (
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// ActivityMatchChoice finds what a citizen typed in the portal's own list: MatchChoiceInput -> MatchedChoice. It runs on the portal's
// task queue.
const ActivityMatchChoice = "MatchChoice"

// MatchChoiceInput is a field of a form whose choices only the portal knows, and what the citizen typed for it.
type MatchChoiceInput struct {
	// Service is the catalog's id, Field the portal's name of the field.
	Service string `json:"service"`
	Field   string `json:"field"`
	// Chosen holds the values of the fields before it, by the portal's names: the list may depend on them.
	Chosen map[string]string `json:"chosen,omitempty"`
	// Typed is the citizen's answer, in any script; empty: nothing yet.
	Typed string `json:"typed,omitempty"`
}

// MatchedChoice is what was found. Long lists stay out of the history: it holds the one that is certainly meant, or the few that may be.
type MatchedChoice struct {
	Exact      *connectors.Option  `json:"exact,omitempty"`
	Candidates []connectors.Option `json:"candidates,omitempty"`
}

// portalChoices settles every field of the form that the portal's own list decides, in the form's order, and answers all fields by the
// portal's names: what was found in the lists, and the other answers as they are. A field without a portal's name is left out.
func (r *request) portalChoices(ctx workflow.Context) (map[string]string, error) {
	fields := map[string]string{}
	for _, field := range r.input.Terms.Form {
		answered, given := r.input.Answers[field.ID]
		if field.PortalField == "" || !given {
			continue
		}
		if !field.PortalChoice {
			fields[field.PortalField] = answered
			continue
		}
		option, err := r.choosePortalOption(ctx, field.PortalField, answered, fields)
		if err != nil {
			return nil, err
		}
		fields[field.PortalField] = option.Value
	}
	return fields, nil
}

// noneOfThese is the choice with which a citizen types again.
const noneOfThese = "none"

// choosePortalOption finds what the citizen typed in the portal's list; where that is not certain the citizen is asked, as often as it
// takes. It fails as ask does, and with portalSaysError when the portal does not give its list.
func (r *request) choosePortalOption(ctx workflow.Context, field, typed string, chosen map[string]string) (connectors.Option, error) {
	for {
		var matched MatchedChoice
		failure, err := r.callUntilClear(ctx, portalCall{
			activity: ActivityMatchChoice, summary: "Find the citizen's choice in the portal's list", result: &matched, stage: StageFetching,
			input:     plainInput(MatchChoiceInput{Service: r.input.Service, Field: field, Chosen: chosen, Typed: typed}),
			keptStage: StageKept, kept: say("request.kept", r.referenceAndPortal()), canStop: true,
		})
		if err != nil {
			return connectors.Option{}, err
		}
		if failure.Class != connectors.ClassOK {
			return connectors.Option{}, portalSaysError{failure}
		}
		if matched.Exact != nil {
			return *matched.Exact, nil
		}
		answer, err := r.ask(ctx, r.didYouMean(typed, matched.Candidates))
		if err != nil {
			return connectors.Option{}, err
		}
		for _, option := range matched.Candidates {
			if answer.Choice == option.Value {
				return option, nil
			}
		}
		typed = answer.Value
		if answer.Choice == noneOfThese {
			if typed, err = r.askAgain(ctx); err != nil {
				return connectors.Option{}, err
			}
		}
	}
}

// didYouMean offers what may be meant; another name may be typed instead.
func (r *request) didYouMean(typed string, candidates []connectors.Option) question {
	question := question{
		name: r.nextStep("choose"), stage: StageAnswering, message: append(r.back(r.input.Portal), say("choose.none", values{"typed": plain(typed)})...),
		field: typedName(),
	}
	if len(candidates) == 0 {
		return question
	}
	question.message = append(r.back(r.input.Portal), say("choose.did_you_mean", values{"typed": plain(typed)})...)
	for _, option := range candidates {
		question.choices = append(question.choices, Choice{ID: option.Value, Title: option.Label})
	}
	question.choices = append(question.choices, Choice{ID: noneOfThese, Label: "button.none_of_these"})
	return question
}

func (r *request) askAgain(ctx workflow.Context) (string, error) {
	answer, err := r.ask(ctx, question{name: r.nextStep("type"), stage: StageAnswering, message: say("choose.type_again", nil), field: typedName()})
	return answer.Value, err
}

func typedName() *catalog.Field {
	return &catalog.Field{ID: "choice", Type: catalog.FieldText, MaxLength: 100}
}

// portalSaysError carries an answer of the portal that ends what was being done.
type portalSaysError struct{ failure Failure }

func (e portalSaysError) Error() string { return "portal answers " + string(e.failure.Class) }
