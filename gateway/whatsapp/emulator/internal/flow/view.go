package flow

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Option is one line of a list.
type Option struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// Item is one thing on a screen, with nothing left to look up.
type Item struct {
	Type        string   `json:"type"`
	Name        string   `json:"name,omitempty"`
	Text        string   `json:"text,omitempty"`
	Label       string   `json:"label,omitempty"`
	Description string   `json:"description,omitempty"`
	Helper      string   `json:"helper,omitempty"`
	InputType   string   `json:"input_type,omitempty"`
	Required    bool     `json:"required,omitempty"`
	Options     []Option `json:"options,omitempty"`
	Value       any      `json:"value,omitempty"`
	Error       string   `json:"error,omitempty"`
	MaxChars    int      `json:"max_chars,omitempty"`
	MinDate     string   `json:"min_date,omitempty"`
	MaxDate     string   `json:"max_date,omitempty"`
	MaxKB       int      `json:"max_kb,omitempty"`
	MinFiles    int      `json:"min_files,omitempty"`
	MaxFiles    int      `json:"max_files,omitempty"`
}

// View is a screen as a phone draws it.
type View struct {
	Screen string `json:"screen"`
	Title  string `json:"title"`
	Items  []Item `json:"items"`
	// Back says that there is a screen before it.
	Back bool `json:"back,omitempty"`
	// Message is shown over the screen: data.error_message of the endpoint.
	Message string `json:"message,omitempty"`
}

// Draw resolves a screen. typed are the values that stand in its fields already; they win over what the endpoint would put there, unless it says so
// itself in this answer.
func (s *Screen) Draw(data map[string]json.RawMessage, typed map[string]any) (View, *Action) {
	r := renderer{data: data, typed: typed, view: View{Screen: s.ID, Title: s.Title}}
	_ = json.Unmarshal(data["error_message"], &r.view.Message) // what is no text is not shown
	for i := range s.Layout.Children {
		r.draw(&s.Layout.Children[i])
	}
	return r.view, r.action
}

type renderer struct {
	data   map[string]json.RawMessage
	typed  map[string]any
	init   map[string]any
	errors map[string]any
	view   View
	action *Action
}

func (r *renderer) draw(c *component) {
	if len(c.Visible) > 0 && !r.truth(c.Visible) {
		return
	}
	switch c.Type {
	case "Form":
		r.init, r.errors = r.object(c.InitValues), r.object(c.ErrorMessages)
		for i := range c.Children {
			r.draw(&c.Children[i])
		}
		return
	case "Footer":
		r.action = c.OnClick
	}
	item := Item{Type: c.Type, Name: c.Name, Text: r.text(c.Text), Label: r.text(c.Label), Description: r.text(c.Description), Helper: r.text(c.Helper),
		InputType: c.InputType, Required: r.truth(c.Required), MinDate: r.text(c.MinDate), MaxDate: r.text(c.MaxDate), MaxChars: r.count(c),
		MaxKB: c.MaxKB, MinFiles: c.MinPhotos, MaxFiles: c.MaxPhotos + c.MaxDocuments}
	if len(c.DataSource) > 0 {
		_ = json.Unmarshal(r.resolve(c.DataSource), &item.Options) // its type was checked with the data
	}
	if c.Name != "" {
		item.Value, item.Error = r.value(c), fmt.Sprint(orEmpty(r.errors[c.Name]))
	}
	r.view.Items = append(r.view.Items, item)
}

func orEmpty(value any) any {
	if value == nil {
		return ""
	}
	return value
}

func (r *renderer) value(c *component) any {
	if value, typed := r.typed[c.Name]; typed {
		return value
	}
	if value, given := r.init[c.Name]; given {
		return value
	}
	var value any
	_ = json.Unmarshal(r.resolve(c.InitValue), &value) // none: empty
	return value
}

// count is how many characters a field takes: TextInput 80 and TextArea 600 unless they say so (Meta, Flow JSON components).
func (r *renderer) count(c *component) int {
	said := c.MaxChars
	usual := 0
	switch c.Type {
	case "TextInput":
		usual = 80
	case "TextArea":
		usual, said = 600, c.MaxLength
	}
	if number, err := strconv.Atoi(fmt.Sprint(said)); err == nil {
		return number
	}
	return usual
}

// resolve looks a reference up in the data.
func (r *renderer) resolve(raw json.RawMessage) json.RawMessage {
	var text string
	if json.Unmarshal(raw, &text) != nil {
		return raw
	}
	path, isReference := strings.CutPrefix(text, "${data.")
	if !isReference {
		return raw
	}
	return r.data[strings.TrimSuffix(path, "}")]
}

func (r *renderer) text(raw json.RawMessage) (text string) {
	_ = json.Unmarshal(r.resolve(raw), &text) // what is not there is empty
	return text
}

func (r *renderer) truth(raw json.RawMessage) (truth bool) {
	_ = json.Unmarshal(r.resolve(raw), &truth) // what is not there is false
	return truth
}

func (r *renderer) object(raw json.RawMessage) (object map[string]any) {
	_ = json.Unmarshal(r.resolve(raw), &object) // its type was checked with the data
	return object
}

// Fill makes what an action sends: references to fields become what was typed, those to data what the endpoint gave.
func (a *Action) Fill(data map[string]json.RawMessage, typed map[string]any) map[string]any {
	payload := make(map[string]any, len(a.Payload))
	for name, raw := range a.Payload {
		var text string
		if json.Unmarshal(raw, &text) != nil {
			payload[name] = raw
			continue
		}
		if field, is := strings.CutPrefix(text, "${form."); is {
			payload[name] = typed[strings.TrimSuffix(field, "}")]
			continue
		}
		if field, is := strings.CutPrefix(text, "${data."); is {
			payload[name] = data[strings.TrimSuffix(field, "}")]
			continue
		}
		payload[name] = text
	}
	return payload
}
