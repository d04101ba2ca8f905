package documents

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"rsc.io/qr"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/documents/layout"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/seal"
)

// Data are what one document shows.
type Data struct {
	Service  string // picks the service's own template, where there is one
	Language string // the citizen's, by ISO 639 code
	Also     string // a second language below the first; empty: none
	Author   string // who issues the document, in its metadata; may be empty
	At       time.Time
	Values   map[string]Value
	Lists    map[string][]Record

	Photo []byte // JPEG or PNG; nil: none
	// Code is what the QR code says, in bytes; nil: none. A code of up to 400 bytes can be read from a photocopy.
	Code []byte
	// Address is where anyone can check the document; it stands beside the code. May be empty.
	Address    string
	Properties []pdf.Property
}

// Record is a line of a list: label and value of a field, the cells of a table's row, or one text.
type Record []Value

// Render lays a document out. It fails with [ErrNoTemplate], [ErrNoLanguage], [UnknownValueError], [shape.UnwritableError] when no font has a
// letter for a value that must be shown, and [pdf.ErrImage].
func (l *Library) Render(kind string, data Data) ([]byte, error) {
	writer, err := l.compose(kind, data)
	if err != nil {
		return nil, fmt.Errorf("lay out %s: %w", kind, err)
	}
	return writer.Bytes()
}

// RenderToSign lays a document out with room for a signature; it fails as [Library.Render].
func (l *Library) RenderToSign(kind string, data Data, field pdf.SignatureField) ([]byte, pdf.SignatureRoom, error) {
	writer, err := l.compose(kind, data)
	if err != nil {
		return nil, pdf.SignatureRoom{}, fmt.Errorf("lay out %s: %w", kind, err)
	}
	return writer.SignedBytes(field)
}

// page is one document on its way.
type page struct {
	library  *Library
	template *template
	data     Data
	main     *language
	also     *language // nil: none
	composer *layout.Composer
	photo    *pdf.Image
	code     *qr.Code
	blank    bool  // nothing is filled in
	err      error // the first
}

func (l *Library) compose(kind string, data Data) (*pdf.Writer, error) {
	found, err := l.template(kind, data.Service)
	if err != nil {
		return nil, err
	}
	p := &page{library: l, template: found, data: data}
	if err := p.prepare(); err != nil {
		return nil, err
	}
	return p.lay(l.stock(form{template: found, main: p.main, also: p.also}))
}

// lay lays the page out; the stock may be nil.
func (p *page) lay(stock *pdf.Stock) (*pdf.Writer, error) {
	p.begin(stock)
	for _, each := range p.template.Blocks {
		if p.shown(each) {
			p.set(each)
		}
	}
	writer, err := p.composer.Finish()
	if p.err != nil {
		return nil, p.err
	}
	return writer, err
}

func (p *page) prepare() (err error) {
	var ok bool
	if p.main, ok = p.library.languages[p.data.Language]; !ok {
		return fmt.Errorf("%w: %q", ErrNoLanguage, p.data.Language)
	}
	if p.data.Also != "" && p.data.Also != p.data.Language {
		if p.also, ok = p.library.languages[p.data.Also]; !ok {
			return fmt.Errorf("%w: %q", ErrNoLanguage, p.data.Also)
		}
	}
	if p.data.Photo != nil {
		if p.photo, err = photograph(p.data.Photo); err != nil {
			return fmt.Errorf("photograph: %w", err)
		}
	}
	if p.data.Code != nil {
		picture, err := seal.Draw(string(p.data.Code))
		if err != nil {
			return fmt.Errorf("draw code: %w", err)
		}
		p.code = picture.Code()
	}
	return nil
}

func (p *page) begin(stock *pdf.Stock) {
	t := p.template
	footer := make([]layout.Pair, len(t.Footer))
	for i, key := range t.Footer {
		footer[i] = p.text(key)
	}
	p.composer = layout.New(layout.Config{
		Fonts: p.library.fonts, Width: t.paper.width, Height: t.paper.height, Margin: t.Margin * millimetre, Accent: t.accent, Frame: t.Frame,
		Footer: footer,
		PageNumber: func(number, of int) layout.Text {
			numbers := map[string]string{"page": p.main.native(strconv.Itoa(number)), "pages": p.main.native(strconv.Itoa(of))}
			return layout.Text{Content: replace(p.phrase(p.main, "common.page"), numbers), Language: p.main.tag}
		},
		PDF: pdf.Options{
			Title: p.text(t.Title).Main.Content, Language: p.main.tag, Author: p.data.Author, Producer: "Jansetu",
			Created: p.data.At.In(connectors.IndianTime), Properties: p.data.Properties, Stock: stock,
		},
	})
}

// shown says whether the data have what the block waits for.
func (p *page) shown(b block) bool {
	if b.When == "" || p.blank {
		return true
	}
	if value, ok := p.data.Values[b.When]; ok {
		return value.in(p.main) != ""
	}
	return len(p.data.Lists[b.When]) > 0
}

// text is a text in the languages of the page, its placeholders filled.
func (p *page) text(key string) layout.Pair {
	if key == "" {
		return layout.Pair{}
	}
	pair := layout.Pair{Main: p.filled(p.main, key)}
	if p.also != nil {
		pair.Also = p.filled(p.also, key)
	}
	return pair
}

func (p *page) filled(l *language, key string) layout.Text {
	phrase := p.phrase(l, key)
	names := placeholders(phrase)
	if len(names) == 0 {
		return layout.Text{Content: phrase, Language: l.tag}
	}
	values := make(map[string]string, len(names))
	for _, name := range names {
		value, ok := p.known(name)
		if !ok {
			p.fail(&UnknownValueError{Name: name})
			continue
		}
		values[name] = value.in(l)
	}
	return layout.Text{Content: replace(phrase, values), Language: l.tag}
}

// phrase is a text as the template or the language has it; templates have the first word.
func (p *page) phrase(l *language, key string) string {
	if own, ok := p.template.Texts[l.code][key]; ok {
		return own
	}
	return l.texts[key]
}

// known is a value that the page can show.
func (p *page) known(name string) (Value, bool) {
	if p.blank {
		return anyValue, true
	}
	value, ok := p.data.Values[name]
	return value, ok
}

// value is a value in the languages of the page.
func (p *page) value(name string) layout.Pair {
	value, ok := p.known(name)
	if !ok {
		p.fail(&UnknownValueError{Name: name})
		return layout.Pair{}
	}
	return p.written(value)
}

func (p *page) written(value Value) layout.Pair {
	pair := layout.Pair{Main: layout.Text{Content: value.in(p.main), Language: languageOf(value, p.main)}}
	if p.also == nil {
		return pair
	}
	if _, ok := value.(Words); ok {
		pair.Also = layout.Text{Content: value.in(p.also), Language: p.also.tag}
	}
	return pair
}

// languageOf says in which language a value is read aloud: a name in Latin letters is not Telugu.
func languageOf(value Value, l *language) string {
	if plain, ok := value.(Plain); ok && !strings.ContainsFunc(string(plain), func(char rune) bool { return char > 0x24f }) {
		return english + "-IN"
	}
	return l.tag
}

func (p *page) fail(err error) {
	if p.err == nil {
		p.err = err
	}
}
