package workflows

import (
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// The activities of a portal that shows records. They run on the portal's task queue and change nothing there.
const (
	ActivitySearchRecords = "SearchRecords" // RecordAt -> []connectors.RecordMatch
	ActivityExtractRecord = "ExtractRecord" // RecordAt -> ExtractedRecord
)

// RecordAt names a record, or asks for those that fit.
type RecordAt struct {
	To      Recipient         `json:"to"`
	Service string            `json:"service"` // the catalog's id
	Fields  map[string]string `json:"fields"`  // by the portal's names
	// Record is the match that was chosen; empty while there is none.
	Record string                      `json:"record,omitempty"`
	Answer *connectors.ChallengeAnswer `json:"answer,omitempty"`
	// AgreedAt is when the person agreed that their record is fetched, where the portal wants to know; the zero time: they were not asked.
	AgreedAt time.Time `json:"agreed_at,omitzero"`
}

// ExtractedRecord is a record as a document: the department's own file as it is, or what the portal showed, laid out by us.
type ExtractedRecord struct {
	Title    string   `json:"title"`
	Document Document `json:"document"`
	// Official is set when the document is the department's own file.
	Official bool `json:"official,omitempty"`
}
