package bhulekh

import (
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
)

// ParseRecord lets fixtures and fuzzing at the parser.
func ParseRecord(text string) (connectors.Record, error) {
	page, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		return connectors.Record{}, err
	}
	return parseRecord(page)
}
