package cloudapi

import (
	"encoding/json"
)

type text struct {
	Body       string `json:"body"`
	PreviewURL bool   `json:"preview_url"`
}

func checkText(raw json.RawMessage, _ *Message) error {
	var t text
	if err := decode(raw, "text", &t); err != nil {
		return err
	}
	if t.Body == "" {
		return Refuse(CodeMissingParameter, "The parameter text['body'] is required.")
	}
	if length(t.Body) > 4096 {
		return Refuse(CodeInvalidParameter, "Param text['body'] must be at most 4096 characters long.")
	}
	return nil
}

type location struct {
	Latitude  *json.Number `json:"latitude"`
	Longitude *json.Number `json:"longitude"`
	Name      string       `json:"name"`
	Address   string       `json:"address"`
}

func checkLocation(raw json.RawMessage, _ *Message) error {
	var l location
	if err := decode(raw, "location", &l); err != nil {
		return err
	}
	if l.Address != "" && l.Name == "" {
		return Refuse(CodeMissingParameter, "The parameter location['name'] is required when an address is given.")
	}
	return first(degrees("latitude", l.Latitude, 90), degrees("longitude", l.Longitude, 180))
}

func degrees(param string, n *json.Number, limit float64) error {
	if n == nil {
		return Refuse(CodeMissingParameter, "The parameter location['%s'] is required.", param)
	}
	value, err := n.Float64()
	if err != nil || value < -limit || value > limit {
		return Refuse(CodeInvalidValue, "location['%s'] must be between -%v and %v.", param, limit, limit)
	}
	return nil
}

type reaction struct {
	MessageID string  `json:"message_id"`
	Emoji     *string `json:"emoji"`
}

func checkReaction(raw json.RawMessage, m *Message) error {
	var r reaction
	if err := decode(raw, "reaction", &r); err != nil {
		return err
	}
	if r.MessageID == "" {
		return Refuse(CodeMissingParameter, "The parameter reaction['message_id'] is required.")
	}
	if r.Emoji == nil {
		return Refuse(CodeMissingParameter, "The parameter reaction['emoji'] is required.")
	}
	if m.ContextID != "" {
		return Refuse(CodeInvalidParameter, "A reaction cannot be a contextual reply.")
	}
	if length(*r.Emoji) > 32 {
		return Refuse(CodeInvalidValue, "reaction['emoji'] must be a single emoji.")
	}
	m.ReactionTo = r.MessageID
	return nil
}

type contactName struct {
	FormattedName string `json:"formatted_name"`
	FirstName     string `json:"first_name"`
	LastName      string `json:"last_name"`
	MiddleName    string `json:"middle_name"`
	Prefix        string `json:"prefix"`
	Suffix        string `json:"suffix"`
}

type contact struct {
	Name   *contactName `json:"name"`
	Phones []struct {
		Phone string `json:"phone"`
		Type  string `json:"type"`
		WaID  string `json:"wa_id"`
	} `json:"phones"`
	Addresses []json.RawMessage `json:"addresses"`
	Birthday  string            `json:"birthday"`
	Emails    []json.RawMessage `json:"emails"`
	Org       json.RawMessage   `json:"org"`
	URLs      []json.RawMessage `json:"urls"`
}

func checkContacts(raw json.RawMessage, _ *Message) error {
	var contacts []contact
	if err := decode(raw, "contacts", &contacts); err != nil {
		return err
	}
	if len(contacts) == 0 {
		return Refuse(CodeMissingParameter, "The parameter contacts is required.")
	}
	for _, c := range contacts {
		if c.Name == nil || c.Name.FormattedName == "" {
			return Refuse(CodeMissingParameter, "The parameter contacts['name']['formatted_name'] is required.")
		}
		if c.Name.FirstName+c.Name.LastName+c.Name.MiddleName+c.Name.Prefix+c.Name.Suffix == "" {
			return Refuse(CodeMissingParameter, "One more part of contacts['name'] is required beside formatted_name.")
		}
	}
	return nil
}
