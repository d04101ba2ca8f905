package bhulekh

import (
	"errors"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// errUnreadable says that a page is not in the shape we know.
var errUnreadable = errors.New("page is not in the known shape")

// column is a value on the record's page: the end of its element's id, which
// stays the same when rows are numbered otherwise, and the portal's label.
type column struct{ id, label string }

// frontColumns are the record's own values in the page's order.
func frontColumns() []column {
	return []column{
		{"lblMouja", "ମୌଜା"},
		{"lblTehsil", "ତହସିଲ"},
		{"lblThana", "ଥାନା"},
		{"lblTesilNo", "ତହସିଲ ନମ୍ବର"},
		{"lblThanano", "ଥାନା ନମ୍ବର"},
		{"lblDist", "ଜିଲ୍ଲା"},
		{"lblLandlordName", "ଜମିଦାରଙ୍କ ନାମ ଓ ଖେୱାଟ ବା ଖତିୟାନର କ୍ରମିକ ନମ୍ବର"},
		{"lblKhatiyanslNo", "ଖତିୟାନର କ୍ରମିକ ନମ୍ବର"},
		{"lblName", "ପ୍ରଜାର ନାମ, ପିତାର ନାମ, ଜାତି ଓ ବାସସ୍ଥାନ"},
		{"lblStatua", "ସ୍ଵତ୍ଵ"},
		{"lblWaterTax", "ଜଳକର"},
		{"lblTax", "ଖଜଣା"},
		{"lblSes", "ସେସ୍"},
		{"lblOtherses", "ନିସ୍ତାର ସେସ୍ ଓ ଅନ୍ୟାନ୍ୟ ସେସ୍"},
		{"lblTotal", "ମୋଟ"},
		{"lblDescription", "କ୍ରମବର୍ଦ୍ଧନଶୀଳ ଖଜଣାର ବିବରଣି"},
		{"lblSpecialCase", "ବିଶେଷ ଅନୁସଙ୍ଗ"},
		{"lblLastPublishDate", "ଅନ୍ତିମ ପ୍ରକାଶନ ତାରିଖ"},
		{"lblTaxDate", "ଖଜଣା ଧାର୍ଯ୍ୟ ତାରିଖ"},
	}
}

// plotColumns are the values of a parcel.
func plotColumns() []column {
	return []column{
		{"lblPlotNo", "ପ୍ଲଟ ନମ୍ବର"},
		{"lbllType", "କିସମ"},
		{"lbln_occu", "ଚୌହଦି"},
		{"lblAcre", "ରକବା (ଏକର)"},
		{"lblDecimil", "ରକବା (ଡିସମିଲ)"},
		{"lblHector", "ରକବା (ହେକ୍ଟର)"},
		{"lblPlotRemarks", "ମନ୍ତବ୍ୟ"},
	}
}

// mustBeThere are the elements without which the page is another one. Their
// values may be empty: a mutation that is not recorded yet leaves no name.
func mustBeThere() []string {
	return []string{"lblMouja", "lblDist", "lblKhatiyanslNo", "lblName"}
}

const khatiyanID = "lblKhatiyanslNo"

// parseRecord reads the record's page.
func parseRecord(page *goquery.Document) (connectors.Record, error) {
	front := byID(page.Find("#gvfront").Nodes...)
	for _, id := range mustBeThere() {
		if _, found := front[id]; !found {
			return connectors.Record{}, errUnreadable
		}
	}
	if front[khatiyanID] == "" {
		return connectors.Record{}, errUnreadable
	}
	plots, err := parsePlots(page.Find("#gvRorBack").Nodes)
	return connectors.Record{
		Title:  "ଖତିୟାନ " + front[khatiyanID],
		Fields: append(fieldsOf(frontColumns(), front, 0), plots...),
	}, err
}

// parsePlots reads the table of parcels; a row that comes twice is one parcel.
func parsePlots(tables []*html.Node) ([]connectors.RecordField, error) {
	var fields []connectors.RecordField
	group, seen, columns := 0, map[string]bool{}, plotColumns()
	for _, table := range tables {
		for row := range webform.Elements(table, atom.Tr) {
			values := byID(row)
			plot := values["lblPlotNo"]
			if plot == "" || seen[plot] {
				continue
			}
			seen[plot] = true
			group++
			fields = append(fields, fieldsOf(columns, values, group)...)
		}
	}
	if group == 0 {
		return nil, errUnreadable
	}
	return fields, nil
}

// fieldsOf puts values into the order of the columns and leaves out empty ones.
func fieldsOf(columns []column, values map[string]string, group int) []connectors.RecordField {
	fields := make([]connectors.RecordField, 0, len(columns))
	for _, each := range columns {
		if value := values[each.id]; value != "" {
			fields = append(fields, connectors.RecordField{Label: each.label, Value: value, Group: group})
		}
	}
	return fields
}

// byID collects the values inside parts of the page under the ends of their ids:
// gvRorBack_ctl02_lblAcre is lblAcre. It walks the nodes itself, because a table of
// a thousand rows asks a selector a thousand times.
func byID(parts ...*html.Node) map[string]string {
	values := map[string]string{}
	for _, root := range parts {
		for node := range root.Descendants() {
			if node.DataAtom != atom.Span && node.DataAtom != atom.A {
				continue
			}
			if _, name, found := strings.Cut(webform.Attribute(node, "id"), "_lbl"); found {
				values["lbl"+name] = webform.NodeText(node)
			}
		}
	}
	return values
}
