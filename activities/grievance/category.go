package grievance

import (
	"context"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/activities/choices"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// ComplaintCategories finds what the citizen wrote among what the town takes complaints about, by the portal's names and keywords and by the
// catalog's titles in every language. Names come back in the citizen's language where the catalog has them.
func (a *Activities) ComplaintCategories(ctx context.Context, input workflows.CategoriesAt) (workflows.MatchedCategory, error) {
	categories, err := a.config.Connector.Categories(ctx, input.Tenant)
	if err != nil {
		return workflows.MatchedCategory{}, answer.Error(err, a.config.Now())
	}
	titles := a.titles(input.Service)
	byCode := map[string]connectors.Category{}
	var options []connectors.Option
	for _, category := range categories {
		for _, name := range namesOf(category, titles[category.Code]) {
			options = append(options, connectors.Option{Value: category.Code, Label: name})
		}
		if title := titles[category.Code].In(catalog.Language(input.Language)); title != "" {
			category.Name = title
		}
		byCode[category.Code] = category
	}
	return match(options, input.Typed, byCode, categories), nil
}

func match(options []connectors.Option, typed string, byCode map[string]connectors.Category, all []connectors.Category) workflows.MatchedCategory {
	found := choices.Match(options, typed)
	if found.Exact != nil {
		exact := byCode[found.Exact.Value]
		return workflows.MatchedCategory{Exact: &exact}
	}
	var matched workflows.MatchedCategory
	seen := map[string]bool{}
	add := func(code string) {
		if !seen[code] {
			seen[code] = true
			matched.Candidates = append(matched.Candidates, byCode[code])
		}
	}
	for _, option := range found.Candidates {
		add(option.Value)
	}
	if len(found.Candidates) == 0 {
		for _, category := range all {
			add(category.Code)
		}
	}
	return matched
}

func (a *Activities) titles(service string) map[string]catalog.Text {
	known, found := a.config.Services.Service(service)
	if !found || known.Grievance == nil {
		return nil
	}
	return known.Grievance.Categories
}

// namesOf are all names under which people know a category.
func namesOf(category connectors.Category, title catalog.Text) []string {
	names := append([]string{category.Name}, category.Keywords...)
	for _, text := range title {
		names = append(names, text)
	}
	return names
}
