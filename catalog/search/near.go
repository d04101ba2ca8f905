package search

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"
)

// gram is three sounds in a row; a word's ends count as a sound.
type gram [3]byte

const edge = '^'

// gramsOf are the distinct trigrams of a word. Sounds are single bytes, but for letters of scripts that are not known.
func gramsOf(form string) []gram {
	padded := string(edge) + form + string(edge)
	grams := make([]gram, 0, len(padded))
	seen := make(map[gram]bool, len(padded))
	for i := 0; i+3 <= len(padded); i++ {
		each := gram{padded[i], padded[i+1], padded[i+2]}
		if !seen[each] {
			seen[each] = true
			grams = append(grams, each)
		}
	}
	return grams
}

// near is a known word that a written one may mean, with how well it fits: 1 is the word itself.
type near struct {
	word    int
	quality float64
	share   float64 // of the known word that the written one stands for: half of it when it was written as two
}

// How well words fit that only sound like one another.
const (
	sameBones        = 0.78 // the same consonants, with other vowels
	sureOfWord       = 0.93 // to take other words of its meaning too
	sameMeaning      = 0.85
	sameBeginning    = 0.84
	leastShared      = 0.30 // of the trigrams, to be looked at closely
	leastAlike       = 0.66 // of the letters
	shortest         = 4    // shorter words are not misspelt: little would be left of them
	sureWithoutFirst = 7    // letters from which on the first may be another
)

// nearest are the known words that a written one may mean.
func (x *Index) nearest(heard token) []near {
	var found []near
	if known, ok := x.byForm[heard.form]; ok {
		found = append(found, near{known, 1, 1})
	}
	for _, known := range x.bySkeleton[heard.skeleton] {
		if x.words[known].form != heard.form {
			if quality := bonesAlike(heard, x.words[known]); quality > 0 {
				found = append(found, near{known, quality, 1})
			}
		}
	}
	if len(found) == 0 && !isNumber(heard.form) {
		found = x.alike(heard)
	}
	return x.ofSameMeaning(found)
}

// ofSameMeaning adds the words that mean what the found ones mean.
func (x *Index) ofSameMeaning(found []near) []near {
	for _, each := range slices.Clone(found) {
		if each.quality < sureOfWord {
			continue
		}
		for _, group := range x.words[each.word].meanings {
			for _, other := range x.meanings[group] {
				if x.words[other].isUsed() && !slices.ContainsFunc(found, func(known near) bool { return known.word == other }) {
					found = append(found, near{other, each.quality * sameMeaning, 1})
				}
			}
		}
	}
	return slices.DeleteFunc(found, func(each near) bool { return !x.words[each.word].isUsed() })
}

// bonesAlike says how well words of the same consonants fit. Of short words the vowels are the half.
func bonesAlike(heard token, known word) float64 {
	alike := likeness(heard.form, known.form)
	switch len(heard.skeleton) {
	case 0, 1:
		return 0
	case 2:
		return sameBones * alike
	}
	return sameBones + (1-sameBones)*alike
}

// alike are the words that share sounds with one that nobody knows.
func (x *Index) alike(heard token) []near {
	shared := map[int]int{}
	grams := gramsOf(heard.form)
	for _, each := range grams {
		for _, known := range x.byGram[each] {
			shared[known]++
		}
	}
	var found []near
	for number, count := range shared {
		known := x.words[number]
		dice := 2 * float64(count) / float64(len(grams)+known.grams)
		if quality := x.quality(heard, known, dice); quality > 0 {
			found = append(found, near{number, quality, 1})
		}
	}
	return found
}

func (x *Index) quality(heard token, known word, dice float64) float64 {
	if beginning := beginsAlike(heard, known); beginning > 0 {
		return beginning
	}
	if dice < leastShared || len(heard.form) < shortest || len(known.form) < shortest-1 {
		return 0
	}
	alike := max(likeness(heard.form, known.form), likeness(heard.skeleton, known.skeleton)-0.1)
	if alike < leastAlike || heard.form[0] != known.form[0] && len(heard.form) < sureWithoutFirst {
		return 0
	}
	return math.Pow(alike, 1.5)
}

// beginsAlike finds a known word with an ending on it, or the beginning of one.
func beginsAlike(heard token, known word) float64 {
	const leastBones, mostEnding = 3, 5
	long, short := heard.skeleton, known.skeleton
	if len(long) < len(short) {
		long, short = short, long
	}
	if len(short) < leastBones || len(long)-len(short) > mostEnding || !strings.HasPrefix(long, short) {
		return 0
	}
	return sameBeginning - 0.04*float64(len(long)-len(short))
}

// likeness is the part of the letters that two words share in order.
func likeness(a, b string) float64 {
	longest := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b)) // letters of unknown scripts have several bytes
	if longest == 0 {
		return 0
	}
	return 1 - float64(levenshtein.ComputeDistance(a, b))/float64(longest)
}

func isNumber(form string) bool { return strings.Trim(form, "0123456789") == "" }

// wish is a word of the text with the known words that it may be.
type wish struct {
	weight float64
	near   []near
}

// unknownWeight is the weight of a word that no phrase has, as a part of that of the rarest word: it is mostly a name or politeness.
const unknownWeight = 0.60

// read gives the words of a text with what each may mean, apart or put together with the next.
func (x *Index) read(text string) []wish {
	heard := x.hear(text)
	wishes := make([]wish, 0, len(heard))
	for i, each := range heard {
		if two, ok := x.takenApart(each); ok {
			wishes = append(wishes, x.wish([]near{{two[0], 1, 1}}), x.wish([]near{{two[1], 1, 1}}))
			continue
		}
		found := x.nearest(each)
		if i > 0 {
			found = x.joined(heard[i-1], each, found)
		}
		if i+1 < len(heard) {
			found = x.joined(each, heard[i+1], found)
		}
		wishes = append(wishes, x.wish(found))
	}
	return wishes
}

// takenApart are the two words of which an unknown one is made: "housetax".
func (x *Index) takenApart(heard token) ([2]int, bool) {
	if _, known := x.byForm[heard.form]; known {
		return [2]int{}, false
	}
	two, ok := x.compounds[heard.form]
	return two, ok
}

// joined adds a known word that was written as two: "pass book".
func (x *Index) joined(first, second token, found []near) []near {
	if len(first.skeleton)+len(second.skeleton) < shortest {
		return found
	}
	if known, ok := x.byForm[first.form+second.form]; ok {
		return append(found, near{known, 1, 0.5})
	}
	return found
}

func (x *Index) wish(found []near) wish {
	made := wish{near: found}
	for _, each := range found {
		made.weight = max(made.weight, x.words[each.word].rarity*each.quality)
	}
	if len(found) == 0 {
		made.weight = unknownWeight * x.rarest()
	}
	return made
}
