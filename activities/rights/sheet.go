package rights

import "strings"

// sheet is a copy of somebody's data, in their language, before it is a file.
type sheet struct {
	title    string
	made     string // when it was made
	sections []section
	notes    []string
}

// section is a part of a sheet. A line that begins with two spaces belongs to the one before.
type section struct {
	title string
	lines []string
}

const (
	copyExtension = ".txt"
	copyType      = "text/plain" // one that WhatsApp takes for documents
	byteOrderMark = "\ufeff"
)

// text is the sheet as UTF-8 text: the cheapest phone opens it in every script without an app for it, a screen reader reads it, and 3 KB come
// through where a PDF with its fonts does not. The mark at its beginning keeps phones from guessing another encoding.
func (s sheet) text() []byte {
	var written strings.Builder
	lines := func(lines ...string) { written.WriteString(strings.Join(lines, "\n") + "\n") }
	written.WriteString(byteOrderMark)
	lines(s.title, s.made)
	for _, section := range s.sections {
		lines("", "== "+section.title+" ==")
		lines(section.lines...)
	}
	lines("")
	lines(s.notes...)
	return []byte(written.String())
}
