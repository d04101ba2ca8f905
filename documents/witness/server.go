package witness

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
)

const (
	mostBody   = 64 << 10
	mostHashes = 63 // C2SP tlog-witness
)

// Handler answers POST /add-checkpoint (C2SP tlog-witness), with the reason of a refusal in the body, and GET /checkpoint with the newest
// checkpoint that was signed, for everybody who compares what the log shows to others.
func (w *Witness) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", w.addCheckpoint)
	mux.HandleFunc("GET /checkpoint", func(out http.ResponseWriter, r *http.Request) {
		signed := w.Signed()
		if signed == nil {
			http.NotFound(out, r)
			return
		}
		out.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = out.Write(signed) // the client may have gone
	})
	return mux
}

func (w *Witness) addCheckpoint(out http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(out, r.Body, mostBody))
	if err != nil {
		http.Error(out, "too long", http.StatusBadRequest)
		return
	}
	old, proof, checkpoint, err := parseAdd(body)
	if err != nil {
		http.Error(out, err.Error(), http.StatusBadRequest)
		return
	}
	origin, _, _ := bytes.Cut(checkpoint, []byte("\n"))
	if string(origin) != w.config.Log.Name() {
		http.Error(out, "this log is not watched here", http.StatusNotFound)
		return
	}
	line, err := w.Add(r.Context(), old, proof, checkpoint)
	switch {
	case err == nil:
		_, _ = out.Write(line) // the client may have gone; it will ask again
	case errors.Is(err, publiclog.ErrCheckpoint):
		http.Error(out, err.Error(), http.StatusForbidden)
	case errors.Is(err, ErrOutOfStep):
		out.Header().Set("Content-Type", "text/x.tlog.size")
		out.WriteHeader(http.StatusConflict)
		_, _ = fmt.Fprintf(out, "%d\n", w.Seen().Size)
	case errors.Is(err, ErrForked), errors.Is(err, publiclog.ErrMisissued):
		http.Error(out, err.Error(), http.StatusUnprocessableEntity)
	default:
		w.config.Slog.WarnContext(r.Context(), "a checkpoint was not signed", "error", err)
		http.Error(out, err.Error(), http.StatusServiceUnavailable)
	}
}

var errRequest = errors.New("not a request of C2SP tlog-witness")

func parseAdd(body []byte) (old int64, proof []tlog.Hash, checkpoint []byte, err error) {
	head, checkpoint, found := bytes.Cut(body, []byte("\n\n"))
	if !found {
		return 0, nil, nil, errRequest
	}
	lines := bufio.NewScanner(bytes.NewReader(head))
	if !lines.Scan() {
		return 0, nil, nil, errRequest
	}
	number, found := strings.CutPrefix(lines.Text(), "old ")
	if old, err = strconv.ParseInt(number, 10, 64); err != nil || !found || old < 0 {
		return 0, nil, nil, errRequest
	}
	for lines.Scan() {
		raw, err := base64.StdEncoding.Strict().DecodeString(lines.Text())
		if err != nil || len(raw) != tlog.HashSize || len(proof) == mostHashes {
			return 0, nil, nil, errRequest
		}
		proof = append(proof, tlog.Hash(raw))
	}
	return old, proof, checkpoint, nil
}
