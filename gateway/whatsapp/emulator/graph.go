package emulator

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

func (e *Emulator) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("POST /{version}/{id}/messages", e.graph(e.handleMessages))
	mux.Handle("POST /{version}/{id}/media", e.graph(e.handleUpload))
	e.flowRoutes(mux)
	mux.Handle("GET /{version}/{id}/message_templates", e.graph(e.handleTemplates))
	mux.Handle("GET /{version}/{id}", e.graph(e.handleObject))
	mux.Handle("DELETE /{version}/{id}", e.graph(e.handleDeleteMedia))
	mux.Handle("GET /whatsapp_business/attachments/{$}", e.graph(e.handleDownload))
	mux.Handle("/", e.graph(e.handleUnknownPath))
	// The Graph API's patterns begin with wildcards, so what is the emulator's own has a mux before it.
	outer := http.NewServeMux()
	e.controlRoutes(outer)
	e.pageRoutes(outer)
	outer.Handle("/", mux)
	return http.NewCrossOriginProtection().Handler(outer)
}

// graph wraps what every call of the Graph API goes through: outages, the version in the path, the token.
func (e *Emulator) graph(next http.HandlerFunc) http.Handler {
	version := regexp.MustCompile(`^v\d{1,3}\.\d$`)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e.suffer(w, r, func() {
			if v := r.PathValue("version"); v != "" && !version.MatchString(v) {
				e.handleUnknownPath(w, r)
				return
			}
			if err := e.authorize(r); err != nil {
				e.refuse(w, err)
				return
			}
			next(w, r)
		})
	})
}

// suffer applies the faults that strike before a call is looked at.
func (e *Emulator) suffer(w http.ResponseWriter, r *http.Request, next func()) {
	switch e.faults.down(e.now()) {
	case "":
	case "503":
		e.refuse(w, cloudapi.Refuse(cloudapi.CodeService, "Temporary due to downtime or due to being overloaded."))
		return
	default:
		panic(http.ErrAbortHandler) // closes the connection without an answer
	}
	if wait := e.faults.slowness(); wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-r.Context().Done():
		case <-e.closed:
		}
	}
	next()
}

func (e *Emulator) authorize(r *http.Request) error {
	token, ok := strings.CutPrefix(r.Header.Get("Authorization"), "Bearer ")
	if !ok {
		token = r.URL.Query().Get("access_token")
	}
	if subtle.ConstantTimeCompare([]byte(token), []byte(e.cfg.AccessToken)) != 1 {
		return cloudapi.Refuse(cloudapi.CodeAccessToken, "Invalid OAuth access token - Cannot parse access token")
	}
	proof := r.URL.Query().Get("appsecret_proof")
	if proof == "" {
		return nil
	}
	mac := hmac.New(sha256.New, []byte(e.cfg.AppSecret))
	mac.Write([]byte(token))
	if subtle.ConstantTimeCompare([]byte(proof), []byte(hex.EncodeToString(mac.Sum(nil)))) != 1 {
		return cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Invalid appsecret_proof provided in the API argument")
	}
	return nil
}

func (e *Emulator) handleUnknownPath(w http.ResponseWriter, r *http.Request) {
	if r.PathValue("id") == "" && !strings.HasPrefix(r.URL.Path, "/v") {
		http.NotFound(w, r)
		return
	}
	e.refuse(w, cloudapi.Refuse(cloudapi.CodeInvalidParameter, "Unknown path components: %s", r.URL.Path))
}

// refuse answers with Meta's error body. An error that is not one of Meta's becomes code 1.
func (e *Emulator) refuse(w http.ResponseWriter, err error) {
	refusal, ok := errors.AsType[*cloudapi.Error](err)
	if !ok {
		e.cfg.Log.Error("graph call failed", slog.Any("error", err))
		refusal = cloudapi.Refuse(cloudapi.CodeUnknown, "An unknown error occurred.")
	}
	w.Header().Set("Content-Type", "application/json")
	if refusal.Code == cloudapi.CodeAccessToken {
		w.Header().Set("WWW-Authenticate", `OAuth "Facebook Platform" "invalid_token"`)
	}
	w.WriteHeader(refusal.Status())
	_, _ = w.Write(refusal.Body("A" + rand.Text()[:22])) //nolint:gosec // JSON with its own content type, never read as a page
}

func writeJSON(w http.ResponseWriter, status int, value any) {
	body, err := json.Marshal(value)
	if err != nil {
		http.Error(w, "could not encode the answer", http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = w.Write(body)
}
