package flowcheck

import (
	"encoding/json"
	"maps"
	"regexp"
	"slices"
	"strings"
	"sync"
)

// kind is what a property holds.
type kind int

const (
	text   kind = iota // or a reference to a string
	truth              // or a reference to a boolean
	number             // of things, also written as text
	list               // of options, or a reference to an array
	object             // a reference to an object
	nested             // further components
	action
	word // of a closed set or a name: no reference
)

// rule is what a component may hold: its properties, the characters that a text has at most, and what must be there.
type rule struct {
	properties map[string]kind
	limits     map[string]int
	required   []string
	named      bool
}

func textRule(limit int) rule {
	return rule{properties: map[string]kind{"text": text}, limits: map[string]int{"text": limit}, required: []string{"text"}}
}

func inputRule(label int, properties map[string]kind, required ...string) rule {
	all := map[string]kind{
		"name": word, "label": text, "required": truth, "enabled": truth, "helper-text": text, "description": text, "init-value": text,
		"error-message": text, "on-select-action": action,
	}
	maps.Copy(all, properties)
	return rule{properties: all, limits: map[string]int{"label": label, "helper-text": 80, "description": 300, "error-message": 30},
		required: append(required, "name", "label"), named: true}
}

// components are the rules of all that a screen may hold.
var components = sync.OnceValue(rules) // made once, never changed

func rules() map[string]rule {
	photos := map[string]kind{
		"photo-source": word, "max-file-size-kb": number, "min-uploaded-photos": number, "max-uploaded-photos": number, "error-message": object,
	}
	files := map[string]kind{
		"allowed-mime-types": word, "max-file-size-kb": number, "min-uploaded-documents": number, "max-uploaded-documents": number,
	}
	return map[string]rule{
		"Form": {
			properties: map[string]kind{"name": word, "children": nested, "init-values": object, "error-messages": object},
			required:   []string{"name", "children"},
		},
		"TextHeading":    textRule(80),
		"TextSubheading": textRule(80),
		"TextBody":       textRule(4096),
		"TextCaption":    textRule(4096),
		"TextInput": inputRule(20, map[string]kind{
			"input-type": word, "min-chars": number, "max-chars": number, "pattern": word,
		}),
		"TextArea":          inputRule(20, map[string]kind{"max-length": number}),
		"Dropdown":          inputRule(20, map[string]kind{"data-source": list}, "data-source"),
		"RadioButtonsGroup": inputRule(30, map[string]kind{"data-source": list}, "data-source"),
		"CheckboxGroup":     inputRule(30, map[string]kind{"data-source": list, "min-selected-items": number, "max-selected-items": number}, "data-source"),
		"DatePicker":        inputRule(40, map[string]kind{"min-date": text, "max-date": text, "unavailable-dates": list}),
		"OptIn":             inputRule(30, map[string]kind{"on-click-action": action}),
		"PhotoPicker":       inputRule(30, photos),
		"DocumentPicker":    inputRule(30, files),
		"Footer": {
			properties: map[string]kind{"label": text, "on-click-action": action, "enabled": truth, "left-caption": text, "right-caption": text, "center-caption": text},
			limits:     map[string]int{"label": 35, "left-caption": 15, "right-caption": 15, "center-caption": 15}, required: []string{"label", "on-click-action"},
		},
	}
}

// visit goes through one screen.
type visit struct {
	*checker

	screen  *screen
	flow    *document
	names   map[string]string // of inputs -> type
	counts  map[string]int
	total   int
	actions []map[string]json.RawMessage // to be checked once all names are known
}

func (v *visit) component(raw json.RawMessage, inForm bool) {
	var part map[string]json.RawMessage
	if json.Unmarshal(raw, &part) != nil {
		v.faultf("INVALID_COMPONENT", "a component is an object")
		return
	}
	var typed string
	_ = json.Unmarshal(part["type"], &typed) // what is no text is an unknown type
	rule, known := components()[typed]
	if !known || typed == "Form" && inForm {
		v.faultf("INVALID_COMPONENT", "component %q is not known here", typed)
		return
	}
	v.total++
	v.counts[typed]++
	for _, name := range rule.required {
		if _, there := part[name]; !there {
			v.faultf("MISSING_REQUIRED_PROPERTY", "%s has no %s", typed, name)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(part)) {
		v.property(typed, rule, name, part[name])
	}
	if rule.named {
		v.name(typed, part["name"])
	}
}

var fieldName = regexp.MustCompile(`^[A-Za-z_][A-Za-z0-9_]{0,79}$`)

func (v *visit) name(typed string, raw json.RawMessage) {
	var name string
	if json.Unmarshal(raw, &name) != nil || !fieldName.MatchString(name) || v.names[name] != "" {
		v.faultf("INVALID_PROPERTY_VALUE", "the name %q of a %s is taken or no name", name, typed)
	}
	v.names[name] = typed
}

func (v *visit) property(typed string, rule rule, name string, raw json.RawMessage) {
	holds, known := rule.properties[name]
	switch name {
	case "type":
		return
	case "visible":
		holds, known = truth, true
	}
	if !known {
		v.faultf("INVALID_PROPERTY", "%s has no property %s", typed, name)
		return
	}
	value := v.value(typed+"."+name, holds, raw)
	if limit := rule.limits[name]; limit > 0 && length(value) > limit && !strings.HasPrefix(value, "${") {
		v.faultf("INVALID_PROPERTY_VALUE", "%s.%s has %d characters; at most %d are shown: %s", typed, name, length(value), limit, value)
	}
	v.special(typed, name, value)
}

var (
	day   = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}$`)
	count = regexp.MustCompile(`^\d+$`)
)

// special are the rules of single properties.
func (v *visit) special(typed, name, value string) {
	sets := map[string][]string{
		"TextInput.input-type":     {"text", "number", "email", "password", "passcode", "phone"},
		"PhotoPicker.photo-source": {"camera_gallery", "gallery", "camera"},
	}
	if set, closed := sets[typed+"."+name]; closed && !slices.Contains(set, value) {
		v.faultf("INVALID_PROPERTY_VALUE", "%s.%s %q is not one of %v", typed, name, value, set)
	}
	if typed == "DatePicker" && strings.HasSuffix(name, "-date") && !strings.HasPrefix(value, "${") && !day.MatchString(value) {
		v.faultf("INVALID_PROPERTY_VALUE", "%s %q is not a day", name, value)
	}
}

// value checks one property's value and returns it where it is a text.
func (v *visit) value(where string, holds kind, raw json.RawMessage) (value string) {
	isText := json.Unmarshal(raw, &value) == nil
	if isText && strings.HasPrefix(value, "${data.") {
		v.reference(where, holds, value)
		return value
	}
	var ok bool
	switch holds {
	case text, word:
		ok = isText && (value != "" || holds == word)
		if holds == word && !ok {
			ok = json.Unmarshal(raw, &[]string{}) == nil
		}
	case truth:
		ok = json.Unmarshal(raw, new(bool)) == nil
	case number:
		ok = json.Unmarshal(raw, new(int)) == nil || isText && count.MatchString(value)
	case list:
		return v.options(where, raw)
	case object:
		ok = json.Unmarshal(raw, &map[string]any{}) == nil
	case nested:
		return v.children(raw)
	case action:
		var act map[string]json.RawMessage
		if ok = json.Unmarshal(raw, &act) == nil; ok {
			v.actions = append(v.actions, act)
		}
	}
	if !ok {
		v.faultf("INVALID_PROPERTY_VALUE", "%s has the value %s", where, raw)
	}
	return value
}

func (v *visit) children(raw json.RawMessage) string {
	var inner []json.RawMessage
	if json.Unmarshal(raw, &inner) != nil || len(inner) == 0 {
		v.faultf("INVALID_PROPERTY_VALUE", "children is a list of components")
	}
	for _, each := range inner {
		v.component(each, true)
	}
	return ""
}
