package webform

import (
	"strconv"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors"
)

// Kind is what a control of a form is.
type Kind string

// The kinds of control.
const (
	KindText     Kind = "text" // and every other input that holds text
	KindHidden   Kind = "hidden"
	KindPassword Kind = "password"
	KindCheckbox Kind = "checkbox"
	KindRadio    Kind = "radio"
	KindSelect   Kind = "select"
	KindTextarea Kind = "textarea"
	KindFile     Kind = "file"
	KindSubmit   Kind = "submit"
	KindImage    Kind = "image"
	KindButton   Kind = "button" // does nothing by itself
)

// Control is one control of a form.
type Control struct {
	Name  string `json:"name"`
	ID    string `json:"id,omitempty"`
	Kind  Kind   `json:"kind"`
	Value string `json:"value"`
	// On says that a checkbox or radio button is checked.
	On       bool `json:"on,omitempty"`
	Disabled bool `json:"disabled,omitempty"`
	// Required says that the page marks it so: by attribute, class or a star at
	// its label.
	Required bool `json:"required,omitempty"`
	// Holds is what a text field says it is for: date, tel, email, number; empty
	// when it does not say.
	Holds string `json:"holds,omitempty"`
	// MaxLength is how many characters a text field takes; 0 when the page does
	// not say.
	MaxLength int `json:"max_length,omitempty"`
	// Multiple says that a select takes several values.
	Multiple bool `json:"multiple,omitempty"`
	// Label is the text people see beside it.
	Label string `json:"label,omitempty"`
	// Options are a select's choices, in the page's order; Selected are the
	// values chosen.
	Options  []connectors.Option `json:"-"`
	Selected []string            `json:"selected,omitempty"`

	file *connectors.Enclosure
	node *goquery.Selection // nil after Restore
}

func (c *Control) isButton() bool {
	return c.Kind == KindSubmit || c.Kind == KindImage || c.Kind == KindButton
}

// isVisible tells a control that a person could fill in.
func (c *Control) isVisible() bool { return !c.isButton() && c.Kind != KindHidden && !c.Disabled }

// values is what the control sends when no button is pressed.
func (c *Control) values() []string {
	switch {
	case c.Disabled || c.Name == "" || c.isButton() || c.Kind == KindFile:
		return nil
	case c.Kind == KindCheckbox || c.Kind == KindRadio:
		if c.On {
			return []string{c.Value}
		}
		return nil
	case c.Kind == KindSelect:
		return c.Selected
	case c.Kind == KindTextarea:
		return []string{crlf(c.Value)}
	default:
		return []string{c.Value}
	}
}

// crlf is how browsers send line ends.
func crlf(text string) string {
	return strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
}

func readControl(node *goquery.Selection) *Control {
	control := &Control{
		Name: node.AttrOr("name", ""), ID: node.AttrOr("id", ""), Value: node.AttrOr("value", ""),
		Disabled: isDisabled(node), Required: isMarked(node), node: node,
	}
	if longest, err := strconv.Atoi(node.AttrOr("maxlength", "")); err == nil && longest > 0 {
		control.MaxLength = longest
	}
	switch goquery.NodeName(node) {
	case "select":
		control.Kind = KindSelect
		readOptions(control, node)
	case "textarea":
		control.Kind, control.Value = KindTextarea, strings.TrimPrefix(node.Text(), "\n")
	case "button":
		control.Kind = buttonKind(node.AttrOr("type", "submit"))
		control.Label = Squeeze(node.Text())
	default:
		readInput(control, node)
	}
	return control
}

func readInput(control *Control, node *goquery.Selection) {
	switch kind := strings.ToLower(strings.TrimSpace(node.AttrOr("type", "text"))); kind {
	case "hidden", "password", "file":
		control.Kind = Kind(kind)
	case "checkbox", "radio":
		control.Kind = Kind(kind)
		control.Value = node.AttrOr("value", "on")
		_, control.On = node.Attr("checked")
	case "submit", "image":
		control.Kind = Kind(kind)
		control.Label = node.AttrOr("value", node.AttrOr("alt", ""))
	case "button", "reset":
		control.Kind = KindButton
		control.Label = node.AttrOr("value", "")
	case "date", "tel", "email", "number":
		control.Kind, control.Holds = KindText, kind
	default:
		control.Kind = KindText
	}
}

func buttonKind(declared string) Kind {
	if strings.EqualFold(declared, "submit") {
		return KindSubmit
	}
	return KindButton
}

// readOptions keeps values as they are written: portals pad them with spaces and
// want them back so.
func readOptions(control *Control, node *goquery.Selection) {
	_, control.Multiple = node.Attr("multiple")
	firstUsable := ""
	hasUsable := false
	for option := range Elements(node.Get(0), atom.Option) {
		label := NodeText(option)
		value, given := attribute(option, "value")
		if !given {
			value = label
		}
		_, disabled := attribute(option, "disabled")
		if !disabled {
			control.Options = append(control.Options, connectors.Option{Value: value, Label: label})
			if !hasUsable {
				firstUsable, hasUsable = value, true
			}
		}
		if _, selected := attribute(option, "selected"); selected && !disabled {
			if !control.Multiple {
				control.Selected = nil
			}
			control.Selected = append(control.Selected, value)
		}
	}
	if len(control.Selected) == 0 && !control.Multiple && hasUsable {
		control.Selected = []string{firstUsable}
	}
}

func isDisabled(node *goquery.Selection) bool {
	_, disabled := node.Attr("disabled")
	for around := node.Get(0).Parent; around != nil && !disabled; around = around.Parent {
		if around.DataAtom == atom.Fieldset {
			_, disabled = attribute(around, "disabled")
		}
	}
	return disabled
}

// isMarked tells the marks of a mandatory field that pages put on the control
// itself; the star stands at its label.
func isMarked(node *goquery.Selection) bool {
	if _, required := node.Attr("required"); required || node.AttrOr("aria-required", "") == "true" {
		return true
	}
	for class := range strings.FieldsSeq(strings.ToLower(node.AttrOr("class", ""))) {
		if class == "required" || class == "mandatory" {
			return true
		}
	}
	return false
}
