package catalog

import (
	"fmt"
	"maps"
	"path"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// textRule is what one text of an entry must obey.
type textRule struct {
	required bool
	longest  int
}

// lintText checks one text of an entry, found at the given steps, in every language of the state. A text that is not
// required may be absent, but not in some languages only.
func lintText[T any](l *linter, in entry[T], text Text, must textRule, steps ...any) {
	name := fmt.Sprint(steps[len(steps)-1])
	if len(text) == 0 && !must.required {
		return
	}
	for _, lang := range l.languages {
		written := text[lang]
		if strings.TrimSpace(written) == "" {
			l.found.addf(in.file, in.at(steps...), "%s is missing in %s", name, lang)
			continue
		}
		at := in.at(append(slices.Clone(steps), string(lang))...)
		if length := whatsAppLength(written); length > must.longest {
			l.found.addf(in.file, at, "%s in %s is %d characters, WhatsApp shows at most %d here: %q", name, lang, length, must.longest, written)
		}
		if strings.ContainsAny(written, "{}") {
			l.found.addf(in.file, at, "%s in %s has a placeholder, which is not filled here: %q", name, lang, written)
		}
		if fault := scriptFault(lang, written); fault != "" {
			l.found.addf(in.file, at, "%s in %s %s: %q", name, lang, fault, written)
		}
	}
	for _, lang := range slices.Sorted(maps.Keys(text)) {
		if !slices.Contains(l.languages, lang) {
			l.found.addf(in.file, in.at(append(slices.Clone(steps), string(lang))...), "%s is given in %q, which is not a language of this state", name, lang)
		}
	}
}

type textsByLanguage = map[Language]map[TextKey]entry[wording]

// lintLanguages checks the hub's own texts.
func (l *linter) lintLanguages(texts textsByLanguage, specs []TextSpec) {
	declared := make(map[TextKey]TextSpec)
	for _, spec := range slices.Concat(Texts(), specs) {
		declared[spec.Key] = spec
	}
	for _, lang := range l.languages {
		if len(texts[lang]) == 0 {
			l.found.addf(path.Join("languages", string(lang)), nil, "there are no texts in this language")
			continue
		}
		for _, key := range slices.Sorted(maps.Keys(declared)) {
			l.lintDeclared(texts, lang, declared[key])
		}
		l.lintUndeclared(texts, lang, declared, len(specs) > 0)
	}
}

func (l *linter) lintDeclared(texts textsByLanguage, lang Language, spec TextSpec) {
	written, ok := texts[lang][spec.Key]
	if !ok || strings.TrimSpace(written.value.text) == "" {
		l.found.addf(fileFor(texts, lang, spec.Key), nil, "the text %q is missing in %s", spec.Key, lang)
		return
	}
	if spec.Words || strings.HasPrefix(string(spec.Key), "words.") {
		return
	}
	l.lintWording(written, lang, spec.Key)
	l.lintPlaceholders(written, lang, spec.Key, spec.Placeholders)
	l.lintSpellingOf(texts, lang, spec.Key)
}

func (l *linter) lintSpellingOf(texts textsByLanguage, lang Language, key TextKey) {
	written := texts[lang][key]
	original, ok := texts[reference][key]
	if !ok {
		return
	}
	written.value.each(func(form, text string) {
		english := original.value.text
		if same, ok := original.value.forms[form]; ok {
			english = same
		}
		l.lintSpelling(written.file, written.at(), lang, named(key, form), text, english)
	})
}

// named is how a problem calls a text, or one of its forms.
func named(key TextKey, form string) string {
	if form == "" {
		return strconv.Quote(string(key))
	}
	return fmt.Sprintf("%q (%s)", key, form)
}

// lintUndeclared checks what no code has declared: against the reference language, and against not being used at all.
func (l *linter) lintUndeclared(texts textsByLanguage, lang Language, declared map[TextKey]TextSpec, complete bool) {
	for key, written := range texts[lang] {
		if _, known := declared[key]; known || strings.HasPrefix(string(key), "words.") {
			continue
		}
		if complete {
			l.found.addf(written.file, written.at(), "the text %q is not used: is the key misspelt?", key)
			continue
		}
		l.lintWording(written, lang, key)
		l.lintSpellingOf(texts, lang, key)
		if original, ok := texts[reference][key]; ok {
			l.lintPlaceholders(written, lang, key, original.value.placeholders())
		} else {
			l.found.addf(written.file, written.at(), "the text %q is missing in %s", key, reference)
		}
	}
	for key := range texts[reference] {
		if _, known := declared[key]; known || complete {
			continue
		}
		if _, ok := texts[lang][key]; !ok {
			l.found.addf(fileFor(texts, lang, key), nil, "the text %q is missing in %s", key, lang)
		}
	}
}

func (l *linter) lintWording(written entry[wording], lang Language, key TextKey) {
	longest, reason := maxBody, "a message with buttons"
	switch {
	case strings.HasPrefix(string(key), "button."):
		longest, reason = maxButton, "a button"
	case strings.HasPrefix(string(key), "list."):
		longest, reason = maxButton, "a list's button"
	}
	written.value.each(func(form, text string) {
		if length := whatsAppLength(text); length > longest {
			l.found.addf(written.file, written.at(), "%s in %s is %d characters, WhatsApp allows %d for %s", named(key, form), lang, length, longest, reason)
		}
		if fault := scriptFault(lang, placeholder.ReplaceAllString(text, " ")); fault != "" {
			l.found.addf(written.file, written.at(), "%s in %s %s", named(key, form), lang, fault)
		}
	})
}

var placeholder = regexp.MustCompile(`\{([a-z][a-z0-9_]*)\}`)

func (l *linter) lintPlaceholders(written entry[wording], lang Language, key TextKey, want []string) {
	l.lintForms(written, lang, key, want)
	written.value.each(func(form, text string) {
		have, name := placeholders(text), named(key, form)
		for _, wanted := range want {
			if !slices.Contains(have, wanted) && !written.value.mayLeaveOut(lang, form, wanted) {
				l.found.addf(written.file, written.at(), "%s in %s lacks the placeholder {%s}", name, lang, wanted)
			}
		}
		for _, given := range have {
			if !slices.Contains(want, given) {
				l.found.addf(written.file, written.at(), "%s in %s has the placeholder {%s}, which is not filled there", name, lang, given)
			}
		}
		if strings.ContainsAny(placeholder.ReplaceAllString(text, ""), "{}") {
			l.found.addf(written.file, written.at(), "%s in %s has a brace that belongs to no placeholder", name, lang)
		}
	})
}

// placeholders lists those of all forms.
func (w wording) placeholders() []string {
	var names []string
	w.each(func(_, text string) {
		for _, name := range placeholders(text) {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	})
	return names
}

// placeholders lists the names in the text, each once.
func placeholders(text string) []string {
	var names []string
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(names, match[1]) {
			names = append(names, match[1])
		}
	}
	return names
}

// fileFor names the file in which a missing text belongs: the one of the same name as in another language.
func fileFor(texts textsByLanguage, lang Language, key TextKey) string {
	if original, ok := texts[reference][key]; ok && lang != reference {
		return path.Join("languages", string(lang), path.Base(original.file))
	}
	area, _, _ := strings.Cut(string(key), ".")
	return path.Join("languages", string(lang), area+".yaml")
}
