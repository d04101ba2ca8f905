package catalog

import (
	"cmp"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml/ast"
	"golang.org/x/text/unicode/norm"
)

// glossaryFile of a language says how the words of the offices are written in it.
const glossaryFile = "glossary.yaml"

// glossaryTerm is one word of the offices, by its English name.
type glossaryTerm struct {
	Also     []string  `yaml:"also"`     // other ways it is spelt in English
	Write    spellings `yaml:"write"`    // how it is written, the first before others; in English the name itself when nothing is said
	Never    []string  `yaml:"never"`    // ways that are refused
	Optional bool      `yaml:"optional"` // a translation may do without it
}

// spellings are written as one word or as a list.
type spellings []string

// glossary is that of one language.
type glossary struct {
	lang    Language
	terms   []entry[glossaryTerm]
	names   []string     // of the terms, by index
	phrases []spokenTerm // longest first
	written [][]rune     // every way of every term, folded
	refused []refusal    // every refused way
	inText  map[string][]int
}

// spokenTerm is a way of saying a term in English, in folded words.
type spokenTerm struct {
	words []string
	term  int
}

type refusal struct {
	text []rune
	term int
}

// readGlossary reads how a language writes the words of the offices. A language without the file has none.
func readGlossary(fsys fs.FS, lang Language, found *problems) *glossary {
	read := &glossary{lang: lang, inText: make(map[string][]int)}
	file := path.Join("languages", string(lang), glossaryFile)
	if _, err := fs.Stat(fsys, file); err != nil {
		return read
	}
	root := parse(fsys, file, found)
	if root != nil && pairs(root) == nil {
		found.addf(file, position(root), "expected lines of the form term: {write: …}")
	}
	for _, pair := range pairs(root) {
		term := entry[glossaryTerm]{value: &glossaryTerm{}, file: file, node: pair}
		switch pair.Value.(type) {
		case *ast.MappingNode, *ast.MappingValueNode:
			decode(file, pair.Value, term.value, found)
		default:
			decode(file, pair.Value, &term.value.Write, found)
		}
		if lang == reference && len(term.value.Write) == 0 {
			term.value.Write = spellings{pair.Key.GetToken().Value}
		}
		read.terms, read.names = append(read.terms, term), append(read.names, pair.Key.GetToken().Value)
	}
	read.prepare()
	return read
}

func (g *glossary) prepare() {
	for i, term := range g.terms {
		for _, name := range append([]string{g.names[i]}, term.value.Also...) {
			g.phrases = append(g.phrases, spokenTerm{words: englishWords(name), term: i})
		}
		for _, way := range term.value.Write {
			g.written = append(g.written, foldSpelling(way))
		}
		for _, way := range term.value.Never {
			g.refused = append(g.refused, refusal{foldSpelling(way), i})
		}
	}
	slices.SortStableFunc(g.phrases, func(a, b spokenTerm) int { return cmp.Compare(len(b.words), len(a.words)) })
}

// foldSpelling leaves out what may differ between two ways of typing the same word: case, and joiners, which are not seen.
func foldSpelling(text string) []rune {
	return []rune(strings.Map(func(char rune) rune {
		if char == '\u200c' || char == '\u200d' {
			return -1
		}
		return unicode.ToLower(char)
	}, norm.NFC.String(text)))
}

func englishWords(text string) []string {
	return strings.FieldsFunc(strings.ToLower(text), func(char rune) bool { return !unicode.IsLetter(char) && !unicode.IsDigit(char) })
}

// termsOf finds the terms that an English text speaks of. A word counts for the longest term it is part of.
func (g *glossary) termsOf(english string) []int {
	if terms, known := g.inText[english]; known {
		return terms
	}
	var terms []int
	words := englishWords(english)
	for _, said := range g.phrases {
		for at := 0; len(said.words) > 0 && at+len(said.words) <= len(words); at++ {
			if !saysPhrase(words[at:], said.words) {
				continue
			}
			for i := range said.words {
				words[at+i] = ""
			}
			if !slices.Contains(terms, said.term) {
				terms = append(terms, said.term)
			}
		}
	}
	g.inText[english] = terms
	return terms
}

// saysPhrase compares the first words with a phrase; the last one may be in the plural.
func saysPhrase(words, phrase []string) bool {
	last := len(phrase) - 1
	if !slices.Equal(words[:last], phrase[:last]) {
		return false
	}
	word := words[last]
	return word == phrase[last] || word == phrase[last]+"s" || word == phrase[last]+"es" ||
		strings.HasSuffix(phrase[last], "y") && word == strings.TrimSuffix(phrase[last], "y")+"ies"
}

// refusedIn finds the ways of writing a term in the text that the glossary refuses. A refused way counts at the beginning of a word, and
// not inside a way that is right.
func (g *glossary) refusedIn(text []rune) []refusal {
	var found []refusal
	for _, each := range g.refused {
		for _, at := range places(text, each.text) {
			if (at == 0 || notOfWord(text[at-1])) && !g.isWritten(text, at, at+len(each.text)) {
				found = append(found, each)
				break
			}
		}
	}
	return found
}

// isWritten tells whether a part of the text lies inside a way that the glossary gives.
func (g *glossary) isWritten(text []rune, from, to int) bool {
	for _, way := range g.written {
		for _, at := range places(text, way) {
			if at <= from && to <= at+len(way) {
				return true
			}
		}
	}
	return false
}

// places are the indexes at which the part begins in the text.
func places(text, part []rune) []int {
	var found []int
	for at := 0; len(part) > 0 && at+len(part) <= len(text); at++ {
		if text[at] == part[0] && slices.Equal(text[at:at+len(part)], part) {
			found = append(found, at)
		}
	}
	return found
}

// says tells whether the text has the term in one of its ways.
func (g *glossary) says(text []rune, term int) bool {
	return slices.ContainsFunc(g.terms[term].value.Write, func(way string) bool { return len(places(text, foldSpelling(way))) > 0 })
}
