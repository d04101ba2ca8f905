package mahabhulekh

import (
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
)

// ParseRecord lets fixtures and fuzzing at the parser. It answers the page's alerts
// too.
func ParseRecord(text string) (record *connectors.Record, said []string, err error) {
	page, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		return nil, nil, err
	}
	record, err = parseRecord(page, "७/१२")
	return record, alerts(page), err
}
