package twin

import (
	"bytes"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"
)

const (
	errorPage       = `<!DOCTYPE html><html><head><title>Error</title></head><body><h2>Server Error in '/' Application.</h2><p>Runtime Error</p></body></html>`
	maintenancePage = `<!DOCTYPE html><html><head><title>Notice</title></head><body><h2>Site under maintenance</h2><p>Please try again later.</p></body></html>`
	strangePage     = `<!DOCTYPE html><html><head><title>Sign in</title></head><body>
<form id="login"><input name="user"><input name="password" type="password"></form></body></html>`
	gatewayPage = `<html><head><title>502 Bad Gateway</title></head><body><center><h1>502 Bad Gateway</h1></center><hr><center>nginx</center></body></html>`
)

// maxRequest bounds what a twin reads of any request. Applications come with scanned papers.
const maxRequest = 32 << 20

// Wrap plays the dial's HTTP faults before, or instead of, an operation.
func (d *Dial) Wrap(operation string, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxRequest)
		if latency, slow := d.Take(operation, Latency); slow && !pause(r, latency.draw()) {
			return
		}
		fault, found := d.Take(operation, HTTPKinds()...)
		if !found {
			next.ServeHTTP(w, r)
			return
		}
		fault.Play(w, r, next)
	})
}

// Play answers one request as the fault says, with next being what would have
// happened without it. A kind that is not one of HTTPKinds does nothing.
func (f Fault) Play(w http.ResponseWriter, r *http.Request, next http.Handler) {
	// The server notices that a client left only once the request has been
	// read, and a fault that waits must notice.
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil {
		http.Error(w, "request is not readable", http.StatusBadRequest)
		return
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	if !slices.Contains(HTTPKinds(), f.Kind) {
		next.ServeHTTP(w, r)
		return
	}
	switch f.Kind {
	case HalfBody, CutPage, WrongCharset, HugeBody:
		f.spoil(w, r, next)
	case SessionLost:
		r.Header.Del("Cookie")
		next.ServeHTTP(w, r)
	default:
		f.interfere(w, r, next)
	}
}

func (f Fault) interfere(w http.ResponseWriter, r *http.Request, next http.Handler) {
	switch f.Kind {
	case Slow:
		if pause(r, time.Duration(f.DelayMS)*time.Millisecond) {
			next.ServeHTTP(w, r)
		}
	case Hang:
		<-r.Context().Done()
	case ResponseHangs:
		next.ServeHTTP(discard{http.Header{}}, r)
		<-r.Context().Done()
	case ResponseLost:
		next.ServeHTTP(discard{http.Header{}}, r)
		panic(http.ErrAbortHandler)
	case DropBefore:
		panic(http.ErrAbortHandler)
	default:
		f.answer(w)
	}
}

func (f Fault) answer(w http.ResponseWriter) {
	if f.RetryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(f.RetryAfter))
	}
	status, page := http.StatusOK, ""
	switch f.Kind {
	case ServerError:
		status, page = http.StatusInternalServerError, errorPage
	case BadGateway:
		status, page = http.StatusBadGateway, gatewayPage
	case Unavailable:
		status = http.StatusServiceUnavailable
	case TooMany:
		status = http.StatusTooManyRequests
	case ErrorPage:
		page = errorPage
	case MaintenancePage:
		page = maintenancePage
	default:
		page = strangePage
	}
	w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, page)
}

// pause waits and tells whether the client is still there.
func pause(r *http.Request, wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// discard lets an operation happen whose answer nobody gets.
type discard struct{ header http.Header }

func (d discard) Header() http.Header         { return d.header }
func (d discard) Write(b []byte) (int, error) { return len(b), nil }
func (d discard) WriteHeader(int)             {}
