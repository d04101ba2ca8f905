package twin

import (
	"crypto/rand"
	_ "embed"
	"encoding/binary"
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
	agency  bool
	captcha string
	// pending is a form that waits for the code sent to its phone.
	pending *filled
	code    string
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
	if form.agency && (!known || !visit.agency) {
		page(w, "expired", nil)
		return
	}
	if !known {
		visit = &session{}
		id := rand.Text()
		t.sessions[id] = visit
		http.SetCookie(w, &http.Cookie{Name: cookieName, Value: id, Path: "/", HttpOnly: true}) //nolint:gosec // loopback speaks HTTP
	}
	visit.view, visit.release, visit.captcha, visit.pending = rand.Text(), 0, "", nil
	if t.On(Form, twin.RenamedIDs) {
		visit.release = 8
	}
	visit.more = t.On(Form, twin.NewMandatoryField)
	page(w, "page", t.shown(form, visit, nil))
}

type shownPage struct {
	Title, Path, View, Closed, Button, ButtonID string
	Captcha, CaptchaID, Nonce                   string
	OTP, OTPID, VerifyID, ResendID, Phone       string
	Papers                                      bool
	Controls                                    []shownControl
	// Panel and Wrong are the page's answer.
	Panel template.HTML
	Wrong string
}

type shownControl struct {
	ID, Label, Value                       string
	Required, Select, Change, File, Secret bool
	Options                                []string
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
	placeOTP     = 42
	placeVerify  = 43
	placeResend  = 44
)

func (t *Twin) shown(form form, visit *session, values map[string]string) shownPage {
	shown := shownPage{
		Title: form.title, Path: "/" + form.path, View: visit.view, Closed: form.closed, Button: form.button, ButtonID: visit.id(placeButton),
		Nonce: rand.Text()[:8], Papers: form.takesPapers(),
	}
	switch {
	case visit.pending != nil:
		phone := visit.pending.values[labelMobile]
		shown.OTP, shown.OTPID, shown.VerifyID, shown.ResendID = labelOTP, visit.id(placeOTP), visit.id(placeVerify), visit.id(placeResend)
		shown.Phone = strings.Repeat("X", max(len(phone)-4, 0)) + phone[max(len(phone)-4, 0):]
	case form.captcha:
		shown.Captcha, shown.CaptchaID = labelCaptcha, visit.id(placeCaptcha)
	}
	for i, one := range visit.controlsOf(form) {
		made := shownControl{
			ID: visit.id(i), Label: one.label, Required: one.required, Change: one.changes, File: one.file, Secret: one.secret, Value: values[one.label],
		}
		if one.secret {
			made.Value = ""
		}
		if one.options != nil {
			made.Select, made.Options = true, one.options(values)
		}
		shown.Controls = append(shown.Controls, made)
	}
	return shown
}

const header = "Faces-Request"

// step answers a partial request, or a full one of a form with papers.
func (t *Twin) step(w http.ResponseWriter, r *http.Request, form form) {
	visit, known := t.visit(r)
	partial := r.Header.Get(header) == "partial/ajax"
	full := form.takesPapers() && r.PostFormValue("javax.faces.behavior.event") == ""
	if !known || form.agency && !visit.agency || visit.view != r.PostFormValue("javax.faces.ViewState") || partial == full ||
		t.On(form.operation, twin.SessionExpires) {
		expired(w, form, partial)
		return
	}
	sent := read(r, visit, form)
	visit.view = rand.Text()
	if r.PostFormValue("javax.faces.behavior.event") != "" {
		update(w, visit, "mainForm:fields", "fields", t.shown(form, visit, sent.values))
		return
	}
	panel, wrong := t.pressed(r, visit, form, sent)
	shown := t.shown(form, visit, sent.values)
	shown.Panel, shown.Wrong = template.HTML(panel), wrong //nolint:gosec // the panel is the twin's own template
	if full {
		page(w, "page", shown)
		return
	}
	update(w, visit, "mainForm:result", "result", shown)
}

func expired(w http.ResponseWriter, form form, partial bool) {
	if !partial {
		page(w, "expired", nil)
		return
	}
	partialHeader(w)
	_, _ = w.Write([]byte(`<?xml version='1.0' encoding='UTF-8'?><partial-response id="j_id1"><error><error-name>javax.faces.application.ViewExpiredException` +
		`</error-name><error-message><![CDATA[viewId:/` + form.path + ` - View could not be restored.]]></error-message></error></partial-response>`))
}

func partialHeader(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "text/xml;charset=UTF-8")
	w.Header().Set("Cache-Control", "no-cache")
}

// read takes the fields and papers of a form.
func read(r *http.Request, visit *session, form form) filled {
	sent := filled{values: map[string]string{}}
	for i, one := range visit.controlsOf(form) {
		if !one.file {
			sent.values[one.label] = strings.TrimSpace(r.PostFormValue(visit.id(i)))
			continue
		}
		file, about, err := r.FormFile(visit.id(i))
		if err != nil {
			continue
		}
		_ = file.Close()
		if about.Size > 0 {
			sent.papers = append(sent.papers, Paper{Label: one.label, Name: about.Filename, Size: int(about.Size)})
		}
	}
	return sent
}

// largestPaper is what the portal takes, in bytes.
const largestPaper = 500 << 10

// missing says what a form lacks.
func (f filled) missing(controls []control) string {
	for _, paper := range f.papers {
		if paper.Size > largestPaper {
			return paper.Label + ": The file is larger than 500 KB."
		}
	}
	for _, one := range controls {
		given := f.values[one.label] != ""
		for _, paper := range f.papers {
			given = given || paper.Label == one.label
		}
		if one.required && !given {
			return one.label + ": This field is required."
		}
	}
	return ""
}

// pressed tells which button it was, and does what it is for.
func (t *Twin) pressed(r *http.Request, visit *session, form form, sent filled) (panel, wrong string) {
	if visit.pending != nil {
		return t.verify(r, visit, form)
	}
	if wrong := t.copied(visit, form, r.PostFormValue(visit.id(placeCaptcha))); wrong != "" {
		return "", wrong
	}
	if wrong := sent.missing(visit.controlsOf(form)); wrong != "" {
		return "", wrong
	}
	if form.otp {
		visit.pending = &sent
		t.send(visit)
		return "", ""
	}
	panel, wrong = form.answer(t, sent)
	visit.agency = visit.agency || form.admits && wrong == ""
	return panel, wrong
}

// copied checks the picture.
func (t *Twin) copied(visit *session, form form, typed string) (wrong string) {
	expected := visit.captcha
	visit.captcha = ""
	switch {
	case !form.captcha:
		return ""
	case t.On(form.operation, twin.CaptchaExpired):
		return labelCaptcha + ": The code has expired. Please enter the new one."
	case expected == "" || typed != expected || t.On(form.operation, twin.CaptchaAlways):
		return labelCaptcha + ": The code does not match the picture."
	default:
		return ""
	}
}

// send makes a code and sends it to the applicant's phone.
func (t *Twin) send(visit *session) {
	number := make([]byte, 4)
	_, _ = rand.Read(number)
	visit.code = fmt.Sprintf("%06d", binary.BigEndian.Uint32(number)%1_000_000)
	t.phones[visit.pending.values[labelMobile]] = visit.code
}

// verifies tells whether a request is about the code.
func (t *Twin) verifies(r *http.Request) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	visit, known := t.visit(r)
	return known && visit.pending != nil
}

// verify checks the code. It is good for one try, and a new one is sent after it
// was wrong.
func (t *Twin) verify(r *http.Request, visit *session, form form) (panel, wrong string) {
	typed, expected := r.PostFormValue(visit.id(placeOTP)), visit.code
	resend := r.PostFormValue("javax.faces.source") == visit.id(placeResend) || r.PostFormValue(visit.id(placeResend)) != ""
	switch {
	case resend:
		t.send(visit)
		return "", ""
	case t.On(OTP, twin.OTPLate):
		t.send(visit)
		return "", labelOTP + ": The OTP has expired. Another was sent."
	case typed != expected:
		t.send(visit)
		return "", labelOTP + ": The OTP is not correct. Another was sent."
	default:
		sent := *visit.pending
		panel, wrong = form.answer(t, sent)
		visit.pending = nil
		return panel, wrong
	}
}

// update writes a partial response that replaces one piece of the page. The next
// request needs the new view state.
func update(w http.ResponseWriter, visit *session, id, name string, shown shownPage) {
	partialHeader(w)
	var markup strings.Builder
	_ = pages.ExecuteTemplate(&markup, name, shown)
	_, _ = fmt.Fprintf(w, `<?xml version='1.0' encoding='UTF-8'?><partial-response id="j_id1"><changes><update id="%s"><![CDATA[%s]]></update>`+
		`<update id="j_id1:javax.faces.ViewState:0"><![CDATA[%s]]></update></changes></partial-response>`, id, markup.String(), visit.view)
}
