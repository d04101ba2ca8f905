package flowcheck

import (
	"encoding/json"
	"regexp"
	"strings"
)

var reference = regexp.MustCompile(`^\$\{(data|form)\.([A-Za-z_][A-Za-z0-9_]*)((?:\.[A-Za-z0-9_]+)*)\}$`)

// reference wants data that the screen declares, of the type that the property takes.
func (v *visit) reference(where string, holds kind, value string) {
	match := reference.FindStringSubmatch(value)
	if match == nil {
		v.faultf("INVALID_DYNAMIC_DATA", "%s: %s cannot be read", where, value)
		return
	}
	declared, known := v.screen.Data[match[2]]
	if !known {
		v.faultf("INVALID_DYNAMIC_DATA", "%s: data.%s is not declared", where, match[2])
		return
	}
	types := map[kind]string{text: "string", truth: "boolean", list: "array", object: "object"}
	if want, some := types[holds]; some && match[3] == "" && declared.Type != want {
		v.faultf("INVALID_DYNAMIC_DATA", "%s: data.%s is a %s, and a %s is wanted", where, match[2], declared.Type, want)
	}
}

// options checks a list that stands in the Flow itself.
func (v *visit) options(where string, raw json.RawMessage) string {
	var options []struct {
		ID          string `json:"id"`
		Title       string `json:"title"`
		Description string `json:"description"`
		Metadata    string `json:"metadata"`
		Enabled     *bool  `json:"enabled"`
	}
	most := 20
	if strings.HasPrefix(where, "Dropdown") {
		most = 200
	}
	if json.Unmarshal(raw, &options) != nil || len(options) == 0 || len(options) > most {
		v.faultf("INVALID_PROPERTY_VALUE", "%s is a list of 1 to %d options", where, most)
		return ""
	}
	seen := map[string]bool{}
	for _, o := range options {
		if o.ID == "" || seen[o.ID] || strings.TrimSpace(o.Title) == "" {
			v.faultf("INVALID_PROPERTY_VALUE", "%s: option %q needs an id of its own and a title", where, o.ID)
		}
		if length(o.Title) > 30 || length(o.Description) > 300 || length(o.Metadata) > 20 {
			v.faultf("INVALID_PROPERTY_VALUE", "%s: option %q is longer than is shown: %s", where, o.ID, o.Title)
		}
		seen[o.ID] = true
	}
	return ""
}

// finish checks what only the whole screen tells.
func (v *visit) finish() {
	if v.total > maxComponents {
		v.faultf("INVALID_LAYOUT", "it has %d components; at most %d are possible", v.total, maxComponents)
	}
	footers := v.counts["Footer"]
	if footers > 1 || footers == 0 && v.screen.Terminal {
		v.faultf("INVALID_LAYOUT", "it has %d footers", footers)
	}
	if v.counts["PhotoPicker"]+v.counts["DocumentPicker"] > 1 {
		v.faultf("INVALID_LAYOUT", "one screen has one PhotoPicker or DocumentPicker")
	}
	if v.counts["OptIn"] > maxOptIns {
		v.faultf("INVALID_LAYOUT", "it has %d OptIns", v.counts["OptIn"])
	}
	for _, name := range v.screen.Sensitive {
		if v.names[name] == "" {
			v.faultf("INVALID_PROPERTY_VALUE", "sensitive names the field %q, which is not there", name)
		}
	}
	for _, act := range v.actions {
		v.action(act)
	}
}

func (v *visit) action(act map[string]json.RawMessage) {
	var name string
	_ = json.Unmarshal(act["name"], &name) // what is no text is an unknown action
	switch name {
	case "data_exchange":
		if v.flow.DataAPI == "" {
			v.faultf("INVALID_ACTION", "data_exchange needs an endpoint")
		}
	case "complete":
		if !v.screen.Terminal {
			v.faultf("INVALID_ACTION", "complete is for a terminal screen")
		}
	case "navigate", "open_url", "update_data":
	default:
		v.faultf("INVALID_ACTION", "action %q is not known", name)
	}
	var payload map[string]json.RawMessage
	if raw, some := act["payload"]; some && json.Unmarshal(raw, &payload) != nil {
		v.faultf("INVALID_ACTION", "payload is an object")
	}
	for _, raw := range payload {
		v.payload(raw)
	}
}

// payload wants references to fields and data that are there. A file stands at the top level, which is where we look.
func (v *visit) payload(raw json.RawMessage) {
	var value string
	if json.Unmarshal(raw, &value) != nil {
		if strings.Contains(string(raw), "${form.") && v.counts["PhotoPicker"]+v.counts["DocumentPicker"] > 0 {
			v.faultf("INVALID_ACTION", "files stand at the top level of a payload")
		}
		return
	}
	if !strings.HasPrefix(value, "${") {
		return
	}
	match := reference.FindStringSubmatch(value)
	switch {
	case match == nil:
		v.faultf("INVALID_DYNAMIC_DATA", "%s cannot be read", value)
	case match[1] == "form" && v.names[match[2]] == "":
		v.faultf("INVALID_DYNAMIC_DATA", "there is no field %s", match[2])
	case match[1] == "data":
		if _, declared := v.screen.Data[match[2]]; !declared {
			v.faultf("INVALID_DYNAMIC_DATA", "data.%s is not declared", match[2])
		}
	}
}
