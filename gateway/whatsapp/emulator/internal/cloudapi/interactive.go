package cloudapi

import (
	"encoding/json"
	"strings"
)

type bodyText struct {
	Text string `json:"text"`
}

type header struct {
	Type     string    `json:"type"`
	Text     string    `json:"text"`
	SubText  string    `json:"sub_text"`
	Image    *mediaRef `json:"image"`
	Video    *mediaRef `json:"video"`
	Document *mediaRef `json:"document"`
}

type interactive struct {
	Type   string          `json:"type"`
	Header *header         `json:"header"`
	Body   *bodyText       `json:"body"`
	Footer *bodyText       `json:"footer"`
	Action json.RawMessage `json:"action"`
}

// interactiveRule is what differs between the kinds of interactive message.
type interactiveRule struct {
	headers      []string // header types allowed
	bodyOptional bool
	action       func(json.RawMessage) error
}

func interactiveRuleFor(kind string) (interactiveRule, bool) {
	anyHeader := []string{"text", "image", "video", "document"}
	switch kind {
	case "button":
		return interactiveRule{headers: anyHeader, action: checkButtons}, true
	case "list":
		return interactiveRule{headers: []string{"text"}, action: checkList}, true
	case "cta_url":
		return interactiveRule{headers: anyHeader, action: checkCTAURL}, true
	case "flow":
		return interactiveRule{headers: anyHeader, action: checkFlow}, true
	case "location_request_message":
		return interactiveRule{action: namedAction("send_location")}, true
	case "request_contact_info":
		return interactiveRule{action: namedAction("request_contact_info")}, true
	case "address_message":
		return interactiveRule{action: checkAddress}, true
	case "voice_call":
		return interactiveRule{action: checkVoiceCall}, true
	case "call_permission_request":
		return interactiveRule{action: namedAction("call_permission_request")}, true
	case "order_details":
		return interactiveRule{headers: anyHeader, action: checkOrderDetails}, true
	case "order_status":
		return interactiveRule{action: checkOrderStatus}, true
	case "catalog_message":
		return interactiveRule{action: checkCatalog}, true
	case "product":
		return interactiveRule{bodyOptional: true, action: checkProduct}, true
	case "product_list":
		return interactiveRule{headers: []string{"text"}, action: checkProductList}, true
	default:
		return interactiveRule{}, false
	}
}

func checkInteractive(raw json.RawMessage, m *Message) error {
	var i interactive
	if err := decode(raw, "interactive", &i); err != nil {
		return err
	}
	if i.Type == "" {
		return Refuse(CodeMissingParameter, "The parameter interactive['type'] is required.")
	}
	rule, ok := interactiveRuleFor(i.Type)
	if !ok {
		return Refuse(CodeInvalidParameter, "Param interactive['type'] %q is not one of the supported types.", i.Type)
	}
	return first(i.checkBody(rule), i.checkHeader(rule, m), i.checkFooter(), rule.action(i.Action))
}

func (i *interactive) checkBody(rule interactiveRule) error {
	if i.Body == nil {
		if rule.bodyOptional {
			return nil
		}
		return Refuse(CodeMissingParameter, "The parameter interactive['body'] is required.")
	}
	return required("Body text", i.Body.Text, 1024)
}

func (i *interactive) checkFooter() error {
	if i.Footer == nil {
		return nil
	}
	return required("Footer text", i.Footer.Text, 60)
}

func (i *interactive) checkHeader(rule interactiveRule, m *Message) error {
	if i.Header == nil {
		return nil
	}
	if len(rule.headers) == 0 {
		return Refuse(CodeInvalidParameter, "Unexpected key \"header\" on param \"interactive\" of type %s.", i.Type)
	}
	if err := oneOf("interactive['header']['type']", i.Header.Type, rule.headers...); err != nil {
		return err
	}
	return i.Header.check(m)
}

func (h *header) check(m *Message) error {
	switch h.Type {
	case "text":
		return first(required("Header text", h.Text, 60), plain("Header text", h.Text))
	case "image":
		return h.checkMedia(h.Image, m)
	case "video":
		return h.checkMedia(h.Video, m)
	default:
		return h.checkMedia(h.Document, m)
	}
}

func (h *header) checkMedia(ref *mediaRef, m *Message) error {
	if ref == nil {
		return Refuse(CodeMissingParameter, "The parameter interactive['header']['%s'] is required.", h.Type)
	}
	return ref.check("interactive['header']['"+h.Type+"']", m)
}

// reply is what a button or a list row sends back.
type reply struct {
	ID    string `json:"id"`
	Title string `json:"title"`
}

type buttonAction struct {
	Buttons []struct {
		Type  string `json:"type"`
		Reply *reply `json:"reply"`
	} `json:"buttons"`
}

func checkButtons(raw json.RawMessage) error {
	var a buttonAction
	if err := decode(raw, "interactive['action']", &a); err != nil {
		return err
	}
	if len(a.Buttons) < 1 || len(a.Buttons) > 3 {
		return Refuse(CodeInvalidValue, "Invalid buttons count. Min allowed buttons: 1, Max allowed buttons: 3")
	}
	ids, titles := map[string]bool{}, map[string]bool{}
	for _, b := range a.Buttons {
		if b.Type != "reply" || b.Reply == nil {
			return Refuse(CodeInvalidValue, "Each button must be of type reply and carry a reply object.")
		}
		if err := b.Reply.check(ids, titles); err != nil {
			return err
		}
	}
	return nil
}

func (r *reply) check(ids, titles map[string]bool) error {
	err := first(required("Button id", r.ID, 256), required("Button title", r.Title, 20), plain("Button title", r.Title))
	if err != nil {
		return err
	}
	if r.ID != strings.TrimSpace(r.ID) {
		return Refuse(CodeInvalidValue, "Button id must not begin or end with a space.")
	}
	if ids[r.ID] || titles[r.Title] {
		return Refuse(CodeInvalidValue, "Button ids and titles must be unique within a message.")
	}
	ids[r.ID], titles[r.Title] = true, true
	return nil
}
