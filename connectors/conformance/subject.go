package conformance

import (
	"bytes"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// Subject is what every suite needs to know of a fresh twin.
type Subject struct {
	// Handler is the twin, Faults its dial. Kinds of the dial beyond the HTTP
	// ones, such as twin.RenamedIDs, are played when the dial knows them.
	Handler http.Handler
	Faults  *twin.Dial
	// Settings and Credentials go into the connector's config.
	Settings, Credentials map[string]string
	// Private lists people's data in the twin and in the calls below. None of
	// it may show in an error, in evidence or in a log.
	Private []string
	// Answer reads in the twin's mind what the citizen would answer to a
	// challenge. Nil for a portal that never asks.
	Answer func(challenge *connectors.ChallengeError) string
	// SharedLogin says that the hub itself is logged in, so that calls of
	// different citizens share the portal's cookies.
	SharedLogin bool
	// Probe is what a canary asks this portal for; zero is something fit for the
	// capability.
	Probe connectors.Probe
}

// probe is what a canary asks for.
func (s Subject) probe(usual connectors.Probe) connectors.Probe {
	if s.Probe.Service == "" && len(s.Probe.Fields) == 0 {
		return usual
	}
	return s.Probe
}

// bench is a running twin and what was written to the log about it.
type bench struct {
	Subject
	url     string
	counted *gauge
	log     *journal
}

func newBench(t *testing.T, subject Subject) *bench {
	t.Helper()
	url, counted := listen(t, subject.Handler)
	return &bench{Subject: subject, url: url, counted: counted, log: &journal{}}
}

func (b *bench) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(b.log, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// tighten changes the config of a connector that a test opens.
type tighten func(*connectors.PortalConfig)

// opened makes a connector that is closed when the test ends.
func opened[C any](t *testing.T, b *bench, open func(connectors.PortalConfig, *slog.Logger) (C, error), changes ...tighten) C {
	t.Helper()
	wanted := config(b.url, b.Settings)
	wanted.Credentials = b.Credentials
	for _, change := range changes {
		change(&wanted)
	}
	connector, err := open(wanted, b.logger())
	require.NoError(t, err)
	if closer, ok := any(connector).(io.Closer); ok {
		t.Cleanup(func() { require.NoError(t, closer.Close()) })
	}
	return connector
}

// liveConnector makes the connector of the real portal.
func liveConnector[C any](t *testing.T, subject Subject, open func(connectors.PortalConfig, *slog.Logger) (C, error)) C {
	t.Helper()
	connector, err := open(liveConfig(subject.Settings, subject.Credentials), slog.New(slog.DiscardHandler))
	require.NoError(t, err)
	if closer, ok := any(connector).(io.Closer); ok {
		t.Cleanup(func() { require.NoError(t, closer.Close()) })
	}
	return connector
}

// against opens for a call that meets the fault.
func against(kind twin.Kind) tighten {
	if runsIntoDeadline(kind) {
		return hasty
	}
	return func(*connectors.PortalConfig) {}
}

// failuresToOpen is how many open the breaker of a test that is about it.
const failuresToOpen = 3

// opensFor makes a breaker that stays open so long.
func opensFor(wait time.Duration) tighten {
	return func(c *connectors.PortalConfig) {
		c.Breaker = connectors.Breaker{Failures: failuresToOpen, OpenFor: wait, Probes: 2}
	}
}

func narrow() connectors.Budget {
	return connectors.Budget{RequestsPerSecond: 50, Burst: 5, Concurrent: 3, MaxWait: 300 * time.Millisecond}
}

// longest is how many challenges one call may take in the suite.
const longest = 4

// answering makes a call and answers its challenges as the citizen would. The
// call is made again with each answer.
func (b *bench) answering(call func(*connectors.ChallengeAnswer) error) error {
	var answer *connectors.ChallengeAnswer
	for range longest {
		err := call(answer)
		challenge, asked := challengeOf(err)
		if !asked || b.Answer == nil {
			return err
		}
		answer = &connectors.ChallengeAnswer{Session: challenge.Session, Answer: b.Answer(challenge)}
	}
	return call(answer)
}

// journal is a log that tests can read while it is written.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}
