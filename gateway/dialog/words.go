package dialog

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
	"golang.org/x/text/unicode/norm"

	"github.com/jansetu/jansetu/catalog"
)

// word is a typed phrase that means the same at every step.
type word string

// The words. The first ten work before any stored state is looked at; the others answer what is open.
const (
	wordMenu     word = "menu"
	wordBack     word = "back"
	wordCancel   word = "cancel"
	wordHelp     word = "help"
	wordLanguage word = "language"
	wordStatus   word = "status"
	wordCheck    word = "check"
	wordMyData   word = "mydata"
	wordErase    word = "erase"
	wordWithdraw word = "withdraw"
	wordYes      word = "yes"
	wordNo       word = "no"
	wordThanks   word = "thanks"
	wordLater    word = "later"
)

func allWords() []word {
	return []word{
		wordMenu, wordBack, wordCancel, wordHelp, wordLanguage, wordStatus, wordCheck, wordMyData, wordErase, wordWithdraw, wordYes, wordNo, wordThanks, wordLater,
	}
}

// textKey is the text that lists a word's forms in a language, in its script and romanised, separated by commas.
func (w word) textKey() catalog.TextKey { return catalog.TextKey("words." + string(w)) }

// readWords collects the words of all languages: a citizen who chose English may still type మెనూ.
func readWords(from *catalog.Catalog) (map[string]word, error) {
	words := make(map[string]word)
	for _, lang := range withEnglish(from.Languages()) {
		for _, w := range allWords() {
			for form := range strings.SplitSeq(from.Text(lang, w.textKey(), nil), ",") {
				folded := fold(form)
				if other, taken := words[folded]; taken && other != w {
					return nil, fmt.Errorf("language %s: %q means both %q and %q", lang, form, other, w)
				}
				if folded != "" {
					words[folded] = w
				}
			}
		}
	}
	return words, nil
}

func withEnglish(languages []catalog.Language) []catalog.Language {
	if slices.Contains(languages, "en") {
		return languages
	}
	return append(slices.Clone(languages), "en")
}

// readLanguageNames collects what each language is called in the others and in English: "Telugu", "तेलुगु".
func readLanguageNames(languages []catalog.Language) map[string]catalog.Language {
	names := make(map[string]catalog.Language)
	for _, in := range withEnglish(languages) {
		namer := display.Languages(language.Make(string(in)))
		for _, lang := range languages {
			if namer == nil {
				continue
			}
			if name := fold(namer.Name(language.Make(string(lang)))); name != "" {
				names[name] = lang
			}
		}
	}
	return names
}

const maxWordBytes = 120 // longer texts are no word, and need not be folded

// wordIn returns the word that a text is, as a whole: "back" is one, "send it back" is not.
func (e *Engine) wordIn(text string) word {
	if len(text) > maxWordBytes {
		return ""
	}
	return e.words[fold(text)]
}

// fold makes typed text comparable: lower case, no punctuation or emoji, single spaces, and Latin letters typed again and
// again ("hiii") once.
func fold(text string) string {
	var folded strings.Builder
	var last rune
	for _, r := range norm.NFC.String(strings.ToLower(strings.ToValidUTF8(text, " "))) {
		switch {
		case unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r):
			if r == last && r < unicode.MaxASCII && unicode.IsLetter(r) {
				continue
			}
		case r == '\u200c' || r == '\u200d' || r == '\ufe0f':
			continue
		default:
			r = ' '
			if last == ' ' || last == 0 {
				continue
			}
		}
		folded.WriteRune(r)
		last = r
	}
	return strings.TrimRight(folded.String(), " ")
}

// typedNumber reads "2", "२", "(2)" or "2." as a choice by number.
func typedNumber(text string) (int, bool) {
	digits := strings.Trim(strings.TrimSpace(text), "().#-: ")
	if digits == "" || len(digits) > 12 {
		return 0, false
	}
	n, count := 0, 0
	for _, r := range digits {
		if !unicode.IsDigit(r) {
			return 0, false
		}
		count++
		if count > 2 {
			return 0, false
		}
		n = n*10 + digitValue(r)
	}
	return n, true
}

// digitValue relies on Unicode keeping the ten digits of a script together and in order (Unicode Standard, 4.6).
func digitValue(r rune) int {
	for _, run := range unicode.Nd.R16 {
		if rune(run.Lo) <= r && r <= rune(run.Hi) {
			return int(r-rune(run.Lo)) % 10
		}
	}
	return 0 // not of a script in use
}
