// Package bench measures the hub: an open-loop load generator that plays the citizens, the emulator as Meta, a private
// PostgreSQL, and the gateway as a process of its own. It prints one table, and fails when a reply was lost or doubled.
//
// It knows the hub by its command line, its webhook and the count of its inbox; it uses none of its packages but the catalog, for the
// words people type.
package bench

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"slices"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/measure"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
	"github.com/jansetu/jansetu/deploy"
)

// Scenario names one measurement.
type Scenario string

// The scenarios, in the order they run.
const (
	ScenarioIdle     Scenario = "idle"     // one turn at a time
	ScenarioLoad     Scenario = "load"     // a realistic mix at a fixed arrival rate
	ScenarioDedupe   Scenario = "dedupe"   // the same messages many times at once
	ScenarioSaturate Scenario = "saturate" // faster and faster, until the hub falls behind
)

// Config says what to measure, and what runs already. Start from [DefaultConfig].
type Config struct {
	Scenarios []Scenario
	State     string

	Binary      string   // runs the hub as `Binary gateway`; this program when empty
	WebhookURL  string   // of a hub that runs already, with MetaListen as its WhatsApp API; none is started then
	MetaListen  string   // address the emulator listens on
	DatabaseURL string   // of a PostgreSQL to use; a private cluster is started when empty
	DataDir     string   // where the cluster and the logs go; a temporary folder, removed at the end, when empty
	Environment []string // further variables of the hub, NAME=value

	Citizens          int // known to the hub before the measurement begins
	IdleTurns         int
	Rate              float64 // of the load: webhooks per second
	Duration          time.Duration
	StatusShare       float64 // part of the webhooks that carry statuses
	RepeatShare       float64 // part of the messages delivered a second time
	NewcomerShare     float64 // part of the messages that are somebody's first
	DedupeMessages    int
	DedupeCopies      int
	SaturateFrom      float64 // webhooks per second of the first step
	SaturateStep      time.Duration
	MessagesPerSecond int // throughput of the business number, at Meta and at the hub
	Seed              uint64

	Log *slog.Logger
}

// DefaultConfig is what the project's goals are stated for. The rate is a little above 1,000 webhooks and 500 turns a second, for
// which the goals ask: a schedule cannot exceed its own rate.
func DefaultConfig() Config {
	return Config{
		Scenarios: []Scenario{ScenarioIdle, ScenarioLoad, ScenarioDedupe},
		State:     "andhra", MetaListen: "127.0.0.1:0",
		Citizens: 2000, IdleTurns: 200,
		Rate: 1050, Duration: time.Minute, StatusShare: 0.5, RepeatShare: 0.01, NewcomerShare: 0.03,
		DedupeMessages: 500, DedupeCopies: 8,
		SaturateFrom: 1000, SaturateStep: 10 * time.Second,
		MessagesPerSecond: 1000, Seed: 1,
		Log: slog.New(slog.DiscardHandler),
	}
}

// climbFactor is how much faster each step of a climb is.
const climbFactor = 1.25

// generatorGC lets our own heap grow fivefold between collections.
const generatorGC = 400

// Run measures. It returns the report of what was measured also when a scenario could not be finished, with the error.
func Run(ctx context.Context, config Config) (report Report, err error) {
	asked, err := catalog.Load(deploy.Files, config.State)
	if err != nil {
		return Report{}, fmt.Errorf("load the catalog: %w", err)
	}
	defer debug.SetGCPercent(debug.SetGCPercent(generatorGC)) // the generator shares the machine with what it measures
	s := &site{config: config}
	defer func() { err = errors.Join(err, s.stop(ctx)) }()
	if err := s.start(ctx, crowd.VocabularyOf(asked)); err != nil {
		return Report{}, err
	}
	report = Report{Machine: measure.ThisMachine()}
	report.Machine.PostgreSQL = s.database.version
	report.Machine.Fsync = s.fsync
	err = s.measure(ctx, &report)
	report.Goals = goals(report)
	return report, err
}

// site is everything of a run: what was started, and the runner that measures it.
type site struct {
	config    Config
	folder    string
	temporary bool
	fsync     time.Duration
	database  *database
	meta      *meta
	hub       *hub // nil when the caller's hub is measured
	runner    *scenario.Runner
}

func (s *site) start(ctx context.Context, words crowd.Vocabulary) (err error) {
	if err := s.makeFolder(); err != nil {
		return err
	}
	if s.fsync, err = measure.Fsync(s.folder); err != nil {
		return err
	}
	if s.database, err = startDatabase(ctx, s.config.DatabaseURL, s.folder, s.config.Log); err != nil {
		return err
	}
	ear := &ear{}
	if s.meta, err = startMeta(ctx, s.config.MetaListen, s.config.MessagesPerSecond, ear.listen, s.config.Log); err != nil {
		return err
	}
	webhook, err := s.startHub(ctx)
	if err != nil {
		return err
	}
	s.runner = scenario.New(scenario.Config{
		WebhookURL: webhook, AppSecret: appSecret, Business: business, CountInbox: s.database.countInbox,
		Crowd: crowd.Config{
			Vocabulary: words, NewcomerShare: s.config.NewcomerShare, Seed: s.config.Seed,
			Run: rand.Uint32(), //nolint:gosec // tells runs on one database apart
		},
	})
	ear.open(s.runner)
	return nil
}

// makeFolder makes a folder that PostgreSQL's user may pass through, so that the cluster stays in it: on the disk whose fsync is
// measured, and gone with it.
func (s *site) makeFolder() (err error) {
	s.folder = s.config.DataDir
	if s.folder == "" {
		s.temporary = true
		if s.folder, err = os.MkdirTemp("", "jansetu-bench-"); err != nil {
			return fmt.Errorf("make a temporary folder: %w", err)
		}
	}
	if err := os.MkdirAll(s.folder, 0o700); err != nil {
		return fmt.Errorf("make the data folder: %w", err)
	}
	if err := os.Chmod(s.folder, 0o711); err != nil { //nolint:gosec // another user must pass through it
		return fmt.Errorf("open the data folder to PostgreSQL's user: %w", err)
	}
	return nil
}

func (s *site) startHub(ctx context.Context) (webhook string, err error) {
	if s.config.WebhookURL != "" {
		return s.config.WebhookURL, nil
	}
	binary := s.config.Binary
	if binary == "" {
		if binary, err = os.Executable(); err != nil {
			return "", fmt.Errorf("find this program: %w", err)
		}
	}
	s.hub, err = startHub(ctx, hubSettings{
		binary: binary, folder: s.folder, databaseURL: s.database.url, metaURL: s.meta.url, state: s.config.State,
		perSecond: s.config.MessagesPerSecond, environment: slices.Concat(os.Environ(), s.config.Environment),
	})
	if err != nil {
		return "", err
	}
	return "http://" + s.hub.address + "/webhooks/whatsapp", nil
}

// stop ends what was started, in the opposite order.
func (s *site) stop(ctx context.Context) error {
	var faults []error
	if s.runner != nil {
		s.runner.Close()
	}
	if s.hub != nil {
		s.hub.stop()
	}
	if s.meta != nil {
		faults = append(faults, s.meta.stop())
	}
	if s.database != nil {
		s.database.stop(ctx)
	}
	if s.temporary && s.folder != "" {
		faults = append(faults, os.RemoveAll(s.folder))
	}
	return errors.Join(faults...)
}
