package verify

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"html/template"
	"io"
	"net"
	"net/http"
	"strings"
	"time"

	"golang.org/x/text/language"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/seal"
)

// Path is where the page is, below the gateway's address; a number may follow.
const Path = "/verify/"

//go:embed page.html style.css
var pageFiles embed.FS

const (
	checkLimit  = 15 * time.Second
	uploadLimit = 3 * time.Minute // a photo over a slow line
)

// page serves the pages.
type page struct {
	*Checker

	template *template.Template
	matcher  language.Matcher
	misses   *allowance // wrong numbers
	uploads  *allowance
}

// Handlers are the pages by the pattern of chi under which they are served.
func (c *Checker) Handlers() (map[string]http.Handler, error) {
	parsed, err := template.ParseFS(pageFiles, "page.html")
	if err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	tags := make([]language.Tag, 0, len(c.config.Texts.Languages()))
	for _, lang := range c.config.Texts.Languages() {
		tags = append(tags, language.Make(string(lang)))
	}
	p := &page{
		Checker: c, template: parsed, matcher: language.NewMatcher(tags),
		misses:  newAllowance(30, 20*time.Second, c.config.Now),
		uploads: newAllowance(20, 10*time.Second, c.config.Now),
	}
	app, err := c.app()
	if err != nil {
		return nil, err
	}
	asked := http.NewServeMux()
	asked.HandleFunc("GET "+Path+"{$}", p.form)
	asked.HandleFunc("POST "+Path+"{$}", p.send)
	asked.HandleFunc("GET "+Path+"style.css", p.style)
	asked.HandleFunc("GET "+Path+"{number}", p.number)
	return map[string]http.Handler{
		seal.PathPrefix + "*": http.HandlerFunc(p.code), strings.TrimSuffix(Path, "/"): http.RedirectHandler(Path, http.StatusMovedPermanently),
		Path + "*": asked, AppPath + "*": app,
	}, nil
}

func (p *page) form(w http.ResponseWriter, r *http.Request) { p.show(w, r, http.StatusOK, nil) }

func (p *page) style(w http.ResponseWriter, _ *http.Request) {
	style, _ := pageFiles.ReadFile("style.css") // embedded
	w.Header().Set("Content-Type", "text/css; charset=utf-8")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, _ = w.Write(style) // who asked may have gone
}

func (p *page) number(w http.ResponseWriter, r *http.Request) {
	p.askNumber(w, r, r.PathValue("number"))
}

// code answers the address in the code. The path is the seal: it is neither logged nor stored.
func (p *page) code(w http.ResponseWriter, r *http.Request) {
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		http.Error(w, "", http.StatusMethodNotAllowed)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	answer, err := p.Code(ctx, strings.TrimPrefix(r.URL.Path, seal.PathPrefix))
	p.answer(w, r, answer, err)
}

// askNumber makes who asks for numbers that do not exist wait.
func (p *page) askNumber(w http.ResponseWriter, r *http.Request, number string) {
	if !p.misses.left(address(r)) {
		p.wait(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), checkLimit)
	defer cancel()
	answer, err := p.Number(ctx, number)
	if answer.Verdict == Unknown {
		p.misses.take(address(r))
	}
	p.answer(w, r, answer, err)
}

// send takes a number or a file. The file is read into memory and dropped.
func (p *page) send(w http.ResponseWriter, r *http.Request) {
	const form = 4 << 10
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/") {
		r.Body = http.MaxBytesReader(w, r.Body, form)
		if text := r.PostFormValue("number"); strings.Contains(text, seal.PathPrefix) {
			answer, err := p.Code(r.Context(), text)
			p.answer(w, r, answer, err)
			return
		}
		p.askNumber(w, r, r.PostFormValue("number"))
		return
	}
	if !p.uploads.take(address(r)) {
		p.wait(w, r)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), uploadLimit)
	defer cancel()
	deadlines := http.NewResponseController(w)
	end := time.Now().Add(uploadLimit)
	_ = errors.Join(deadlines.SetReadDeadline(end), deadlines.SetWriteDeadline(end.Add(checkLimit))) // without them the server's own hold
	r.Body = http.MaxBytesReader(w, r.Body, MostFile+form)
	content, err := fileOf(r)
	if tooLarge := (*http.MaxBytesError)(nil); errors.As(err, &tooLarge) || len(content) > MostFile {
		p.answer(w, r, Answer{Verdict: TooLarge}, nil)
		return
	}
	if err != nil {
		p.answer(w, r, Answer{Verdict: Unread}, nil)
		return
	}
	answer, err := p.File(ctx, content)
	p.answer(w, r, answer, err)
}

// fileOf reads the one file of a form without ever writing it to a disk.
func fileOf(r *http.Request) ([]byte, error) {
	parts, err := r.MultipartReader()
	if err != nil {
		return nil, fmt.Errorf("read the form: %w", err)
	}
	for {
		part, err := parts.NextPart()
		if err != nil {
			return nil, fmt.Errorf("read the form: %w", err)
		}
		if part.FormName() == "file" {
			return io.ReadAll(io.LimitReader(part, MostFile+1))
		}
	}
}

// address is whose allowance is used. Behind a proxy it is the proxy's, which limits by client itself.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

func (p *page) answer(w http.ResponseWriter, r *http.Request, answer Answer, err error) {
	status := http.StatusOK
	switch {
	case err != nil:
		p.config.Slog.WarnContext(r.Context(), "a paper could not be checked", "error", err)
		answer, status = Answer{Verdict: Away}, http.StatusServiceUnavailable
	case answer.Verdict == Unknown:
		status = http.StatusNotFound
	case answer.Verdict == TooLarge:
		status = http.StatusRequestEntityTooLarge
	}
	p.show(w, r, status, &answer)
}

func (p *page) wait(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Retry-After", "60")
	p.show(w, r, http.StatusTooManyRequests, nil)
}

// shown is what the template shows.
type shown struct {
	Lang      catalog.Language
	Languages []line // code and name
	Slow      bool
	Verdict   Verdict
	Good      bool
	Title     string
	Advice    string
	Notes     []string
	Missing   []line
	Lines     []line
	Heading   string
	Proof     []string
	Here      string // the page's own address, for other languages
	App       string
	words     words
}

// T is a text of the page.
func (s *shown) T(key string) string { return s.words.text(catalog.TextKey("verify."+key), nil) }

// Owner and Help name the department and how to reach it.
func (s *shown) Owner() string {
	return s.words.text("verify.owner", catalog.Args{"state": s.words.config.Texts.State().Title.In(s.Lang)})
}

// Help says where to ask.
func (s *shown) Help() string {
	return s.words.text("verify.help", catalog.Args{"helpline": s.words.config.Texts.State().Helpline})
}

func (p *page) show(w http.ResponseWriter, r *http.Request, status int, answer *Answer) {
	lang := p.language(r)
	s := shown{Lang: lang, Slow: status == http.StatusTooManyRequests, App: AppPath, words: words{p.Checker, lang}}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		s.Here = r.URL.EscapedPath()
	} else {
		s.Here = Path
	}
	for _, each := range p.config.Texts.Languages() {
		s.Languages = append(s.Languages, line{string(each), p.config.Texts.LanguageName(each)})
	}
	if answer != nil {
		s.tell(*answer)
	}
	var content bytes.Buffer
	if err := p.template.Execute(&content, &s); err != nil {
		p.config.Slog.ErrorContext(r.Context(), "the page could not be made", "error", err)
		http.Error(w, "", http.StatusInternalServerError)
		return
	}
	header := w.Header()
	header.Set("Content-Type", "text/html; charset=utf-8")
	header.Set("Content-Language", string(lang))
	header.Set("Cache-Control", "no-store")
	header.Set("Referrer-Policy", "no-referrer")
	header.Set("X-Robots-Tag", "noindex")
	header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
	w.WriteHeader(status)
	_, _ = content.WriteTo(w) // who asked may have gone
}

func (s *shown) tell(a Answer) {
	s.Verdict, s.Good = a.Verdict, a.Verdict == Valid
	s.Title, s.Advice = s.words.text(a.Verdict.title(), nil), s.words.text(a.Verdict.advice(), nil)
	s.Notes, s.Proof = s.words.notes(a), s.words.proof(a)
	for _, field := range a.Missing {
		s.Missing = append(s.Missing, s.words.field(field))
	}
	s.Lines, s.Heading = s.words.lines(a), s.T("compare")
	switch {
	case a.Claims != nil && !a.Verdict.Genuine():
		s.Heading = s.T("says")
	case a.Claims == nil && a.Kind != "":
		s.Lines, s.Heading = []line{{s.T("kind"), s.words.kind(a.Kind)}}, ""
	}
}

// language is what the address asks for, else what the browser prefers, else the state's first.
func (p *page) language(r *http.Request) catalog.Language {
	languages := p.config.Texts.Languages()
	for _, lang := range languages {
		if string(lang) == r.URL.Query().Get("lang") {
			return lang
		}
	}
	wanted, _, err := language.ParseAcceptLanguage(r.Header.Get("Accept-Language"))
	if err != nil || len(wanted) == 0 {
		return languages[0]
	}
	_, index, _ := p.matcher.Match(wanted...)
	return languages[index]
}
