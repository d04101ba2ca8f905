package jsf

import (
	"context"
	"errors"
	"net/http"
	"strings"

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
	// Lost are texts, compared without case, of pages that say that the session
	// is over, besides ViewExpiredException.
	Lost []string
	// Check, when set, looks at the page after every step, such as for messages
	// that say what is wrong. Its error ends the step.
	Check func(*webform.Page) error
}

// View is a page of a JSF portal and the way to the next one. It is for one
// goroutine, as the portal's pages depend on their order.
type View struct {
	session *portal.Session
	config  Config
	reader  webform.Reader
	page    *webform.Page
	form    *webform.Form
}

// NewView makes a view that has not begun; see Start and Continue.
func NewView(session *portal.Session, config Config) *View {
	if config.Form == "" {
		config.Form = "form"
	}
	return &View{session: session, config: config, reader: webform.Reader{
		Form: config.Form, Mark: viewStates, Markers: config.Markers, Check: config.Check,
		Lost: append([]string{"viewexpiredexception", "view could not be restored"}, config.Lost...),
	}}
}

// viewStates matches the field of the view state: JSF 2, and JSF 3 after its
// move to Jakarta.
const viewStates = `input[name="javax.faces.ViewState"], input[name="jakarta.faces.ViewState"]`

// Start gets the first page.
func (v *View) Start(ctx context.Context) error {
	start := v.config.Start
	start.Method = http.MethodGet
	return v.advance(ctx, start)
}

func (v *View) advance(ctx context.Context, request portal.Request) error {
	page, form, err := v.reader.FormPage(ctx, v.session, request)
	if err != nil {
		return err
	}
	v.page, v.form = page, form
	return nil
}

// leave sends a request whose answer need not have the form.
func (v *View) leave(ctx context.Context, request portal.Request) error {
	page, err := v.reader.Page(ctx, v.session, request)
	if err != nil {
		return err
	}
	v.page = page
	if v.reader.IsFormPage(page) {
		v.form, err = v.reader.FormOf(page)
	}
	return err
}

// Page is the page as the last answer left it; nil after Continue.
func (v *View) Page() *webform.Page { return v.page }

// Form is the page's form, to be filled in before the next step.
func (v *View) Form() *webform.Form { return v.form }

// Session is the portal session of the view.
func (v *View) Session() *portal.Session { return v.session }

// State is a view written down, for a frozen session.
type State struct {
	Form webform.State `json:"form"`
}

// State writes the view down.
func (v *View) State() State { return State{Form: v.form.State()} }

// Continue takes a view up where State left it. There is no page until the next
// step.
func (v *View) Continue(state State) error {
	form, err := webform.Restore(state.Form)
	if err != nil {
		return err
	}
	v.form = form
	return nil
}

// Event is one step.
type Event struct {
	// Operation names it in metrics.
	Operation string
	// Source is the name of the button or field that makes it happen.
	Source string
	// Behavior is the event of a field, such as "change"; empty for a button.
	Behavior string
	// Execute and Render are the ids that the partial request names; @all when
	// empty.
	Execute, Render []string
	// Reference marks a step that changes something; see portal.Request.
	Reference string
	// MaxBody limits the answer; see portal.Request.
	MaxBody int64
}

// Submit presses the button with a full request. The answer may be any page.
func (v *View) Submit(ctx context.Context, event Event) error {
	request, err := v.form.Submit(event.Operation, event.Source)
	if err != nil {
		return err
	}
	request.Reference, request.MaxBody = event.Reference, event.MaxBody
	return v.leave(ctx, request)
}

// Ajax makes a partial request and merges its answer into the page.
func (v *View) Ajax(ctx context.Context, event Event) error {
	request, err := v.partial(event)
	if err != nil {
		return err
	}
	return v.exchange(ctx, request)
}

// partial adds to the form what the browser's script does.
func (v *View) partial(event Event) (portal.Request, error) {
	button, script, found := v.pressed(event.Source)
	if !found {
		return portal.Request{}, v.form.Expect(event.Source)
	}
	request, err := v.form.Submit(event.Operation, button)
	if event.Behavior != "" {
		request, err = v.form.SubmitFields(event.Operation) // the event of a field carries no files
	}
	if err != nil {
		return request, err
	}
	if request.ContentType != "application/x-www-form-urlencoded" {
		return request, errors.New("partial request: the form takes files; submit it in full")
	}
	prefix := v.prefix()
	fields := [][2]string{
		{prefix + ".partial.ajax", "true"}, {prefix + ".source", event.Source},
		{prefix + ".partial.execute", orAll(event.Execute)}, {prefix + ".partial.render", orAll(event.Render)},
	}
	if script != "" {
		fields = append(fields, [2]string{script, script})
	}
	if event.Behavior != "" {
		fields = append(fields, [2]string{prefix + ".behavior.event", event.Behavior}, [2]string{prefix + ".partial.event", event.Behavior})
	}
	request.Body = appendFields(request.Body, fields)
	request.Header = http.Header{"Faces-Request": {"partial/ajax"}, "X-Requested-With": {"XMLHttpRequest"}}
	request.Reference, request.MaxBody = event.Reference, event.MaxBody
	return request, nil
}

// pressed tells how the source shows in the request: a submit button by its own
// value, a button or link of a script by its name twice, a field among the
// form's already. Without any of them it is not on the page.
func (v *View) pressed(name string) (button, script string, found bool) {
	for _, control := range v.form.Controls() {
		if control.Name != name {
			continue
		}
		switch control.Kind {
		case webform.KindSubmit, webform.KindImage:
			return name, "", true
		case webform.KindButton:
			return "", name, true
		default:
			return "", "", true
		}
	}
	return "", name, v.page != nil && byID(v.page.Document, name).Length() > 0
}

// prefix is the namespace of the page's own view state field.
func (v *View) prefix() string {
	if v.form.Has("jakarta.faces.ViewState") {
		return "jakarta.faces"
	}
	return "javax.faces"
}

func orAll(ids []string) string {
	if len(ids) == 0 {
		return "@all"
	}
	return strings.Join(ids, " ")
}
