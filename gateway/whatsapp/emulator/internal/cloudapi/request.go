package cloudapi

import (
	"encoding/json"
	"strings"
)

// MaxBody is the largest messages request accepted, in bytes.
const MaxBody = 1 << 20

// Request is one valid call of the messages endpoint: either a message or a read receipt.
type Request struct {
	Message *Message
	Receipt *Receipt
}

// Message is a message that passed every check that needs no state.
type Message struct {
	To           string // phone as written, empty when Recipient is used
	Recipient    string // business-scoped user id
	Type         string // text, image, interactive, template, …
	Content      json.RawMessage
	ContextID    string // the message quoted, empty when none
	CallbackData string // biz_opaque_callback_data, comes back on every status
	IdentityHash string
	MediaIDs     []string // uploaded media the message refers to
	MediaLinks   []string // addresses that media of the message are fetched from
	Template     *TemplateSend
	ReactionTo   string
}

// Receipt marks a citizen's message, and those before it, as read; Typing also shows the typing indicator.
type Receipt struct {
	MessageID string
	Typing    bool
}

type envelope struct {
	MessagingProduct string           `json:"messaging_product"`
	RecipientType    string           `json:"recipient_type"`
	To               string           `json:"to"`
	Recipient        string           `json:"recipient"`
	Type             string           `json:"type"`
	Status           string           `json:"status"`
	MessageID        string           `json:"message_id"`
	Typing           *typingIndicator `json:"typing_indicator"`
	Context          *replyContext    `json:"context"`
	CallbackData     string           `json:"biz_opaque_callback_data"`
	IdentityHash     string           `json:"recipient_identity_key_hash"`

	Text        json.RawMessage `json:"text"`
	Image       json.RawMessage `json:"image"`
	Video       json.RawMessage `json:"video"`
	Audio       json.RawMessage `json:"audio"`
	Document    json.RawMessage `json:"document"`
	Sticker     json.RawMessage `json:"sticker"`
	Location    json.RawMessage `json:"location"`
	Contacts    json.RawMessage `json:"contacts"`
	Reaction    json.RawMessage `json:"reaction"`
	Interactive json.RawMessage `json:"interactive"`
	Template    json.RawMessage `json:"template"`
}

type typingIndicator struct {
	Type string `json:"type"`
}

type replyContext struct {
	MessageID string `json:"message_id"`
}

// Parse decodes and validates a request body. Every error is an [*Error] with the code Meta documents for the fault
// (send-messages, the reference pages of each message type, and the limits in the OpenAPI file v23.0).
func Parse(body []byte) (Request, error) {
	var e envelope
	if err := json.Unmarshal(body, &e); err != nil {
		return Request{}, decodeRefusal("body", err)
	}
	if e.MessagingProduct != "whatsapp" {
		return Request{}, Refuse(CodeInvalidParameter, "The parameter messaging_product is required and must be whatsapp.")
	}
	if e.Status != "" {
		receipt, err := e.receipt()
		return Request{Receipt: receipt}, err
	}
	message, err := e.message()
	return Request{Message: message}, err
}

func (e *envelope) receipt() (*Receipt, error) {
	if e.Status != "read" {
		return nil, Refuse(CodeInvalidParameter, "Param status must be one of {READ}.")
	}
	if e.MessageID == "" {
		return nil, Refuse(CodeMissingParameter, "The parameter message_id is required.")
	}
	if e.Typing != nil && e.Typing.Type != "text" {
		return nil, Refuse(CodeInvalidParameter, "Param typing_indicator['type'] must be one of {TEXT}.")
	}
	return &Receipt{MessageID: e.MessageID, Typing: e.Typing != nil}, nil
}

func (e *envelope) message() (*Message, error) {
	if err := e.checkAddressing(); err != nil {
		return nil, err
	}
	m := &Message{
		To: e.To, Recipient: e.Recipient, Type: e.Type, CallbackData: e.CallbackData, IdentityHash: e.IdentityHash,
	}
	if m.To != "" {
		m.Recipient = ""
	}
	if m.Type == "" {
		m.Type = "text"
	}
	if e.Context != nil {
		if e.Context.MessageID == "" {
			return nil, Refuse(CodeMissingParameter, "The parameter context['message_id'] is required.")
		}
		m.ContextID = e.Context.MessageID
	}
	return m, e.fillContent(m)
}

func (e *envelope) checkAddressing() error {
	if e.RecipientType != "" && !strings.EqualFold(e.RecipientType, "individual") {
		return Refuse(CodeInvalidParameter, "Param recipient_type must be one of {INDIVIDUAL}.")
	}
	if e.To == "" && e.Recipient == "" {
		return Refuse(CodeInvalidParameter, "The parameter to is required.")
	}
	if length(e.CallbackData) > 512 {
		return Refuse(CodeInvalidParameter, "Param biz_opaque_callback_data must be at most 512 characters long.")
	}
	return nil
}

func (e *envelope) fillContent(m *Message) error {
	raw, check := e.content(m.Type)
	if check == nil {
		return Refuse(CodeUnsupportedType, "Message type %q is not supported.", m.Type)
	}
	if len(raw) == 0 || string(raw) == "null" {
		return Refuse(CodeMissingParameter, "The parameter %s is required.", m.Type)
	}
	m.Content = raw
	return check(raw, m)
}

func (e *envelope) content(kind string) (json.RawMessage, func(json.RawMessage, *Message) error) {
	switch kind {
	case "text":
		return e.Text, checkText
	case "image":
		return e.Image, captioned("image")
	case "video":
		return e.Video, captioned("video")
	case "document":
		return e.Document, checkDocument
	case "audio":
		return e.Audio, checkAudio
	case "sticker":
		return e.Sticker, checkSticker
	case "location":
		return e.Location, checkLocation
	case "contacts":
		return e.Contacts, checkContacts
	case "reaction":
		return e.Reaction, checkReaction
	case "interactive":
		return e.Interactive, checkInteractive
	case "template":
		return e.Template, checkTemplate
	default:
		return nil, nil
	}
}
