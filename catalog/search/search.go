// Package search finds what somebody means who writes freely: in any language of India, in its own script or in Latin letters, mixed, misspelt, in
// half a word or in a long sentence. It knows words and numbers of entries, and nothing of services.
//
// How it goes, for "mujhe bijlee ka bil bharna he":
//
//  1. Normalisation. One line, NFC, small letters, digits of every script as ASCII; words are runs of letters, marks and digits.
//  2. Words that carry no meaning in a wish ("mujhe", "ka") are filler: each language lists its own. When nothing else is there, they count.
//  3. Sound. Every word, of the text and of what is known, is reduced to how it sounds (package sound): "bijlee", "bijli" and "बिजली" become one
//     word, whatever the script, so that no dictionary between scripts is needed.
//  4. Words of one meaning ("aamdani", "income", "earn") stand for one another, a little less well than for themselves: each language lists its own.
//  5. Words that nobody knows are compared by their trigrams of sounds, then by their distance in letters; by their beginning, since Telugu, Marathi
//     and Odia put endings on words ("కార్డులో", "दाखल्यासाठी"); as two words written together or one written apart.
//  6. Scoring. A word weighs more the fewer entries use it. A phrase (a title, or one of the ways of asking) is as good as the part of it that was
//     found; an entry explains the part of the text that any of its phrases has words for. The score is the balanced mean of both, between 0 and 1.
//  7. Confidence. Sure is a high score well before the next one; else the few that come near are candidates; else nothing was understood.
//
// An index is immutable and safe for concurrent use.
package search

import (
	"math"
	"slices"
	"sync"
)

// Entry is something that can be asked for, with every way of asking for it that is known.
type Entry struct {
	Phrases []string
	// About are texts that describe it: their words explain what was written, but do not call for the entry.
	About []string
}

// Match is an entry that fits, by its place among those of the index. A Score of 1 is a known phrase word for word.
type Match struct {
	Entry int
	Score float64
	// Explained is the part of the text that the entry has words for, between 0 and 1.
	Explained float64
}

// Index is what texts are compared with.
type Index struct {
	filler     map[string]bool
	words      []word
	byForm     map[string]int
	bySkeleton map[string][]int
	byGram     map[gram][]int
	compounds  map[string][2]int // two words that stand together, written as one
	phrases    []phrase
	meanings   [][]int // the words of each group
	entries    int
	scratch    sync.Pool
}

// word is one sound that phrases use.
type word struct {
	form, skeleton string
	grams          int
	rarity         float64
	phrases        []int
	entries        []int
	described      []int // entries that are described with it
	meanings       []int // groups of words that mean the same
}

// isUsed tells whether any entry has the word: some are known only for what they mean.
func (w word) isUsed() bool { return len(w.phrases) > 0 || len(w.described) > 0 }

type phrase struct {
	entry  int
	weight float64 // of all its words together
}

// Config is what an index is made of.
type Config struct {
	Entries []Entry
	// Filler are words of all languages that carry no meaning in a wish.
	Filler []string
	// Alike are groups of words, of any language, that mean the same.
	Alike [][]string
}

// New makes an index.
func New(config Config) *Index {
	entries := config.Entries
	x := &Index{
		filler: make(map[string]bool, len(config.Filler)), byForm: map[string]int{}, bySkeleton: map[string][]int{}, byGram: map[gram][]int{},
		compounds: map[string][2]int{}, entries: len(entries),
	}
	for _, each := range config.Filler {
		for _, written := range split(each) {
			x.filler[written] = true
		}
	}
	for number, entry := range entries {
		for _, text := range entry.Phrases {
			x.add(number, text)
		}
	}
	for number, entry := range entries {
		for _, text := range entry.About {
			x.describe(number, text)
		}
	}
	for group, alike := range config.Alike {
		x.relate(group, alike)
	}
	x.weigh()
	x.scratch.New = func() any { return newTally(x) }
	return x
}

func (x *Index) add(entry int, text string) {
	heard := x.hear(text)
	of := make([]int, len(heard))
	for i, each := range heard {
		of[i] = x.learn(each)
	}
	if len(of) == 0 {
		return
	}
	at := len(x.phrases)
	x.phrases = append(x.phrases, phrase{entry: entry})
	for i, each := range of {
		known := &x.words[each]
		if len(known.phrases) == 0 || known.phrases[len(known.phrases)-1] != at {
			known.phrases = append(known.phrases, at)
		}
		if len(known.entries) == 0 || known.entries[len(known.entries)-1] != entry {
			known.entries = append(known.entries, entry)
		}
		if i > 0 {
			x.compounds[x.words[of[i-1]].form+known.form] = [2]int{of[i-1], each}
		}
	}
}

// learn gives the number of a word, a new one when it was not known.
func (x *Index) learn(heard token) int {
	if known, ok := x.byForm[heard.form]; ok {
		return known
	}
	number := len(x.words)
	grams := gramsOf(heard.form)
	x.words = append(x.words, word{form: heard.form, skeleton: heard.skeleton, grams: len(grams)})
	x.byForm[heard.form] = number
	x.bySkeleton[heard.skeleton] = append(x.bySkeleton[heard.skeleton], number)
	for _, each := range grams {
		x.byGram[each] = append(x.byGram[each], number)
	}
	return number
}

// describe adds words that the entry has no phrase of.
func (x *Index) describe(entry int, text string) {
	for _, heard := range x.hear(text) {
		number := x.learn(heard)
		known := &x.words[number]
		if !slices.Contains(known.entries, entry) && !slices.Contains(known.described, entry) {
			known.described = append(known.described, entry)
		}
	}
}

// relate makes words of one meaning, whether phrases use them or not.
func (x *Index) relate(group int, alike []string) {
	var of []int
	for _, each := range alike {
		for _, heard := range x.hear(each) {
			number := x.learn(heard)
			x.words[number].meanings = append(x.words[number].meanings, group)
			of = append(of, number)
		}
	}
	x.meanings = append(x.meanings, of)
}

// weigh gives every word its weight: the logarithm of how few entries use it.
func (x *Index) weigh() {
	for i := range x.words {
		known := &x.words[i]
		known.rarity = math.Log(1 + float64(x.entries)/float64(1+len(known.entries)))
		for _, at := range known.phrases {
			x.phrases[at].weight += known.rarity
		}
	}
}

// Find returns the entries that fit, the best first, at most limit of them. Entries of one score stand in the order of the index.
func (x *Index) Find(text string, limit int) []Match {
	asked := x.read(text)
	if len(asked) == 0 || limit <= 0 {
		return nil
	}
	t, _ := x.scratch.Get().(*tally)
	defer x.scratch.Put(t)
	t.count(x, asked)
	matches := t.matches(x)
	slices.SortStableFunc(matches, func(a, b Match) int {
		switch difference := b.Score - a.Score; {
		case math.Abs(difference) < 1e-9:
			return a.Entry - b.Entry
		case difference < 0:
			return -1
		}
		return 1
	})
	return matches[:min(limit, len(matches))]
}
