package cloudapi

import (
	"encoding/json"
	"strings"
)

// Templates are the registered templates by name and language.
type Templates map[string]Template

// NewTemplates indexes the registered templates.
func NewTemplates(list []Template) Templates {
	index := make(Templates, len(list))
	for _, t := range list {
		index[t.Name+"\x00"+t.Language] = t
	}
	return index
}

// Rendered is a template as the citizen sees it.
type Rendered struct {
	Category   string           `json:"category"`
	HeaderText string           `json:"header_text,omitempty"`
	HeaderType string           `json:"header_type,omitempty"` // image, video, document
	Header     json.RawMessage  `json:"header,omitempty"`      // the media object of the header
	Body       string           `json:"body"`
	Footer     string           `json:"footer,omitempty"`
	Buttons    []RenderedButton `json:"buttons,omitempty"`
}

// RenderedButton is a template's button with its payload or address filled in.
type RenderedButton struct {
	Type    string `json:"type"` // QUICK_REPLY, URL, …
	Text    string `json:"text"`
	Payload string `json:"payload,omitempty"`
	URL     string `json:"url,omitempty"`
}

// Render checks a send against the registered template and fills the template in. It refuses with 132001 (no such
// name and language), 132015, 132016 (paused, disabled), 132000 (number of parameters) and 132012 (their form).
func (ts Templates) Render(send *TemplateSend) (Rendered, error) {
	t, ok := ts[send.Name+"\x00"+send.Language.Code]
	if !ok {
		return Rendered{}, Refuse(CodeTemplateMissing, "template name (%s) does not exist in %s", send.Name, send.Language.Code)
	}
	if err := t.checkStatus(); err != nil {
		return Rendered{}, err
	}
	out := Rendered{Category: strings.ToLower(t.Category)}
	for _, component := range t.Components {
		if err := t.renderComponent(component, send, &out); err != nil {
			return Rendered{}, err
		}
	}
	return out, nil
}

func (t *Template) checkStatus() error {
	switch t.Status {
	case "", "APPROVED":
		return nil
	case "PAUSED":
		return Refuse(CodeTemplatePaused, "template %s is paused due to low quality", t.Name)
	case "DISABLED":
		return Refuse(CodeTemplateDisabled, "template %s is disabled", t.Name)
	default:
		return Refuse(CodeTemplateMissing, "template %s is %s", t.Name, strings.ToLower(t.Status))
	}
}

func (t *Template) renderComponent(c TemplateComponent, send *TemplateSend, out *Rendered) (err error) {
	switch c.Type {
	case "BODY":
		out.Body, err = t.fill(c.Text, "body", send.part("body"))
	case "FOOTER":
		out.Footer = c.Text
	case "HEADER":
		err = t.renderHeader(c, send.part("header"), out)
	case "BUTTONS":
		out.Buttons = renderButtons(c.Buttons, send)
	}
	return err
}

func (t *Template) renderHeader(c TemplateComponent, parameters []templateParameter, out *Rendered) (err error) {
	if c.Format == "" || c.Format == "TEXT" {
		out.HeaderText, err = t.fill(c.Text, "header", parameters)
		return err
	}
	out.HeaderType = strings.ToLower(c.Format)
	if len(parameters) != 1 {
		return Refuse(CodeTemplateParamCount, "header: number of localizable_params (%d) does not match the expected number of params (1)", len(parameters))
	}
	p := parameters[0]
	if p.Type != out.HeaderType {
		return Refuse(CodeTemplateParamFormat, "header: Format mismatch, expected %s, received %s", c.Format, strings.ToUpper(p.Type))
	}
	out.Header, err = json.Marshal(map[string]*mediaRef{"image": p.Image, "video": p.Video, "document": p.Document}[p.Type])
	return err
}

func (t *Template) fill(text, part string, parameters []templateParameter) (string, error) {
	names := placeholders(text)
	if len(names) != len(parameters) {
		return "", Refuse(CodeTemplateParamCount, "%s: number of localizable_params (%d) does not match the expected number of params (%d)",
			part, len(parameters), len(names))
	}
	named := t.ParameterFormat == "NAMED"
	for i, p := range parameters {
		name := names[i]
		if named {
			name = p.ParameterName
		}
		if named == (p.ParameterName == "") || !strings.Contains(text, "{{"+name+"}}") {
			return "", Refuse(CodeTemplateParamFormat, "%s: parameter format does not match the template's (%s)", part, t.format())
		}
		text = strings.ReplaceAll(text, "{{"+name+"}}", p.value())
	}
	return text, nil
}

func (t *Template) format() string {
	if t.ParameterFormat == "" {
		return "POSITIONAL"
	}
	return t.ParameterFormat
}

func (s *TemplateSend) part(kind string) []templateParameter {
	for i := range s.Components {
		if s.Components[i].Type == kind {
			return s.Components[i].Parameters
		}
	}
	return nil
}

func renderButtons(buttons []TemplateButton, send *TemplateSend) []RenderedButton {
	out := make([]RenderedButton, len(buttons))
	for i, b := range buttons {
		out[i] = RenderedButton{Type: b.Type, Text: b.Text, URL: b.URL, Payload: b.Text}
	}
	for i := range send.Components {
		c := &send.Components[i]
		n := c.index()
		if c.Type != "button" || n < 0 || n >= len(out) || len(c.Parameters) == 0 {
			continue
		}
		p := c.Parameters[0]
		if p.Payload != "" {
			out[n].Payload = p.Payload
		}
		out[n].URL = strings.ReplaceAll(out[n].URL, "{{1}}", p.Text)
	}
	return out
}
