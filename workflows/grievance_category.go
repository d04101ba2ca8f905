package workflows

import (
	"slices"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// settleCategory finds what the citizen wrote in the town's own list of what can be complained about.
func (g *grievance) settleCategory(ctx workflow.Context) error {
	typed := g.complaint.Category
	if typed == "" {
		typed = g.complaint.Description
	}
	for {
		matched, err := g.matchCategory(ctx, typed)
		if err != nil {
			return g.orEnd(ctx, err)
		}
		if matched.Exact != nil {
			return g.answerAttributes(ctx, *matched.Exact)
		}
		answer, err := g.ask(ctx, g.whichCategory(matched, typed))
		if err != nil {
			return g.orEnd(ctx, err)
		}
		for _, category := range matched.Candidates {
			if answer.Choice == category.Code {
				return g.answerAttributes(ctx, category)
			}
		}
		typed = answer.Value // empty after "none of these": all of them are shown
	}
}

func (g *grievance) matchCategory(ctx workflow.Context, typed string) (matched MatchedCategory, err error) {
	failure, err := g.callUntilClear(ctx, portalCall{
		activity: ActivityComplaintCategories, summary: "Find the complaint among the town's own categories", result: &matched, stage: StageFetching,
		input: plainInput(CategoriesAt{
			Service: g.input.Service, Tenant: g.complaint.Tenant, Typed: typed, Language: string(g.to.Language),
		}),
		keptStage: StageKept, kept: say("request.kept", g.referenceAndPortal()), canStop: true,
	})
	if err == nil && failure.Class != connectors.ClassOK {
		err = g.endRefused(ctx, failure)
	}
	return matched, err
}

func (g *grievance) whichCategory(matched MatchedCategory, typed string) question {
	message := say("grievance.which_of_all", nil)
	if !matched.All {
		message = say("grievance.which", values{"typed": plain(typed)})
	}
	asked := question{name: g.nextStep("category"), stage: StageAnswering, message: append(g.back(g.input.Portal), message...), field: typedName()}
	for _, category := range matched.Candidates {
		asked.choices = append(asked.choices, Choice{ID: category.Code, Title: category.Name, Detail: category.Group})
	}
	if !matched.All {
		asked.choices = append(asked.choices, Choice{ID: noneOfThese, Label: "button.none_of_these"})
	}
	return asked
}

// answerAttributes asks what the category wants to know beside the text and the place.
func (g *grievance) answerAttributes(ctx workflow.Context, category connectors.Category) error {
	g.category, g.complaint.Category = category, category.Code
	for _, attribute := range category.Attributes {
		value, err := g.askAttribute(ctx, attribute)
		if err != nil {
			return g.orEnd(ctx, err)
		}
		if value != "" {
			g.complaint.Fields[attribute.Code] = value
		}
	}
	return nil
}

// choiceEnough ends choosing where several may be chosen.
const choiceEnough = "enough"

// askAttribute asks one question of the category; where several answers may be given it is asked until that is enough.
func (g *grievance) askAttribute(ctx workflow.Context, attribute connectors.CategoryAttribute) (string, error) {
	var chosen []string
	for {
		answer, err := g.ask(ctx, g.attributeQuestion(attribute, chosen))
		if err != nil {
			return "", err
		}
		switch {
		case answer.Choice == choiceEnough || answer.Choice == choiceWithout:
			return strings.Join(chosen, "\n"), nil
		case answer.Choice == "":
			return answer.Value, nil
		case !attribute.Multiple:
			return answer.Choice, nil
		}
		if chosen = append(chosen, answer.Choice); len(chosen) == len(attribute.Options) {
			return strings.Join(chosen, "\n"), nil
		}
	}
}

func (g *grievance) attributeQuestion(attribute connectors.CategoryAttribute, chosen []string) question {
	asked := question{
		name: g.nextStep("attribute"), stage: StageAnswering, message: say("grievance.attribute", values{"question": plain(attribute.Question)}),
	}
	for _, option := range attribute.Options {
		if !slices.Contains(chosen, option.Value) {
			asked.choices = append(asked.choices, Choice{ID: option.Value, Title: option.Label})
		}
	}
	switch {
	case len(chosen) > 0:
		asked.choices = append(asked.choices, Choice{ID: choiceEnough, Label: "button.enough"})
	case !attribute.Required:
		asked.choices = append(asked.choices, Choice{ID: choiceWithout, Label: "button.skip_question"})
	}
	if len(attribute.Options) == 0 {
		asked.field = attributeField(attribute)
	}
	return asked
}

func attributeField(attribute connectors.CategoryAttribute) *catalog.Field {
	field := &catalog.Field{ID: "attribute", Type: catalog.FieldText, MaxLength: 500}
	switch attribute.Type {
	case "number":
		field.Type, field.MaxLength = catalog.FieldNumber, 0
	case "datetime":
		field.Type, field.MaxLength = catalog.FieldDate, 0
	}
	return field
}
