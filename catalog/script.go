package catalog

import (
	"fmt"
	"iter"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// scripts are those in which the languages of India are officially written (Eighth Schedule of the Constitution, and
// English). A language that is not here is not checked.
var scripts = map[Language]*unicode.RangeTable{
	"en": unicode.Latin,
	"hi": unicode.Devanagari, "mr": unicode.Devanagari, "ne": unicode.Devanagari, "sa": unicode.Devanagari, "mai": unicode.Devanagari,
	"kok": unicode.Devanagari, "doi": unicode.Devanagari, "brx": unicode.Devanagari,
	"te": unicode.Telugu, "ta": unicode.Tamil, "kn": unicode.Kannada, "ml": unicode.Malayalam,
	"or": unicode.Oriya, "pa": unicode.Gurmukhi, "gu": unicode.Gujarati, "bn": unicode.Bengali, "as": unicode.Bengali,
	"ur": unicode.Arabic, "ks": unicode.Arabic, "sd": unicode.Arabic, "sat": unicode.Ol_Chiki, "mni": unicode.Meetei_Mayek,
}

var webAddress = regexp.MustCompile(`https?://\S+|\S+\.(in|org|com)\b`)

// scriptFault says in words what is wrong with the letters of a text: letters of a foreign script, or fewer of its own
// than Latin ones. Web addresses and abbreviations in capitals (PDF, UPI) may stand in any language.
func scriptFault(lang Language, text string) string {
	own, known := scripts[lang]
	if !known {
		return ""
	}
	native, latin := 0, 0
	for _, word := range strings.FieldsFunc(webAddress.ReplaceAllString(text, " "), notOfWord) {
		for _, char := range word {
			switch {
			case !unicode.In(char, unicode.L, unicode.M) || unicode.In(char, unicode.Common, unicode.Inherited):
			case unicode.Is(own, char):
				native++
			case !unicode.Is(unicode.Latin, char):
				return fmt.Sprintf("has the letter %q of another script", string(char))
			case word != strings.ToUpper(word):
				latin++
			}
		}
	}
	if latin > native {
		return "is mostly in Latin letters"
	}
	return strangeWord(lang, text)
}

// marks are signs by which a language is known among others of its script: words that no other of them has, and letters.
type marks struct {
	name    string
	words   []string
	letters string
}

// languageMarks are those of languages that share their script with another one of the states here. The letters are of the standard
// orthographies: Marathi has ळ and the eyelash र, Hindi the dotted letters (Central Hindi Directorate, 2016).
var languageMarks = map[Language]marks{
	"hi": {
		name:    "Hindi",
		words:   []string{"है", "हैं", "में", "और", "नहीं", "आपका", "आपकी", "आपके", "अपना", "अपनी", "अपने", "करें", "लिखें", "भेजें", "क्या"},
		letters: "क़ख़ग़ज़ड़ढ़फ़",
	},
	"mr": {
		name:    "Marathi",
		words:   []string{"आहे", "आहेत", "आणि", "नाही", "तुमचा", "तुमची", "तुमचे", "तुमच्या", "लिहा", "पाठवा"},
		letters: "ळऱ",
	},
}

// strangeWord finds what only another language of the same script has, such as a text that was copied and not translated.
func strangeWord(lang Language, text string) string {
	if _, known := languageMarks[lang]; !known {
		return ""
	}
	for _, other := range slices.Sorted(maps.Keys(languageMarks)) {
		signs := languageMarks[other]
		if other == lang || scripts[other] != scripts[lang] {
			continue
		}
		for _, word := range strings.FieldsFunc(norm.NFC.String(text), notOfWord) {
			if slices.Contains(signs.words, word) {
				return fmt.Sprintf("has the word %q, which is %s", word, signs.name)
			}
			for letter := range lettersOf(norm.NFC.String(signs.letters)) {
				if strings.Contains(word, letter) {
					return fmt.Sprintf("has the word %q, spelt as in %s (%s)", word, signs.name, letter)
				}
			}
		}
	}
	return ""
}

// lettersOf yields each letter with the signs that belong to it.
func lettersOf(text string) iter.Seq[string] {
	return func(yield func(string) bool) {
		var letter []rune
		for _, char := range text {
			if len(letter) > 0 && !unicode.Is(unicode.M, char) {
				if !yield(string(letter)) {
					return
				}
				letter = letter[:0]
			}
			letter = append(letter, char)
		}
		if len(letter) > 0 {
			yield(string(letter))
		}
	}
}
