package publish

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// Where the gateway hands out what verifies without a network.
const (
	KeyListPath     = "/proof/key-list.cose"
	RevocationsPath = "/proof/revocations.cose"
)

// mediaCOSE is a COSE_Sign1 (RFC 9052, 2).
const mediaCOSE = `application/cose; cose-type="cose-sign1"`

// List serves a signed list; read gives its newest bytes, nil while there is none. Whoever has it may keep it as long as it names.
func List(read func(ctx context.Context) ([]byte, error), keep time.Duration) http.Handler {
	age := "public, max-age=" + strconv.Itoa(int(keep.Seconds()))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := read(r.Context())
		if err != nil || raw == nil {
			http.Error(w, "not available now", http.StatusServiceUnavailable)
			return
		}
		header := w.Header()
		header.Set("Access-Control-Allow-Origin", "*")
		header.Set("Content-Type", mediaCOSE)
		header.Set("Cache-Control", age)
		_, _ = w.Write(raw) // the client may have gone
	})
}
