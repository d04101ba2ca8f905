package walk

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"

	"github.com/jansetu/jansetu/activities"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/gateway/dialog"
)

// ear notices what is not said in the walker's language. What may stand there in another: what the citizen wrote, what a portal's own list
// offers or quotes, names and numbers, and what the language's own texts hold.
type ear struct {
	language catalog.Language
	own      *unicode.RangeTable
	allowed  map[string]bool // words, in lower case
	english  map[string]bool // titles of the hub's buttons in English, where this is another language
}

// newEar listens in a language, to a walk through one service.
func newEar(services *catalog.Catalog, service *catalog.Service, language catalog.Language) *ear {
	e := &ear{language: language, own: scriptOf(services.LanguageName(language)), allowed: map[string]bool{}, english: map[string]bool{}}
	for _, spec := range slices.Concat(dialog.Texts(), activities.Texts(), catalog.Texts()) {
		text := services.Text(language, spec.Key, nil)
		e.allow(text)
		if in := services.Text("en", spec.Key, nil); in != text && strings.HasPrefix(string(spec.Key), "button.") {
			e.english[in] = true
		}
	}
	e.allowTexts(service.Title, service.About)
	for i := range service.Form {
		field := &service.Form[i]
		e.allow(field.Example)
		e.allowTexts(field.Label, field.Prompt, field.Help)
		for _, choice := range field.Choices {
			e.allowTexts(choice.Title)
		}
	}
	for _, portal := range services.Portals() {
		e.allowTexts(portal.Title)
	}
	for _, category := range services.Categories() {
		e.allowTexts(category.Title, category.About)
	}
	return e
}

func (e *ear) allowTexts(texts ...catalog.Text) {
	for _, text := range texts {
		e.allow(text.In(e.language))
	}
}

// allow lets words be said.
func (e *ear) allow(text string) {
	for _, word := range words(text) {
		e.allowed[strings.ToLower(word)] = true
	}
}

// scriptOf is the script in which a language's own name is written.
func scriptOf(name string) *unicode.RangeTable {
	for _, letter := range name {
		if table := tableOf(letter); table != nil {
			return table
		}
	}
	return unicode.Latin
}

func tableOf(letter rune) *unicode.RangeTable {
	if !unicode.IsLetter(letter) {
		return nil
	}
	for name, table := range unicode.Scripts {
		if name != "Common" && name != "Inherited" && unicode.Is(table, letter) {
			return table
		}
	}
	return nil
}

var (
	addresses = regexp.MustCompile(`https?://\S+|\S+@\S+|\S+\.(pdf|in|org|com)\b`)
	quotes    = regexp.MustCompile(`“[^”]*”|\*[A-Z0-9/-]+\*`)
)

// words are those of letters alone: a word with digits in it is a number of somebody's.
func words(text string) []string {
	text = addresses.ReplaceAllString(text, " ")
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) && r != '\'' && r != '\u200c' && r != '\u200d'
	})
	return slices.DeleteFunc(parts, func(word string) bool { return strings.ContainsFunc(word, unicode.IsDigit) })
}

// leftover says what of a message is in another language; empty: nothing.
func (e *ear) leftover(shown phone.Shown) string {
	parts := append(strings.Split(shown.Text, "\n"), shown.Header, shown.Footer, shown.Opens, shown.LinkText)
	for _, choice := range shown.Choices {
		switch {
		case e.english[choice.Title]:
			return fmt.Sprintf("the button “%s” is in English", choice.Title)
		case strings.HasPrefix(choice.ID, "q:"): // a portal's own list
			e.allow(choice.Title + " " + choice.Description)
			continue
		}
		parts = append(parts, choice.Title, choice.Description)
	}
	for _, part := range parts {
		if fault := e.fault(part); fault != "" {
			return fmt.Sprintf("“%s” has %s", strings.TrimSpace(part), fault)
		}
	}
	return ""
}

// fault is what is wrong with one line. After a colon stands a value, which may be a name of any script.
func (e *ear) fault(line string) string {
	line = quotes.ReplaceAllString(line, " ")
	label, value, labelled := strings.Cut(line, ": ")
	if foreign := e.foreign(label); foreign != "" {
		return foreign
	}
	if e.own == unicode.Latin {
		return ""
	}
	if fault := e.sentence(label); fault != "" || !labelled {
		return fault
	}
	return e.sentence(value)
}

// foreign finds a word of a script that is neither the language's own nor Latin.
func (e *ear) foreign(text string) string {
	for _, word := range words(text) {
		if e.allowed[strings.ToLower(word)] {
			continue
		}
		for _, letter := range word {
			if table := tableOf(letter); table != nil && table != e.own && table != unicode.Latin {
				return fmt.Sprintf("the word %q of another script", word)
			}
		}
	}
	return ""
}

// common are words that no name has: where one of them is left, a sentence is.
var common = strings.Fields(`the is are was were has have had your you please not and of to for with from this that will our we it be been on at
	by or an as if no yes can cannot must should here there them they their his her its my me do does did`)

// run is how many English words in a row are a sentence rather than a name.
const run = 4

// sentence finds an English one that was left over.
func (e *ear) sentence(text string) string {
	row := make([]string, 0, run)
	for _, word := range words(text) {
		lower := strings.ToLower(word)
		if !latin(word) || e.allowed[lower] || word == strings.ToUpper(word) {
			row = row[:0]
			continue
		}
		if row = append(row, word); slices.Contains(common, lower) || len(row) >= run {
			return fmt.Sprintf("English words: %s", strings.Join(row, " "))
		}
	}
	return ""
}

func latin(word string) bool {
	return !strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) && !unicode.Is(unicode.Latin, r) })
}
