package emulator

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
)

// Incoming is what a citizen sends. Type and Content are those of Meta's `messages` webhook; the emulator adds who
// wrote, the id, the time and, to media, its MIME type, hash and address.
//
// Types: text, interactive (button_reply, list_reply, nfm_reply), button, image, document, audio, video, sticker,
// location, contacts, reaction, order, unsupported, system (user_changed_number with the new number in wa_id), or any
// other, which is passed on as it is.
type Incoming struct {
	NumberID  string // the business number written to; empty: the first configured
	Type      string
	Content   json.RawMessage            // the object named by Type
	ContextID string                     // the message answered or quoted
	Extra     map[string]json.RawMessage // further properties of the message: referral, errors, …
}

// Text is a citizen's text.
func Text(body string) Incoming {
	return Incoming{Type: "text", Content: object(map[string]string{"body": body})}
}

// ButtonReply is a press of a reply button of the message contextID.
func ButtonReply(contextID, id, title string) Incoming {
	return Incoming{Type: "interactive", ContextID: contextID, Content: object(map[string]any{
		"type": "button_reply", "button_reply": map[string]string{"id": id, "title": title},
	})}
}

// ListReply is the choice of a list row of the message contextID.
func ListReply(contextID, id, title, description string) Incoming {
	row := map[string]string{"id": id, "title": title}
	if description != "" {
		row["description"] = description
	}
	return Incoming{Type: "interactive", ContextID: contextID, Content: object(map[string]any{"type": "list_reply", "list_reply": row})}
}

// FlowReply is a completed Flow, with its answers as the JSON text Meta puts in response_json.
func FlowReply(contextID, responseJSON string) Incoming {
	return Incoming{Type: "interactive", ContextID: contextID, Content: object(map[string]any{
		"type": "nfm_reply", "nfm_reply": map[string]string{"name": "flow", "body": "Sent", "response_json": responseJSON},
	})}
}

// MediaMessage is a file stored with AddMedia, sent as image, document, audio, video or sticker.
func MediaMessage(kind, mediaID, caption string) Incoming {
	content := map[string]string{"id": mediaID}
	if caption != "" {
		content["caption"] = caption
	}
	return Incoming{Type: kind, Content: object(content)}
}

// Location is a place on the map.
func Location(latitude, longitude float64) Incoming {
	return Incoming{Type: "location", Content: object(map[string]float64{"latitude": latitude, "longitude": longitude})}
}

func object(value any) json.RawMessage {
	raw, err := json.Marshal(value)
	if err != nil {
		return nil // maps of strings and numbers always encode
	}
	return raw
}

// UnmarshalJSON reads Meta's message object: {"type":"text","text":{…},"context":{"id":…}}, with phone_number_id beside.
func (in *Incoming) UnmarshalJSON(raw []byte) error {
	var head struct {
		NumberID string `json:"phone_number_id"`
		Type     string `json:"type"`
		Context  struct {
			ID string `json:"id"`
		} `json:"context"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return err
	}
	in.NumberID, in.Type, in.ContextID = head.NumberID, head.Type, head.Context.ID
	if err := json.Unmarshal(raw, &in.Extra); err != nil {
		return err
	}
	in.Content = in.Extra[in.Type]
	for _, key := range []string{"phone_number_id", "type", "context", in.Type} {
		delete(in.Extra, key)
	}
	return nil
}

// Refusals of what a citizen's phone cannot do.
var (
	ErrIncoming     = errors.New("a message needs a type and an object of that name")
	ErrNoSuchButton = errors.New("no message offers that button or row")
)

// Write sends a message from a phone to the business and returns its id. The webhook is delivered in the background.
func (e *Emulator) Write(phone string, in Incoming) (Message, error) {
	number, err := e.number(in.NumberID)
	if err != nil {
		return Message{}, err
	}
	if err := e.complete(&in); err != nil {
		return Message{}, err
	}
	if in.changesNumber() {
		return e.changeNumber(number, phone, in)
	}
	bubble := Message{
		From: chat.Citizen, At: e.now(), Type: in.Type, Content: in.Content, ContextID: in.ContextID,
		Status: chat.Sent, Media: e.mediaOf(in.Content),
	}
	written, owner, err := e.chats.Write(number.PhoneNumberID, phone, bubble, e.windowNow())
	if err != nil {
		return Message{}, fmt.Errorf("write to the business: %w", err)
	}
	e.written.Add(1)
	v := number.value()
	v.Contacts = []contact{contactOf(owner, true)}
	v.Messages = []map[string]json.RawMessage{in.wire(number, owner, written)}
	e.notify(number, change{Value: v, Field: "messages"}, written.ID)
	return written, nil
}

// wire makes the message object of the webhook.
func (in *Incoming) wire(n *businessNumber, p Phone, m Message) map[string]json.RawMessage {
	wire := map[string]json.RawMessage{
		"id": object(m.ID), "timestamp": object(unixSeconds(m.At)), "type": object(in.Type), "from_user_id": object(p.UserID),
	}
	if !p.Hidden {
		wire["from"] = object(p.Number)
	}
	maps.Copy(wire, in.Extra)
	if len(in.Content) > 0 {
		wire[in.Type] = in.Content
	}
	if in.ContextID != "" {
		wire["context"] = object(map[string]string{"from": n.digits, "id": in.ContextID})
	}
	return wire
}

// complete checks the message and fills in what a phone or Meta would.
func (e *Emulator) complete(in *Incoming) error {
	switch in.Type {
	case "":
		return ErrIncoming
	case "unsupported":
		in.fillUnsupported()
		return nil
	case "image", "document", "audio", "video", "sticker":
		return e.fillMedia(in)
	}
	if len(in.Content) == 0 {
		return ErrIncoming
	}
	return nil
}

func (in *Incoming) fillUnsupported() {
	if in.Extra == nil {
		in.Extra = map[string]json.RawMessage{}
	}
	if len(in.Extra["errors"]) == 0 {
		in.Extra["errors"] = object([]map[string]any{{
			"code": 131051, "title": "Message type unknown", "message": "Message type unknown",
			"error_data": map[string]string{"details": "Message type is currently not supported."},
		}})
	}
}

func (e *Emulator) fillMedia(in *Incoming) error {
	var content map[string]any
	if err := json.Unmarshal(in.Content, &content); err != nil {
		return ErrIncoming
	}
	id, isString := content["id"].(string)
	file, err := e.files.Get(id)
	if !isString || err != nil {
		return fmt.Errorf("media %q: %w", id, ErrIncoming)
	}
	content["mime_type"], content["sha256"] = file.MIME, file.SHA256
	if *e.publicURL.Load() != "" {
		content["url"] = e.mediaURL(id)
	}
	switch _, named := content["filename"]; {
	case in.Type == "document" && !named:
		content["filename"] = file.Filename
	case in.Type == "sticker":
		content["animated"] = false
	case in.Type == "audio" && content["voice"] == nil:
		content["voice"] = false
	}
	in.Content = object(content)
	return nil
}

func (e *Emulator) mediaOf(content json.RawMessage) []chat.Media {
	var ref struct {
		ID string `json:"id"`
	}
	if json.Unmarshal(content, &ref) != nil {
		return nil
	}
	file, err := e.files.Get(ref.ID)
	if err != nil {
		return nil
	}
	return []chat.Media{{ID: file.ID, MIME: file.MIME, Filename: file.Filename, Size: file.Size}}
}

// AddPhone adds a phone or changes one; only Number is needed.
func (e *Emulator) AddPhone(p Phone) (Phone, error) { return e.chats.Put(p) }

// Chat returns what a phone and the first business number said to each other, after the message numbered after.
func (e *Emulator) Chat(phone string, after int64) ([]Message, error) {
	return e.chats.Messages(e.cfg.Numbers[0].PhoneNumberID, phone, after, "")
}

// WaitReply waits for messages of the business after the message numbered after.
func (e *Emulator) WaitReply(ctx context.Context, phone string, after int64) ([]Message, error) {
	replies, err := e.chats.Wait(ctx, e.cfg.Numbers[0].PhoneNumberID, phone, after, chat.Business)
	if err == nil && len(replies) == 0 {
		err = fmt.Errorf("wait for a reply: %w", ctx.Err())
	}
	return replies, err
}

// Events returns the events of the phones that wants accepts; see the buffer's meaning at chat.Store.Subscribe.
func (e *Emulator) Events(buffer int, wants func(phone string) bool) (events <-chan Event, cancel func()) {
	return e.chats.Subscribe(buffer, wants)
}

// Open marks all messages of the business on a phone as read, as opening the chat does.
func (e *Emulator) Open(phone, numberID string) error {
	number, err := e.number(numberID)
	if err != nil {
		return err
	}
	read, owner, err := e.chats.ReadByCitizen(number.PhoneNumberID, phone)
	if err != nil {
		return fmt.Errorf("open the chat: %w", err)
	}
	for i := range read {
		if read[i].Type != "reaction" {
			e.notifyStatus(number, owner, read[i], chat.Read)
		}
	}
	return nil
}
