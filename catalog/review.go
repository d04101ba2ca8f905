package catalog

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"
)

// Translation is a text in another language than English, as it is written in the files. A machine has made it until a person who
// speaks the language has approved it.
type Translation struct {
	File          string
	Line, Column  int    // as in a [Problem]
	Key           string // what it is, such as "income-certificate form.purpose.prompt"
	Language      Language
	English, Text string
	Fingerprint   string    // of both texts: it changes with either of them
	Approved      *Approval // nil: nobody has
}

// Translations lists every translation that a state shows, in the order of the files: of its own texts, of those it shares with other
// states, of those the hub says. It fails with [ErrNoState], and with a [*LoadError] when a file cannot be read at all.
func Translations(fsys fs.FS, state string) ([]Translation, error) {
	if !hasState(fsys, state) {
		return nil, fmt.Errorf("read the translations of %q: %w", state, ErrNoState)
	}
	read, found := readTree(fsys, state)
	list := &translations{found: &found, languages: read.state.value.Languages, approved: make(map[Language]map[string]Approval)}
	for _, lang := range list.languages {
		list.approved[lang] = readApprovals(fsys, lang, &found)
	}
	if len(found.list) > 0 {
		return nil, fmt.Errorf("read the translations of %q:\n%w", state, &LoadError{Problems: found.sorted()})
	}
	listTexts(list, nil, read.state)
	listTexts(list, idOf, read.categories...)
	listTexts(list, idOf, read.portals...)
	listTexts(list, idOf, read.papers...)
	listTexts(list, idOf, read.services...)
	listTexts(list, idOf, read.idle...)
	list.addSaid(read.texts)
	return list.sorted(), nil
}

// fingerprint is short enough for a line of a file, and long enough that no two texts of a language share one by chance.
func fingerprint(lang Language, english, text string) string {
	sum := sha256.Sum256([]byte(string(lang) + "\x00" + english + "\x00" + text))
	return hex.EncodeToString(sum[:8])
}

type translations struct {
	found     *problems
	languages []Language
	approved  map[Language]map[string]Approval // by fingerprint
	list      []Translation
	seen      map[Problem]bool // places that are in the list
}

// listTexts adds the texts of entries. Texts that several of them have in common are listed once.
func listTexts[T any](l *translations, named func(ast.Node) string, entries ...entry[T]) {
	for _, in := range entries {
		everyText(in, func(text Text, steps []any) {
			for _, lang := range l.languages {
				if text[lang] == "" {
					continue
				}
				key, at := keyOf(in.node, steps), in.at(append(steps, string(lang))...)
				if _, elsewhere := l.found.files[at]; named != nil && !elsewhere { // what is shared is not one service's
					key = strings.TrimSpace(named(in.node) + " " + key)
				}
				l.add(Translation{File: in.file, Key: key, Language: lang, English: text[reference], Text: text[lang]}, at)
			}
		})
	}
}

// keyOf writes the steps to a text as a reader would: items of a list by their ids, else by their numbers.
func keyOf(node ast.Node, steps []any) string {
	words := make([]string, 0, len(steps))
	for _, step := range steps {
		node = child(node, step)
		word := fmt.Sprint(step)
		if number, isItem := step.(int); isItem {
			word = strconv.Itoa(number + 1)
			if id := idOf(node); id != "" {
				word = id
			}
		}
		words = append(words, word)
	}
	return strings.Join(words, ".")
}

func idOf(node ast.Node) string {
	for _, key := range []string{"id", "name"} {
		if word, ok := wordOf(child(node, key)); ok {
			return word
		}
	}
	return ""
}

func (l *translations) addSaid(texts textsByLanguage) {
	for _, lang := range l.languages {
		for key, written := range texts[lang] {
			english := ""
			if original, ok := texts[reference][key]; ok {
				english = original.value.whole()
			}
			l.add(Translation{File: written.file, Key: string(key), Language: lang, English: english, Text: written.value.whole()}, written.at())
		}
	}
}

// whole is a text in all its forms.
func (w wording) whole() string {
	var lines []string
	w.each(func(form, text string) {
		if form != "" {
			text = form + ": " + text
		}
		lines = append(lines, text)
	})
	return strings.Join(lines, "\n")
}

func (l *translations) add(made Translation, at *token.Position) {
	if made.Language == reference {
		return
	}
	if other, elsewhere := l.found.files[at]; elsewhere {
		made.File = other
	}
	if at != nil {
		made.Line, made.Column = at.Line, at.Column
	}
	place := Problem{File: made.File, Line: made.Line, Column: made.Column, about: string(made.Language)}
	if l.seen[place] {
		return
	}
	if l.seen == nil {
		l.seen = make(map[Problem]bool)
	}
	l.seen[place] = true
	made.Fingerprint = fingerprint(made.Language, made.English, made.Text)
	if approval, ok := l.approved[made.Language][made.Fingerprint]; ok {
		made.Approved = &approval
	}
	l.list = append(l.list, made)
}

func (l *translations) sorted() []Translation {
	slices.SortStableFunc(l.list, func(a, b Translation) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Language, b.Language))
	})
	return l.list
}
