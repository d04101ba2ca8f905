package twin

import (
	"crypto/rand"
	_ "embed"
	"fmt"
	"html/template"
	"net/http"
	"strings"

	"github.com/jansetu/jansetu/connectors/twin"
)

//go:embed pages.gohtml
var pagesText string

var pages = template.Must(template.New("pages").Parse(pagesText))

// session is one visit. It stands on one view.
type session struct {
	view    string
	release int
	more    bool
	captcha string
}

const cookieName = "JSESSIONID"

func (t *Twin) visit(r *http.Request) (*session, bool) {
	cookie, err := r.Cookie(cookieName)
	if err != nil {
		return nil, false
	}
	visit, known := t.sessions[cookie.Value]
	return visit, known
}

func page(w http.ResponseWriter, name string, shown any) {
	w.Header().Set("Content-Type", "text/html;charset=UTF-8")
	_ = pages.ExecuteTemplate(w, name, shown)
}

// start shows a page from the start of its visit.
func (t *Twin) start(w http.ResponseWriter, r *http.Request, form form) {
	visit, known := t.visit(r)
	if !known {
		visit = &session{}
		id := rand.Text()
		t.sessions[id] = visit
		http.SetCookie(w, &http.Cookie{Name: cookieName, Value: id, Path: "/", HttpOnly: true}) //nolint:gosec // loopback speaks HTTP
	}
	visit.view, visit.release, visit.captcha = rand.Text(), 0, ""
	if t.on(Form, twin.RenamedIDs) {
		visit.release = 8
	}
	visit.more = t.on(Form, twin.NewMandatoryField)
	page(w, "page", t.shown(form, visit, nil))
}

type shownPage struct {
	Title, Path, View, Closed, Button, ButtonID string
	Captcha, CaptchaID, Nonce                   string
	Controls                                    []shownControl
}

type shownControl struct {
	ID, Label, Value         string
	Required, Select, Change bool
	Options                  []string
}

func (v *session) id(place int) string { return fmt.Sprintf("mainForm:j_idt%d", 21+4*place+v.release) }

// controlsOf are the controls of a page in the visit's release.
func (v *session) controlsOf(form form) []control {
	if v.more {
		return append(append([]control{}, form.controls...), control{label: "Blood Group", required: true})
	}
	return form.controls
}

const (
	placeCaptcha = 40
	placeButton  = 41
)

func (t *Twin) shown(form form, visit *session, values map[string]string) shownPage {
	shown := shownPage{
		Title: form.title, Path: "/" + form.path, View: visit.view, Closed: form.closed, Button: form.button, ButtonID: visit.id(placeButton),
		Nonce: rand.Text()[:8],
	}
	if form.captcha {
		shown.Captcha, shown.CaptchaID = labelCaptcha, visit.id(placeCaptcha)
	}
	for i, one := range visit.controlsOf(form) {
		made := shownControl{ID: visit.id(i), Label: one.label, Required: one.required, Change: one.changes, Value: values[one.label]}
		if one.options != nil {
			made.Select, made.Options = true, one.options(values)
		}
		shown.Controls = append(shown.Controls, made)
	}
	return shown
}

// step answers a partial request.
func (t *Twin) step(w http.ResponseWriter, r *http.Request, form form) {
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.Header().Set("Cache-Control", "no-cache")
	visit, known := t.visit(r)
	source := r.PostFormValue("javax.faces.source")
	stale := !known || visit.view != r.PostFormValue("javax.faces.ViewState") || r.Header.Get("Faces-Request") != "partial/ajax"
	if stale || t.on(form.operation, twin.SessionExpires) {
		_, _ = w.Write([]byte(`<?xml version='1.0' encoding='UTF-8'?><partial-response id="j_id1"><error><error-name>javax.faces.application.ViewExpiredException` +
			`</error-name><error-message><![CDATA[viewId:/` + form.path + ` - View could not be restored.]]></error-message></error></partial-response>`))
		return
	}
	values := map[string]string{}
	for i, one := range visit.controlsOf(form) {
		values[one.label] = strings.TrimSpace(r.PostFormValue(visit.id(i)))
	}
	if source != visit.id(placeButton) {
		t.update(w, visit, "mainForm:fields", "fields", t.shown(form, visit, values))
		return
	}
	panel, wrong := t.pressed(visit, form, values, r.PostFormValue(visit.id(placeCaptcha)))
	shown := struct {
		shownPage

		Panel template.HTML
		Wrong string
	}{t.shown(form, visit, values), template.HTML(panel), wrong} //nolint:gosec // the panel is the twin's own template
	t.update(w, visit, "mainForm:result", "result", shown)
}

// pressed checks the picture, then the fields, then does what the page is for.
func (t *Twin) pressed(visit *session, form form, values map[string]string, copied string) (panel, wrong string) {
	if form.captcha {
		expected := visit.captcha
		visit.captcha = ""
		switch {
		case t.on(form.operation, twin.CaptchaExpired):
			return "", labelCaptcha + ": The code has expired. Please enter the new one."
		case expected == "" || copied != expected || t.on(form.operation, twin.CaptchaAlways):
			return "", labelCaptcha + ": The code does not match the picture."
		}
	}
	for _, one := range visit.controlsOf(form) {
		if one.required && values[one.label] == "" {
			return "", one.label + ": This field is required."
		}
	}
	return form.answer(t, values)
}

// update writes a partial response that replaces one piece of the page. The next
// request needs the new view state.
func (t *Twin) update(w http.ResponseWriter, visit *session, id, name string, shown any) {
	visit.view = rand.Text()
	var markup strings.Builder
	_ = pages.ExecuteTemplate(&markup, name, shown)
	_, _ = fmt.Fprintf(w, `<?xml version='1.0' encoding='UTF-8'?><partial-response id="j_id1"><changes><update id="%s"><![CDATA[%s]]></update>`+
		`<update id="j_id1:javax.faces.ViewState:0"><![CDATA[%s]]></update></changes></partial-response>`, id, markup.String(), visit.view)
}
