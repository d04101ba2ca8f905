package catalog

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog/search"
	"github.com/jansetu/jansetu/catalog/sound"
)

// Match is a service that fits what was typed. A Score of 1 is a title or a known way of asking, word for word.
type Match struct {
	Service *Service
	Score   float64
}

// Understanding is what a text was taken to mean.
type Understanding struct {
	// Matches are the services that come near, the best first; none when nothing was understood.
	Matches []Match
	// Sure says that the first of them is meant, and may be opened without asking.
	Sure bool
}

// finder matches typed text to services.
type finder struct {
	index      *search.Index
	services   []*Service // by their number in the index
	categories map[string]Category
}

// textFiller lists the words that carry no meaning in a request: "I", "want", "please".
const textFiller TextKey = "find.filler"

// textAlike lists words that mean the same, a line for each meaning: "income: earn, salary". What stands before the colon joins the lines of all
// languages.
const textAlike TextKey = "find.alike"

func newFinder(from *Catalog) *finder {
	made := &finder{services: slices.Clone(from.services), categories: make(map[string]Category)}
	slices.SortStableFunc(made.services, func(a, b *Service) int { // of equal matches the first one wins
		return cmp.Or(rank(a.Availability)-rank(b.Availability), strings.Compare(a.ID, b.ID))
	})
	entries := make([]search.Entry, len(made.services))
	for i, service := range made.services {
		entries[i].Phrases = waysToAsk(service, from.state.Languages)
		for _, language := range from.state.Languages {
			entries[i].About = append(entries[i].About, service.About.In(language))
		}
	}
	made.index = search.New(search.Config{Entries: entries, Filler: fillerOf(from.texts), Alike: alikeOf(from.texts)})
	for _, category := range from.Categories() {
		for _, title := range category.Title {
			made.categories[soundOf(title)] = category
		}
	}
	return made
}

func fillerOf(texts map[Language]map[TextKey]string) (filler []string) {
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		filler = append(filler, splitList(texts[language][textFiller])...)
	}
	return filler
}

func alikeOf(texts map[Language]map[TextKey]string) [][]string {
	byMeaning := map[string][]string{}
	for _, language := range slices.Sorted(maps.Keys(texts)) {
		for line := range strings.Lines(texts[language][textAlike]) {
			meaning, words, _ := strings.Cut(strings.TrimSpace(line), ":")
			if byMeaning[meaning] == nil {
				byMeaning[meaning] = []string{meaning}
			}
			byMeaning[meaning] = append(byMeaning[meaning], splitList(words)...)
		}
	}
	groups := make([][]string, 0, len(byMeaning))
	for _, meaning := range slices.Sorted(maps.Keys(byMeaning)) {
		groups = append(groups, byMeaning[meaning])
	}
	return groups
}

func waysToAsk(service *Service, languages []Language) []string {
	asked := slices.Clone(service.AskedAs)
	for _, language := range languages {
		asked = append(asked, service.Title.In(language))
	}
	return asked
}

// soundOf is a short text as it sounds.
func soundOf(text string) string {
	words := strings.FieldsFunc(foldName(text), notOfWord)
	for i, word := range words {
		words[i] = sound.Skeleton(word)
	}
	return strings.Join(words, " ")
}

// Find returns the services that fit what was typed, the best first, at most limit of them.
func (c *Catalog) Find(text string, limit int) []Match {
	return c.finder.matches(c.finder.index.Find(text, limit))
}

// Understand says what was typed, with at most limit candidates.
func (c *Catalog) Understand(text string, limit int) Understanding {
	found := c.finder.index.Find(text, max(limit, 2)) // how sure one is depends on the next
	return Understanding{Matches: c.finder.matches(search.Near(found, limit)), Sure: search.Sure(found)}
}

func (f *finder) matches(found []search.Match) []Match {
	matches := make([]Match, len(found))
	for i, each := range found {
		matches[i] = Match{Service: f.services[each.Entry], Score: each.Score}
	}
	return matches
}

// FindCategory returns the category whose title, in any language, is what was typed.
func (c *Catalog) FindCategory(text string) (Category, bool) {
	const longest = 100
	if len(text) > longest {
		return Category{}, false
	}
	category, ok := c.finder.categories[soundOf(text)]
	return category, ok && soundOf(text) != ""
}

func notOfWord(char rune) bool { return !search.OfWord(char) }
