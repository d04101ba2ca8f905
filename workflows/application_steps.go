package workflows

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// The activities of a portal that takes applications. They run on the portal's task queue.
const (
	ActivitySubmitApplication = "SubmitApplication" // SubmitApplicationInput -> SubmittedApplication
	ActivityFindApplication   = "FindApplication"   // FindApplicationInput -> SubmittedApplication
	ActivityApplicationStatus = "ApplicationStatus" // ApplicationAt -> connectors.ApplicationStatus
	ActivityFetchCertificate  = "FetchCertificate"  // ApplicationAt -> Document
	ActivityAnswerQuery       = "AnswerQuery"       // AnswerQueryInput -> nothing
	ActivityQueryAnswered     = "QueryAnswered"     // AnswerQueryInput -> nothing
	ActivityPostFee           = "PostFee"           // PostFeeInput -> connectors.Posted
	ActivityFindFee           = "FindFee"           // FeeAt -> connectors.Posted
)

// SubmitApplicationInput sends one application.
type SubmitApplicationInput struct {
	To      Recipient         `json:"to"`
	Service string            `json:"service"` // the catalog's id
	Fields  map[string]string `json:"fields"`  // by the portal's names
	Papers  []SentPaper       `json:"papers,omitempty"`
	// Answer continues a submission that ended in a challenge.
	Answer *connectors.ChallengeAnswer `json:"answer,omitempty"`
	// LookFirst is set when it may have been sent before; a repeated attempt always looks first.
	LookFirst bool `json:"look_first,omitempty"`
	// FirstTried is when the first attempt was, for a look-up by fields.
	FirstTried time.Time `json:"first_tried"`
}

// SentPaper is a paper that goes with an application or an answer.
type SentPaper struct {
	ID   string `json:"id"`   // TakenPaper.ID
	Kind string `json:"kind"` // the portal's own code of it
}

// FindApplicationInput looks an application up by what was sent.
type FindApplicationInput struct {
	To         Recipient                   `json:"to"`
	Service    string                      `json:"service"`
	Fields     map[string]string           `json:"fields"`
	FirstTried time.Time                   `json:"first_tried"`
	Answer     *connectors.ChallengeAnswer `json:"answer,omitempty"`
}

// SubmittedApplication is an application as the department registered it; its slip is kept with us.
type SubmittedApplication struct {
	Number      string           `json:"number"`
	SubmittedAt time.Time        `json:"submitted_at,omitzero"`
	DueBy       time.Time        `json:"due_by,omitzero"`
	Fee         connectors.Paise `json:"fee,omitempty"`
	// TakesFee says that the portal can be told that the fee was paid to us.
	TakesFee bool      `json:"takes_fee,omitempty"`
	Slip     *Document `json:"slip,omitempty"`
}

// ApplicationAt names an application at its department.
type ApplicationAt struct {
	To      Recipient                   `json:"to"`
	Service string                      `json:"service"`
	Number  string                      `json:"number"`
	Fields  map[string]string           `json:"fields,omitempty"`
	Answer  *connectors.ChallengeAnswer `json:"answer,omitempty"`
}

// FeeAt names the fee of an application that is with its department.
type FeeAt struct {
	// Order is the payment order that it was paid on: our reference at the department.
	Order   string            `json:"order"`
	Service string            `json:"service"` // the catalog's id
	Number  string            `json:"number"`
	Fields  map[string]string `json:"fields,omitempty"`
}

// PostFeeInput tells a department that the fee was paid, once per FeeAt.Order.
type PostFeeInput struct {
	FeeAt

	Payment Payment `json:"payment"`
	// LookFirst is as in SubmitApplicationInput.
	LookFirst bool `json:"look_first,omitempty"`
}

// AnswerQueryInput answers a department's query, once per Query.
type AnswerQueryInput struct {
	To      Recipient                   `json:"to"`
	Service string                      `json:"service"`
	Number  string                      `json:"number"`
	Query   int                         `json:"query"` // counts the queries of this application from 1
	QueryID string                      `json:"query_id,omitempty"`
	Text    string                      `json:"text,omitempty"`
	Fields  map[string]string           `json:"fields,omitempty"`
	Papers  []SentPaper                 `json:"papers,omitempty"`
	Answer  *connectors.ChallengeAnswer `json:"answer,omitempty"`
	// LookFirst is as in SubmitApplicationInput.
	LookFirst bool `json:"look_first,omitempty"`
}

// PaperAnswers are a form's papers as the citizen gave them.
func PaperAnswers(form []TermsField, answers map[string]string) []PaperAnswer {
	var papers []PaperAnswer
	for _, field := range form {
		if field.Type == catalog.FieldDocument && field.Paper != nil {
			paper := *field.Paper
			paper.Media = answers[field.ID]
			papers = append(papers, paper)
		}
	}
	return papers
}
