package publish

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/store"
)

// Health says how far the public log and the list of revocations are.
type Health struct {
	// Unpublished entries were recorded and nobody outside sees them yet; the oldest since Since. Waiting of them have no place in the log.
	Unpublished, Waiting int
	Since                time.Time
	Published            int64 // entries of the log that anybody sees
	// Trouble is why nothing was published the last time, in words; empty: nothing was in the way.
	Trouble string
	// Witnesses are their answers since this process began, by name.
	Witnesses map[string]Answers
	// ListMade is when the list of revocations was signed; zero: never.
	ListMade time.Time
}

// Answers counts what a witness answered.
type Answers struct{ Signed, Refused, Unreachable int }

// Records are what a monitor asks. *store.Store is one.
type Records interface {
	LogUnpublished(ctx context.Context, published int64) (store.Unpublished, error)
	RevocationList(ctx context.Context) (content []byte, made time.Time, err error)
}

// Monitor looks after the publisher. It is safe for concurrent use.
type Monitor struct {
	records   Records
	publisher *Publisher
}

// NewMonitor makes a monitor. publisher may be nil: this process publishes no log.
func NewMonitor(records Records, publisher *Publisher) *Monitor {
	return &Monitor{records: records, publisher: publisher}
}

// Health looks now.
func (m *Monitor) Health(ctx context.Context) (health Health, err error) {
	if m.publisher != nil {
		at, err := m.publisher.published()
		if err != nil {
			return health, err
		}
		health.Published = at.Size
		health.Trouble, health.Witnesses = m.publisher.seen.now()
	}
	waits, err := m.records.LogUnpublished(ctx, health.Published)
	if err != nil {
		return health, err
	}
	if m.publisher != nil {
		health.Unpublished, health.Since = waits.Entries, waits.Oldest
	}
	health.Waiting = waits.WithoutPlace
	if _, health.ListMade, err = m.records.RevocationList(ctx); err != nil {
		return health, fmt.Errorf("look at the list of revocations: %w", err)
	}
	return health, nil
}

// sightings is what the publisher met with.
type sightings struct {
	mutex     sync.Mutex
	trouble   string
	witnesses map[string]Answers
}

func (s *sightings) now() (trouble string, witnesses map[string]Answers) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	return s.trouble, maps.Clone(s.witnesses)
}

func (s *sightings) published(err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	switch {
	case err == nil:
		s.trouble = ""
	case errors.Is(err, ErrRewritten):
		s.trouble = ErrRewritten.Error()
	case errors.Is(err, publiclog.ErrTooFewWitnesses):
		s.trouble = publiclog.ErrTooFewWitnesses.Error()
	default:
		s.trouble = "the log could not be read or written; the hub's own log says why"
	}
}

func (s *sightings) answered(witness string, err error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.witnesses == nil {
		s.witnesses = map[string]Answers{}
	}
	answers := s.witnesses[witness]
	switch {
	case err == nil:
		answers.Signed++
	case errors.Is(err, ErrWitnessRefused):
		answers.Refused++
	default:
		answers.Unreachable++
	}
	s.witnesses[witness] = answers
}
