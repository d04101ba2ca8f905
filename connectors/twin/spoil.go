package twin

import (
	"bytes"
	"io"
	"maps"
	"math"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// hugeBody is what HugeBody sends, in bytes.
const hugeBody = 50 << 20

// spoil lets the operation happen and damages its answer.
func (f Fault) spoil(w http.ResponseWriter, r *http.Request, next http.Handler) {
	kept := &answer{header: http.Header{}, status: http.StatusOK}
	next.ServeHTTP(kept, r)
	maps.Copy(w.Header(), kept.header)
	body := kept.body.Bytes()
	switch f.Kind {
	case HalfBody:
		w.Header().Set("Content-Length", strconv.Itoa(max(len(body), 1)))
		w.WriteHeader(kept.status)
		_, _ = w.Write(body[:len(body)/2])
		_ = http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	case CutPage:
		w.Header().Del("Content-Length")
		w.WriteHeader(kept.status)
		_, _ = w.Write(body[:len(body)/2])
	case HugeBody:
		w.Header().Del("Content-Length")
		w.WriteHeader(http.StatusOK)
		_, _ = w.Write(body)
		_, _ = io.CopyN(w, blanks{}, hugeBody)
	default:
		mediaType, _, _ := strings.Cut(w.Header().Get("Content-Type"), ";")
		if strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "json") || strings.Contains(mediaType, "xml") {
			w.Header().Set("Content-Type", mediaType+"; charset=ISO-8859-1")
		}
		w.WriteHeader(kept.status)
		_, _ = w.Write(body)
	}
}

// answer keeps what an operation would have answered.
type answer struct {
	header http.Header
	status int
	body   bytes.Buffer
}

func (a *answer) Header() http.Header         { return a.header }
func (a *answer) Write(b []byte) (int, error) { return a.body.Write(b) }
func (a *answer) WriteHeader(status int)      { a.status = status }

// blanks is an endless run of spaces, which are harmless in every format.
type blanks struct{}

func (blanks) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// quantile99 is the 99th percentile of the standard normal distribution.
const quantile99 = 2.3263

// draw picks one wait of Latency.
func (f Fault) draw() time.Duration {
	median := float64(max(f.DelayMS, 1))
	spread := math.Log(max(float64(f.TailMS)/median, 1)) / quantile99
	wait := median * math.Exp(spread*rand.NormFloat64()) //nolint:gosec // a wait keeps no secret
	return time.Duration(wait * float64(time.Millisecond))
}
