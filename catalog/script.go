package catalog

import (
	"fmt"
	"regexp"
	"strings"
	"unicode"
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
	return ""
}
