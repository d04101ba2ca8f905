package mahabhulekh

import (
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// ParseRecord lets fixtures and fuzzing at the parser. It answers the page's alerts
// too.
func ParseRecord(text string) (record *connectors.Record, said []string, err error) {
	page, err := webform.ParseText(text, nil)
	if err != nil {
		return nil, nil, err
	}
	record, err = parseRecord(page.Document, "७/१२")
	return record, alerts(page.Document), err
}
