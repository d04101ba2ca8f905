package documents

import (
	"strings"

	"github.com/jansetu/jansetu/documents/layout"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

func (p *page) set(b block) {
	c := p.composer
	switch {
	case b.Letterhead != nil:
		c.Letterhead(p.library.emblem, p.text("common.emblem").Main, p.values(b.Letterhead))
	case b.Band != nil:
		c.Band(p.text(b.Band.Title), p.value(b.Band.Issuer))
	case b.Title != "":
		c.Title(p.text(b.Title))
	case b.Ends != nil:
		c.Ends(p.text(b.Ends[0]), p.text(b.Ends[1]))
	case b.Section != "":
		c.Section(p.text(b.Section))
	case b.Paragraph != nil:
		p.paragraph(*b.Paragraph)
	case b.Fields != nil:
		p.fields(*b.Fields)
	case b.Table != nil:
		p.table(*b.Table)
	case b.Numbered != "":
		c.Numbered(p.column(b.Numbered), p.main.native)
	case b.Groups != "":
		p.groups(b.Groups)
	case b.Amount != nil:
		c.Amount(p.text(b.Amount.Label), p.value(b.Amount.Value).Main, p.text(b.Amount.Stamp))
	case b.Close != nil:
		p.close(*b.Close)
	case b.Space > 0:
		c.Space(b.Space * millimetre)
	}
}

func (p *page) values(names []string) []layout.Pair {
	pairs := make([]layout.Pair, 0, len(names))
	for _, name := range names {
		if _, known := p.known(name); known {
			pairs = append(pairs, oneLanguage(p.value(name)))
		}
	}
	return pairs
}

func oneLanguage(pair layout.Pair) layout.Pair {
	if pair.Main.Content == pair.Also.Content {
		pair.Also = layout.Text{}
	}
	return pair
}

var sizes = map[string]layout.Size{"small": layout.Small, "large": layout.Large}

func (p *page) paragraph(b paragraph) {
	weight := shape.Regular
	if b.Bold {
		weight = shape.Bold
	}
	text := p.text(b.Text)
	if b.Single {
		text.Also = layout.Text{}
	}
	p.composer.Paragraph(text, sizes[b.Size], weight, alignment(b.Align))
}

func (p *page) fields(b fieldBlock) {
	fields := make([]layout.Field, 0, len(b.Rows))
	for _, row := range b.Rows {
		if row.Optional && !p.writable(row.Value) {
			continue
		}
		fields = append(fields, layout.Field{Label: p.text(row.Label), Value: p.value(row.Value)})
	}
	for _, record := range p.data.Lists[b.From] {
		if len(record) == 2 {
			fields = append(fields, layout.Field{Label: p.written(record[0]), Value: p.written(record[1])})
		}
	}
	var photo *pdf.Image
	if b.Photo {
		photo = p.photo
	}
	p.composer.Fields(fields, photo, p.text("common.photo").Main)
}

// groups sets fields under headings that are data too, such as the rows of a register.
func (p *page) groups(list string) {
	var fields []layout.Field
	set := func() {
		if len(fields) > 0 {
			p.composer.Fields(fields, nil, layout.Text{})
		}
		fields = nil
	}
	for _, record := range p.data.Lists[list] {
		switch len(record) {
		case 1:
			set()
			p.composer.Section(p.written(record[0]))
		case 2:
			fields = append(fields, layout.Field{Label: p.written(record[0]), Value: p.written(record[1])})
		}
	}
	set()
}

// writable says whether there is a value and a font that can write it: what may be missing is left out rather than garbled.
func (p *page) writable(name string) bool {
	value, ok := p.known(name)
	if !ok {
		return false
	}
	text := value.in(p.main)
	return strings.TrimSpace(text) != "" && p.library.fonts.Writable(text, shape.Regular) == nil
}

func (p *page) table(b tableBlock) {
	columns := make([]layout.Column, len(b.Columns))
	for i, column := range b.Columns {
		columns[i] = layout.Column{Title: p.text(column.Title), Share: column.Share, Align: alignment(column.Align)}
	}
	rows := make([][]layout.Pair, 0, len(p.data.Lists[b.From]))
	for _, record := range p.data.Lists[b.From] {
		row := make([]layout.Pair, len(columns))
		for i := range min(len(row), len(record)) {
			row[i] = p.written(record[i])
		}
		rows = append(rows, row)
	}
	p.composer.Table(columns, rows)
}

func (p *page) column(list string) []layout.Pair {
	var items []layout.Pair
	for _, record := range p.data.Lists[list] {
		if len(record) > 0 {
			items = append(items, p.written(record[0]))
		}
	}
	return items
}

func (p *page) close(b closing) {
	signer := make([]layout.Pair, len(b.Signer))
	for i, key := range b.Signer {
		signer[i] = p.text(key)
	}
	var code *layout.Code
	if p.code != nil {
		code = &layout.Code{Matrix: p.code, Alternative: p.text("common.code").Main, Caption: p.text(b.Caption), Address: p.data.Address}
	}
	p.composer.Close(code, signer)
}
