package shape

import (
	"strings"
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

// Know announces a text that many documents will show, in that language (BCP 47): each of its words is then shaped once, not for every
// document. Words that no font can write are passed over. It must not be called any more when lines are being made.
func (f *Fonts) Know(text, language string) {
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
