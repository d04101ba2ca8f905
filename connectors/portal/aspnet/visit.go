package aspnet

import (
	"context"
	"net/http"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// Config says what a portal's pages look like.
type Config struct {
	// Start is the request of the first page.
	Start portal.Request
	// Form is the CSS selector of the page's form; "form" when empty.
	Form string
	// Markers tell pages that mean trouble.
	Markers portal.Markers
	// HereLink is the text of the link on the error page of a first visit;
	// "here" when empty.
	HereLink string
	// Lost are texts, compared without case, of pages that say that the session
	// is over, besides those of ASP.NET itself.
	Lost []string
	// ScriptManager is the name of the ScriptManager control, for asynchronous
	// postbacks.
	ScriptManager string
	// Check, when set, looks at every full page before its form is read, such
	// as for an alert that says what is wrong. Its error ends the step.
	Check func(*webform.Page) error
}

// Visit is a page of a WebForms portal and the way to the next one. It is for
// one goroutine, as the portal's pages depend on their order.
type Visit struct {
	session *portal.Session
	config  Config
	reader  webform.Reader
	page    *webform.Page
	form    *webform.Form
}

// NewVisit makes a visit that has not begun; see Start and Continue.
func NewVisit(session *portal.Session, config Config) *Visit {
	if config.Form == "" {
		config.Form = "form"
	}
	if config.HereLink == "" {
		config.HereLink = "here"
	}
	return &Visit{session: session, config: config, reader: webform.Reader{
		Form: config.Form, Mark: "input[name=__VIEWSTATE]", Markers: config.Markers,
		Lost: append(lostTexts(), config.Lost...), Check: config.Check,
	}}
}

// Start gets the first page. When that is an error page with a link "here", it
// follows the link, once; the page behind it is the first page, or leads there.
func (v *Visit) Start(ctx context.Context) error {
	start := v.config.Start
	start.Method = http.MethodGet
	page, err := v.reader.Page(ctx, v.session, start)
	if err != nil {
		return err
	}
	link, found := v.hereLink(page)
	if !found {
		return v.enter(page)
	}
	target, err := page.Response().Resolve(link)
	if err != nil {
		return err
	}
	if page, err = v.reader.Page(ctx, v.session, portal.Request{Operation: start.Operation, Method: http.MethodGet, URL: target}); err != nil {
		return err
	}
	if !v.reader.IsFormPage(page) {
		return v.advance(ctx, start)
	}
	return v.enter(page)
}

// advance sends a request whose answer has the form.
func (v *Visit) advance(ctx context.Context, request portal.Request) error {
	page, form, err := v.reader.FormPage(ctx, v.session, request)
	if err != nil {
		return err
	}
	v.page, v.form = page, form
	return nil
}

func (v *Visit) enter(page *webform.Page) error {
	form, err := v.reader.FormOf(page)
	if err != nil {
		return err
	}
	v.page, v.form = page, form
	return nil
}

// hereLink finds the link of an error page: a page without our form that has it.
func (v *Visit) hereLink(page *webform.Page) (string, bool) {
	if v.reader.IsFormPage(page) {
		return "", false
	}
	link := page.Document.Find("a[href]").FilterFunction(func(_ int, anchor *goquery.Selection) bool {
		return strings.EqualFold(webform.Squeeze(anchor.Text()), v.config.HereLink)
	})
	return link.First().Attr("href")
}

// Page is the page as the last full answer or delta left it.
func (v *Visit) Page() *webform.Page { return v.page }

// Form is the page's form, to be filled in before the next step.
func (v *Visit) Form() *webform.Form { return v.form }

// Session is the portal session of the visit.
func (v *Visit) Session() *portal.Session { return v.session }

// State is a visit written down, for a frozen session.
type State struct {
	Form webform.State `json:"form"`
}

// State writes the visit down.
func (v *Visit) State() State { return State{Form: v.form.State()} }

// Continue takes a visit up where State left it. There is no page until the next
// step.
func (v *Visit) Continue(state State) error {
	form, err := webform.Restore(state.Form)
	if err != nil {
		return err
	}
	v.form = form
	return nil
}

// Step is one postback.
type Step struct {
	// Operation names it in metrics.
	Operation string
	// Button is the name of the submit button that is pressed. Target and
	// Argument are those of __doPostBack for what a script sends. One of Button
	// and Target is set.
	Button, Target, Argument string
	// Panel is the name of the UpdatePanel for an asynchronous postback; empty
	// for a full one.
	Panel string
	// Reference marks a step that changes something; see portal.Request.
	Reference string
	// MaxBody limits the answer; see portal.Request.
	MaxBody int64
	// AnyPage accepts an answer without the form, such as a record on a page of
	// its own. The visit ends there.
	AnyPage bool
}

// Post makes a full or an asynchronous postback. The answer becomes the page.
func (v *Visit) Post(ctx context.Context, step Step) error {
	request, err := v.request(step)
	if err != nil {
		return err
	}
	switch {
	case step.Panel != "":
		return v.postAsync(ctx, request)
	case step.AnyPage:
		return v.leave(ctx, request)
	default:
		return v.advance(ctx, request)
	}
}

// leave sends a request whose answer need not have the form.
func (v *Visit) leave(ctx context.Context, request portal.Request) error {
	page, err := v.reader.Page(ctx, v.session, request)
	if err != nil {
		return err
	}
	v.page = page
	if v.reader.IsFormPage(page) {
		return v.enter(page)
	}
	return nil
}

func (v *Visit) request(step Step) (portal.Request, error) {
	if step.Target != "" {
		v.form.Force("__EVENTTARGET", step.Target)
		v.form.Force("__EVENTARGUMENT", step.Argument)
	}
	if step.Panel != "" {
		source := step.Target
		if source == "" {
			source = step.Button
		}
		v.form.Force(v.config.ScriptManager, step.Panel+"|"+source)
		v.form.Force("__ASYNCPOST", "true")
	}
	request, err := v.form.Submit(step.Operation, step.Button)
	request.Reference, request.MaxBody = step.Reference, step.MaxBody
	if step.Panel != "" {
		request.Header = http.Header{"X-MicrosoftAjax": {"Delta=true"}, "X-Requested-With": {"XMLHttpRequest"}}
	}
	return request, err
}

// lostTexts are ASP.NET's own words for a view state or session it does not
// know, and for a value that was not offered.
func lostTexts() []string {
	return []string{
		"validation of viewstate mac failed", "the state information is invalid for this page",
		"invalid viewstate", "invalid postback or callback argument", "session has expired", "session expired",
	}
}
