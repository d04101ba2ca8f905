package twin

import (
	"html/template"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
)

type pageData struct {
	Link    *link
	Amount  string
	Message string
	Pending []*payment
}

func (s *Sandbox) showPage(w http.ResponseWriter, r *http.Request) {
	l, ok := s.links.byID[r.PathValue("id")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	s.renderPage(w, l, "")
}

func (s *Sandbox) renderPage(w http.ResponseWriter, l *link, message string) {
	pending := keep(s.payments.all(), func(p *payment) bool { return p.OrderID == l.OrderID && p.Status == "created" })
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	// No form-action here: browsers apply it to the redirect after a form too,
	// and that goes to the hub.
	w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'")
	_ = payPage.Execute(w, pageData{Link: l, Amount: connectors.Paise(l.Amount).String(), Message: message, Pending: pending})
}

// usePage is what the payer does. Everything the page offers stays possible
// after the link is closed, because payers have it open still.
func (s *Sandbox) usePage(w http.ResponseWriter, r *http.Request) {
	l, ok := s.links.byID[r.PathValue("id")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	action := r.PostFormValue("action")
	if strings.EqualFold(strings.TrimSpace(r.PostFormValue("vpa")), "failure@razorpay") && action == "pay" {
		action = "fail"
	}
	open := l.Status == "created"
	switch {
	case action == "bank_yes" || action == "bank_no":
		s.bankAnswers(w, r, l, action == "bank_yes")
	case action == "cancel":
		s.renderPage(w, l, "You left without paying. The link stays open.")
	case !open:
		s.renderPage(w, l, "This link is closed: "+l.Status+".")
	case action == "fail":
		s.fail(s.begin(l))
		s.renderPage(w, l, "The payment failed. No money was taken; you can try again.")
	case action == "pending":
		s.begin(l)
		s.renderPage(w, l, "Your bank has taken the money and has not answered yet.")
	case action == "pay" || action == "twice":
		p := s.begin(l)
		s.succeed(l, p)
		if action == "twice" {
			s.succeed(l, s.begin(l))
		}
		s.sendBack(w, r, l, p)
	default:
		http.Error(w, "no such action", http.StatusBadRequest)
	}
}

func (s *Sandbox) bankAnswers(w http.ResponseWriter, r *http.Request, l *link, success bool) {
	p, ok := s.payments.byID[r.PostFormValue("payment")]
	if !ok || p.Status != "created" || p.OrderID != l.OrderID {
		s.renderPage(w, l, "That payment is not pending any more.")
		return
	}
	if !success {
		s.fail(p)
		s.renderPage(w, l, "The payment failed; your bank returns the money.")
		return
	}
	s.succeed(l, p)
	s.sendBack(w, r, l, p)
}

// sendBack redirects the payer's browser to the hub with the signature of the
// link callback.
func (s *Sandbox) sendBack(w http.ResponseWriter, r *http.Request, l *link, p *payment) {
	callback, err := url.Parse(l.CallbackURL)
	if err != nil || l.CallbackURL == "" {
		s.renderPage(w, l, "Paid. You can close this page.")
		return
	}
	query := callback.Query()
	query.Set("razorpay_payment_id", p.ID)
	query.Set("razorpay_payment_link_id", l.ID)
	query.Set("razorpay_payment_link_reference_id", l.ReferenceID)
	query.Set("razorpay_payment_link_status", l.Status)
	signed := strings.Join([]string{l.ID, l.ReferenceID, l.Status, p.ID}, "|")
	query.Set("razorpay_signature", sign(s.config.KeySecret, []byte(signed)))
	callback.RawQuery = query.Encode()
	http.Redirect(w, r, callback.String(), http.StatusSeeOther)
}

var payPage = template.Must(template.New("pay").Parse(`<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">
<title>Pay {{.Amount}} (test)</title><style>
body{font:1.1rem/1.5 system-ui,sans-serif;margin:0 auto;max-width:26rem;padding:1rem;color:#16241f;background:#f6f7f4}
h1{font-size:2.2rem;line-height:1.2;margin:0}h2{font-size:1rem;margin:0 0 .25rem}
.test{margin:0 0 1rem;padding:.5rem .9rem;border-radius:.5rem;background:#fff3cd;color:#5c4400;font-size:.95rem}
section{padding:1.25rem;margin:0 0 1rem;border:1px solid #d9ddd6;border-radius:.75rem;background:#fff}
dl{display:grid;grid-template-columns:auto 1fr;gap:.2rem 1rem;margin:.75rem 0 0}dt{color:#52605b}dd{margin:0;overflow-wrap:anywhere}
form{margin:1rem 0 0}section>form:first-child{margin:0}
input,button{font:inherit;width:100%;box-sizing:border-box;padding:.7rem;margin:.3rem 0;border:1px solid #6b7a74;border-radius:.5rem}
button{background:#fff;color:#16241f;cursor:pointer}button.main{background:#0b5d4a;color:#fff;border-color:#0b5d4a;font-weight:600}
:focus-visible{outline:3px solid #1a5fb4;outline-offset:2px}[role=status]{margin:1rem 0 0;border-left:.3rem solid #0b5d4a;padding:.5rem 1rem;background:#eef6f1}
</style></head><body><main>
<p class="test">Test payment. No real money moves here.</p>
<section><h1>{{.Amount}}</h1>
<dl><dt>For</dt><dd>{{.Link.Description}}</dd><dt>Order</dt><dd>{{.Link.ReferenceID}}</dd>
{{if ne .Link.Status "created"}}<dt>Link</dt><dd>{{.Link.Status}}</dd>{{end}}</dl>
{{if .Message}}<p role="status">{{.Message}}</p>{{end}}
{{if eq .Link.Status "created"}}<form method="post">
<label for="vpa">UPI address</label><input id="vpa" name="vpa" value="success@razorpay" autocomplete="off" inputmode="email">
<button class="main" name="action" value="pay">Pay {{.Amount}}</button></form>{{end}}</section>
{{if eq .Link.Status "created"}}<section><form method="post"><h2>What else can happen</h2>
<button name="action" value="fail">The payment fails</button>
<button name="action" value="pending">Debited, and the bank does not answer yet</button>
<button name="action" value="twice">Paid twice</button>
<button name="action" value="cancel">Leave without paying</button></form></section>{{end}}
{{range .Pending}}<section><form method="post"><h2>Pending at the bank</h2><p>{{.ID}}</p><input type="hidden" name="payment" value="{{.ID}}">
<button name="action" value="bank_yes">The bank says yes</button>
<button name="action" value="bank_no">The bank says no</button></form></section>{{end}}
</main></body></html>`))
