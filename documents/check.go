package documents

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// placeholders are the names in braces of a text, sorted.
func placeholders(text string) []string {
	var names []string
	for {
		_, rest, found := strings.Cut(text, "{")
		if !found {
			return names
		}
		name, after, closed := strings.Cut(rest, "}")
		if !closed {
			return names
		}
		if at, found := slices.BinarySearch(names, name); !found {
			names = slices.Insert(names, at, name)
		}
		text = after
	}
}

// replace fills placeholders; what is filled in is not looked at again, and what has no value stays.
func replace(text string, values map[string]string) string {
	var out strings.Builder
	for {
		before, rest, found := strings.Cut(text, "{")
		out.WriteString(before)
		if !found {
			return out.String()
		}
		name, after, closed := strings.Cut(rest, "}")
		if value, known := values[name]; known && closed {
			out.WriteString(value)
			text = after
			continue
		}
		out.WriteByte('{')
		text = rest
	}
}

// check holds every language and template against English.
func (l *Library) check() error {
	var problems []error //nolint:prealloc // there should be none
	for _, code := range l.Languages() {
		problems = append(problems, l.checkLanguage(code)...)
	}
	for _, name := range slices.Sorted(maps.Keys(l.templates)) {
		problems = append(problems, l.checkTemplate(name)...)
	}
	return errors.Join(problems...)
}

func (l *Library) checkLanguage(code string) []error {
	var problems []error
	reference := l.languages[english].texts
	texts := l.languages[code].texts
	for _, key := range slices.Sorted(maps.Keys(reference)) {
		text, ok := texts[key]
		if !ok {
			problems = append(problems, fmt.Errorf("documents/languages/%s.yaml: %s is missing", code, key))
			continue
		}
		if want, got := placeholders(reference[key]), placeholders(text); !slices.Equal(want, got) {
			problems = append(problems, fmt.Errorf("documents/languages/%s.yaml: %s holds %v, English %v", code, key, got, want))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(texts)) {
		if _, ok := reference[key]; !ok {
			problems = append(problems, fmt.Errorf("documents/languages/%s.yaml: %s is not in English", code, key))
		}
	}
	return problems
}

func (l *Library) checkTemplate(name string) []error {
	t := l.templates[name]
	var problems []error
	for _, key := range t.keys() {
		_, shared := l.languages[english].texts[key]
		for _, code := range l.Languages() {
			if _, own := t.Texts[code][key]; !own && !shared {
				problems = append(problems, fmt.Errorf("documents/%s.yaml: no text %s in %s", name, key, code))
			}
		}
	}
	for i, b := range t.Blocks {
		if b.Ends != nil && len(b.Ends) != 2 {
			problems = append(problems, fmt.Errorf("documents/%s.yaml: block %d: ends are two", name, i+1))
		}
	}
	return problems
}

// keys are all texts that the template shows.
func (t *template) keys() []string {
	keys := append([]string{t.Title, "common.page", "common.emblem", "common.photo", "common.code"}, t.Footer...)
	for _, b := range t.Blocks {
		keys = append(keys, b.Title, b.Section)
		keys = append(keys, b.Ends...)
		switch {
		case b.Band != nil:
			keys = append(keys, b.Band.Title)
		case b.Paragraph != nil:
			keys = append(keys, b.Paragraph.Text)
		case b.Amount != nil:
			keys = append(keys, b.Amount.Label, b.Amount.Stamp)
		case b.Close != nil:
			keys = append(append(keys, b.Close.Caption), b.Close.Signer...)
		case b.Table != nil:
			for _, column := range b.Table.Columns {
				keys = append(keys, column.Title)
			}
		case b.Fields != nil:
			for _, row := range b.Fields.Rows {
				keys = append(keys, row.Label)
			}
		}
	}
	return slices.DeleteFunc(keys, func(key string) bool { return key == "" })
}
