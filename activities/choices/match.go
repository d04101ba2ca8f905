package choices

import (
	"cmp"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"

	"github.com/jansetu/jansetu/catalog/sound"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

const (
	mostCandidates = 9   // with "none of these" they fill one list message
	likely         = 0.6 // from this likeness on an option may be meant
)

// Match finds what was typed among the options. Certain is only what is written the same, but for case and spaces, or what sounds the
// same in whatever script and is the only one that does. Nothing typed offers a short list whole.
func Match(options []connectors.Option, typed string) workflows.MatchedChoice {
	wanted := plain(typed)
	if wanted == "" {
		if len(options) > mostCandidates {
			return workflows.MatchedChoice{}
		}
		return workflows.MatchedChoice{Candidates: options}
	}
	if same := only(options, func(o connectors.Option) bool { return plain(o.Label) == wanted || strings.TrimSpace(o.Value) == typed }); same != nil {
		return workflows.MatchedChoice{Exact: same}
	}
	sound := soundOf(wanted)
	if same := only(options, func(o connectors.Option) bool { return soundOf(plain(o.Label)) == sound }); same != nil && len(sound) > 2 {
		return workflows.MatchedChoice{Exact: same}
	}
	return workflows.MatchedChoice{Candidates: nearest(options, sound)}
}

// SoundsLike tells whether two names are written the same but for case and spaces, or sound the same in whatever script. What sounds like
// next to nothing is compared as it is written.
func SoundsLike(a, b string) bool {
	a, b = plain(a), plain(b)
	sound := soundOf(a)
	return a == b || len(sound) > 2 && sound == soundOf(b)
}

// only is the one option that fits; nil when none or several do.
func only(options []connectors.Option, fits func(connectors.Option) bool) *connectors.Option {
	var found *connectors.Option
	for i := range options {
		if !fits(options[i]) {
			continue
		}
		if found != nil {
			return nil
		}
		found = &options[i]
	}
	return found
}

type scored struct {
	option connectors.Option
	score  float64
}

func nearest(options []connectors.Option, sound string) []connectors.Option {
	var found []scored
	for _, option := range options {
		if score := likeness(soundOf(plain(option.Label)), sound); score >= likely {
			found = append(found, scored{option, score})
		}
	}
	slices.SortStableFunc(found, func(a, b scored) int { return cmp.Compare(b.score, a.score) })
	found = found[:min(len(found), mostCandidates)]
	nearest := make([]connectors.Option, len(found))
	for i := range found {
		nearest[i] = found[i].option
	}
	return nearest
}

// likeness is 1 for the same sound and 0 for nothing in common. One that begins with or contains the other is likely meant.
func likeness(a, b string) float64 {
	if a == "" || b == "" {
		return 0
	}
	longest := max(len(a), len(b))
	score := 1 - float64(levenshtein.ComputeDistance(a, b))/float64(longest)
	switch {
	case strings.HasPrefix(a, b) || strings.HasPrefix(b, a):
		score = max(score, 0.9)
	case strings.Contains(a, b) && len(b) > 2, strings.Contains(b, a) && len(a) > 2:
		score = max(score, 0.75)
	}
	return score
}

// plain is the text without case, punctuation and doubled spaces.
func plain(text string) string {
	return strings.Join(strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return strings.ContainsRune(" \t\n.,;:-_/()\u00a0", r) }), " ")
}

// soundOf is what remains of the words in any script and spelling: see catalog.Skeleton.
func soundOf(text string) string {
	words := strings.Fields(text)
	for i, word := range words {
		words[i] = sound.Skeleton(word)
	}
	return strings.Join(words, " ")
}
