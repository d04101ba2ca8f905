package webform

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/markup"
)

// Page is an HTML page of a portal. It is for one goroutine.
type Page struct {
	// Document is for reading; goquery never fails on bad HTML, so what must be
	// there is asked for with Need.
	Document *goquery.Document
	response *portal.Response // nil for a page made of pieces, until it is asked for
	address  *url.URL
	labels   map[string]string // by the id they are for; read when first asked for
}

// Parse reads an answer as a page. One that has no element is a ChangedError.
func Parse(response *portal.Response) (*Page, error) {
	text, err := response.Text()
	if err != nil || !strings.Contains(text, "<") {
		return nil, changed(response, "an HTML page", "something else")
	}
	root, err := markup.Parse(text)
	if err != nil {
		return nil, changed(response, "an HTML page", "something unreadable")
	}
	return &Page{Document: goquery.NewDocumentFromNode(root), response: response, address: response.URL}, nil
}

// ParseText reads a page from text, such as a recorded one, as if it had come
// from the address.
func ParseText(text string, address *url.URL) (*Page, error) {
	return Parse(responseOf(text, address))
}

func responseOf(text string, address *url.URL) *portal.Response {
	return &portal.Response{
		Status: http.StatusOK, Header: http.Header{"Content-Type": {"text/html; charset=utf-8"}}, Body: []byte(text), URL: address,
	}
}

// Clone is a copy of the page, in which pieces may take the place of others as a
// script would do it.
func (p *Page) Clone() *Page {
	return &Page{Document: goquery.NewDocumentFromNode(markup.Clone(p.Document.Get(0))), address: p.address}
}

// Response is the answer the page was read from; of a copy, the copy written down.
func (p *Page) Response() *portal.Response {
	if p.response == nil {
		text, err := p.Document.Html()
		if err != nil {
			text = ""
		}
		p.response = responseOf(text, p.address)
	}
	return p.response
}

// Has tells whether something on the page matches the CSS selector.
func (p *Page) Has(selector string) bool {
	return p.Document.FindMatcher(goquery.Single(selector)).Length() > 0
}

// Need answers what matches the CSS selector, or a ChangedError that names what
// was looked for.
func (p *Page) Need(selector, what string) (*goquery.Selection, error) {
	found := p.Document.Find(selector)
	if found.Length() == 0 {
		return nil, p.Changed(what)
	}
	return found, nil
}

// Beside is the text of the cell after the one with this label, in a table of
// labels and values or a definition list. A label that is there twice has the
// value of its first place.
func (p *Page) Beside(label string) (value string, found bool) {
	root := p.Document.Get(0)
	for node := following(root, root); node != nil; node = following(node, root) {
		if !isLabelCell(node) || !sameLabel(NodeText(node), label) {
			continue
		}
		if next := nextElement(node); next != nil {
			return NodeText(next), true
		}
	}
	return "", false
}

func isLabelCell(node *html.Node) bool {
	return node.DataAtom == atom.Th || node.DataAtom == atom.Td || node.DataAtom == atom.Dt
}

func nextElement(node *html.Node) *html.Node {
	for next := node.NextSibling; next != nil; next = next.NextSibling {
		if next.Type == html.ElementNode {
			return next
		}
	}
	return nil
}

// Rows reads the table whose headings include these, in any order and among
// others: one map from heading to text a row. Rows that are the same as the one
// before, as portals repeat them, come once.
func (p *Page) Rows(headings ...string) ([]map[string]string, error) {
	for _, table := range p.Document.Find("table").EachIter() {
		columns := columnsOf(table)
		if len(columns) == 0 || !hasAll(columns, headings) {
			continue
		}
		var rows []map[string]string
		for _, line := range table.Find("tr").EachIter() {
			row := rowOf(line, columns, headings)
			if row != nil && (len(rows) == 0 || !maps.Equal(row, rows[len(rows)-1])) {
				rows = append(rows, row)
			}
		}
		return rows, nil
	}
	return nil, p.Changed("a table of " + strings.Join(headings, ", "))
}

func columnsOf(table *goquery.Selection) []string {
	var columns []string
	for _, heading := range table.Find("tr").First().Find("th, td").EachIter() {
		columns = append(columns, normalLabel(heading.Text()))
	}
	return columns
}

func hasAll(columns, headings []string) bool {
	for _, heading := range headings {
		if !slices.Contains(columns, normalLabel(heading)) {
			return false
		}
	}
	return true
}

// rowOf reads a row of data; nil for headings and for rows of another width.
func rowOf(line *goquery.Selection, columns, headings []string) map[string]string {
	cells := line.ChildrenFiltered("td")
	if cells.Length() != len(columns) || normalLabel(cells.First().Text()) == columns[0] {
		return nil
	}
	row := map[string]string{}
	for _, heading := range headings {
		row[heading] = Squeeze(cells.Eq(slices.Index(columns, normalLabel(heading))).Text())
	}
	return row
}

// Text is the text of the first match of the CSS selector, in single spaces;
// empty without a match.
func (p *Page) Text(selector string) string {
	return Squeeze(p.Document.FindMatcher(goquery.Single(selector)).Text())
}

// Changed is the ChangedError of a page that is not what was expected.
func (p *Page) Changed(expected string) error {
	return changed(p.Response(), expected, "a page without it")
}

func changed(response *portal.Response, expected, seen string) error {
	return &connectors.ChangedError{
		Expected: expected, Seen: seen, Evidence: portal.Outline(response), Snapshot: portal.Snapshot(response),
	}
}

// sameLabel compares labels as people read them: without case, white space,
// colons and the stars of mandatory fields.
func sameLabel(a, b string) bool { return normalLabel(a) == normalLabel(b) }

func normalLabel(text string) string {
	return strings.ToLower(strings.Trim(Squeeze(text), " :*."))
}
