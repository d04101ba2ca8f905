package aspnet

import (
	"context"
	"net/http"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/markup"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// postAsync sends an asynchronous postback and merges the delta into the page.
func (v *Visit) postAsync(ctx context.Context, request portal.Request) error {
	var records []Record
	request.CheckFailure = v.reader.VisitLost
	request.Check = func(response *portal.Response) error {
		text, err := response.Text()
		if err == nil {
			records, err = ParseDelta(text)
		}
		if err == nil {
			return v.failed(records)
		}
		if err := v.reader.Judge(response); err != nil {
			return err
		}
		return v.config.Markers.Unexpected(response, "a delta of an UpdatePanel")
	}
	response, err := v.session.Do(ctx, request)
	if err != nil {
		return err
	}
	return v.merge(ctx, request, response, records)
}

// failed finds the error record of a delta: error|500|message|.
func (v *Visit) failed(records []Record) error {
	for _, record := range records {
		if record.Type != RecordError {
			continue
		}
		if err := v.reader.LostText(record.Content); err != nil {
			return err
		}
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return nil
}

// merge does what the browser's script does with a delta.
func (v *Visit) merge(ctx context.Context, request portal.Request, response *portal.Response, records []Record) error {
	for _, record := range records {
		if record.Type == RecordRedirect {
			return v.redirect(ctx, request, response, record.Content)
		}
	}
	if v.page == nil {
		return v.mergeState(response, records)
	}
	v.form.WriteBack()
	for _, record := range records {
		switch record.Type {
		case RecordPanel:
			panel := v.byID(record.ID)
			if panel.Length() == 0 {
				return v.page.Changed("the panel " + record.ID)
			}
			if markup.SetInner(panel.Get(0), record.Content) != nil {
				return v.page.Changed("a panel that can be read")
			}
		case RecordHiddenField:
			v.setHidden(record.ID, record.Content)
		case RecordFormAction:
			v.page.Document.Find(v.config.Form).First().SetAttr("action", record.Content)
		default:
		}
	}
	form, err := v.page.Form(v.config.Form)
	if err != nil {
		return err
	}
	v.form = form
	return nil
}

// mergeState merges into a visit that was continued, which has a form and no
// page: the panels are its page.
func (v *Visit) mergeState(response *portal.Response, records []Record) error {
	var text strings.Builder
	for _, record := range records {
		switch record.Type {
		case RecordPanel:
			text.WriteString("<div>" + record.Content + "</div>")
		case RecordHiddenField:
			v.form.Force(record.ID, record.Content)
		default:
		}
	}
	page, err := webform.ParseText("<html><body>"+text.String()+"</body></html>", response.URL)
	if err != nil {
		return err
	}
	v.page = page
	return nil
}

func (v *Visit) byID(id string) *goquery.Selection {
	for node := range v.page.Document.Get(0).Descendants() {
		if id != "" && webform.Attribute(node, "id") == id {
			return v.page.Document.FindNodes(node)
		}
	}
	return v.page.Document.FindNodes()
}

func (v *Visit) setHidden(name, value string) {
	form := v.page.Document.Find(v.config.Form).First()
	field := form.Find("input[type=hidden]").FilterFunction(func(_ int, node *goquery.Selection) bool {
		return node.AttrOr("name", "") == name
	})
	if field.Length() == 0 {
		form.PrependHtml(`<input type="hidden">`)
		field = form.Children().First()
		field.SetAttr("name", name)
	}
	field.SetAttr("value", value)
}

// redirect follows pageRedirect||/path|, which scripts follow with a GET.
func (v *Visit) redirect(ctx context.Context, request portal.Request, response *portal.Response, reference string) error {
	unescaped := strings.NewReplacer("%2f", "/", "%2F", "/", "%3f", "?", "%3F", "?", "%3d", "=", "%3D", "=", "%26", "&").Replace(reference)
	target, err := response.Resolve(unescaped)
	if err != nil {
		return err
	}
	return v.leave(ctx, portal.Request{Operation: request.Operation, Method: http.MethodGet, URL: target, MaxBody: request.MaxBody})
}
