// Package dialog is the conversation: a pure function (session, event) -> (session, effects). It has no clock, no randomness
// and no I/O; what it needs to know comes in the Event and the Facts, what it wants done goes out as Effects.
// It knows the catalog and the bubble, and neither WhatsApp's wire format, nor Temporal, nor PostgreSQL.
//
// Running requests ask in the middle of everything. A button, and a reply that quotes, reach their own question. A bare text goes to the
// form in hand, else to the question that stands last in the chat; a yes, or the name of a choice, that several open questions could take
// goes to none of them before the citizen has said which. A photo or a place goes to the one question or field that wants one. What is no
// answer is told with the reason, and the question asked again.
package dialog

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// EventKind says what the citizen did.
type EventKind string

// The kinds of event.
const (
	EventText        EventKind = "text"
	EventChoice      EventKind = "choice" // a button or list row whose id has been verified
	EventDocument    EventKind = "document"
	EventImage       EventKind = "image"
	EventAudio       EventKind = "audio"
	EventLocation    EventKind = "location"
	EventForm        EventKind = "form"        // a native form was filled in
	EventReaction    EventKind = "reaction"    // needs no answer
	EventUnsupported EventKind = "unsupported" // a message we cannot use
)

// Event is one thing a citizen did, as the dialog needs it.
type Event struct {
	Kind EventKind
	Text string // text, caption, or the title of a choice that could not be verified
	// Choice is the id of the button or row, as the dialog made it; the signature has been checked and removed.
	Choice string
	// QuotedQuestion is the id of the open question whose bubble this message quotes, if any.
	QuotedQuestion string
	MediaID        string
	MIMEType       string
	Latitude       float64
	Longitude      float64
	ProfileName    string // as the citizen set it: untrusted
	// Redacted is what was masked in this event; Text and ProfileName hold no more than the last four digits of it.
	Redacted Redaction
	// Time is when the citizen did it.
	Time time.Time
	// Form is the key of the form that was filled in, and Filled what it brought beside what is in the draft already; both may be empty.
	Form   string
	Filled map[string]FormAnswer
	// NewFormKey is a fresh random key, under which this turn may offer a native form; empty: none can be offered.
	NewFormKey string
	// NewReference is a fresh, unused request reference which this turn may take.
	NewReference string
}

// Facts is what the store knows about this citizen that the dialog may speak of.
type Facts struct {
	Requests  []RequestFact  // newest first, at most 10
	Questions []QuestionFact // open questions of running requests, oldest first
	// PortalsAway names the portals that are known not to answer now. It may be shared by many turns and is not changed.
	PortalsAway map[string]bool
	// NativeForm names a form as the channel shows it; empty: it cannot. Nil: none can be shown. It may be shared by many turns.
	NativeForm func(form NativeForm) string
	// ChecksPapers says that it can be found out whether a paper is genuine.
	ChecksPapers bool
}

// RequestFact is one request of the citizen.
type RequestFact struct {
	Reference string
	ServiceID string
	Stage     string // a catalog text key of the form "stage.<stage>", said in the citizen's language
	Detail    string // already in the citizen's language: "₹1,240 paid on 22 Nov"
	Open      bool
	// Cancellable says that the citizen can still stop it.
	Cancellable bool
	Link        string // of the payment page, while it takes money; empty: none
	// Papers are what was issued for it and still counts, newest first, at most 3.
	Papers []bubble.Document
	// Refunds are what of its money goes back, or went: first what is not done, then the newest, at most 3.
	Refunds   []RefundFact
	CreatedAt time.Time
	UpdatedAt time.Time
}

// QuestionFact is a question that a running request has asked this citizen.
type QuestionFact struct {
	ID        string
	Reference string
	ServiceID string
	Bubble    bubble.Bubble // as it was asked
	// Choices are all of them, also beyond those that the bubble shows. A choice's id is one that [QuestionChoiceID] made.
	Choices []bubble.Choice
	// Field takes a typed answer, a photo or a location as a form's field does; nil: only a choice answers.
	Field *catalog.Field
}

// Effect is something the gateway must do, in the same transaction as the new session.
type Effect interface{ effect() }

// Reply sends one bubble to the citizen.
type Reply struct {
	Bubble   bubble.Bubble
	Question string // the question of a running request that the bubble asks again; empty: none
}

// StartRequest starts the workflow of a confirmed request. Reference is Event.NewReference.
type StartRequest struct {
	Reference string
	ServiceID string
	Language  catalog.Language
	Answers   map[string]string // field id -> normalised answer
}

// AnswerQuestion hands a citizen's answer to the request that asked.
type AnswerQuestion struct {
	QuestionID string
	Reference  string
	Choice     string // id of the chosen choice, as the workflow gave it; empty when the answer was given to the field
	Value      string // what [catalog.Field.Check] made of the answer to the field; a file's media id
}

// CancelRequest asks a running request to stop.
type CancelRequest struct{ Reference string }

// RecordConsent stores that the citizen agreed to the notice, or declined it, or took the agreement back.
type RecordConsent struct {
	Notice   string // version of the notice
	Language catalog.Language
	Shown    NoticeText // what stood above the button, in that language
	Given    bool
}

func (Reply) effect()          {}
func (StartRequest) effect()   {}
func (AnswerQuestion) effect() {}
func (CancelRequest) effect()  {}
func (RecordConsent) effect()  {}
