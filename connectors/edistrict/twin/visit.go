package twin

import (
	"embed"
	"fmt"
	"html/template"
	"io"
	"net/http"
	"net/url"
	"regexp"

	"github.com/jansetu/jansetu/connectors/twin"
)

//go:embed pages.gohtml
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages.gohtml"))

// fields is what a page shows.
type fields map[string]any

// show writes a page, declaring ISO-8859-1 for what is UTF-8, as the real one
// does.
func show(w http.ResponseWriter, page string, data any) {
	w.Header().Set("Content-Type", "text/html;charset=ISO-8859-1")
	if err := pages.ExecuteTemplate(w, page, data); err != nil {
		_, _ = io.WriteString(w, "<!-- "+err.Error()+" -->")
	}
}

func (t *Twin) describe(w http.ResponseWriter, r *http.Request, visit *session) {
	service, known := t.service(r.URL.Query().Get("serviceId"))
	if !known {
		show(w, "message", "The requested service is not available.")
		return
	}
	show(w, "describe", fields{"Service": service, "Token": visit.token})
}

func (t *Twin) loginWindow(w http.ResponseWriter, r *http.Request, visit *session) {
	visit.service, visit.inquiry = r.URL.Query().Get("serviceId"), r.URL.Query().Get("applRefNo")
	show(w, "login", fields{"Token": visit.token})
}

var mobileNumber = regexp.MustCompile(patternMobile)

func (t *Twin) generateOTP(w http.ResponseWriter, r *http.Request, visit *session) {
	if r.PostFormValue("loginType") != "RESEND" {
		visit.mobile = r.PostFormValue("mobileNo")
	}
	if !mobileNumber.MatchString(visit.mobile) {
		show(w, "login", fields{"Token": visit.token, "Error": "Please enter a valid mobile number"})
		return
	}
	t.sendOTP(visit)
	t.showOTP(w, visit, "")
}

func (t *Twin) showOTP(w http.ResponseWriter, visit *session, fault string) {
	show(w, "otp", fields{"Token": visit.token, "Masked": "XXXXXX" + visit.mobile[6:], "Error": fault})
}

// validateOTP logs in and hands out another token, as after every login.
func (t *Twin) validateOTP(w http.ResponseWriter, r *http.Request, visit *session) {
	_, late := t.Faults.Take(CheckOTP, twin.OTPLate)
	switch {
	case visit.otp == "":
		show(w, "expired", nil)
		return
	case late || t.config.Clock().Sub(visit.otpSentAt) > otpLife:
		t.showOTP(w, visit, "OTP has expired. Please request a new one.")
		return
	case r.PostFormValue("otp") != visit.otp:
		t.wrongOTP(w, visit)
		return
	}
	visit.otp, visit.loggedIn, visit.token = "", true, token()
	target := "renderApplicationForm.do?" + url.Values{"serviceId": {visit.service}, "UUID": {secret()}, tokenName: {visit.token}}.Encode()
	if visit.inquiry != "" {
		target = "queryReply.do?" + url.Values{"applRefNo": {visit.inquiry}, tokenName: {visit.token}}.Encode()
	}
	http.Redirect(w, r, target, http.StatusFound)
}

func (t *Twin) wrongOTP(w http.ResponseWriter, visit *session) {
	visit.otpWrong++
	if visit.otpWrong >= otpTries {
		visit.otp = ""
		delete(t.sessions, visit.id)
		show(w, "message", "You have exceeded the number of attempts. Please login again.")
		return
	}
	t.showOTP(w, visit, fmt.Sprintf("Invalid OTP. You have %d attempt(s) left.", otpTries-visit.otpWrong))
}
