package search

import "math"

// tally is what one search counts, kept for the next one.
type tally struct {
	inPhrase, ofPhrase []float64 // by phrase: of this word, of all words
	inEntry, ofEntry   []float64 // by entry
	phrases, entries   []int     // those that were touched at all
	wordPhrases        []int     // those that this word touched
	wordEntries        []int
	asked              float64
}

func newTally(x *Index) *tally {
	return &tally{
		inPhrase: make([]float64, len(x.phrases)), ofPhrase: make([]float64, len(x.phrases)),
		inEntry: make([]float64, x.entries), ofEntry: make([]float64, x.entries),
	}
}

// count adds up, word by word, what each phrase and each entry has of the text.
func (t *tally) count(x *Index, asked []wish) {
	t.reset()
	for _, each := range asked {
		t.asked += each.weight
		for _, found := range each.near {
			known := &x.words[found.word]
			for _, at := range known.phrases {
				if t.inPhrase[at] == 0 {
					t.wordPhrases = append(t.wordPhrases, at)
				}
				t.inPhrase[at] = max(t.inPhrase[at], found.quality*found.share*known.rarity)
			}
			t.touch(known.entries, found.quality)
			t.touch(known.described, found.quality*ofDescription)
		}
		t.phrases = settle(t.wordPhrases, t.inPhrase, t.ofPhrase, 1, t.phrases)
		t.entries = settle(t.wordEntries, t.inEntry, t.ofEntry, each.weight, t.entries)
		t.wordPhrases, t.wordEntries = t.wordPhrases[:0], t.wordEntries[:0]
	}
}

// touch notes that entries have the word at hand.
func (t *tally) touch(entries []int, quality float64) {
	for _, at := range entries {
		if t.inEntry[at] == 0 {
			t.wordEntries = append(t.wordEntries, at)
		}
		t.inEntry[at] = max(t.inEntry[at], quality)
	}
}

// ofDescription is how much a word of a description explains, beside one of a phrase.
const ofDescription = 0.6

// settle adds what one word brought to what all brought.
func settle(touched []int, one, all []float64, weight float64, ever []int) []int {
	for _, at := range touched {
		if all[at] == 0 {
			ever = append(ever, at)
		}
		all[at] += one[at] * weight
		one[at] = 0
	}
	return ever
}

func (t *tally) reset() {
	for _, at := range t.phrases {
		t.ofPhrase[at] = 0
	}
	for _, at := range t.entries {
		t.ofEntry[at] = 0
	}
	t.phrases, t.entries, t.asked = t.phrases[:0], t.entries[:0], 0
}

// leastMost keeps a text of which little is known from being taken for a clear one: what an entry explains is compared with what the best one does,
// since half of a long sentence is about something else.
const leastMost = 0.5

// leastScore is that of a match worth showing.
const leastScore = 0.25

// matches are the entries that were touched, each with the score of its best phrase.
func (t *tally) matches(x *Index) []Match {
	found := make(map[int]float64, len(t.entries))
	for _, at := range t.phrases {
		whole := x.phrases[at]
		found[whole.entry] = max(found[whole.entry], min(1, t.ofPhrase[at]/whole.weight))
	}
	most := leastMost
	for entry := range found {
		most = max(most, min(1, t.ofEntry[entry]/t.asked))
	}
	matches := make([]Match, 0, len(found))
	for entry, part := range found {
		explained := min(1, t.ofEntry[entry]/t.asked)
		if score := balance(part, explained/most); score >= leastScore {
			matches = append(matches, Match{Entry: entry, Score: score, Explained: explained})
		}
	}
	return matches
}

// balance is the harmonic mean of the part of the phrase that was found and the part of the text that is explained.
func balance(found, explained float64) float64 {
	if found+explained == 0 {
		return 0
	}
	return 2 * found * explained / (found + explained)
}

// rarest is the weight of a word that one entry uses.
func (x *Index) rarest() float64 { return math.Log(1 + float64(x.entries)/2) }

// How sure a search is.
const (
	sureScore  = 0.80
	sureMargin = 0.08
	sureOfText = 0.76 // a text that is mostly about something else is not a wish
	nearShare  = 0.45 // of the best score: a weaker match only clutters the list
)

// Sure tells whether the first match, of at least two that were asked for, is what was meant.
func Sure(matches []Match) bool {
	if len(matches) == 0 || matches[0].Score < sureScore || matches[0].Explained < sureOfText {
		return false
	}
	return len(matches) == 1 || matches[0].Score-matches[1].Score >= sureMargin
}

// Near keeps the matches that come near the best one, at most limit of them.
func Near(matches []Match, limit int) []Match {
	for i, each := range matches {
		if i == limit || each.Score < nearShare*matches[0].Score {
			return matches[:i]
		}
	}
	return matches
}
