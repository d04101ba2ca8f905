// Package wire makes signed webhook bodies as Meta sends them and reads the messages the hub sends back. It is written from Meta's
// documents alone and shares no code with the hub, so that one mistake cannot hide in both.
package wire

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"
	"time"
	"unicode/utf16"
	"unicode/utf8"
)

// Business is the number that citizens write to.
type Business struct {
	AccountID     string
	PhoneNumberID string
	DisplayNumber string
}

// Sender is a citizen as Meta describes one: a number and a business-scoped user id.
type Sender struct {
	Phone  string // digits without +
	UserID string
	Name   string
}

// Message is what a citizen sends: a text, or the choice pressed when ChoiceID is set.
type Message struct {
	Text        string
	ChoiceID    string
	ChoiceTitle string
	FromList    bool   // the choice is a list row, else a reply button
	InReplyTo   string // id of the message whose choice was pressed
}

// Kind names the message for counting.
func (m Message) Kind() string {
	switch {
	case m.ChoiceID == "":
		return "text"
	case m.FromList:
		return "list row"
	default:
		return "button"
	}
}

// Status is one status of a message that the hub sent.
type Status struct {
	MessageID    string
	Value        string // sent, delivered, read
	At           time.Time
	To           Sender
	CallbackData string // biz_opaque_callback_data of the send
}

// MessageBody is the webhook that carries one message, in the escaped-unicode form that Meta signs.
func (b Business) MessageBody(id string, at time.Time, from Sender, m Message) []byte {
	message := messageBody{From: from.Phone, FromUserID: from.UserID, ID: id, Timestamp: unix(at), Type: "interactive"}
	choice := &choiceBody{ID: m.ChoiceID, Title: m.ChoiceTitle}
	switch {
	case m.ChoiceID == "":
		message.Type, message.Text = "text", &textBody{Body: m.Text}
	case m.FromList:
		message.Interactive = &interactiveBody{Type: "list_reply", ListReply: choice}
	default:
		message.Interactive = &interactiveBody{Type: "button_reply", ButtonReply: choice}
	}
	if m.InReplyTo != "" {
		message.Context = &contextBody{From: b.DisplayNumber, ID: m.InReplyTo}
	}
	return b.envelope(valueBody{Contacts: []contactBody{contact(from)}, Messages: []messageBody{message}})
}

// StatusBody is the webhook that carries statuses, one or several as Meta batches them.
func (b Business) StatusBody(statuses []Status) []byte {
	value := valueBody{
		Contacts: make([]contactBody, 0, len(statuses)),
		Statuses: make([]statusBody, 0, len(statuses)),
	}
	for _, s := range statuses {
		item := statusBody{
			ID: s.MessageID, Status: s.Value, Timestamp: unix(s.At),
			RecipientID: s.To.Phone, RecipientUserID: s.To.UserID, CallbackData: s.CallbackData,
		}
		if s.Value != "read" {
			item.Pricing = &pricingBody{Billable: true, PricingModel: "PMP", Type: "regular", Category: "service"}
		}
		value.Statuses = append(value.Statuses, item)
		value.Contacts = append(value.Contacts, contact(s.To))
	}
	return b.envelope(value)
}

func (b Business) envelope(value valueBody) []byte {
	value.MessagingProduct = "whatsapp"
	value.Metadata = metadataBody{DisplayPhoneNumber: b.DisplayNumber, PhoneNumberID: b.PhoneNumberID}
	body, err := json.Marshal(webhookBody{
		Object: "whatsapp_business_account",
		Entry:  []entryBody{{ID: b.AccountID, Changes: []changeBody{{Field: "messages", Value: value}}}},
	})
	if err != nil {
		panic(fmt.Sprintf("a webhook of strings did not marshal: %v", err))
	}
	return escapeUnicode(body)
}

func contact(s Sender) contactBody {
	return contactBody{Profile: profileBody{Name: s.Name}, WAID: s.Phone, UserID: s.UserID}
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// escapeUnicode writes everything outside ASCII as \uXXXX with lower-case digits: the bytes Meta signs and sends.
func escapeUnicode(body []byte) []byte {
	if isASCII(body) {
		return body
	}
	escaped := make([]byte, 0, 2*len(body))
	for len(body) > 0 {
		r, size := utf8.DecodeRune(body)
		switch {
		case r < utf8.RuneSelf:
			escaped = append(escaped, body[0])
		case r > 0xFFFF:
			high, low := utf16.EncodeRune(r)
			escaped = fmt.Appendf(escaped, `\u%04x\u%04x`, high, low)
		default:
			escaped = fmt.Appendf(escaped, `\u%04x`, r)
		}
		body = body[size:]
	}
	return escaped
}

func isASCII(body []byte) bool {
	for _, b := range body {
		if b >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Sign is the value of the header X-Hub-Signature-256 for a body.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
