// Package discover reads a form page of a portal and drafts the service
// definition for it: the fields with their labels, types, choices and limits,
// and what an engineer must know besides: hidden state, buttons, captchas. It
// fills in nothing and sends nothing.
package discover

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"unicode"

	"github.com/goccy/go-yaml"

	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// service is the draft, in the words of the catalog's files.
type service struct {
	ID           string            `yaml:"id"`
	Kind         string            `yaml:"kind"`
	Category     string            `yaml:"category"`
	Department   string            `yaml:"department"`
	Availability string            `yaml:"availability"`
	Title        map[string]string `yaml:"title"`
	AskedAs      []string          `yaml:"asked_as"`
	Portal       portalOf          `yaml:"portal"`
	Form         []field           `yaml:"form"`
	Source       string            `yaml:"source"`
}

type portalOf struct {
	Name    string `yaml:"name"`
	Service string `yaml:"service"`
}

type field struct {
	ID          string            `yaml:"id"`
	Type        string            `yaml:"type"`
	MaxLength   int               `yaml:"max_length,omitempty"`
	PortalField string            `yaml:"portal_field"`
	Optional    bool              `yaml:"optional,omitempty"`
	Label       map[string]string `yaml:"label"`
	Prompt      map[string]string `yaml:"prompt"`
	Choices     []choice          `yaml:"choices,omitempty"`
}

type choice struct {
	ID    string            `yaml:"id"`
	Title map[string]string `yaml:"title"`
}

// Draft writes the service definition of the page's form: the one that matches
// the CSS selector, or, when it is empty, the one with the most fields. What is
// to be written by a person says TODO.
func Draft(page *webform.Page, selector string) ([]byte, error) {
	form, err := pick(page, selector)
	if err != nil {
		return nil, err
	}
	title := page.Text("h1")
	if title == "" {
		title = page.Text("title")
	}
	drafted := service{
		ID: slug(title, "-", "TODO"), Kind: "application", Category: "TODO", Department: "TODO", Availability: "coming",
		Title: map[string]string{"en": title}, AskedAs: []string{strings.ToLower(title)},
		Portal: portalOf{Name: "TODO", Service: "TODO"}, Form: fields(form), Source: "TODO",
	}
	var out bytes.Buffer
	notes(&out, page, form)
	encoded, err := yaml.MarshalWithOptions(drafted, yaml.IndentSequence(true))
	if err != nil {
		return nil, fmt.Errorf("write draft: %w", err)
	}
	out.Write(encoded)
	return out.Bytes(), nil
}

func pick(page *webform.Page, selector string) (*webform.Form, error) {
	if selector != "" {
		return page.Form(selector)
	}
	var best *webform.Form
	for i := range page.Document.Find("form").Length() {
		form, err := page.FormAt(i)
		if err != nil {
			continue // one that leads elsewhere, such as a search box
		}
		if best == nil || len(fields(form)) > len(fields(best)) {
			best = form
		}
	}
	if best == nil {
		return nil, page.Changed("a form")
	}
	return best, nil
}

// fields drafts what a person fills in, in the page's order.
func fields(form *webform.Form) []field {
	var drafted []field
	var seen []string
	for _, control := range form.Controls() {
		if !isAsked(control) || slices.Contains(seen, control.Name) {
			continue
		}
		seen = append(seen, control.Name)
		label := strings.Trim(control.Label, " :*")
		made := field{
			ID: slug(label, "_", slug(control.Name, "_", "field")), Type: typeOf(control, label), MaxLength: control.MaxLength,
			PortalField: control.Name, Optional: !control.Required,
			Label: map[string]string{"en": label}, Prompt: map[string]string{"en": "TODO"},
		}
		if made.Type == "choice" {
			made.Choices = choices(form, control.Name)
		}
		drafted = append(drafted, made)
	}
	return drafted
}

func isAsked(control webform.Control) bool {
	switch control.Kind {
	case webform.KindText, webform.KindTextarea, webform.KindSelect, webform.KindRadio, webform.KindFile, webform.KindCheckbox:
		return control.Name != "" && !control.Disabled && !isCaptcha(control.Name+control.ID+control.Label)
	default:
		return false
	}
}

func isCaptcha(text string) bool { return strings.Contains(strings.ToLower(text), "captcha") }

func choices(form *webform.Form, name string) []choice {
	options, err := form.Options(name)
	if err != nil {
		return nil
	}
	var drafted []choice
	for _, option := range options {
		label := option.Label
		if label == "" {
			label = option.Value
		}
		if strings.TrimSpace(option.Value) != "" && strings.TrimSpace(option.Value) != "0" && strings.Trim(label, "- ") != "" {
			drafted = append(drafted, choice{ID: option.Value, Title: map[string]string{"en": label}})
		}
	}
	return drafted
}

// typeOf guesses a field's type from its kind and its label.
func typeOf(control webform.Control, label string) string {
	switch control.Kind {
	case webform.KindSelect, webform.KindRadio, webform.KindCheckbox:
		return "choice"
	case webform.KindFile:
		return "document"
	default:
	}
	switch control.Holds {
	case "date":
		return "date"
	case "tel":
		return "phone"
	case "number":
		return "number"
	default:
	}
	for _, guess := range guesses() {
		for _, word := range guess.words {
			if strings.Contains(strings.ToLower(label), word) {
				return guess.fieldType
			}
		}
	}
	return "text"
}

type guess struct {
	fieldType string
	words     []string
}

// guesses are tried in order: "mobile number" is a phone before it is digits.
func guesses() []guess {
	return []guess{
		{"date", []string{"date", "dob", "birth"}},
		{"phone", []string{"mobile", "phone"}},
		{"money", []string{"income", "amount", "rupees", "fee"}},
		{"digits", []string{" no.", "number", "aadhaar", "pin code", "pincode"}},
		{"name", []string{"name"}},
	}
}

// slug makes an id of a label; other scripts' letters have none, and then it is
// the fallback.
func slug(text, between, fallback string) string {
	words := strings.FieldsFunc(strings.ToLower(text), func(char rune) bool {
		return char > unicode.MaxASCII || !unicode.IsLetter(char) && !unicode.IsDigit(char)
	})
	joined := strings.Join(words, between)
	const longest = 40
	joined = strings.Trim(joined[:min(len(joined), longest)], between)
	if joined == "" {
		return fallback
	}
	return joined
}

// notes says above the draft what the definition has no place for.
func notes(out *bytes.Buffer, page *webform.Page, form *webform.Form) {
	fmt.Fprintf(out, "# Drafted from the form at %s.\n# Check every line; what says TODO is for a person. Texts are wanted in every language of the state.\n",
		form.Action().EscapedPath())
	var state, buttons []string
	for _, control := range form.Controls() {
		switch control.Kind {
		case webform.KindHidden:
			state = append(state, control.Name)
		case webform.KindSubmit, webform.KindImage:
			buttons = append(buttons, fmt.Sprintf("%s (%q)", control.Name, control.Label))
		default:
		}
	}
	note(out, "Hidden state that goes back unchanged", state)
	note(out, "Buttons", buttons)
	if page.Document.Find("img[src*=aptcha], img[id*=aptcha], input[name*=aptcha]").Length() > 0 {
		out.WriteString("# A captcha: it is relayed to the citizen, never solved.\n")
	}
	if page.Has("input[name=__VIEWSTATE]") {
		out.WriteString("# WebForms: connectors/portal/aspnet.\n")
	}
	if page.Has(`input[name="javax.faces.ViewState"], input[name="jakarta.faces.ViewState"]`) {
		out.WriteString("# JSF: connectors/portal/jsf; name fields by their labels.\n")
	}
}

func note(out *bytes.Buffer, title string, names []string) {
	if len(names) > 0 {
		fmt.Fprintf(out, "# %s: %s.\n", title, strings.Join(names, ", "))
	}
}
