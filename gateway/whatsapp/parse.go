package whatsapp

import (
	"encoding/json"
	"errors"
	"regexp"
)

const (
	maxID   = 512   // of message and media ids, opaque; Meta's own are below 255
	maxText = 65536 // what a phone can send; the dialog caps further
)

// userIDShape is how a business-scoped user id looks; some providers put one where a phone number belongs.
var userIDShape = regexp.MustCompile(`^[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}$`)

// Parse reads a webhook body. It never fails: what cannot be read is counted, and never costs the rest of the body.
func Parse(body []byte) Delivery {
	delivery := Delivery{Ignored: map[Ignored]int{}}
	var envelope wireEnvelope
	if err := json.Unmarshal(body, &envelope); err != nil {
		if _, wrongType := errors.AsType[*json.UnmarshalTypeError](err); !wrongType {
			delivery.Ignored[IgnoredBody]++
			return delivery
		}
		delivery.Ignored[IgnoredItem]++
	}
	for _, entry := range envelope.Entry {
		for i := range entry.Changes {
			change := &entry.Changes[i]
			if change.Field != "messages" {
				delivery.Ignored[IgnoredField]++
				continue
			}
			delivery.addValue(&change.Value)
		}
	}
	return delivery
}

func (d *Delivery) addValue(value *wireValue) {
	number := string(value.Metadata.PhoneNumberID)
	if number == "" && len(value.Messages)+len(value.Statuses) > 0 {
		d.Ignored[IgnoredNoNumber] += len(value.Messages) + len(value.Statuses)
		return
	}
	if len(value.Errors) > 0 {
		d.Ignored[IgnoredValueError] += len(value.Errors)
	}
	for i := range value.Messages {
		d.addMessage(number, value, &value.Messages[i])
	}
	for i := range value.Statuses {
		d.addStatus(number, &value.Statuses[i])
	}
}

func (d *Delivery) addMessage(number string, value *wireValue, wire *wireMessage) {
	if reason, ignore := wire.ignored(); ignore {
		d.Ignored[reason]++
		return
	}
	message := Message{PhoneNumberID: number, ID: string(wire.ID), Time: wire.Timestamp.eventTime(), QuotedID: string(wire.Context.ID)}
	message.From, message.ProfileName = sender(value, wire)
	if !message.From.Known() {
		d.Ignored[IgnoredNoSender]++
		return
	}
	wire.fill(&message)
	message.limit()
	d.Messages = append(d.Messages, message)
}

func (w *wireMessage) ignored() (Ignored, bool) {
	switch {
	case w.ID == "" || len(w.ID) > maxID:
		return IgnoredNoID, true
	case w.GroupID != "":
		return IgnoredGroup, true
	case w.Type == "reaction":
		return IgnoredReaction, true
	case w.Type == "edit":
		return IgnoredEdit, true
	case w.Type == "revoke":
		return IgnoredRevoke, true
	}
	return "", false
}

// sender joins what the message and its contact say. Contacts are paired with messages by id, not by position; a single
// contact belongs to a message that names no other.
func sender(value *wireValue, wire *wireMessage) (Sender, string) {
	from := newSender(wire.From, wire.UserID, wire.ParentUserID)
	for i := range value.Contacts {
		contact := &value.Contacts[i]
		other := newSender(contact.WaID, contact.UserID, contact.ParentUserID)
		alone := len(value.Contacts) == 1 && len(value.Messages) == 1
		if alone || from.matches(other) {
			return from.or(other), string(contact.Profile.Name)
		}
	}
	return from, ""
}

func newSender(phone, userID, parentUserID looseString) Sender {
	s := Sender{UserID: short(userID), ParentUserID: short(parentUserID), Phone: short(phone)}
	if userIDShape.MatchString(s.Phone) {
		if s.UserID == "" {
			s.UserID = s.Phone
		}
		s.Phone = ""
	}
	return s
}

// short drops an id that no store could hold: it names nobody we can answer.
func short(id looseString) string {
	if len(id) > 255 {
		return ""
	}
	return string(id)
}

func (s Sender) matches(other Sender) bool {
	return s.UserID != "" && s.UserID == other.UserID || s.Phone != "" && s.Phone == other.Phone ||
		s.ParentUserID != "" && s.ParentUserID == other.ParentUserID
}

func (s Sender) or(other Sender) Sender {
	return Sender{UserID: first(s.UserID, other.UserID), ParentUserID: first(s.ParentUserID, other.ParentUserID),
		Phone: first(s.Phone, other.Phone)}
}

func first(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func (d *Delivery) addStatus(number string, wire *wireStatus) {
	if wire.Type == "payment" {
		d.Ignored[IgnoredPayment]++
		return
	}
	status := Status{PhoneNumberID: number, MessageID: string(wire.ID), State: DeliveryState(wire.Status),
		Time: wire.Timestamp.eventTime(), Callback: string(wire.Callback)}
	switch status.State {
	case DeliverySent, DeliveryDelivered, DeliveryRead, DeliveryPlayed:
	case DeliveryFailed:
		if len(wire.Errors) > 0 {
			status.ErrorCode = int(wire.Errors[0].Code)
			status.ErrorDetails = string(wire.Errors[0].ErrorData.Details)
		}
	default:
		d.Ignored[IgnoredStatus]++
		return
	}
	if status.MessageID == "" && status.Callback == "" || len(status.MessageID) > maxID {
		d.Ignored[IgnoredNoID]++
		return
	}
	d.Statuses = append(d.Statuses, status)
}
