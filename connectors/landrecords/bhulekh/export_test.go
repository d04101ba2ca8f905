package bhulekh

import (
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// ParseRecord lets fixtures and fuzzing at the parser.
func ParseRecord(text string) (connectors.Record, error) {
	page, err := webform.ParseText(text, nil)
	if err != nil {
		return connectors.Record{}, err
	}
	return parseRecord(page.Document)
}
