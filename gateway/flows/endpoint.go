package flows

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// The statuses that phones understand (Meta, Implementing endpoints: error codes).
const (
	statusUndecryptable = http.StatusMisdirectedRequest // the phone fetches the public key again and repeats the request once
	statusTokenInvalid  = 427                           // the form's button is switched off
	statusForged        = 432
)

const (
	maxRequest = 256 << 10 // files are fetched elsewhere
	// answerWithin is below the 10 s that phones wait.
	answerWithin = 8 * time.Second
	// paperWithin leaves time to say that a photo did not come, and to keep what did.
	paperWithin = answerWithin - 2*time.Second
)

// Result is how a request of the endpoint ended: a closed set, used as a metric label.
type Result string

// The results.
const (
	ResultPing          Result = "ping"
	ResultReport        Result = "error_report" // a phone tells of a fault of its own
	ResultPage          Result = "page"
	ResultRefused       Result = "answer_refused" // the same page again, with reasons
	ResultDone          Result = "done"
	ResultOver          Result = "over"
	ResultForged        Result = "forged"
	ResultUndecryptable Result = "undecryptable"
	ResultTooLarge      Result = "too_large"
	ResultUnreadable    Result = "unreadable"
	ResultFailed        Result = "failed"
)

// EndpointConfig is what an endpoint needs; all of it but Count.
type EndpointConfig struct {
	Keys       *Keys
	AppSecrets []string // one, or two while one replaces the other
	Tokens     *Tokens
	Forms      Forms
	Channel    Channel
	Inspector  *upload.Inspector
	Texts      Texter
	Language   catalog.Language // of who cannot be told apart
	Now        func() time.Time
	Log        *slog.Logger
	Count      func(Result) // may be nil
}

// Endpoint answers what phones ask while a form is open. It is an http.Handler for POST.
type Endpoint struct {
	config EndpointConfig
	papers papers
}

// NewEndpoint puts it together.
func NewEndpoint(config EndpointConfig) *Endpoint {
	return &Endpoint{config: config, papers: papers{channel: config.Channel, inspector: config.Inspector, texts: config.Texts, log: config.Log}}
}

// ServeHTTP implements http.Handler. What is said in the form is never logged.
func (e *Endpoint) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		e.refuse(w, http.StatusRequestEntityTooLarge, ResultTooLarge)
		return
	}
	if !whatsapp.VerifySignature(body, r.Header.Get(whatsapp.SignatureHeader), e.config.AppSecrets...) {
		e.refuse(w, statusForged, ResultForged)
		return
	}
	plain, seal, err := e.config.Keys.Decrypt(body)
	if err != nil {
		e.refuse(w, statusUndecryptable, ResultUndecryptable)
		return
	}
	asked, err := parseRequest(plain)
	if err != nil {
		e.refuse(w, http.StatusBadRequest, ResultUnreadable)
		return
	}
	if !asked.signed(e.config.AppSecrets) {
		e.refuse(w, statusForged, ResultForged)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), answerWithin)
	defer cancel()
	status, said, result := e.answer(ctx, &asked)
	if said == nil {
		e.refuse(w, status, result)
		return
	}
	e.send(w, status, seal, said, result)
}

func (e *Endpoint) count(result Result) {
	if e.config.Count != nil {
		e.config.Count(result)
	}
}

func (e *Endpoint) refuse(w http.ResponseWriter, status int, result Result) {
	e.count(result)
	w.WriteHeader(status)
}

func (e *Endpoint) send(w http.ResponseWriter, status int, seal Sealer, said any, result Result) {
	encoded, err := json.Marshal(said)
	if err != nil {
		e.refuse(w, http.StatusInternalServerError, ResultFailed)
		return
	}
	e.count(result)
	w.Header().Set("Content-Type", "text/plain")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, seal.Seal(encoded)) // the phone may have gone
}

// answer works a request out; without something to say only its status is told.
func (e *Endpoint) answer(ctx context.Context, asked *request) (status int, said any, result Result) {
	if asked.Action == actionPing {
		return http.StatusOK, reply{Data: map[string]string{"status": "active"}}, ResultPing
	}
	if key, is := asked.report(); is {
		e.config.Log.WarnContext(ctx, "a phone could not show a form", "screen", known(asked.Screen), "error", known(key))
		return http.StatusOK, reply{Data: map[string]bool{"acknowledged": true}}, ResultReport
	}
	token, err := e.config.Tokens.Open(asked.Token, e.config.Now())
	if err != nil {
		return e.over(e.languageOf(ctx, token))
	}
	shown, result, err := e.step(ctx, asked, token)
	switch {
	case errors.Is(err, ErrOver):
		return e.over(shown.Language)
	case errors.Is(err, errRequest):
		return http.StatusBadRequest, nil, ResultUnreadable
	case err != nil:
		e.config.Log.ErrorContext(ctx, "a form could not be filled in", "error", err)
		return http.StatusInternalServerError, nil, ResultFailed
	}
	return http.StatusOK, shown.reply, result
}

// languageOf is that of who was given a token that is too old, where it can be told.
func (e *Endpoint) languageOf(ctx context.Context, token Token) catalog.Language {
	if token == (Token{}) {
		return ""
	}
	form, _ := e.config.Forms.Form(ctx, token) // else it is said in the usual language
	return form.Language
}

// known keeps what a phone made up out of the log.
func known(word string) string {
	const longest = 64
	if len(word) > longest {
		return ""
	}
	for _, r := range word {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r == '_' || r == '-'
		if !letter {
			return ""
		}
	}
	return word
}

func (e *Endpoint) over(lang catalog.Language) (status int, said any, result Result) {
	if lang == "" {
		lang = e.config.Language
	}
	return statusTokenInvalid, map[string]string{"error_msg": e.config.Texts.Text(lang, textOver, nil)}, ResultOver
}

// shown is a page that is to be shown.
type shown struct {
	reply    reply
	Language catalog.Language
}

func (e *Endpoint) step(ctx context.Context, asked *request, token Token) (shown, Result, error) {
	form, err := e.config.Forms.Form(ctx, token)
	if err != nil {
		return shown{Language: form.Language}, "", err
	}
	v := view{form: form, pages: pages(form.Fields)}
	at, there := pageNumber(asked.Screen, v.pages)
	switch {
	case len(v.pages) == 0:
		return shown{}, "", errRequest
	case asked.Action == actionInit:
		return e.show(&v, 0), ResultPage, nil
	case asked.Action == actionBack && there:
		return e.show(&v, max(at-1, 0)), ResultPage, nil
	case asked.Action == actionExchange && there:
		return e.fill(ctx, asked, token, &v, at)
	}
	return shown{}, "", errRequest
}

func (e *Endpoint) show(v *view, number int) shown {
	return shown{Language: v.form.Language, reply: reply{Screen: screenID(number), Data: v.data(number, e.config.Texts)}}
}

// fill keeps a page's answers and goes on: to the same page while something on it is wrong, to the next one, or to the end.
func (e *Endpoint) fill(ctx context.Context, asked *request, token Token, v *view, at int) (shown, Result, error) {
	given, problems, err := e.read(ctx, asked, token, v, at)
	if err != nil {
		return shown{}, "", err
	}
	form, refusals, err := e.config.Forms.Fill(ctx, token, given)
	if err != nil {
		return shown{Language: form.Language}, "", err
	}
	maps.Copy(problems, refusals)
	v.form, v.problems, v.given = form, problems, refused(given, problems)
	switch {
	case len(problems) > 0:
		return e.show(v, at), ResultRefused, nil
	case at+1 < len(v.pages):
		return e.show(v, at+1), ResultPage, nil
	}
	return shown{Language: form.Language, reply: success(asked.Token)}, ResultDone, nil
}

// read takes what came for a page's fields.
func (e *Endpoint) read(ctx context.Context, asked *request, token Token, v *view, at int) (
	given map[string]Given, problems map[string]string, err error,
) {
	given, problems = map[string]Given{}, map[string]string{}
	for _, i := range v.pages[at] {
		field := &v.form.Fields[i]
		raw := asked.Data[fieldName(field)]
		if field.Type != catalog.FieldDocument {
			if given[field.ID], err = typed(field, raw); err != nil {
				return nil, nil, err
			}
			continue
		}
		paper, problem, some := e.papers.take(ctx, token.Number, v.form.Language, field, raw)
		switch {
		case problem != "":
			problems[field.ID] = problem
		case some:
			given[field.ID] = paper
		}
	}
	return given, problems, nil
}
