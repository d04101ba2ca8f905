package connectors

import (
	"context"
	"time"
)

// Grievances is the capability behind services of the kind "grievance".
// Implementations are safe for concurrent use.
//
// Categories answers what can be complained about at a tenant, which is the
// town's or office's code where one portal serves many, and empty otherwise.
//
// File sends one grievance and is never repeated blindly: after an
// OutcomeUnknownError the caller asks Find first. Find answers a NotFoundError
// only when the grievance is certainly not there; where a portal shows a new one
// only after a while, it answers an UnavailableError with RetryAfter until then.
type Grievances interface {
	Categories(ctx context.Context, tenant string) ([]Category, error)
	File(ctx context.Context, grievance Grievance) (Filed, error)
	Find(ctx context.Context, query GrievanceQuery) (Filed, error)
	Track(ctx context.Context, query GrievanceQuery) (GrievanceStatus, error)
}

// Reopener is a Grievances connector whose portal takes a grievance up again.
// RefusedError with RefusedTooLate says that the time for it is over. Reopening
// one that is open already is success.
type Reopener interface {
	Reopen(ctx context.Context, reopening Reopening) (GrievanceStatus, error)
}

// Rater is a Grievances connector that takes the citizen's rating of a resolved
// grievance. Rating again is success.
type Rater interface {
	Rate(ctx context.Context, rating Rating) error
}

// Localities is a Grievances connector whose portal wants the place as one of
// its own list.
type Localities interface {
	Localities(ctx context.Context, tenant string) ([]Option, error)
}

// Photographer is a Grievances connector that has the department's photos of its
// work. An id that leads to none is a NotFoundError.
type Photographer interface {
	Photo(ctx context.Context, query PhotoQuery) (Enclosure, error)
}

// PhotoQuery asks for one photo, by GrievanceStatus.Photo.
type PhotoQuery struct {
	Tenant string `json:"tenant,omitempty"`
	ID     string `json:"id"`
}

// Category is one thing that can be complained about.
type Category struct {
	// Code is the portal's.
	Code  string `json:"code"`
	Name  string `json:"name"`
	Group string `json:"group,omitempty"`
	// Keywords are other words people use for it.
	Keywords   []string `json:"keywords,omitempty"`
	Department string   `json:"department,omitempty"`
	// ResolveWithin is the department's own promise; zero when it makes none.
	ResolveWithin time.Duration `json:"resolve_within,omitempty"`
	// Attributes are further questions of this category, in order.
	Attributes []CategoryAttribute `json:"attributes,omitempty"`
}

// CategoryAttribute is a question that a category asks besides the text and the
// place.
type CategoryAttribute struct {
	Code     string   `json:"code"`
	Question string   `json:"question"`
	Required bool     `json:"required,omitempty"`
	Multiple bool     `json:"multiple,omitempty"`
	Options  []Option `json:"options,omitempty"`
	// Type is string, number, datetime or text; Options decide when given.
	Type string `json:"type,omitempty"`
}

// Coordinates is a point in WGS 84 degrees.
type Coordinates struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
}

// Grievance is one complaint. It holds personal data.
type Grievance struct {
	// Reference is ours and the idempotency key of the filing, the same on
	// every attempt. It names no person.
	Reference string `json:"reference"`
	Tenant    string `json:"tenant,omitempty"`
	// Category is Category.Code.
	Category    string `json:"category"`
	Description string `json:"description"`
	// Locality is an Option.Value of Localities, Address free text, Landmark a
	// help to find it; Location a pin.
	Locality string       `json:"locality,omitempty"`
	Address  string       `json:"address,omitempty"`
	Landmark string       `json:"landmark,omitempty"`
	Location *Coordinates `json:"location,omitempty"`
	// Name and Mobile are the citizen's, where the portal insists.
	Name   string `json:"name,omitempty"`
	Mobile string `json:"mobile,omitempty"`
	// Fields holds answers to attributes, by their code, several values of one
	// joined by newlines.
	Fields      map[string]string `json:"fields,omitempty"`
	Attachments []Enclosure       `json:"attachments,omitempty"`
	Answer      *ChallengeAnswer  `json:"answer,omitempty"`
}

// GrievanceQuery asks for one grievance. Find goes by Reference and, where the
// portal knows no reference of ours, by the other fields; Track by Number.
type GrievanceQuery struct {
	Reference string `json:"reference"`
	Tenant    string `json:"tenant,omitempty"`
	// Number is the portal's, from Filed; empty when not known yet.
	Number string `json:"number,omitempty"`
	// Category, Mobile, Description and FiledAfter let Find recognise a filing
	// where the portal has no place for our reference.
	Category    string           `json:"category,omitempty"`
	Mobile      string           `json:"mobile,omitempty"`
	Description string           `json:"description,omitempty"`
	FiledAfter  time.Time        `json:"filed_after,omitzero"`
	Answer      *ChallengeAnswer `json:"answer,omitempty"`
}

// Filed is a grievance as the department registered it.
type Filed struct {
	Reference string `json:"reference"`
	// Number is the department's own. A portal that hands out a token first
	// and the number later leaves it empty and gives Token.
	Number  string    `json:"number"`
	Token   string    `json:"token,omitempty"`
	FiledAt time.Time `json:"filed_at,omitzero"`
	// DueBy is when the department means to have resolved it; zero when it
	// does not say.
	DueBy time.Time `json:"due_by,omitzero"`
	// Office is who it was sent to.
	Office string `json:"office,omitempty"`
}

// GrievanceState is where a grievance stands.
type GrievanceState string

// The states of a grievance.
const (
	GrievanceReceived    GrievanceState = "received"
	GrievanceAssigned    GrievanceState = "assigned"
	GrievanceTransferred GrievanceState = "transferred" // "not ours": on its way to another office, and open
	GrievanceResolved    GrievanceState = "resolved"    // says the department; the citizen may disagree
	GrievanceRejected    GrievanceState = "rejected"
	GrievanceClosed      GrievanceState = "closed" // for good
)

// Open tells whether the department still has to do something.
func (s GrievanceState) Open() bool {
	return s == GrievanceReceived || s == GrievanceAssigned || s == GrievanceTransferred
}

// GrievanceStatus is what the portal says about a grievance. It may hold
// personal data.
type GrievanceStatus struct {
	Number string         `json:"number"`
	State  GrievanceState `json:"state"`
	Note   string         `json:"note,omitempty"`
	// Officer is who has it now, by designation.
	Officer   string    `json:"officer,omitempty"`
	UpdatedAt time.Time `json:"updated_at,omitzero"`
	DueBy     time.Time `json:"due_by,omitzero"`
	// ReopenUntil is when Reopen stops being possible; zero when it is not
	// possible or nobody said.
	ReopenUntil time.Time `json:"reopen_until,omitzero"`
	// Photo is the id of the department's newest photo, for Photographer; empty
	// when there is none.
	Photo string `json:"photo,omitempty"`
}

// Reopening asks to take a grievance up again.
type Reopening struct {
	// Reference is ours and the idempotency key of this reopening.
	Reference   string      `json:"reference"`
	Tenant      string      `json:"tenant,omitempty"`
	Number      string      `json:"number"`
	Comment     string      `json:"comment,omitempty"`
	Attachments []Enclosure `json:"attachments,omitempty"`
	Mobile      string      `json:"mobile,omitempty"`
}

// Rating is the citizen's view of how a grievance was resolved, 1 to 5.
type Rating struct {
	Reference string `json:"reference"`
	Tenant    string `json:"tenant,omitempty"`
	Number    string `json:"number"`
	Stars     int    `json:"stars"`
	Comment   string `json:"comment,omitempty"`
	Mobile    string `json:"mobile,omitempty"`
}
