package bench

import (
	"net/http"
	"sync/atomic"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
)

// ear passes Meta's requests through the runner's ear once there is a runner: the emulator must listen before the hub starts, and the
// runner needs the hub's address.
type ear struct {
	handler atomic.Pointer[http.Handler]
	meta    http.Handler
}

func (e *ear) listen(meta http.Handler) http.Handler {
	e.meta = meta
	e.handler.Store(&meta)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { (*e.handler.Load()).ServeHTTP(w, r) })
}

func (e *ear) open(runner *scenario.Runner) {
	handler := runner.Listen(e.meta)
	e.handler.Store(&handler)
}
