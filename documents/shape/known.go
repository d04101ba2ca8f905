package shape

import (
	"maps"
	"strings"
	"sync"
	"sync/atomic"

	"github.com/go-text/typesetting/language"

	"github.com/jansetu/jansetu/documents/pdf"
)

// word is characters that are shaped in one go, whatever stands around them; its glyphs are the same in every size.
type word struct {
	text     string
	face     *face
	script   language.Script
	language language.Language
}

// known holds the glyphs of words that stand in many documents, once a document has needed them. Which words these are is settled before the
// first document: nothing that a document says of a person is kept, and there is never more than what the templates say.
type known map[word]*atomic.Pointer[[]pdf.Glyph]

// knownText is a text as a whole, which a document may show without anything filled in.
type knownText struct{ text, language string }

// keptLines are the lines of one known text, by how it was set.
type keptLines struct {
	mutex sync.RWMutex
	lines map[setting][]Line
}

type setting struct {
	weight      Weight
	size, width float64
}

// mostSettings is in how many ways the lines of one text are kept: a label stands in columns of a few widths.
const mostSettings = 16

func (k *keptLines) get(set setting) []Line {
	k.mutex.RLock()
	defer k.mutex.RUnlock()
	return k.lines[set]
}

func (k *keptLines) keep(set setting, lines []Line) {
	k.mutex.Lock()
	defer k.mutex.Unlock()
	if k.lines == nil {
		k.lines = make(map[setting][]Line, 1)
	}
	if len(k.lines) < mostSettings {
		k.lines[set] = lines
	}
}

// Clone gives fonts that know what these do. What is then announced to the ones is not known to the others.
func (f *Fonts) Clone() *Fonts {
	return &Fonts{scripts: f.scripts, faces: f.faces, known: maps.Clone(f.known), texts: maps.Clone(f.texts)}
}

// Know announces a text that many documents will show, in that language (BCP 47): it is then broken into lines once, not for every document,
// and where it stands with other words, each of its own is shaped once. Words that no font can write are passed over. It must not be called
// any more when lines are being made.
func (f *Fonts) Know(text, language string) {
	if whole := (knownText{text: text, language: language}); f.texts[whole] == nil {
		f.texts[whole] = new(keptLines)
	}
	for paragraph := range strings.SplitSeq(text, "\n") {
		for weight := range weights {
			if t, err := f.begin(paragraph, Style{Weight: weight, Language: language}); err == nil {
				f.know(t)
				t.end()
			}
		}
	}
}

func (f *Fonts) know(t *shaping) {
	for _, span := range t.words() {
		for each := range t.parts(span) {
			if w := t.word(each); f.known[w] == nil {
				f.known[w] = new(atomic.Pointer[[]pdf.Glyph])
			}
		}
	}
}

// glyphs are those of a word, which must not be changed.
func (t *shaping) glyphs(of item) []pdf.Glyph {
	kept := t.fonts.known[t.word(of)]
	if kept == nil {
		return t.shape(of)
	}
	if glyphs := kept.Load(); glyphs != nil {
		return *glyphs
	}
	glyphs := t.shape(of)
	kept.Store(&glyphs)
	return glyphs
}
