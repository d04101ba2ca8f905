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

type object map[string]any

// MessageBody is the webhook that carries one message, in the escaped-unicode form that Meta signs.
func (b Business) MessageBody(id string, at time.Time, from Sender, m Message) []byte {
	message := object{"from": from.Phone, "from_user_id": from.UserID, "id": id, "timestamp": unix(at)}
	switch {
	case m.ChoiceID == "":
		message["type"] = "text"
		message["text"] = object{"body": m.Text}
	case m.FromList:
		message["type"] = "interactive"
		message["interactive"] = object{"type": "list_reply", "list_reply": object{"id": m.ChoiceID, "title": m.ChoiceTitle}}
	default:
		message["type"] = "interactive"
		message["interactive"] = object{"type": "button_reply", "button_reply": object{"id": m.ChoiceID, "title": m.ChoiceTitle}}
	}
	if m.InReplyTo != "" {
		message["context"] = object{"from": b.DisplayNumber, "id": m.InReplyTo}
	}
	return b.envelope(object{"contacts": []object{contact(from)}, "messages": []object{message}})
}

// StatusBody is the webhook that carries statuses, one or several as Meta batches them.
func (b Business) StatusBody(statuses []Status) []byte {
	items := make([]object, 0, len(statuses))
	contacts := make([]object, 0, len(statuses))
	for _, s := range statuses {
		item := object{
			"id": s.MessageID, "status": s.Value, "timestamp": unix(s.At),
			"recipient_id": s.To.Phone, "recipient_user_id": s.To.UserID,
		}
		if s.CallbackData != "" {
			item["biz_opaque_callback_data"] = s.CallbackData
		}
		if s.Value != "read" {
			item["pricing"] = object{"billable": true, "pricing_model": "PMP", "type": "regular", "category": "service"}
		}
		items = append(items, item)
		contacts = append(contacts, contact(s.To))
	}
	return b.envelope(object{"contacts": contacts, "statuses": items})
}

func (b Business) envelope(value object) []byte {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = object{"display_phone_number": b.DisplayNumber, "phone_number_id": b.PhoneNumberID}
	body, err := json.Marshal(object{
		"object": "whatsapp_business_account",
		"entry":  []object{{"id": b.AccountID, "changes": []object{{"field": "messages", "value": value}}}},
	})
	if err != nil {
		panic(fmt.Sprintf("a webhook of strings did not marshal: %v", err))
	}
	return escapeUnicode(body)
}

func contact(s Sender) object {
	return object{"profile": object{"name": s.Name}, "wa_id": s.Phone, "user_id": s.UserID}
}

func unix(at time.Time) string { return strconv.FormatInt(at.Unix(), 10) }

// escapeUnicode writes everything outside ASCII as \uXXXX with lower-case digits: the bytes Meta signs and sends.
func escapeUnicode(body []byte) []byte {
	escaped := make([]byte, 0, len(body)+len(body)/4)
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

// Sign is the value of the header X-Hub-Signature-256 for a body.
func Sign(appSecret string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}
