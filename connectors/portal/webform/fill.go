package webform

import (
	"maps"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors"
)

// Set gives a control a value. A name that is not on the form is a ChangedError:
// posting it all the same corrupts the session of some portals. A select or a
// group of radio buttons takes only what it offers, anything else is an
// InputRejectedError with that name; the value may lack the spaces that pad the
// offered one. A checkbox takes its own value or nothing.
func (f *Form) Set(name, value string) error {
	controls := f.named(name)
	if len(controls) == 0 {
		return f.changed("a field " + name)
	}
	switch controls[0].Kind {
	case KindSelect:
		return controls[0].choose(value)
	case KindRadio, KindCheckbox:
		return check(controls, value)
	case KindFile:
		return &connectors.InputRejectedError{Field: name, Reason: "a file is wanted"}
	default:
		controls[0].Value = value
		return nil
	}
}

// Force sets or adds a field that only scripts of the page write, such as a
// hidden one that the page lacks until then.
func (f *Form) Force(name, value string) {
	if controls := f.named(name); len(controls) > 0 {
		controls[0].Value, controls[0].Disabled = value, false
		return
	}
	f.controls = append(f.controls, &Control{Name: name, Kind: KindHidden, Value: value})
}

// Attach puts a file into a file control.
func (f *Form) Attach(name string, file connectors.Enclosure) error {
	for _, control := range f.named(name) {
		if control.Kind == KindFile {
			control.file = &file
			return nil
		}
	}
	return f.changed("a file field " + name)
}

// Fill sets every field, in the page's order, and then checks with Complete that
// nothing mandatory is left.
func (f *Form) Fill(fields map[string]string) error {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if err := f.Set(name, fields[name]); err != nil {
			return err
		}
	}
	return f.Complete()
}

// Complete answers a ChangedError when the page marks a field as mandatory that
// nobody has filled in: the portal asks for something that the service does not
// know of.
func (f *Form) Complete() error {
	var missing []string
	for _, control := range f.controls {
		if control.Required && control.isVisible() && !f.answered(control) && !slices.Contains(missing, control.Name) {
			missing = append(missing, control.Name)
		}
	}
	if len(missing) > 0 {
		return f.changed("no mandatory field besides those we know; " + strings.Join(missing, ", ") + " is new")
	}
	return nil
}

func (f *Form) answered(control *Control) bool {
	switch control.Kind {
	case KindFile:
		return control.file != nil
	case KindRadio:
		return f.Value(control.Name) != ""
	default:
		return slices.ContainsFunc(control.values(), func(value string) bool { return strings.TrimSpace(value) != "" })
	}
}

func (c *Control) choose(value string) error {
	for _, option := range c.Options {
		if option.Value == value || strings.TrimSpace(option.Value) == strings.TrimSpace(value) {
			c.Selected = []string{option.Value}
			return nil
		}
	}
	return &connectors.InputRejectedError{Field: c.Name, Reason: "not one of the choices"}
}

func check(group []*Control, value string) error {
	found := value == "" && group[0].Kind == KindCheckbox
	for _, control := range group {
		on := control.Value == value && value != ""
		found = found || on
		control.On = on
	}
	if !found {
		return &connectors.InputRejectedError{Field: group[0].Name, Reason: "not one of the choices"}
	}
	return nil
}
