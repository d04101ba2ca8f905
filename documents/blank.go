package documents

import (
	"sync"

	"rsc.io/qr"

	"github.com/jansetu/jansetu/documents/pdf"
)

// blanks keep the glyphs of forms with nothing filled in: a template's own words in the languages of the page. They are gathered when the first
// document needs them, and hold nothing of what a document says of a person.
type blanks struct{ stocks sync.Map } // of *pdf.Stock by form

type form struct {
	template   *template
	main, also *language
}

// stock is the glyphs of a form with nothing filled in; nil when it cannot be laid out, which whoever fills it in will be told.
func (l *Library) stock(of form) *pdf.Stock {
	if kept, ok := l.blanks.stocks.Load(of); ok {
		stock, _ := kept.(*pdf.Stock)
		return stock
	}
	p := &page{library: l, template: of.template, main: of.main, also: of.also, blank: true, code: new(qr.Code)}
	writer, err := p.lay(nil)
	if err != nil {
		return nil
	}
	stock := writer.Stock()
	l.blanks.stocks.Store(of, stock)
	return stock
}

// anyValue stands for every value of a form with nothing filled in, so that all of its labels are shown.
const anyValue = Plain(".")
