package connectors

import (
	"context"
	"time"
)

// Records is the capability behind services of the kind "record". It changes
// nothing at the portal. Implementations are safe for concurrent use.
//
// Search answers every record that fits, in the portal's order. None is an empty
// list where the portal searches, and a NotFoundError where the query names one
// record. Extract answers one record; a choice that the portal does not offer is
// an InputRejectedError with that field. Both may answer a ChallengeError, which
// the same call with RecordQuery.Answer continues.
type Records interface {
	Search(ctx context.Context, query RecordQuery) ([]RecordMatch, error)
	Extract(ctx context.Context, query RecordQuery) (Record, error)
}

// Chooser is a connector whose portal alone knows the choices of some fields,
// each depending on those before it: district, then village. Choices answers
// them in the portal's own order; chosen holds the values of the fields before
// it. A field that has no list is an InputRejectedError with that field.
type Chooser interface {
	Choices(ctx context.Context, service, field string, chosen map[string]string) ([]Option, error)
}

// FieldConsent is the InputRejectedError.Field of a portal that wants to know that
// the person agreed, when RecordQuery.Consent is missing or not accepted.
const FieldConsent = "consent"

// Consenter is a Records whose portal wants a proof that the person agreed.
// Consent writes it in the portal's own format, for the query's record alone.
type Consenter interface {
	Consent(query RecordQuery, given Agreement) ([]byte, error)
}

// Agreement is what a person agreed to in the chat.
type Agreement struct {
	// Reference is the request's: it names who agreed to us, and nobody else.
	Reference string
	// At is when, Until how long the record may be fetched.
	At, Until time.Time
	// Purpose as it was shown to the person, in English.
	Purpose string
}

// RecordQuery asks for records of one service. It holds personal data.
type RecordQuery struct {
	// Service is the portal's own code of the kind of record, from the catalog.
	Service string `json:"service"`
	// Fields holds the answers by the portal's field name. Choices are the
	// Option.Value of an earlier Choices, unchanged.
	Fields map[string]string `json:"fields"`
	// Record is the RecordMatch.ID that was chosen; empty when the fields name
	// the record.
	Record string `json:"record,omitempty"`
	// Consent proves to the portal that the person agreed, where it asks for
	// that: an artefact of the portal's own format.
	Consent []byte `json:"consent,omitempty"`
	// Answer continues a call that ended in a ChallengeError.
	Answer *ChallengeAnswer `json:"answer,omitempty"`
}

// RecordMatch is one record that fits a search. It holds personal data.
type RecordMatch struct {
	// ID goes into RecordQuery.Record.
	ID    string `json:"id"`
	Title string `json:"title"`
	// Detail tells records of the same title apart.
	Detail string `json:"detail,omitempty"`
}

// Record is an extract as the portal shows it. It holds personal data.
type Record struct {
	Title string `json:"title"`
	// Fields are label and value in the portal's words, script and order.
	Fields []RecordField `json:"fields,omitempty"`
	// Document is the official extract, when the portal gives a file.
	Document *Document `json:"document,omitempty"`
}

// RecordField is one line of a record. Repeating lines of a table carry the same
// Group: the number of the row from 1; 0 is outside any table.
type RecordField struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Group int    `json:"group,omitempty"`
}
