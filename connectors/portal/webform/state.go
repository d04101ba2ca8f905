package webform

import (
	"errors"
	"net/url"
	"slices"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// State is a form written down: what is in its fields and where it goes, without
// the choices it offered and without attached files. It goes into the state of a
// frozen portal session and is as secret as that.
type State struct {
	Action    string    `json:"action"`
	Method    string    `json:"method"`
	Multipart bool      `json:"multipart,omitempty"`
	Controls  []Control `json:"controls"`
}

// State writes the form down.
func (f *Form) State() State {
	return State{Action: f.action.String(), Method: f.method, Multipart: f.multi, Controls: f.Controls()}
}

// Restore makes a form that was written down. Its selects take any value, for
// nobody remembers what they offered.
func Restore(state State) (*Form, error) {
	action, err := url.Parse(state.Action)
	if err != nil || action.Host == "" {
		return nil, errors.New("restore form: no address")
	}
	form := &Form{action: action, method: state.Method, multi: state.Multipart}
	for _, control := range state.Controls {
		form.controls = append(form.controls, &control)
	}
	return form, nil
}

// WriteBack puts what was filled in into the page, as a browser shows it, so that
// it is still there when a script replaces other pieces of the page and the form
// is read again.
func (f *Form) WriteBack() {
	for _, control := range f.controls {
		if control.node == nil {
			continue
		}
		switch control.Kind {
		case KindSelect:
			control.writeOptions()
		case KindCheckbox, KindRadio:
			control.node.RemoveAttr("checked")
			if control.On {
				control.node.SetAttr("checked", "checked")
			}
		case KindTextarea:
			control.node.SetText(control.Value)
		case KindText, KindHidden, KindPassword:
			control.node.SetAttr("value", control.Value)
		default:
		}
	}
}

func (c *Control) writeOptions() {
	for option := range Elements(c.node.Get(0), atom.Option) {
		option.Attr = slices.DeleteFunc(option.Attr, func(each html.Attribute) bool { return each.Key == "selected" })
		value, given := attribute(option, "value")
		if !given {
			value = NodeText(option)
		}
		if slices.Contains(c.Selected, value) {
			option.Attr = append(option.Attr, html.Attribute{Key: "selected", Val: "selected"})
		}
	}
}
