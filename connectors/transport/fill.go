package transport

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// same compares labels without case, colons and the stars of mandatory fields.
func same(a, b string) bool { return strings.EqualFold(plain(a), plain(b)) }

func plain(label string) string { return strings.Trim(webform.Squeeze(label), " :*") }

// fill sets every field by its label in the page's order, following the selects
// that change others. An answer that is missing is the citizen's to give; a
// mandatory field that nobody knows of is a change of the page, and so is a paper
// that has no place.
func fill(ctx context.Context, view *jsf.View, fields map[string]string, papers []connectors.Enclosure) error {
	left := maps.Clone(fields)
	for len(left) > 0 {
		if err := sendable(view); err != nil {
			return err
		}
		control, label, found := next(view.Form(), left)
		if !found {
			return view.Page().Changed("a field " + anyOf(left))
		}
		if err := answer(view.Form(), control, left[label]); err != nil {
			return ofField(err, label)
		}
		delete(left, label)
		if changesOthers(view, control.Name) {
			if err := view.Ajax(ctx, jsf.Event{Operation: operationChange, Source: control.Name, Behavior: "change"}); err != nil {
				return err
			}
		}
	}
	if err := sendable(view); err != nil {
		return err
	}
	if err := attach(view, papers); err != nil {
		return err
	}
	for _, control := range view.Form().Controls() {
		if control.Required && !answered(view.Form(), control, papers) && !same(control.Label, labelCaptcha) {
			return view.Page().Changed("no mandatory field besides those we know")
		}
	}
	return nil
}

func answered(form *webform.Form, control webform.Control, papers []connectors.Enclosure) bool {
	if control.Kind == webform.KindFile {
		return slices.ContainsFunc(papers, func(paper connectors.Enclosure) bool { return same(paper.Kind, control.Label) })
	}
	return form.Value(control.Name) != ""
}

// attach puts every paper where the label is that it has as its Kind.
func attach(view *jsf.View, papers []connectors.Enclosure) error {
	for _, paper := range papers {
		at := slices.IndexFunc(view.Form().Controls(), func(control webform.Control) bool {
			return control.Kind == webform.KindFile && same(control.Label, paper.Kind)
		})
		if at < 0 {
			return &connectors.ChangedError{Expected: "a place for the paper " + paper.Kind, Seen: "a form without it"}
		}
		if err := view.Form().Attach(view.Form().Controls()[at].Name, paper); err != nil {
			return err
		}
	}
	return nil
}

// sendable refuses a form that is not posted.
func sendable(view *jsf.View) error {
	if view.Form().State().Method != http.MethodPost {
		return view.Page().Changed("a form that is posted")
	}
	return nil
}

// next is the first control of the page that one of the fields is for.
func next(form *webform.Form, fields map[string]string) (control webform.Control, label string, found bool) {
	for _, control := range form.Controls() {
		for label := range fields {
			if same(control.Label, label) {
				return control, label, true
			}
		}
	}
	return webform.Control{}, "", false
}

// anyOf names one of the fields, the same on every call.
func anyOf(fields map[string]string) string {
	first := ""
	for label := range fields {
		if first == "" || label < first {
			first = label
		}
	}
	return first
}

func answer(form *webform.Form, control webform.Control, value string) error {
	if control.Required && strings.TrimSpace(value) == "" {
		return &connectors.InputRejectedError{Field: control.Name, Reason: "This is needed."}
	}
	if control.Kind == webform.KindSelect {
		for _, option := range control.Options {
			if strings.EqualFold(option.Label, strings.TrimSpace(value)) {
				value = option.Value
			}
		}
	}
	return form.Set(control.Name, webform.Day(value, dateLayout))
}

// ofField names the field that an error is about as the caller did.
func ofField(err error, label string) error {
	if rejected, ok := errors.AsType[*connectors.InputRejectedError](err); ok {
		return &connectors.InputRejectedError{Field: label, Reason: rejected.Reason}
	}
	return err
}

// changesOthers tells whether the page's script makes a partial request when the
// field changes.
func changesOthers(view *jsf.View, name string) bool {
	for _, element := range view.Page().Document.Find("select[onchange]").EachIter() {
		if element.AttrOr("name", "") == name {
			return strings.Contains(element.AttrOr("onchange", ""), "PrimeFaces.ab")
		}
	}
	return false
}

// Choices implements connectors.Chooser for the selects of an application's form,
// by label.
func (c *Connector) Choices(ctx context.Context, service, field string, chosen map[string]string) ([]connectors.Option, error) {
	var options []connectors.Option
	err := c.client.Journey(func(session *portal.Session) error {
		view := jsf.NewView(session, pages(formOf(service)))
		if err := view.Start(ctx); err != nil {
			return err
		}
		if err := choose(ctx, view, chosen); err != nil {
			return err
		}
		control, _, found := next(view.Form(), map[string]string{field: ""})
		if !found || control.Kind != webform.KindSelect {
			return &connectors.InputRejectedError{Field: field, Reason: "There is nothing to choose from."}
		}
		for _, option := range control.Options {
			if option.Value != "" {
				options = append(options, option)
			}
		}
		return nil
	})
	return options, wrapped("choices of a field", err)
}

// choose sets what is chosen and follows its changes.
func choose(ctx context.Context, view *jsf.View, chosen map[string]string) error {
	err := fill(ctx, view, chosen, nil)
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok && strings.HasPrefix(changed.Expected, "no mandatory field") {
		return nil // the rest of the form stays empty
	}
	return err
}
