package webform

import (
	"errors"
	"net/url"
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
