package delivery

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// maxBody is the most of a body that is read; a send has at most a few kilobytes.
const maxBody = 1 << 20

// Tap stands in front of Meta's API and tells onSend of every message that Meta accepted, with the moment its request
// arrived. Everything is passed on as it is. onSend must not block.
func Tap(meta http.Handler, onSend func(send wire.Send, messageID string, arrived time.Time)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodPost || !strings.HasSuffix(r.URL.Path, "/messages") || strings.HasPrefix(r.URL.Path, "/emulator/") {
			meta.ServeHTTP(w, r)
			return
		}
		arrived := time.Now()
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
		if err != nil {
			http.Error(w, "the body could not be read", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		recorder := &recorder{ResponseWriter: w, status: http.StatusOK}
		meta.ServeHTTP(recorder, r)
		if recorder.status == http.StatusOK {
			tell(body, recorder.body.Bytes(), arrived, onSend)
		}
	})
}

func tell(request, answer []byte, arrived time.Time, onSend func(wire.Send, string, time.Time)) {
	send, err := wire.ParseSend(request)
	if err != nil {
		return // a read receipt: nothing a citizen sees
	}
	id, err := wire.ParseAccepted(answer)
	if err != nil {
		return
	}
	onSend(send, id, arrived)
}

// recorder keeps a copy of the answer.
type recorder struct {
	http.ResponseWriter

	status int
	body   bytes.Buffer
}

// WriteHeader keeps the status.
func (r *recorder) WriteHeader(status int) {
	r.status = status
	r.ResponseWriter.WriteHeader(status)
}

// Write keeps the bytes.
func (r *recorder) Write(p []byte) (int, error) {
	r.body.Write(p)
	return r.ResponseWriter.Write(p) // a ResponseWriter's error is passed on as it is
}
