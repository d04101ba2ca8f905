package jsf

import (
	"context"
	"net/http"
	"net/url"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/markup"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

func appendFields(body []byte, fields [][2]string) []byte {
	for _, field := range fields {
		if len(body) > 0 {
			body = append(body, '&')
		}
		body = append(body, url.QueryEscape(field[0])+"="+url.QueryEscape(field[1])...)
	}
	return body
}

// exchange sends a partial request. An answer that is a whole page takes the
// page's place: it is how filters before JSF answer.
func (v *View) exchange(ctx context.Context, request portal.Request) error {
	var partial Partial
	var merged *View
	request.CheckFailure = v.reader.VisitLost
	request.Check = func(response *portal.Response) error {
		text, err := response.Text()
		if err == nil && IsPartial(text) {
			partial, err = ParsePartial(text)
		} else {
			err = errNotPartial
		}
		if err != nil {
			if err := v.reader.Judge(response); err != nil {
				return err
			}
			return v.config.Markers.Unexpected(response, "a partial response")
		}
		if err := v.failed(partial); err != nil || partial.Redirect != "" {
			return err
		}
		merged, err = v.merge(response, partial)
		return err
	}
	response, err := v.session.Do(ctx, request)
	if err != nil {
		return err
	}
	if partial.Redirect != "" {
		target, err := response.Resolve(partial.Redirect)
		if err != nil {
			return err
		}
		return v.leave(ctx, portal.Request{Operation: request.Operation, Method: http.MethodGet, URL: target, MaxBody: request.MaxBody})
	}
	*v = *merged
	return nil
}

func (v *View) failed(partial Partial) error {
	if partial.ErrorName == "" {
		return nil
	}
	if err := v.reader.LostText(partial.ErrorName); err != nil {
		return err
	}
	return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
}

// merge puts the pieces into a copy of the view.
func (v *View) merge(response *portal.Response, partial Partial) (*View, error) {
	next := *v
	page, err := v.basis(response, partial)
	if err != nil {
		return nil, err
	}
	next.page = page
	for _, update := range partial.Updates {
		switch {
		case isViewState(update.ID):
			setViewStates(page.Document, update.Markup)
		case isRoot(update.ID):
		default:
			if piece := byID(page.Document, update.ID); piece.Length() > 0 && markup.Replace(piece.Get(0), update.Markup) != nil {
				return nil, page.Changed("a piece of the page that can be read")
			}
		}
	}
	if v.reader.IsFormPage(page) {
		if next.form, err = v.reader.FormOf(page); err != nil {
			return nil, err
		}
	} else {
		keepViewState(next.form, partial)
	}
	if v.config.Check != nil {
		if err := v.config.Check(page); err != nil {
			return nil, err
		}
	}
	return &next, nil
}

// basis is the page that the pieces go into: a whole new one, a copy of the one
// we have, or, for a view that was continued, the pieces alone.
func (v *View) basis(response *portal.Response, partial Partial) (*webform.Page, error) {
	for _, update := range partial.Updates {
		if isRoot(update.ID) {
			return webform.ParseText(update.Markup, response.URL)
		}
	}
	if v.page != nil {
		v.form.WriteBack()
		return v.page.Clone(), nil
	}
	var pieces strings.Builder
	for _, update := range partial.Updates {
		if !isViewState(update.ID) {
			pieces.WriteString("<div>" + update.Markup + "</div>")
		}
	}
	return webform.ParseText("<html><body>"+pieces.String()+"</body></html>", response.URL)
}

func isViewState(id string) bool { return strings.Contains(id, "faces.ViewState") }

func isRoot(id string) bool {
	return strings.HasSuffix(id, "faces.ViewRoot") || strings.HasSuffix(id, "faces.ViewBody")
}

func setViewStates(document *goquery.Document, value string) {
	document.Find(viewStates).SetAttr("value", value)
}

func keepViewState(form *webform.Form, partial Partial) {
	for _, update := range partial.Updates {
		if !isViewState(update.ID) {
			continue
		}
		for _, name := range []string{"javax.faces.ViewState", "jakarta.faces.ViewState"} {
			if form.Has(name) {
				form.Force(name, update.Markup)
			}
		}
	}
}

func byID(document *goquery.Document, id string) *goquery.Selection {
	for node := range document.Get(0).Descendants() {
		if id != "" && webform.Attribute(node, "id") == id {
			return document.FindNodes(node)
		}
	}
	return document.FindNodes()
}
