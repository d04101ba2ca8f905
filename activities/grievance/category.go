package grievance

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/activities/choices"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

const (
	mostCandidates = 9 // with "none of these" they fill one list message
	// mostWords and mostAll bound what a citizen, and a town, can make us compare and keep in the history.
	mostWords = 40
	mostAll   = 200
)

// ComplaintCategories finds what the citizen wrote among what the town takes complaints about, by the portal's names and keywords and by the
// catalog's titles in every language. Names come back in the citizen's language where the catalog has them.
func (a *Activities) ComplaintCategories(ctx context.Context, input workflows.CategoriesAt) (workflows.MatchedCategory, error) {
	offered, err := a.config.Connector.Categories(ctx, input.Tenant)
	if err != nil {
		return workflows.MatchedCategory{}, answer.Error(err, a.config.Now())
	}
	offered = offered[:min(len(offered), mostAll)]
	titles := a.titles(input.Service)
	named := make([]namedCategory, len(offered))
	for i, category := range offered {
		named[i] = name(category, titles[category.Code], catalog.Language(input.Language))
	}
	return match(named, input.Typed), nil
}

func (a *Activities) titles(service string) map[string]catalog.Text {
	known, found := a.config.Services.Service(service)
	if !found || known.Grievance == nil {
		return nil
	}
	return known.Grievance.Categories
}

// namedCategory is a category as it is shown, with all that people call it.
type namedCategory struct {
	connectors.Category

	titles, keywords []string
}

func name(category connectors.Category, title catalog.Text, language catalog.Language) namedCategory {
	named := namedCategory{titles: []string{category.Name}, keywords: category.Keywords}
	for _, text := range title {
		named.titles = append(named.titles, text)
	}
	if own := title.In(language); own != "" {
		category.Name = own
	}
	category.Keywords = nil // they stay out of the history
	named.Category = category
	return named
}

// match is certain of a category only when exactly one is called what was typed; else those that share words with it may be meant, and
// where none does all are shown.
func match(named []namedCategory, typed string) workflows.MatchedCategory {
	type scored struct {
		category connectors.Category
		score    float64
	}
	var exact []connectors.Category
	var near []scored
	all := make([]connectors.Category, len(named))
	words := wordsOf(typed)
	for i, each := range named {
		all[i] = each.Category
		if each.isCalled(typed) {
			exact = append(exact, each.Category)
		}
		if score := each.likeness(words); score > 0 {
			near = append(near, scored{each.Category, score})
		}
	}
	switch {
	case len(exact) == 1:
		return workflows.MatchedCategory{Exact: &exact[0]}
	case len(near) == 0:
		return workflows.MatchedCategory{Candidates: all, All: true}
	}
	slices.SortStableFunc(near, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	var matched workflows.MatchedCategory
	for _, each := range near[:min(len(near), mostCandidates)] {
		matched.Candidates = append(matched.Candidates, each.category)
	}
	return matched
}

func (n namedCategory) isCalled(typed string) bool {
	return strings.TrimSpace(typed) != "" && slices.ContainsFunc(n.titles, func(title string) bool { return choices.SoundsLike(typed, title) })
}

// likeness counts how many of the words stand in the category's titles, and, for half as much, among its keywords.
func (n namedCategory) likeness(words []string) (score float64) {
	titles, keywords := wordsOf(strings.Join(n.titles, " ")), wordsOf(strings.Join(n.keywords, " "))
	for _, word := range words {
		same := func(other string) bool { return choices.SoundsLike(word, other) }
		switch {
		case slices.ContainsFunc(titles, same):
			score++
		case slices.ContainsFunc(keywords, same):
			score += 0.5
		}
	}
	return score
}

func wordsOf(text string) []string {
	var words []string
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \t\n.,;:-_/()!?\u00a0", r) }) {
		if len([]rune(word)) > 2 && !slices.Contains(words, word) && len(words) < mostWords {
			words = append(words, word)
		}
	}
	return words
}
