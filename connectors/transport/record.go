package transport

import (
	"context"
	"net/url"
	"slices"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// The texts of the buttons.
const (
	buttonDetails = "Check Status"
	buttonSubmit  = "Submit Application"
	buttonTrack   = "Show Status"
)

// Search implements connectors.Records. The fields name one record, so it is
// Extract with less in its answer.
func (c *Connector) Search(ctx context.Context, query connectors.RecordQuery) ([]connectors.RecordMatch, error) {
	record, err := c.Extract(ctx, query)
	if err != nil {
		return nil, err
	}
	return []connectors.RecordMatch{{ID: query.Service, Title: record.Title}}, nil
}

// Extract implements connectors.Records. Its first call ends in a ChallengeError
// with the picture to copy.
func (c *Connector) Extract(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	var record connectors.Record
	err := c.run(ctx, errand{
		path: "status/" + url.PathEscape(query.Service) + ".xhtml", button: buttonDetails, fields: query.Fields,
		operation: operationDetails, answer: query.Answer,
		read: func(page *webform.Page) (err error) {
			record, err = readRecord(page)
			return err
		},
	})
	if err != nil {
		return connectors.Record{}, wrapped("extract record", err)
	}
	return record, nil
}

// readRecord reads the tables of the details: those with headings are groups of
// lines, the others labels and values.
func readRecord(page *webform.Page) (connectors.Record, error) {
	details, err := page.Need(".details", "the details on record")
	if err != nil {
		return connectors.Record{}, err
	}
	record := connectors.Record{Title: webform.Squeeze(details.Find(".ui-panel-title").First().Text())}
	for _, table := range details.Find("table").EachIter() {
		if headings := table.Find("th"); headings.Length() > 0 {
			record.Fields = append(record.Fields, groups(table, texts(headings))...)
			continue
		}
		for _, row := range table.Find("tr").EachIter() {
			if cells := texts(row.ChildrenFiltered("td")); len(cells) == 2 {
				record.Fields = addField(record.Fields, connectors.RecordField{Label: plain(cells[0]), Value: cells[1]})
			}
		}
	}
	if record.Title == "" || len(record.Fields) == 0 || page.Has(".details .ui-datatable-empty-message") {
		return connectors.Record{}, page.Changed("the details on record")
	}
	return record, nil
}

// groups reads the lines of a table. One that is repeated right away comes once.
func groups(table *goquery.Selection, headings []string) []connectors.RecordField {
	var fields []connectors.RecordField
	number, before := 0, []string(nil)
	for _, row := range table.Find("tr").EachIter() {
		cells := texts(row.ChildrenFiltered("td"))
		if len(cells) != len(headings) || slices.Equal(cells, before) {
			continue
		}
		before = cells
		number++
		for i, heading := range headings {
			fields = append(fields, connectors.RecordField{Label: plain(heading), Value: cells[i], Group: number})
		}
	}
	return fields
}

func addField(fields []connectors.RecordField, field connectors.RecordField) []connectors.RecordField {
	if field.Label == "" || len(fields) > 0 && fields[len(fields)-1] == field {
		return fields
	}
	return append(fields, field)
}

func texts(cells *goquery.Selection) []string {
	return cells.Map(func(_ int, cell *goquery.Selection) string { return webform.Squeeze(cell.Text()) })
}
