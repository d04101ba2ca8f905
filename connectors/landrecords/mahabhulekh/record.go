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
	return page.Find("form").Length() == 0 && strings.TrimSpace(page.Find("body").Text()) == ""
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
	if picture := page.Find(`img[id$="ImgPC"]`); picture.Length() > 0 {
		document, err := embedded(picture.AttrOr("src", ""))
		if err != nil {
			return nil, err
		}
		return &connectors.Record{Title: title, Document: document}, nil
	}
	if popup := page.Find(`div[id$="showPopUp1"]`); popup.Find("table").Length() > 0 {
		return parseTables(popup, title)
	}
	return nil, nil //nolint:nilnil // no record is an answer that the page's alert explains
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
func parseTables(popup *goquery.Selection, title string) (*connectors.Record, error) {
	record := &connectors.Record{Title: title, Fields: heads(popup)}
	group, seen := 0, map[string]bool{}
	for _, table := range popup.Find("table").EachIter() {
		places := placesOf(table)
		if places == nil {
			continue
		}
		for _, row := range table.Find("tr").Nodes {
			cells := cellsOf(row)
			line := strings.Join(cells, "|")
			if len(cells) < len(places) || seen[line] {
				continue
			}
			seen[line] = true
			group++
			record.Fields = append(record.Fields, rowFields(cells, places, group)...)
		}
	}
	if group == 0 || len(record.Fields) == 0 {
		return nil, errUnreadable
	}
	return record, nil
}

// cellsOf reads a row. It walks the nodes itself, because a table of a thousand rows
// asks a selector a thousand times.
func cellsOf(row *html.Node) []string {
	var cells []string
	for cell := range row.ChildNodes() {
		if cell.DataAtom == atom.Td {
			cells = append(cells, webform.NodeText(cell))
		}
	}
	return cells
}

// heads are the cells of the record's head, whose label is bold.
func heads(popup *goquery.Selection) []connectors.RecordField {
	var fields []connectors.RecordField
	for _, bold := range popup.Find("td > b").EachIter() {
		label := plain(bold.Text())
		value := plain(strings.TrimPrefix(webform.NodeText(bold.Get(0).Parent), label))
		if name, isLabel := strings.CutSuffix(label, ":"); isLabel && value != "" {
			fields = append(fields, connectors.RecordField{Label: name, Value: value})
		}
	}
	return fields
}

// placesOf tells where the known columns stand in a table, by its headings; nil for
// another table.
func placesOf(table *goquery.Selection) []int {
	headings := table.Find("th").Map(func(_ int, cell *goquery.Selection) string { return plain(cell.Text()) })
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

func rowFields(cells []string, places []int, group int) []connectors.RecordField {
	fields := make([]connectors.RecordField, 0, len(places))
	for i, label := range columns() {
		if places[i] < len(cells) && cells[places[i]] != "" {
			fields = append(fields, connectors.RecordField{Label: label, Value: cells[places[i]], Group: group})
		}
	}
	return fields
}

func plain(text string) string { return webform.Squeeze(text) }
