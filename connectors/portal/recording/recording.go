package recording

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
	"gopkg.in/dnaeon/go-vcr.v4/pkg/recorder"
)

// maxBody bounds what is recorded of one message, in bytes.
const maxBody = 10 << 20

// Proxy records. It is an http.Handler that passes everything on to one portal.
type Proxy struct {
	target   *url.URL
	recorder *recorder.Recorder
}

// Record makes the proxy of the portal at target. Close writes what passed to
// path, which ends in ".yaml". The transport reaches the portal; nil takes one
// of the standard library.
func Record(target *url.URL, path string, redaction Redaction, transport http.RoundTripper) (*Proxy, error) {
	name, isYAML := strings.CutSuffix(path, ".yaml")
	if !isYAML {
		return nil, fmt.Errorf("record session: %s does not end in .yaml", path)
	}
	if transport == nil {
		transport = http.DefaultTransport
	}
	made, err := recorder.New(name,
		recorder.WithMode(recorder.ModeRecordOnly),
		recorder.WithRealTransport(transport),
		recorder.WithHook(redaction.interaction, recorder.BeforeSaveHook),
	)
	if err != nil {
		return nil, fmt.Errorf("record session: %w", err)
	}
	return &Proxy{target: target, recorder: made}, nil
}

// Close writes the recording.
func (p *Proxy) Close() error { return p.recorder.Stop() }

// ServeHTTP implements http.Handler. Addresses of the portal in pages and
// redirects become addresses of the proxy, so that the session stays in it.
func (p *Proxy) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		http.Error(w, "request is too large to record", http.StatusRequestEntityTooLarge)
		return
	}
	target := p.target.JoinPath(r.URL.EscapedPath())
	target.RawQuery = r.URL.RawQuery
	//nolint:gosec // the host is the one that the engineer named, only the path is the caller's
	request, err := http.NewRequestWithContext(r.Context(), r.Method, target.String(), bytes.NewReader(body))
	if err != nil {
		http.Error(w, "request cannot be passed on", http.StatusBadRequest)
		return
	}
	request.Header = r.Header.Clone()
	request.Header.Del("Accept-Encoding") // what is recorded must be readable
	answer, err := p.recorder.RoundTrip(request)
	if err != nil {
		http.Error(w, "the portal did not answer", http.StatusBadGateway)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	pass(w, answer, strings.NewReplacer(p.target.Scheme+"://"+p.target.Host, "http://"+r.Host))
}

// pass hands an answer on.
func pass(w http.ResponseWriter, answer *http.Response, rename *strings.Replacer) {
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxBody))
	if err != nil {
		http.Error(w, "the portal's answer broke off", http.StatusBadGateway)
		return
	}
	for name, values := range answer.Header {
		for _, value := range values {
			if name != "Content-Length" && name != "Transfer-Encoding" {
				w.Header().Add(name, rename.Replace(value))
			}
		}
	}
	w.WriteHeader(answer.StatusCode)
	_, _ = io.WriteString(w, rename.Replace(string(body))) //nolint:gosec // the portal's own page, to the one who asked for it
}

// Replay serves the session saved at path, each exchange once and in order among
// those that look the same. Requests are compared in the redacted form: method,
// path, names of fields, and the values of redaction.KeepFields. What was not
// recorded is answered with 501.
func Replay(path string, redaction Redaction) (http.Handler, error) {
	replayer, err := recorder.New(strings.TrimSuffix(path, ".yaml"),
		recorder.WithMode(recorder.ModeReplayOnly),
		recorder.WithSkipRequestLatency(true),
		recorder.WithMatcher(redaction.matches),
	)
	if err != nil {
		return nil, fmt.Errorf("replay session: %w", err)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		request := r.Clone(r.Context())
		request.URL.Scheme, request.URL.Host, request.RequestURI = "http", host, ""
		answer, err := replayer.RoundTrip(request)
		if errors.Is(err, cassette.ErrInteractionNotFound) {
			http.Error(w, "not in the recording: "+r.Method+" "+r.URL.Path, http.StatusNotImplemented)
			return
		}
		if err != nil {
			http.Error(w, "the recording cannot be played", http.StatusInternalServerError)
			return
		}
		defer func() { _ = answer.Body.Close() }()
		pass(w, answer, strings.NewReplacer("http://"+host, "http://"+r.Host, "https://"+host, "http://"+r.Host))
	}), nil
}

// matches compares a request with a recorded one, both redacted.
func (r Redaction) matches(request *http.Request, recorded cassette.Request) bool {
	known, err := url.Parse(recorded.URL)
	if err != nil || request.Method != recorded.Method || request.URL.Path != known.Path {
		return false
	}
	if r.values(request.URL.Query()).Encode() != known.RawQuery {
		return false
	}
	body := ""
	if request.Body != nil {
		read, err := io.ReadAll(io.LimitReader(request.Body, maxBody))
		if err != nil {
			return false
		}
		request.Body = io.NopCloser(bytes.NewReader(read))
		body = string(read)
	}
	return r.requestBody(request.Header.Get("Content-Type"), body) == recorded.Body
}
