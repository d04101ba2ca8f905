package rights

import (
	"strings"

	"github.com/jansetu/jansetu/catalog"
)

// Sheet is a copy of somebody's data, in their language, before it is a file.
type Sheet struct {
	Language catalog.Language
	Title    string
	Made     string // when it was made
	Sections []Section
	Notes    []string
}

// Section is a part of a sheet. A line that begins with two spaces belongs to the one before.
type Section struct {
	Title string
	Lines []string
}

// File is a printed sheet.
type File struct {
	Extension string // with its dot
	MIMEType  string // one that WhatsApp takes for documents
	Content   []byte
}

// Printer makes a file of a sheet, the same one each time.
type Printer interface {
	Print(sheet Sheet) (File, error)
}

// PlainText prints UTF-8 text: the cheapest phone opens it in every script without an app for it, a screen reader reads it, and 3 KB come
// through where a PDF with its fonts does not. The mark at its beginning keeps phones from guessing another encoding.
type PlainText struct{}

const byteOrderMark = "\ufeff"

// Print never fails.
func (PlainText) Print(sheet Sheet) (File, error) {
	var text strings.Builder
	lines := func(lines ...string) { text.WriteString(strings.Join(lines, "\n") + "\n") }
	text.WriteString(byteOrderMark)
	lines(sheet.Title, sheet.Made)
	for _, section := range sheet.Sections {
		lines("", "== "+section.Title+" ==")
		lines(section.Lines...)
	}
	lines("")
	lines(sheet.Notes...)
	return File{Extension: ".txt", MIMEType: "text/plain", Content: []byte(text.String())}, nil
}
