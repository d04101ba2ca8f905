package markup

import "golang.org/x/net/html/atom"

// kind groups elements by what the standard does at their tags.
type kind uint8

const (
	kindUnknown kind = iota
	// kindBlock ends an open paragraph.
	kindBlock
	kindParagraph
	kindHeading
	kindForm
	// kindItem ends the item before it: li, dd, dt.
	kindItem
	// kindInline has no rules of its own.
	kindInline
	// kindFormatting is opened again by the standard where it was cut.
	kindFormatting
	kindButton
	// kindVoid has no content.
	kindVoid
	// kindRule is hr, which is void and ends an open paragraph.
	kindRule
	// kindRaw holds text in which no tag but its own end counts.
	kindRaw
	kindSelect
	kindOption
	kindTable
	// kindGroup is tbody, thead, tfoot.
	kindGroup
	kindRow
	kindCell
)

// kindOf answers kindUnknown for an element that the quick builder leaves to the
// standard's parser.
func kindOf(tag atom.Atom) kind {
	switch tag {
	case atom.Div, atom.Ul, atom.Ol, atom.Dl, atom.Fieldset, atom.Center, atom.Section, atom.Article, atom.Header, atom.Footer,
		atom.Nav, atom.Main, atom.Aside, atom.Address, atom.Blockquote:
		return kindBlock
	case atom.P:
		return kindParagraph
	case atom.H1, atom.H2, atom.H3, atom.H4, atom.H5, atom.H6:
		return kindHeading
	case atom.Form:
		return kindForm
	case atom.Li, atom.Dd, atom.Dt:
		return kindItem
	case atom.Span, atom.Label, atom.Legend, atom.Sup, atom.Sub, atom.Abbr, atom.Marquee:
		return kindInline
	case atom.A, atom.B, atom.I, atom.U, atom.Font, atom.Strong, atom.Em, atom.Small, atom.Big:
		return kindFormatting
	case atom.Button:
		return kindButton
	default:
		return kindOfContent(tag)
	}
}

func kindOfContent(tag atom.Atom) kind {
	switch tag {
	case atom.Input, atom.Img, atom.Br, atom.Meta, atom.Link:
		return kindVoid
	case atom.Hr:
		return kindRule
	case atom.Script, atom.Style, atom.Textarea, atom.Noscript:
		return kindRaw
	case atom.Select:
		return kindSelect
	case atom.Option:
		return kindOption
	case atom.Table:
		return kindTable
	case atom.Tbody, atom.Thead, atom.Tfoot:
		return kindGroup
	case atom.Tr:
		return kindRow
	case atom.Td, atom.Th:
		return kindCell
	default:
		return kindUnknown
	}
}

// isTableFrame tells the elements that hold no text and no content of their own but
// further parts of the table.
func isTableFrame(tag atom.Atom) bool {
	switch kindOf(tag) {
	case kindTable, kindGroup, kindRow:
		return true
	default:
		return false
	}
}

// isImplied tells the elements whose end tag the end of what is around them implies.
func isImplied(tag atom.Atom) bool {
	switch tag {
	case atom.Li, atom.Dd, atom.Dt, atom.Option, atom.P:
		return true
	default:
		return false
	}
}
