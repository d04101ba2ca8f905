package catalog

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// Match is a service that fits what was typed. A Score of 1 is a title or a known way of asking, word for word; below
// about 0.7 it is a guess that should be offered, not acted on.
type Match struct {
	Service *Service
	Score   float64
}

const (
	maxQueryWords = 16
	leastScore    = 0.35
	typoQuality   = 0.85 // of a word that matches but for a letter
	unknownWeight = 0.35 // of a word that no service uses: mostly "please", "I want"
)

// finder matches typed text to services by words, weighed by how rare they are, on a skeleton of consonants that is the
// same for a word in any Indian script, romanised, and with its usual misspellings.
type finder struct {
	filler     map[string]bool
	phrases    []phrase
	byWord     map[string][]int // skeleton -> phrases
	words      []string         // all skeletons, sorted
	categories map[string]Category
}

type phrase struct {
	service *Service
	words   []string
	weight  float64
}

func newFinder(from *Catalog) *finder {
	made := &finder{filler: make(map[string]bool), byWord: make(map[string][]int), categories: make(map[string]Category)}
	for _, texts := range from.texts {
		for _, word := range splitList(texts[textFiller]) {
			made.filler[foldName(word)] = true
		}
	}
	for _, service := range from.services {
		for _, asked := range waysToAsk(service) {
			made.addPhrase(service, asked)
		}
	}
	for _, category := range from.Categories() {
		for _, title := range category.Title {
			made.categories[strings.Join(made.wordsOf(title), " ")] = category
		}
	}
	for word := range made.byWord {
		made.words = append(made.words, word)
	}
	slices.Sort(made.words)
	for i := range made.phrases {
		for _, word := range made.phrases[i].words {
			made.phrases[i].weight += made.rarity(word)
		}
	}
	return made
}

// textFiller lists the words that carry no meaning in a request: "I", "want", "please".
const textFiller TextKey = "find.filler"

func waysToAsk(service *Service) []string {
	asked := slices.Clone(service.AskedAs)
	for _, title := range service.Title {
		asked = append(asked, title)
	}
	return asked
}

func (f *finder) addPhrase(service *Service, asked string) {
	words := f.wordsOf(asked)
	if len(words) == 0 {
		return
	}
	for _, word := range words {
		f.byWord[word] = append(f.byWord[word], len(f.phrases))
	}
	f.phrases = append(f.phrases, phrase{service: service, words: words})
}

// wordsOf returns the distinct skeletons of the words that carry meaning; when none does, of all.
func (f *finder) wordsOf(text string) []string {
	var meaning, all []string
	for _, word := range strings.FieldsFunc(foldDigits(clean(text)), notOfWord) {
		bones := skeleton(word)
		if bones == "" || len(all) == maxQueryWords {
			continue
		}
		all = append(all, bones)
		if !f.filler[strings.ToLower(word)] && !slices.Contains(meaning, bones) {
			meaning = append(meaning, bones)
		}
	}
	if len(meaning) == 0 {
		return all
	}
	return meaning
}

func notOfWord(char rune) bool {
	return !unicode.IsLetter(char) && !unicode.IsMark(char) && !unicode.IsDigit(char) && char != '\u200c' && char != '\u200d'
}

// rarity is the inverse document frequency over phrases.
func (f *finder) rarity(word string) float64 {
	return math.Log(1 + float64(len(f.phrases))/float64(1+len(f.byWord[word])))
}

// Find returns the services that fit what was typed, the best first, at most limit of them.
func (c *Catalog) Find(text string, limit int) []Match { return c.finder.find(text, limit) }

// FindCategory returns the category whose title, in any language, is what was typed.
func (c *Catalog) FindCategory(text string) (Category, bool) {
	category, ok := c.finder.categories[strings.Join(c.finder.wordsOf(firstRunes(text)), " ")]
	return category, ok
}

// firstRunes bounds the work that a long message causes.
func firstRunes(text string) string {
	const longest = 300
	for i := range text {
		if longest <= i {
			return text[:i]
		}
	}
	return text
}

func (f *finder) find(text string, limit int) []Match {
	words := f.joined(f.wordsOf(firstRunes(text)))
	matched := make(map[int]float64) // phrase -> weight found in it
	asked := 0.0
	for _, word := range words {
		best := f.closest(word)
		weight := 0.0
		for known, quality := range best {
			weight = max(weight, f.rarity(known))
			for _, at := range f.byWord[known] {
				matched[at] += quality * f.rarity(known)
			}
		}
		if len(best) == 0 {
			weight = unknownWeight * math.Log(1+float64(len(f.phrases)))
		}
		asked += weight
	}
	return f.rank(matched, asked, limit)
}

// joined puts together what was typed as two words and is known as one: "pass book".
func (f *finder) joined(words []string) []string {
	kept := make([]string, 0, len(words))
	for i := 0; i < len(words); i++ {
		if i+1 < len(words) && len(words[i]+words[i+1]) >= 4 && f.knows(words[i]+words[i+1]) {
			kept = append(kept, words[i]+words[i+1])
			i++
			continue
		}
		kept = append(kept, words[i])
	}
	return kept
}

func (f *finder) knows(word string) bool {
	_, known := f.byWord[word]
	return known
}

// shortest is the length of the shortest words that may be misspelt: of those, only a missing letter is made up for, since
// with another in its place little would be left of them.
const shortest = 3

// closest returns the known words that the typed one may mean, with how well: itself, else those a letter or, for long
// words, two letters away.
func (f *finder) closest(word string) map[string]float64 {
	if f.knows(word) {
		return map[string]float64{word: 1}
	}
	near := make(map[string]float64)
	length := utf8.RuneCountInString(word)
	if length < shortest || allDigits(word) {
		return near
	}
	allowed := 1 + length/8
	for _, known := range f.words {
		if known[0] != word[0] || len(known) < 3 || len(known)-len(word) > allowed || len(word)-len(known) > allowed {
			continue
		}
		if length == shortest && len(known) != len(word)+1 {
			continue
		}
		if distance := levenshtein.ComputeDistance(word, known); distance <= allowed {
			near[known] = math.Pow(typoQuality, float64(distance))
		}
	}
	return near
}

func (f *finder) rank(matched map[int]float64, asked float64, limit int) []Match {
	best := make(map[*Service]float64)
	for at, weight := range matched {
		whole := f.phrases[at]
		of := min(1, weight/whole.weight)
		in := min(1, weight/asked)
		score := 2 * of * in / (of + in)
		best[whole.service] = max(best[whole.service], score)
	}
	matches := make([]Match, 0, len(best))
	for service, score := range best {
		if score >= leastScore {
			matches = append(matches, Match{Service: service, Score: score})
		}
	}
	slices.SortFunc(matches, betterMatch)
	return matches[:max(0, min(limit, len(matches)))]
}

func betterMatch(a, b Match) int {
	switch {
	case math.Abs(a.Score-b.Score) > 1e-9:
		if a.Score > b.Score {
			return -1
		}
		return 1
	case a.Service.Availability != b.Service.Availability:
		return rank(a.Service.Availability) - rank(b.Service.Availability)
	}
	return strings.Compare(a.Service.ID, b.Service.ID)
}
