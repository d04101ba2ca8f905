package webform

import (
	"net/url"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// Form is one form of a page, being filled in. It is for one goroutine.
type Form struct {
	page     *Page // nil after Restore
	action   *url.URL
	method   string // GET or POST
	multi    bool   // multipart/form-data
	controls []*Control
}

// Form reads the first form that matches the CSS selector, "form" for any.
func (p *Page) Form(selector string) (*Form, error) {
	found := p.Document.FindMatcher(goquery.Single(selector))
	if found.Length() == 0 {
		return nil, p.Changed("form " + selector)
	}
	return p.formAt(found)
}

// FormAt reads the i-th form of the page, from 0.
func (p *Page) FormAt(i int) (*Form, error) {
	found := p.Document.Find("form").Eq(i)
	if found.Length() == 0 {
		return nil, p.Changed("a further form")
	}
	return p.formAt(found)
}

// FormWith reads the first form that has controls of all these names.
func (p *Page) FormWith(names ...string) (*Form, error) {
	for _, node := range p.Document.Find("form").EachIter() {
		form, err := p.formAt(node)
		if err != nil {
			return nil, err
		}
		if form.Expect(names...) == nil {
			return form, nil
		}
	}
	return nil, p.Changed("a form with " + strings.Join(names, ", "))
}

func (p *Page) formAt(node *goquery.Selection) (*Form, error) {
	action, err := (&portal.Response{URL: p.address}).Resolve(node.AttrOr("action", ""))
	if err != nil {
		return nil, err
	}
	form := &Form{page: p, action: action, method: "GET", multi: strings.EqualFold(node.AttrOr("enctype", ""), "multipart/form-data")}
	if strings.EqualFold(strings.TrimSpace(node.AttrOr("method", "")), "post") {
		form.method = "POST"
	}
	for _, control := range p.Document.FindNodes(p.controlsOf(node)...).EachIter() {
		read := readControl(control)
		if !read.isButton() && read.Kind != KindHidden {
			read.Label = p.labelOf(control)
			read.Required = read.Required || strings.Contains(read.Label, "*")
		}
		form.controls = append(form.controls, read)
	}
	return form, nil
}

// anyControl matches what a form may send.
const anyControl = "input, select, textarea, button"

func isControl(node *html.Node) bool {
	switch node.DataAtom {
	case atom.Input, atom.Select, atom.Textarea, atom.Button:
		return true
	default:
		return false
	}
}

// controlsOf collects a form's controls in the page's order. A form tag between
// table and row, as old pages have it, is closed by the parser at once, and its
// controls stand beside it: those belong to the last form opened before them.
func (p *Page) controlsOf(form *goquery.Selection) []*html.Node {
	wanted := form.Get(0)
	id := form.AttrOr("id", "")
	var last *html.Node
	var controls []*html.Node
	root := p.Document.Get(0)
	for node := following(root, root); node != nil; node = following(node, root) {
		if node.DataAtom == atom.Form {
			last = node
		}
		if !isControl(node) {
			continue
		}
		owner := last
		if around := closest(node, atom.Form); around != nil {
			owner = around
		}
		declared, elsewhere := attribute(node, "form")
		if elsewhere && id != "" && declared == id || !elsewhere && owner == wanted {
			controls = append(controls, node)
		}
	}
	return controls
}

// closest is the innermost element of the name around a node; nil without one.
func closest(node *html.Node, name atom.Atom) *html.Node {
	for around := node.Parent; around != nil; around = around.Parent {
		if around.DataAtom == name {
			return around
		}
	}
	return nil
}

// Action is the address the form is sent to.
func (f *Form) Action() *url.URL { return f.action }

// Controls lists the form's controls in the page's order.
func (f *Form) Controls() []Control {
	listed := make([]Control, 0, len(f.controls))
	for _, control := range f.controls {
		listed = append(listed, *control)
	}
	return listed
}

// Expect answers a ChangedError unless the form has controls of all these names.
func (f *Form) Expect(names ...string) error {
	var missing []string
	for _, name := range names {
		if len(f.named(name)) == 0 {
			missing = append(missing, name)
		}
	}
	if len(missing) > 0 {
		return f.changed("a form with " + strings.Join(missing, ", "))
	}
	return nil
}

// Has tells whether the form has a control of the name.
func (f *Form) Has(name string) bool { return len(f.named(name)) > 0 }

// Value is what the form would send for the name now: the first value, or empty.
func (f *Form) Value(name string) string {
	for _, control := range f.named(name) {
		if values := control.values(); len(values) > 0 {
			return values[0]
		}
	}
	return ""
}

// Options lists what a select offers, or what a group of radio buttons does, in
// the page's order and with values as the page writes them.
func (f *Form) Options(name string) ([]connectors.Option, error) {
	var options []connectors.Option
	known := false
	for _, control := range f.named(name) {
		switch control.Kind {
		case KindSelect:
			return slices.Clone(control.Options), nil
		case KindRadio, KindCheckbox:
			known = true
			options = append(options, connectors.Option{Value: control.Value, Label: control.Label})
		default:
		}
	}
	if !known {
		return nil, f.changed("choices of " + name)
	}
	return options, nil
}

// NameByLabel finds the control that people see under this label. Names that
// change between releases are found so.
func (f *Form) NameByLabel(label string) (string, error) {
	for _, control := range f.controls {
		if control.isVisible() && control.Name != "" && sameLabel(control.Label, label) {
			return control.Name, nil
		}
	}
	return "", f.changed("a field labelled " + label)
}

// Button finds the submit button with this text.
func (f *Form) Button(text string) (string, error) {
	for _, control := range f.controls {
		if control.isButton() && control.Name != "" && sameLabel(control.Label, text) {
			return control.Name, nil
		}
	}
	return "", f.changed("a button labelled " + text)
}

func (f *Form) named(name string) []*Control {
	var found []*Control
	for _, control := range f.controls {
		if control.Name == name {
			found = append(found, control)
		}
	}
	return found
}

func (f *Form) changed(expected string) error {
	if f.page == nil {
		return &connectors.ChangedError{Expected: expected, Seen: "a form without it"}
	}
	return f.page.Changed(expected)
}
