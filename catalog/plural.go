package catalog

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"golang.org/x/text/feature/plural"
	"golang.org/x/text/language"
)

// wording is a text as written: once for every number, or in the forms that the language needs for different ones.
type wording struct {
	text  string            // the only form, or the one called other
	count string            // the placeholder that decides; empty when there is one form
	forms map[string]string // by the names of Unicode CLDR's plural categories
}

// The keys of a text in several forms, beside the names of the forms.
const (
	countKey  = "count"
	otherForm = "other"
)

// formNames are the plural categories of Unicode CLDR (UTS 35, part 3, section 5), as golang.org/x/text numbers them.
var formNames = map[plural.Form]string{
	plural.Zero: "zero", plural.One: "one", plural.Two: "two", plural.Few: "few", plural.Many: "many", plural.Other: otherForm,
}

// formOf names the form that a language uses for a number of things.
func formOf(lang Language, number int) string {
	const integer = 0 // visible fraction digits
	return formNames[plural.Cardinal.MatchPlural(language.Make(string(lang)), number, integer, integer, integer, integer)]
}

// formsOf lists the forms that a language needs, each with the whole numbers below 200 that it is for: the rules repeat by the hundred.
func formsOf(lang Language) map[string][]int {
	forms := map[string][]int{otherForm: nil}
	for number := range 200 {
		name := formOf(lang, number)
		forms[name] = append(forms[name], number)
	}
	return forms
}

// in chooses the form for the number among the arguments. A number that is none has the form other.
func (w wording) in(lang Language, args Args) string {
	if w.count == "" {
		return w.text
	}
	number, err := strconv.Atoi(withoutSeparators(strings.ReplaceAll(FoldDigits(args[w.count]), ",", "")))
	if err != nil {
		return w.text
	}
	if form, ok := w.forms[formOf(lang, number)]; ok {
		return form
	}
	return w.text
}

// each yields every form with its name, the name of the only one being empty.
func (w wording) each(yield func(name, text string)) {
	if w.count == "" {
		yield("", w.text)
		return
	}
	for _, name := range slices.Sorted(maps.Keys(w.forms)) {
		yield(name, w.forms[name])
	}
}

// wordingOf reads a text, in one form or in several.
func wordingOf(file string, node ast.Node, found *problems) wording {
	if child(node, countKey) == nil && child(node, otherForm) == nil {
		return wording{text: textOf(file, node, found)}
	}
	read := wording{forms: make(map[string]string)}
	for _, pair := range pairs(node) {
		switch key, text := pair.Key.GetToken(), textOf(file, pair.Value, found); {
		case key.Value == countKey:
			read.count = strings.Trim(text, "{}")
		case slices.Contains(slices.Collect(maps.Values(formNames)), key.Value):
			read.forms[key.Value] = text
		default:
			found.addf(file, key.Position, "unknown key %q: a text for different numbers has the keys %s, one, other", key.Value, countKey)
		}
	}
	if read.count == "" {
		found.addf(file, position(node), "say which placeholder is counted: %s: days", countKey)
	}
	read.text = read.forms[otherForm]
	return read
}

// lintForms checks that a text in several forms has those of its language, and may be counted by what it says.
func (l *linter) lintForms(written entry[wording], lang Language, key TextKey, filled []string) {
	if written.value.count == "" {
		return
	}
	if !slices.Contains(filled, written.value.count) {
		l.found.addf(written.file, written.at(), "%q in %s is counted by {%s}, which is not filled there", key, lang, written.value.count)
	}
	needed := formsOf(lang)
	for _, name := range slices.Sorted(maps.Keys(needed)) {
		if strings.TrimSpace(written.value.forms[name]) == "" {
			l.found.addf(written.file, written.at(), "%q in %s lacks the form %s, %s", key, lang, name, exampleNumbers(needed[name]))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(written.value.forms)) {
		if _, ok := needed[name]; !ok {
			l.found.addf(written.file, written.at(), "%q in %s has the form %s, which the language does not use", key, lang, name)
		}
	}
}

func exampleNumbers(numbers []int) string {
	if len(numbers) > 2 {
		return "for numbers such as " + strconv.Itoa(numbers[1])
	}
	said := make([]string, len(numbers))
	for i, number := range numbers {
		said[i] = strconv.Itoa(number)
	}
	return "for " + strings.Join(said, " and ")
}

// mayLeaveOut tells whether a form need not say the number, because it is for one number only: "a day is left".
func (w wording) mayLeaveOut(lang Language, form, name string) bool {
	return name == w.count && form != "" && len(formsOf(lang)[form]) == 1
}
