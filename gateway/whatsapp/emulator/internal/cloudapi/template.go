package cloudapi

import (
	"encoding/json"
	"regexp"
	"strconv"
	"strings"
)

// Template is a registered message template, in the shape of Meta's template API (message_templates).
type Template struct {
	Name            string              `json:"name"`
	Language        string              `json:"language"`
	Category        string              `json:"category"`         // UTILITY, MARKETING, AUTHENTICATION
	ParameterFormat string              `json:"parameter_format"` // POSITIONAL (default) or NAMED
	Status          string              `json:"status"`           // APPROVED (default), PAUSED, DISABLED, PENDING, REJECTED
	Components      []TemplateComponent `json:"components"`
}

// TemplateComponent is one part of a template: HEADER, BODY, FOOTER or BUTTONS.
type TemplateComponent struct {
	Type    string           `json:"type"`
	Format  string           `json:"format,omitempty"` // of a header: TEXT, IMAGE, VIDEO, DOCUMENT
	Text    string           `json:"text,omitempty"`
	Buttons []TemplateButton `json:"buttons,omitempty"`
}

// TemplateButton is a button of a template: QUICK_REPLY, URL, PHONE_NUMBER, FLOW and others.
type TemplateButton struct {
	Type string `json:"type"`
	Text string `json:"text"`
	URL  string `json:"url,omitempty"`
}

// TemplateSend is the template object of a message.
type TemplateSend struct {
	Name       string              `json:"name"`
	Namespace  string              `json:"namespace"`
	Language   templateLanguage    `json:"language"`
	Components []templateSendParts `json:"components"`
}

type templateLanguage struct {
	Code   string `json:"code"`
	Policy string `json:"policy"`
}

type templateSendParts struct {
	Type       string              `json:"type"`
	SubType    string              `json:"sub_type"`
	Index      json.RawMessage     `json:"index"` // Meta's samples carry both a string and a number
	Parameters []templateParameter `json:"parameters"`
}

type templateParameter struct {
	Type          string          `json:"type"`
	ParameterName string          `json:"parameter_name"`
	Text          string          `json:"text"`
	Payload       string          `json:"payload"`
	CouponCode    string          `json:"coupon_code"`
	Currency      *fallback       `json:"currency"`
	DateTime      *fallback       `json:"date_time"`
	Image         *mediaRef       `json:"image"`
	Video         *mediaRef       `json:"video"`
	Document      *mediaRef       `json:"document"`
	Location      json.RawMessage `json:"location"`
	Action        json.RawMessage `json:"action"`
}

type fallback struct {
	Value      string `json:"fallback_value"`
	Code       string `json:"code"`
	Amount1000 int64  `json:"amount_1000"`
	DayOfWeek  int    `json:"day_of_week"`
	Year       int    `json:"year"`
	Month      int    `json:"month"`
	DayOfMonth int    `json:"day_of_month"`
	Hour       int    `json:"hour"`
	Minute     int    `json:"minute"`
	Calendar   string `json:"calendar"`
}

func checkTemplate(raw json.RawMessage, m *Message) error {
	var t TemplateSend
	if err := decode(raw, "template", &t); err != nil {
		return err
	}
	if err := first(required("template['name']", t.Name, 512), required("template['language']['code']", t.Language.Code, 64)); err != nil {
		return err
	}
	for i := range t.Components {
		if err := t.Components[i].check(m); err != nil {
			return err
		}
	}
	m.Template = &t
	return nil
}

func (c *templateSendParts) check(m *Message) error {
	c.Type, c.SubType = strings.ToLower(c.Type), strings.ToLower(c.SubType)
	if err := oneOf("template['components']['type']", c.Type, "header", "body", "button", "footer"); err != nil {
		return err
	}
	if c.Type == "button" && (c.SubType == "" || len(c.Index) == 0) {
		return Refuse(CodeMissingParameter, "A button component needs sub_type and index.")
	}
	for i := range c.Parameters {
		if err := c.Parameters[i].check(m); err != nil {
			return err
		}
	}
	return nil
}

func (p *templateParameter) check(m *Message) error {
	for _, ref := range []*mediaRef{p.Image, p.Video, p.Document} {
		if ref != nil {
			return ref.check("template header", m)
		}
	}
	if p.Type == "text" && p.Text == "" {
		return Refuse(CodeMissingParameter, "A text parameter of a template needs text.")
	}
	return oneOf("template parameter type", p.Type, "text", "currency", "date_time", "payload", "action",
		"coupon_code", "image", "video", "document", "location", "limited_time_offer")
}

func (p *templateParameter) value() string {
	switch {
	case p.Currency != nil:
		return p.Currency.Value
	case p.DateTime != nil:
		return p.DateTime.Value
	default:
		return p.Text
	}
}

func (c *templateSendParts) index() int {
	n, err := strconv.Atoi(strings.Trim(string(c.Index), `"`))
	if err != nil {
		return -1
	}
	return n
}

func placeholders(text string) []string {
	matches := regexp.MustCompile(`\{\{\s*([A-Za-z0-9_]+)\s*\}\}`).FindAllStringSubmatch(text, -1)
	names := make([]string, 0, len(matches))
	for _, match := range matches {
		names = append(names, match[1])
	}
	return names
}
