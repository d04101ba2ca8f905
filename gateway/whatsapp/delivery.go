package whatsapp

import "time"

// Delivery is what one webhook body brought: everything we can use, in the order of the body, and counts of the rest.
type Delivery struct {
	Messages []Message
	Statuses []Status
	Ignored  map[Ignored]int
}

// Ignored is why an item of a webhook was left out: a closed set, used as a metric label.
type Ignored string

// The reasons for leaving an item out.
const (
	IgnoredBody          Ignored = "malformed_body"
	IgnoredItem          Ignored = "malformed_item" // read as far as it could be
	IgnoredField         Ignored = "unknown_field"
	IgnoredNoNumber      Ignored = "no_business_number"
	IgnoredUnknownNumber Ignored = "unknown_business_number"
	IgnoredNoID          Ignored = "no_message_id"
	IgnoredNoSender      Ignored = "no_sender"
	IgnoredGroup         Ignored = "group"
	IgnoredReaction      Ignored = "reaction"
	IgnoredEdit          Ignored = "edit"
	IgnoredRevoke        Ignored = "revoke"
	IgnoredPayment       Ignored = "payment_status"
	IgnoredStatus        Ignored = "unknown_status"
	IgnoredValueError    Ignored = "value_error"
)

// Kind is what a message is to us.
type Kind string

// The kinds of message. Everything Meta has that we cannot use is KindUnsupported: the citizen still gets an answer.
const (
	KindText        Kind = "text"
	KindChoice      Kind = "choice" // a button or list row
	KindImage       Kind = "image"
	KindDocument    Kind = "document"
	KindAudio       Kind = "audio"
	KindLocation    Kind = "location"
	KindForm        Kind = "form"   // a Flow was filled in
	KindSystem      Kind = "system" // the sender's number or id changed
	KindUnsupported Kind = "unsupported"
)

// Sender is how the channel names a person. Any field may be empty, but not all (Meta, Business-scoped user IDs).
type Sender struct {
	UserID       string // BSUID, "IN.…"
	ParentUserID string // BSUID of the parent portfolio, "IN.ENT.…"
	Phone        string // digits, without +
}

// Known says whether anything names the sender.
func (s Sender) Known() bool { return s.UserID != "" || s.ParentUserID != "" || s.Phone != "" }

// Message is one inbound message. Its texts are valid UTF-8 without NUL, and as untrusted as before.
type Message struct {
	PhoneNumberID string // the business number it was sent to
	ID            string // wamid
	From          Sender
	ProfileName   string
	Time          time.Time
	Kind          Kind
	Text          string // text, caption, or the title of what was pressed
	ChoiceID      string // of KindChoice, as it came: not yet verified
	QuotedID      string // wamid of the message it answers
	Form          string // of KindForm: the JSON that the Flow ended with, as it came
	MediaID       string
	MIMEType      string
	FileName      string // of KindDocument, as the sender's phone named it
	Latitude      float64
	Longitude     float64
	Change        *IdentityChange // of KindSystem
}

// IdentityChange is a system message: the person the message is from is now To, or only their keys changed
// (Meta, system message webhook).
type IdentityChange struct {
	To       Sender // empty fields are unknown
	Previous Sender // ids that are no longer this person's, where Meta names them
}

// DeliveryState is what became of a message we sent.
type DeliveryState string

// The delivery states, in the only order in which they may follow each other (Meta, status webhook).
const (
	DeliverySent      DeliveryState = "sent"
	DeliveryDelivered DeliveryState = "delivered"
	DeliveryRead      DeliveryState = "read"
	DeliveryPlayed    DeliveryState = "played"
	DeliveryFailed    DeliveryState = "failed"
)

// Status says what became of one message we sent.
type Status struct {
	PhoneNumberID string
	MessageID     string // wamid
	State         DeliveryState
	Time          time.Time
	Callback      string // biz_opaque_callback_data, as we sent it
	ErrorCode     int    // of DeliveryFailed; 0: not said
	ErrorDetails  string
}
