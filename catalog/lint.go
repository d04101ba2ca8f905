package catalog

import (
	"io/fs"
	"path"
	"slices"
	"strconv"
	"unicode/utf16"

	"github.com/goccy/go-yaml/token"
	"golang.org/x/text/unicode/norm"
)

// Longest texts that WhatsApp shows (Cloud API, interactive list and reply-button messages, v23.0), in UTF-16 units.
const (
	maxRowTitle       = 24
	maxRowDescription = 72
	maxButton         = 20
	maxBody           = 1024 // with buttons, and of a caption
	maxPlainBody      = 4096
)

// whatsAppLength is the greater of the two ways in which WhatsApp may count: UTF-16 units are never fewer than code
// points.
func whatsAppLength(text string) int {
	return len(utf16.Encode([]rune(norm.NFC.String(text))))
}

// Lint reports every problem of a state's files and of the texts in its languages, in the order of the files.
//
// The specs are those of the packages that say the texts, beside this package's own; a key in the files that no spec
// declares is reported, unless specs is empty.
func Lint(fsys fs.FS, state string, specs []TextSpec) []Problem {
	if !hasState(fsys, state) {
		return []Problem{{File: path.Join("states", state), Message: "there is no such folder"}}
	}
	read, found := readTree(fsys, state)
	checkStructure(read, &found)
	linter := &linter{languages: read.state.value.Languages, glossaries: read.glossaries, seen: make(map[*token.Position]bool), found: &found}
	for _, paper := range read.papers {
		linter.papers = append(linter.papers, paper.value.ID)
	}
	linter.lintState(read)
	linter.lintCalendar(read)
	for _, service := range read.services {
		linter.lintService(service)
	}
	for _, part := range read.idle {
		linter.lintForm(part)
		linter.lintOfficers(part)
	}
	linter.lintForgotten(read.shared)
	linter.lintTitles(read.services)
	linter.lintLanguages(read.texts, specs)
	linter.lintAllSpellings(read)
	for _, lang := range linter.languages {
		readApprovals(fsys, lang, &found)
	}
	return found.sorted()
}

type linter struct {
	languages  []Language
	papers     []string
	glossaries map[Language]*glossary
	seen       map[*token.Position]bool // texts that were held to the glossaries
	found      *problems
}

func (l *linter) lintState(read *tree) {
	state := read.state
	lintText(l, state, state.value.Title, textRule{required: true, longest: maxRowTitle}, "title")
	if state.value.Source == "" {
		l.found.addf(state.file, state.at(), "source is missing: say where these facts come from, with the year")
	}
	lintRetention(state.value.Retention, false, func(message string) { l.found.addf(state.file, state.at("retention"), "%s", message) })
	for _, category := range read.categories {
		lintText(l, category, category.value.Title, textRule{required: true, longest: maxRowTitle}, "title")
		lintText(l, category, category.value.About, textRule{longest: maxRowDescription}, "about")
	}
	for _, paper := range read.papers {
		lintText(l, paper, paper.value.Title, textRule{required: true, longest: maxRowTitle}, "title")
		lintText(l, paper, paper.value.About, textRule{longest: maxRowDescription}, "about")
	}
	for _, portal := range read.portals {
		lintText(l, portal, portal.value.Title, textRule{required: true, longest: maxRowDescription}, "title")
	}
}

func (l *linter) lintService(service entry[Service]) {
	written := service.value
	lintText(l, service, written.Title, textRule{required: true, longest: maxRowTitle}, "title")
	lintText(l, service, written.About, textRule{longest: maxRowDescription}, "about")
	for what, text := range map[string]string{"source": written.Source, "department": written.Department} {
		if text == "" {
			l.found.addAboutf(service, service.at(), "the service %q has no %s", written.ID, what)
		}
	}
	if written.Source != "" && !namesYear(written.Source) {
		l.found.addAboutf(service, service.at("source"), "the source of %q does not say the year", written.ID)
	}
	lintRetention(written.Retention, true, func(message string) {
		l.found.addAboutf(service, service.at("retention"), "%s: %s", written.ID, message)
	})
	if len(written.AskedAs) == 0 {
		l.found.addAboutf(service, service.at(), "the service %q has no asked_as: list a few ways people type it", written.ID)
	}
	l.lintForm(service)
	l.lintTerms(service)
}

func (l *linter) lintForm(service entry[Service]) {
	told := make(map[string]string, len(service.value.Form))
	for i, field := range service.value.Form {
		l.lintField(service, i)
		if earlier, taken := told[field.PortalField]; taken && field.PortalField != "" {
			l.found.addf(service.file, service.at("form", i, "portal_field"),
				"field %q: portal_field %q is that of the field %q too: the portal would be told only one of them", field.ID, field.PortalField, earlier)
		}
		told[field.PortalField] = field.ID
	}
}

// namesYear finds a year of four digits in the text.
func namesYear(text string) bool {
	for i := 0; i+4 <= len(text); i++ {
		if year, err := strconv.Atoi(text[i : i+4]); err == nil && year > 1900 && year < 2100 {
			return true
		}
	}
	return false
}

func (l *linter) lintField(service entry[Service], index int) {
	field := service.value.Form[index]
	report := func(key, format string, args ...any) {
		l.found.addf(service.file, service.at("form", index, key), "field %q: "+format, append([]any{field.ID}, args...)...)
	}
	lintText(l, service, field.Label, textRule{required: true, longest: maxRowTitle}, "form", index, "label")
	lintText(l, service, field.Prompt, textRule{required: true, longest: maxBody / 2}, "form", index, "prompt")
	lintText(l, service, field.Help, textRule{longest: maxBody / 4}, "form", index, "help")
	l.lintChoices(service, index)
	for _, id := range field.Accepts {
		if !slices.Contains(l.papers, id) {
			report("accepts", "the paper %q is not described: use one of %s, or add it to papers.yaml with its title", id, list(l.papers))
		}
	}
	if field.Pattern != "" && field.Example == "" {
		report("pattern", "a field with a pattern needs an example to show when an answer does not fit")
	}
	if field.Example == "" {
		return
	}
	field.Optional = false
	if _, problem := field.Check(field.Example); problem != nil {
		report("example", "the example %q does not satisfy the field's own rules (%s)", field.Example, problem.Key)
	}
}

// lintChoices checks the choices of a field, among which a citizen must be able to tell one from another.
func (l *linter) lintChoices(service entry[Service], index int) {
	type shown struct {
		lang  Language
		title string
	}
	first := make(map[shown]string)
	for i, choice := range service.value.Form[index].Choices {
		lintText(l, service, choice.Title, textRule{required: true, longest: maxRowTitle}, "form", index, "choices", i, "title")
		for lang, title := range choice.Title {
			key := shown{lang, foldName(title)}
			if earlier, taken := first[key]; taken {
				l.found.addf(service.file, service.at("form", index, "choices", i, "title", string(lang)),
					"%q is also the title of the choice %q: add what tells them apart", title, earlier)
			}
			first[key] = choice.ID
		}
	}
}

// lintTitles finds services that a citizen could not tell apart in a list.
func (l *linter) lintTitles(services []entry[Service]) {
	type shown struct {
		category string
		lang     Language
		title    string
	}
	first := make(map[shown]entry[Service])
	for _, service := range services {
		for lang, title := range service.value.Title {
			key := shown{service.value.Category, lang, foldName(title)}
			if earlier, taken := first[key]; taken {
				l.found.addf(service.file, service.at("title", string(lang)), "%q is also the title of %q in the same category", title, earlier.value.ID)
				continue
			}
			first[key] = service
		}
	}
}
