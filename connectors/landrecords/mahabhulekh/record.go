package mahabhulekh

import (
	"encoding/base64"
	"errors"
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// errUnreadable says that a page is not in the shape we know.
var errUnreadable = errors.New("page is not in the known shape")

// isBlank tells the page with nothing on it, by which the portal answers a value
// it did not offer or a session it has spoiled.
func isBlank(page *goquery.Document) bool {
	return page.FindMatcher(goquery.Single("form")).Length() == 0 && strings.TrimSpace(page.Find("body").Text()) == ""
}

var alertCall = regexp.MustCompile(`alert\((?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")\)`)

// alerts are the sentences that the page's scripts show the visitor.
func alerts(page *goquery.Document) []string {
	var said []string
	page.Find("script").Each(func(_ int, script *goquery.Selection) {
		for _, found := range alertCall.FindAllStringSubmatch(script.Text(), -1) {
			said = append(said, strings.ReplaceAll(found[1]+found[2], `\`, ""))
		}
	})
	return said
}

// parseRecord finds the record on the page that a submitted captcha leads to; nil
// when there is none.
func parseRecord(page *goquery.Document, title string) (*connectors.Record, error) {
	if picture := firstWithID(page.Get(0), atom.Img, "ImgPC"); picture != nil {
		document, err := embedded(webform.Attribute(picture, "src"))
		if err != nil {
			return nil, err
		}
		return &connectors.Record{Title: title, Document: document}, nil
	}
	if popup := firstWithID(page.Get(0), atom.Div, "showPopUp1"); popup != nil && hasTable(popup) {
		return parseTables(popup, title)
	}
	return nil, nil //nolint:nilnil // no record is an answer that the page's alert explains
}

// firstWithID finds an element by its name and the end of its id.
func firstWithID(page *html.Node, name atom.Atom, end string) *html.Node {
	for node := range webform.Elements(page, name) {
		if strings.HasSuffix(webform.Attribute(node, "id"), end) {
			return node
		}
	}
	return nil
}

func hasTable(part *html.Node) bool {
	for range webform.Elements(part, atom.Table) {
		return true
	}
	return false
}

// maxPicture bounds the record's picture, in bytes of base64.
const maxPicture = 6 << 20

// embedded decodes a data address, which is how the portal sends a picture.
func embedded(source string) (*connectors.Document, error) {
	head, encoded, found := strings.Cut(source, ";base64,")
	mediaType, isData := strings.CutPrefix(head, "data:")
	if !found || !isData || len(encoded) > maxPicture {
		return nil, errUnreadable
	}
	content, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err != nil || len(content) == 0 {
		return nil, errUnreadable
	}
	name, known := map[string]string{"image/jpeg": "7-12.jpg", "image/png": "7-12.png"}[mediaType]
	if !known {
		return nil, errUnreadable
	}
	return &connectors.Document{Filename: name, MIMEType: mediaType, Content: content}, nil
}

// columns of an 8A, in the order of the form.
func columns() []string {
	return []string{
		"भूमापन क्रमांक व उपविभाग क्रमांक", "एकूण क्षेत्र (हे.आर.चौ.मी)", "आकारणी (रु.पै.)", "स्थानिक उपकर (रु.पै.)",
	}
}

// parseTables reads an 8A: a head of "label: value" cells and a table of parcels.
func parseTables(popup *html.Node, title string) (*connectors.Record, error) {
	record := &connectors.Record{Title: title, Fields: heads(popup)}
	group, seen := 0, map[string]bool{}
	labels, room := columns(), make([]string, 0, 16)
	for table := range webform.Elements(popup, atom.Table) {
		places := placesOf(table)
		if places == nil {
			continue
		}
		rows := slices.Collect(webform.Elements(table, atom.Tr))
		record.Fields = slices.Grow(record.Fields, len(rows)*len(labels))
		for _, row := range rows {
			cells := cellsOf(row, room)
			if len(cells) < len(places) {
				continue
			}
			line := strings.Join(cells, "|")
			if seen[line] {
				continue
			}
			seen[line] = true
			group++
			record.Fields = appendRow(record.Fields, cells, labels, places, group)
		}
	}
	if group == 0 || len(record.Fields) == 0 {
		return nil, errUnreadable
	}
	return record, nil
}

// cellsOf reads a row. It walks the nodes itself, because a table of a thousand rows
// asks a selector a thousand times. The cells are in room, if it is large enough.
func cellsOf(row *html.Node, room []string) []string {
	cells := room[:0]
	for cell := range row.ChildNodes() {
		if cell.DataAtom == atom.Td {
			cells = append(cells, webform.NodeText(cell))
		}
	}
	return cells
}

// heads are the cells of the record's head, whose label is bold.
func heads(popup *html.Node) []connectors.RecordField {
	var fields []connectors.RecordField
	for bold := range webform.Elements(popup, atom.B) {
		if bold.Parent.DataAtom != atom.Td {
			continue
		}
		label := webform.NodeText(bold)
		value := plain(strings.TrimPrefix(webform.NodeText(bold.Parent), label))
		if name, isLabel := strings.CutSuffix(label, ":"); isLabel && value != "" {
			fields = append(fields, connectors.RecordField{Label: name, Value: value})
		}
	}
	return fields
}

// placesOf tells where the known columns stand in a table, by its headings; nil for
// another table.
func placesOf(table *html.Node) []int {
	var headings []string
	for cell := range webform.Elements(table, atom.Th) {
		headings = append(headings, webform.NodeText(cell))
	}
	places := make([]int, 0, len(columns()))
	for _, label := range columns() {
		at := slices.Index(headings, label)
		if at < 0 {
			return nil
		}
		places = append(places, at)
	}
	return places
}

// appendRow adds a row's values under their labels.
func appendRow(fields []connectors.RecordField, cells, labels []string, places []int, group int) []connectors.RecordField {
	for i, label := range labels {
		if places[i] < len(cells) && cells[places[i]] != "" {
			fields = append(fields, connectors.RecordField{Label: label, Value: cells[places[i]], Group: group})
		}
	}
	return fields
}

func plain(text string) string { return webform.Squeeze(text) }
