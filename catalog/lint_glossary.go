package catalog

import (
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// lintGlossary checks a glossary itself.
func (l *linter) lintGlossary(read *glossary) {
	seen := make(map[string]entry[glossaryTerm])
	for i, term := range read.terms {
		report := func(format string, args ...any) {
			l.found.addf(term.file, term.at(), "%q: "+format, append([]any{read.names[i]}, args...)...)
		}
		if len(term.value.Write) == 0 {
			report("say how it is written: {write: …, never: […]}")
		}
		for _, name := range append([]string{read.names[i]}, term.value.Also...) {
			folded := strings.Join(englishWords(name), " ")
			if earlier, taken := seen[folded]; taken {
				report("%q is already in %s", name, placeOf(earlier))
			}
			seen[folded] = term
		}
		for _, way := range term.value.Write {
			if fault := scriptFault(read.lang, way); fault != "" {
				report("%q %s", way, fault)
			}
		}
		for _, way := range term.value.Never {
			if folded := foldSpelling(way); read.isWritten(folded, 0, len(folded)) {
				report("%q is refused, and is a way that the glossary gives", way)
			}
		}
	}
}

// lintSpelling holds a text to the glossary of its language. The name says which text it is.
func (l *linter) lintSpelling(file string, at *token.Position, lang Language, name, written, english string) {
	words := l.glossaries[lang]
	if words == nil || len(words.terms) == 0 || written == "" {
		return
	}
	folded := foldSpelling(written)
	refused := words.refusedIn(folded)
	for _, each := range refused {
		l.found.addf(file, at, `%s in %s: for %q write %s, not %q (%s)`,
			name, lang, words.names[each.term], words.ways(each.term), words.asRefused(each), placeOf(words.terms[each.term]))
	}
	if lang == reference {
		return
	}
	for _, term := range words.termsOf(english) {
		if words.terms[term].value.Optional || words.says(folded, term) ||
			slices.ContainsFunc(refused, func(each refusal) bool { return each.term == term }) {
			continue
		}
		l.found.addf(file, at, `%s in %s: the English says %q, so write %s here too (%s): %q`,
			name, lang, words.names[term], words.ways(term), placeOf(words.terms[term]), written)
	}
}

// ways lists how a term may be written.
func (g *glossary) ways(term int) string {
	quoted := make([]string, 0, len(g.terms[term].value.Write))
	for _, way := range g.terms[term].value.Write {
		quoted = append(quoted, fmt.Sprintf("%q", way))
	}
	return strings.Join(quoted, " or ")
}

// asRefused is the refused way as the glossary has it.
func (g *glossary) asRefused(each refusal) string {
	for _, way := range g.terms[each.term].value.Never {
		if slices.Equal(foldSpelling(way), each.text) {
			return way
		}
	}
	return string(each.text)
}

// lintSpellings holds every text of an entry to the glossaries. Texts that several entries have in common are looked at once.
func lintSpellings[T any](l *linter, entries ...entry[T]) {
	for _, in := range entries {
		everyText(in, func(text Text, steps []any) {
			for _, lang := range l.languages {
				at := in.at(append(steps, string(lang))...)
				if at == nil || !l.seen[at] {
					l.seen[at] = true
					l.lintSpelling(in.file, at, lang, fmt.Sprint(steps[len(steps)-1]), text[lang], text[reference])
				}
			}
		})
	}
}

func (l *linter) lintAllSpellings(read *tree) {
	for _, lang := range l.languages {
		l.lintGlossary(read.glossaries[lang])
	}
	lintSpellings(l, read.state)
	lintSpellings(l, read.categories...)
	lintSpellings(l, read.portals...)
	lintSpellings(l, read.papers...)
	lintSpellings(l, read.services...)
	lintSpellings(l, read.idle...)
}
