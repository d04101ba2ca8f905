package gateway

import (
	"context"
	"encoding/base64"
	"errors"
	"html/template"
	"io"
	"log/slog"
	"net/http"
	"net/url"

	"github.com/go-chi/chi/v5"

	whatsapppay "github.com/jansetu/jansetu/connectors/payments/whatsapp"
)

// maxPaymentBody is far above what payment gateways send.
const maxPaymentBody = 1 << 20

// ErrPaymentForged says that a payment webhook or return was not signed by the provider.
var ErrPaymentForged = errors.New("payment event not signed by the provider")

// PaymentEvents takes what a payment provider tells us.
type PaymentEvents interface {
	// HandleWebhook verifies and stores an event, and returns nil when it is stored, also when it was stored before or concerns
	// nothing of ours. It fails with ErrPaymentForged; any other error makes the provider deliver again.
	HandleWebhook(ctx context.Context, provider string, header http.Header, body []byte) error
	// HandleReturn says what to show a citizen who comes back from the provider's page. It fails with ErrPaymentForged.
	HandleReturn(ctx context.Context, provider string, query url.Values) (PaymentView, error)
}

// paymentsInChat takes payments that Meta's own webhook tells of; nil when nobody takes payments. Where the state's payments are not made in
// the chat, they are none of ours.
func (g *Gateway) paymentsInChat() func(ctx context.Context, header http.Header, body []byte) error {
	if g.config.Payments == nil {
		return nil
	}
	return func(ctx context.Context, header http.Header, body []byte) error {
		err := g.config.Payments.HandleWebhook(ctx, whatsapppay.FamilyName, header, body)
		if errors.Is(err, ErrPaymentForged) {
			return nil
		}
		return err
	}
}

// PaymentView is the page a citizen sees after paying, in their language. Texts are plain.
type PaymentView struct {
	Language string // of the page, as in the lang attribute; empty: en
	Title    string
	Text     string
	For      string // what is paid for; empty: not said
	BackURL  string // to the chat; empty: none
	BackText string
	// PayURL opens the payer's app (upi://pay…) and Picture, a PNG, is the same to scan; empty where nothing is to be paid here.
	PayURL   string
	PayText  string
	PayLabel string // of the button
	Picture  []byte
}

// PayLink is PayURL, which the connector wrote and nobody else.
func (v PaymentView) PayLink() template.URL { return template.URL(v.PayURL) } //nolint:gosec // signed by us; html/template knows no upi://

// PictureData is the picture within the page.
func (v PaymentView) PictureData() template.URL {
	return template.URL("data:image/png;base64," + base64.StdEncoding.EncodeToString(v.Picture)) //nolint:gosec // base64
}

type paymentPages struct {
	events PaymentEvents
	log    *slog.Logger
}

func (p paymentPages) webhook(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxPaymentBody))
	if err != nil {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	err = p.events.HandleWebhook(r.Context(), chi.URLParam(r, "provider"), r.Header, body)
	w.WriteHeader(p.status(err))
}

func (p paymentPages) status(err error) int {
	switch {
	case err == nil:
		return http.StatusOK
	case errors.Is(err, ErrPaymentForged):
		return http.StatusUnauthorized
	default:
		p.log.Warn("payment event not taken", "error", err)
		return http.StatusServiceUnavailable
	}
}

func (p paymentPages) returned(w http.ResponseWriter, r *http.Request) {
	view, err := p.events.HandleReturn(r.Context(), chi.URLParam(r, "provider"), r.URL.Query())
	if err != nil {
		view = PaymentView{Title: "Please return to the chat", Text: "Your payment's status will be told to you there."}
	}
	if view.Language == "" {
		view.Language = "en"
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'")
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(p.status(err))
	if err := returnPage.Execute(w, view); err != nil {
		p.log.Debug("return page not written", "error", err)
	}
}

var returnPage = template.Must(template.New("return").Parse(`<!doctype html>
<html lang="{{.Language}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{.Title}}</title>
<style>
body { font: 1.125rem/1.6 system-ui, sans-serif; margin: 0; padding: 1.25rem; color: #16241f; background: #f6f7f4 }
main { max-width: 30rem; margin: 8vh auto 0; padding: 1.5rem;
  border: 1px solid #d9ddd6; border-top: .4rem solid #0b5d4a; border-radius: .75rem; background: #fff }
h1 { font-size: 1.6rem; line-height: 1.35; margin: 0 0 .75rem; overflow-wrap: anywhere }
p { margin: 0 }
.for { margin-top: 1rem; padding-top: 1rem; border-top: 1px solid #d9ddd6; font-size: 1rem; overflow-wrap: anywhere }
a { display: block; margin-top: 1.5rem; padding: .75rem 1.25rem; border-radius: .5rem; background: #0b5d4a; color: #fff;
  text-align: center; text-decoration: none }
img { display: block; width: 100%; max-width: 16rem; margin: 1.25rem auto .5rem; image-rendering: pixelated }
:focus-visible { outline: 3px solid #1a5fb4; outline-offset: 2px }
</style>
</head>
<body><main><h1>{{.Title}}</h1><p>{{.Text}}</p>
{{- if .PayURL}}<a href="{{.PayLink}}">{{.PayLabel}}</a><img src="{{.PictureData}}" alt=""><p>{{.PayText}}</p>{{end}}
{{- if .For}}<p class="for">{{.For}}</p>{{end}}
{{- if .BackURL}}<a href="{{.BackURL}}">{{.BackText}}</a>{{end}}</main></body>
</html>
`))
