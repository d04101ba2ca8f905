package search

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jansetu/jansetu/catalog/sound"
)

// What a text is read to: more is no wish, and would only cost time.
const (
	mostLetters = 300
	mostWords   = 24
)

// token is a word of a text.
type token struct {
	form, skeleton string
}

// split gives the words of a text as they are written, in small letters.
func split(text string) []string {
	text = strings.ToLower(norm.NFC.String(strings.ToValidUTF8(text, " ")))
	return strings.FieldsFunc(sound.FoldDigits(text), func(char rune) bool { return !OfWord(char) })
}

// OfWord tells whether words are made of the character: letters, marks and digits, and the joiners that Indian scripts need inside a word.
func OfWord(char rune) bool {
	return unicode.IsLetter(char) || unicode.IsMark(char) || unicode.IsDigit(char) || char == '\u200c' || char == '\u200d'
}

// hear gives the distinct words of a text that carry meaning; when none does, all.
func (x *Index) hear(text string) []token {
	var meaning, all []token
	for _, written := range split(shorten(text)) {
		heard := token{form: sound.Form(written), skeleton: sound.Skeleton(written)}
		if heard.form == "" || len(all) == mostWords {
			continue
		}
		all = append(all, heard)
		if !x.filler[written] && !slices.ContainsFunc(meaning, func(other token) bool { return other.form == heard.form }) {
			meaning = append(meaning, heard)
		}
	}
	if len(meaning) == 0 {
		return all
	}
	return meaning
}

func shorten(text string) string {
	letters := 0
	for i := range text {
		if letters == mostLetters {
			return text[:i]
		}
		letters++
	}
	return text
}
