package flow

import (
	"encoding/json"
	"errors"
	"fmt"
	"slices"
)

// Definition is a Flow JSON that was checked.
type Definition struct {
	DataAPI string              `json:"data_api_version"`
	Routing map[string][]string `json:"routing_model"`
	Screens []Screen            `json:"screens"`
}

// Screen is one of its screens.
type Screen struct {
	ID            string           `json:"id"`
	Title         string           `json:"title"`
	Terminal      bool             `json:"terminal"`
	RefreshOnBack bool             `json:"refresh_on_back"`
	Data          map[string]shape `json:"data"`
	Layout        struct {
		Children []component `json:"children"`
	} `json:"layout"`
}

type shape struct {
	Type       string           `json:"type"`
	Items      *shape           `json:"items"`
	Properties map[string]shape `json:"properties"`
}

type component struct {
	Type          string          `json:"type"`
	Name          string          `json:"name"`
	Children      []component     `json:"children"`
	InitValues    json.RawMessage `json:"init-values"`
	ErrorMessages json.RawMessage `json:"error-messages"`
	InitValue     json.RawMessage `json:"init-value"`
	Text          json.RawMessage `json:"text"`
	Label         json.RawMessage `json:"label"`
	Description   json.RawMessage `json:"description"`
	Helper        json.RawMessage `json:"helper-text"`
	Visible       json.RawMessage `json:"visible"`
	Required      json.RawMessage `json:"required"`
	InputType     string          `json:"input-type"`
	MaxChars      any             `json:"max-chars"`
	MaxLength     any             `json:"max-length"`
	DataSource    json.RawMessage `json:"data-source"`
	MinDate       json.RawMessage `json:"min-date"`
	MaxDate       json.RawMessage `json:"max-date"`
	MaxKB         int             `json:"max-file-size-kb"`
	MinPhotos     int             `json:"min-uploaded-photos"`
	MaxPhotos     int             `json:"max-uploaded-photos"`
	MaxDocuments  int             `json:"max-uploaded-documents"`
	OnClick       *Action         `json:"on-click-action"`
}

// Action is what pressing a button does.
type Action struct {
	Name    string                     `json:"name"`
	Next    struct{ Name string }      `json:"next"`
	Payload map[string]json.RawMessage `json:"payload"`
}

// Parse reads a Flow JSON.
func Parse(content []byte) (*Definition, error) {
	var d Definition
	if err := json.Unmarshal(content, &d); err != nil {
		return nil, fmt.Errorf("read flow: %w", err)
	}
	if len(d.Screens) == 0 {
		return nil, errors.New("read flow: it has no screens")
	}
	return &d, nil
}

// Screen finds a screen.
func (d *Definition) Screen(id string) (*Screen, bool) {
	i := slices.IndexFunc(d.Screens, func(s Screen) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return &d.Screens[i], true
}

// Leads is whether a screen may follow another, or itself.
func (d *Definition) Leads(from, to string) bool {
	return from == "" || from == to || slices.Contains(d.Routing[from], to)
}

// Accepts says what is missing or of the wrong type in the data that the endpoint gave for the screen.
func (s *Screen) Accepts(data map[string]json.RawMessage) error {
	for name, declared := range s.Data {
		raw, given := data[name]
		if !given {
			return fmt.Errorf("screen %s wants data.%s, which is missing", s.ID, name)
		}
		if err := declared.accepts(raw); err != nil {
			return fmt.Errorf("screen %s: data.%s: %w", s.ID, name, err)
		}
	}
	return nil
}

func (s *shape) accepts(raw json.RawMessage) error {
	var value any
	if err := json.Unmarshal(raw, &value); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	ok := false
	switch s.Type {
	case "string":
		_, ok = value.(string)
	case "number":
		_, ok = value.(float64)
	case "boolean":
		_, ok = value.(bool)
	case "array":
		_, ok = value.([]any)
	case "object":
		_, ok = value.(map[string]any)
	}
	if !ok {
		return fmt.Errorf("it is not of the type %s", s.Type)
	}
	return nil
}
