package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"sync"
	"time"
)

// Frame is what every portal's twin stands on: its dial, what it remembers, and
// its pages. A twin embeds one, made by NewFrame, and starts it once it is able to
// take its past. F is one fact of its journal. It is safe for concurrent use.
type Frame[F any] struct {
	// Faults is the dial.
	Faults *Dial

	name    string
	log     *slog.Logger
	journal *Journal[F]
	take    func(F)
	handler http.Handler
}

// NewFrame makes the frame of the named twin, with a dial that knows the HTTP kinds
// and the given ones.
func NewFrame[F any](name string, own ...Kind) *Frame[F] {
	return &Frame[F]{Faults: NewDial(own...), name: name, log: slog.New(slog.DiscardHandler)}
}

// Start lets the twin take its past, oldest first, and opens its pages. The past is
// in the file of the folder; without a folder the twin forgets. A nil log says
// nothing.
func (f *Frame[F]) Start(folder, file string, log *slog.Logger, take func(F), pages http.Handler) error {
	path := ""
	if folder != "" {
		path = filepath.Join(folder, file)
	}
	journal, err := OpenJournal(path, func(fact F) error {
		take(fact)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%s twin: %w", f.name, err)
	}
	if log != nil {
		f.log = log
	}
	f.journal, f.take, f.handler = journal, take, pages
	return nil
}

// Close closes what the twin remembers with.
func (f *Frame[F]) Close() error { return f.journal.Close() }

// ServeHTTP implements http.Handler.
func (f *Frame[F]) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.handler.ServeHTTP(w, r) }

// Remember writes one fact down and then takes it, as Start takes the past; the
// twin's own lock is held. A twin that cannot write says so in the log, takes
// nothing and lets the operation fail.
func (f *Frame[F]) Remember(fact F) error {
	if err := f.journal.Append(fact); err != nil {
		f.log.Error("a twin cannot remember", "twin", f.name, "error", err)
		return fmt.Errorf("remember: %w", err)
	}
	f.take(fact)
	return nil
}

// On takes one occurrence of a fault, and tells whether it is on.
func (f *Frame[F]) On(operation string, kind Kind) bool {
	_, on := f.Faults.Take(operation, kind)
	return on
}

// Alone lets requests in one at a time: deciding and recording are one step.
func Alone(mu *sync.Mutex, serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		serve(w, r)
	}
}

// ClockOr is the clock, or the real one where there is none.
func ClockOr(clock func() time.Time) func() time.Time {
	if clock == nil {
		return time.Now
	}
	return clock
}
