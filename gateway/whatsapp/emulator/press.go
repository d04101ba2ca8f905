package emulator

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

// Press finds the newest message on the phone that offers a reply button, list row or template button with the given
// title or id, and presses it.
func (e *Emulator) Press(phone, titleOrID string) (Message, error) {
	messages, err := e.Chat(phone, 0)
	if err != nil {
		return Message{}, err
	}
	for _, m := range slices.Backward(messages) {
		if m.From != chat.Business {
			continue
		}
		if answer, ok := pressed(m, titleOrID); ok {
			return e.Write(phone, answer)
		}
	}
	return Message{}, fmt.Errorf("press %q: %w", titleOrID, ErrNoSuchButton)
}

type offeredRow struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

type offered struct {
	Action struct {
		Buttons []struct {
			Reply offeredRow `json:"reply"`
		} `json:"buttons"`
		Sections []struct {
			Rows []offeredRow `json:"rows"`
		} `json:"sections"`
	} `json:"action"`
}

func pressed(m Message, titleOrID string) (Incoming, bool) {
	switch m.Type {
	case "template":
		return pressedTemplate(m, titleOrID)
	case "interactive":
		return pressedInteractive(m, titleOrID)
	default:
		return Incoming{}, false
	}
}

func pressedInteractive(m Message, titleOrID string) (Incoming, bool) {
	var offer offered
	if json.Unmarshal(m.Content, &offer) != nil {
		return Incoming{}, false
	}
	matches := func(id, title string) bool { return id == titleOrID || strings.EqualFold(title, titleOrID) }
	for _, b := range offer.Action.Buttons {
		if matches(b.Reply.ID, b.Reply.Title) {
			return ButtonReply(m.ID, b.Reply.ID, b.Reply.Title), true
		}
	}
	for _, section := range offer.Action.Sections {
		for _, r := range section.Rows {
			if matches(r.ID, r.Title) {
				return ListReply(m.ID, r.ID, r.Title, r.Description), true
			}
		}
	}
	return Incoming{}, false
}

func pressedTemplate(m Message, titleOrID string) (Incoming, bool) {
	var rendered cloudapi.Rendered
	if json.Unmarshal(m.Content, &rendered) != nil {
		return Incoming{}, false
	}
	for _, b := range rendered.Buttons {
		if b.Type == "QUICK_REPLY" && (b.Payload == titleOrID || strings.EqualFold(b.Text, titleOrID)) {
			return Incoming{Type: "button", ContextID: m.ID, Content: object(map[string]string{"payload": b.Payload, "text": b.Text})}, true
		}
	}
	return Incoming{}, false
}

func (in *Incoming) changesNumber() bool {
	var system struct {
		Type string `json:"type"`
	}
	return in.Type == "system" && json.Unmarshal(in.Content, &system) == nil && system.Type == "user_changed_number"
}

// changeNumber moves a phone to a new number and a new user id, and tells the business as Meta does: a system message
// without contacts (Meta, webhooks/reference/messages/system and business-scoped-user-ids).
func (e *Emulator) changeNumber(number *businessNumber, phone string, in Incoming) (Message, error) {
	var system struct {
		WaID string `json:"wa_id"`
	}
	if err := json.Unmarshal(in.Content, &system); err != nil {
		return Message{}, ErrIncoming
	}
	before, after, err := e.chats.Renumber(phone, system.WaID)
	if err != nil {
		return Message{}, fmt.Errorf("change number: %w", err)
	}
	in.Content = object(map[string]string{
		"type": "user_changed_number", "wa_id": after.Number, "user_id": after.UserID, "previous_user_id": before.UserID,
		"body": fmt.Sprintf("User %s changed from %s to %s", before.Name, before.Number, after.Number),
	})
	bubble := Message{ID: chat.NewID(before.Number, chat.Citizen), From: chat.Citizen, At: e.now(), Type: "system", Content: in.Content, Status: chat.Sent}
	written, _, err := e.chats.Write(number.PhoneNumberID, after.Number, bubble, e.windowNow())
	if err != nil {
		return Message{}, fmt.Errorf("tell of the new number: %w", err)
	}
	v := number.value()
	v.Messages = []map[string]json.RawMessage{in.wire(number, before, written)}
	e.notify(number, change{Value: v, Field: "messages"}, written.ID)
	return written, nil
}

// Notify sends the business an arbitrary change, {"field":…,"value":…}, signed and delivered as any other: for updates
// the emulator does not make itself.
func (e *Emulator) Notify(numberID string, rawChange json.RawMessage) error {
	number, err := e.number(numberID)
	if err != nil {
		return err
	}
	if !json.Valid(rawChange) {
		return ErrIncoming
	}
	e.notify(number, rawChange, "")
	return nil
}
