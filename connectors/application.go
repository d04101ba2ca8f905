package connectors

import (
	"context"
	"time"
)

// Applications is the capability behind services of the kind "application".
// Implementations are safe for concurrent use.
//
// Submit sends one application and is never repeated blindly: after an
// OutcomeUnknownError the caller asks Find first. Submitting the same Reference
// again when it has landed answers the first submission wherever the portal
// allows that, and otherwise a RefusedError with RefusedDuplicate. A
// ChallengeError is answered by the same call with Application.Answer; nothing
// was submitted until then.
//
// Find answers a NotFoundError only when the application is certainly not
// there. A draft is not a submission. A portal that cannot look up by what the
// query holds answers OutcomeUnknownError, and a person decides.
type Applications interface {
	Submit(ctx context.Context, application Application) (Submitted, error)
	Find(ctx context.Context, query ApplicationQuery) (Submitted, error)
	Status(ctx context.Context, query ApplicationQuery) (ApplicationStatus, error)
}

// DocumentGiver is an Applications connector whose portal hands out what was
// applied for. Document answers NotFoundError until it is issued.
type DocumentGiver interface {
	Document(ctx context.Context, query ApplicationQuery) (Document, error)
}

// QueryAnswerer is an Applications connector that can answer a department's
// query on an application whose state is ApplicationQueried. It is submitted under
// QueryAnswer.Reference with the rules of Applications.Submit; QueryAnswered
// tells whether an answer under that reference has landed, with the rules of
// Applications.Find.
type QueryAnswerer interface {
	AnswerQuery(ctx context.Context, answer QueryAnswer) error
	QueryAnswered(ctx context.Context, answer QueryAnswer) error
}

// Application is one filled-in application. It holds personal data.
type Application struct {
	// Reference is ours and the idempotency key of the submission: the
	// request's reference and the step, the same on every attempt. It names no
	// person.
	Reference string `json:"reference"`
	// Service is the portal's own number of the service, from the catalog.
	Service string `json:"service"`
	// Fields holds the answers by the portal's field name.
	Fields     map[string]string `json:"fields"`
	Enclosures []Enclosure       `json:"enclosures,omitempty"`
	// Answer continues a submission that ended in a ChallengeError.
	Answer *ChallengeAnswer `json:"answer,omitempty"`
}

// ApplicationQuery asks for one application. Find goes by Reference and, where
// the portal knows no reference of ours, by Fields of the submission; Status and
// Document by Number.
type ApplicationQuery struct {
	// Reference is ours, as in Application.
	Reference string `json:"reference"`
	Service   string `json:"service"`
	// Number is the portal's, from Submitted; empty when not known yet.
	Number string `json:"number,omitempty"`
	// Fields holds the submission's answers by the portal's field name, as far
	// as a look-up needs them.
	Fields map[string]string `json:"fields,omitempty"`
	// SubmittedAfter bounds a look-up by fields: our first attempt was not
	// before it.
	SubmittedAfter time.Time `json:"submitted_after,omitzero"`
	// Answer continues a look-up that ended in a ChallengeError.
	Answer *ChallengeAnswer `json:"answer,omitempty"`
}

// Submitted is an application as the department registered it.
type Submitted struct {
	Reference string `json:"reference"`
	// Number is the department's own number of the application.
	Number      string    `json:"number"`
	SubmittedAt time.Time `json:"submitted_at,omitzero"`
	// DueBy is the day by which the department promised to decide; zero when
	// it did not say.
	DueBy time.Time `json:"due_by,omitzero"`
	// Fee is what the department wants for it before it starts; zero when
	// nothing or when the portal does not say. FeeTaker tells it of the payment.
	Fee Paise `json:"fee,omitempty"`
	// Acknowledgement is the department's slip, when it gives one.
	Acknowledgement *Document `json:"acknowledgement,omitempty"`
}

// ApplicationState is where an application stands.
type ApplicationState string

// The states of an application.
const (
	ApplicationReceived   ApplicationState = "received"
	ApplicationInProgress ApplicationState = "in_progress"
	ApplicationQueried    ApplicationState = "query" // the department wants more from the citizen
	ApplicationApproved   ApplicationState = "approved"
	ApplicationRejected   ApplicationState = "rejected"
	ApplicationDelivered  ApplicationState = "delivered"
)

// ApplicationStatus is what the portal says about an application. It may hold
// personal data.
type ApplicationStatus struct {
	Number string           `json:"number"`
	State  ApplicationState `json:"state"`
	// Note is the department's text for the citizen, such as the reason of a
	// rejection.
	Note string `json:"note,omitempty"`
	// Officer is who has it now, by designation.
	Officer   string    `json:"officer,omitempty"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	// Query is set when State is ApplicationQueried.
	Query *DepartmentQuery `json:"query,omitempty"`
}

// DepartmentQuery is what a department wants to know or to have before it goes
// on with an application.
type DepartmentQuery struct {
	// ID is the portal's id of the query; empty when it has none.
	ID string `json:"id,omitempty"`
	// Text is the department's question to the citizen.
	Text string `json:"text"`
	// Fields and Enclosures are what is asked for, by the portal's names; both
	// empty when the answer is free text.
	Fields     []string  `json:"fields,omitempty"`
	Enclosures []string  `json:"enclosures,omitempty"`
	DueBy      time.Time `json:"due_by,omitzero"`
}

// QueryAnswer is the citizen's answer to a DepartmentQuery.
type QueryAnswer struct {
	// Reference is ours and the idempotency key of the answer, another than
	// the application's.
	Reference  string            `json:"reference"`
	Service    string            `json:"service"`
	Number     string            `json:"number"`
	QueryID    string            `json:"query_id,omitempty"`
	Text       string            `json:"text,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	Enclosures []Enclosure       `json:"enclosures,omitempty"`
	Answer     *ChallengeAnswer  `json:"answer,omitempty"`
}
