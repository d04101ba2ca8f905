// Package walk completes every live service of a state in every language as a citizen does: from "Hi" through wrong answers, an abandoned
// form and the questions of the department to the document, on the whole hub with WhatsApp's emulator and the portals' twins. It knows the
// catalog and what a phone shows, and no service by its name. Where something is not said in the citizen's language, a refusal is not clear,
// or a request gets stuck, it says so with the last messages.
package walk

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"golang.org/x/sync/errgroup"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// Config is what walks need.
type Config struct {
	// States, Languages and Services narrow what is walked; empty: all.
	States, Services []string
	Languages        []catalog.Language
	// Sample walks one service of each kind for each state, each in another language.
	Sample bool
	// Parallel is how many citizens walk at once; 0: 8.
	Parallel int
	// Seed decides the order in which services are walked; 0: that of the catalog.
	Seed  uint64
	Files fs.FS // of the catalog
	// Show has the report print every conversation.
	Show bool
	// Binary is the hub's program, TemporalBinary Temporal's; empty finds it as `jansetu dev` does.
	Binary, TemporalBinary string
	// DataDir keeps databases and logs; empty: a temporary folder, removed when all is green.
	DataDir string
	// ReadPapers has the photos read as in production; it takes a second or two for each.
	ReadPapers bool
	// Plot gives each hub its database and its namespace; nil: PostgreSQL and Temporal are started.
	Plot     func(ctx context.Context, name string) (town.Plot, error)
	Progress io.Writer
	Log      *slog.Logger
}

// ErrNotGreen says that a service could not be completed; the report says which and why.
var ErrNotGreen = errors.New("not every service can be completed")

func (c *Config) sayf(format string, values ...any) {
	_, _ = fmt.Fprintf(c.Progress, format+"\n", values...)
}

// Run walks, and returns what came of it. It fails with ErrNotGreen, with the report, when a walk did.
func Run(ctx context.Context, config Config) (*Report, error) {
	folder, err := dataDir(config.DataDir)
	if err != nil {
		return nil, err
	}
	files := filepath.Join(folder, "files")
	if err := copyFiles(config.Files, files); err != nil {
		return nil, err
	}
	config.Files = os.DirFS(files)
	rounds, broken, err := plan(&config)
	if err != nil {
		return nil, err
	}
	w := &walks{config: config, folder: folder, files: files, report: &Report{Results: broken}, total: countJobs(rounds) + len(broken)}
	err = w.run(ctx, rounds)
	switch {
	case err != nil:
		return w.report, fmt.Errorf("%w; logs are in %s", err, folder)
	case !w.report.Green():
		return w.report, fmt.Errorf("%w; logs are in %s", ErrNotGreen, folder)
	case config.DataDir == "":
		_ = os.RemoveAll(folder)
	}
	return w.report, nil
}

func dataDir(given string) (folder string, err error) {
	if given != "" {
		if err = os.MkdirAll(given, 0o700); err == nil {
			folder, err = filepath.Abs(given)
		}
	} else {
		folder, err = os.MkdirTemp("", "jansetu-walk")
	}
	if err != nil {
		return "", fmt.Errorf("make the folder: %w", err)
	}
	return folder, nil
}

// walks is one run.
type walks struct {
	config Config
	folder string
	files  string // the catalog as the hub reads it
	total  int

	mu     sync.Mutex
	report *Report
}

const closeLimit = 30 * time.Second

func (w *walks) run(ctx context.Context, rounds []round) error {
	plot := w.config.Plot
	if plot == nil {
		w.config.sayf("Starting PostgreSQL and Temporal")
		ground, err := town.OpenGround(ctx, w.folder, w.config.TemporalBinary)
		if err != nil {
			return err
		}
		defer func() {
			ending, cancel := context.WithTimeout(context.WithoutCancel(ctx), closeLimit)
			defer cancel()
			if err := ground.Close(ending); err != nil {
				w.config.Log.WarnContext(ending, "PostgreSQL and Temporal were not stopped in order", "error", err)
			}
		}()
		plot = ground.Plot
	}
	for _, each := range rounds {
		if err := w.round(ctx, each, plot); err != nil {
			return fmt.Errorf("%s: %w", each.name, err)
		}
	}
	return nil
}

// round walks what belongs to one hub. Every hub is fresh: what one walk pays for is not paid already.
func (w *walks) round(ctx context.Context, r round, plot func(context.Context, string) (town.Plot, error)) error {
	at, err := plot(ctx, r.name)
	if err != nil {
		return err
	}
	folder := filepath.Join(w.folder, r.name)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return fmt.Errorf("make the folder of the hub: %w", err)
	}
	w.config.sayf("%s: starting the hub, %d walks", r.name, len(r.jobs))
	around, err := town.Open(ctx, town.Config{
		State: r.state, Services: r.services, Files: w.files, Binary: w.config.Binary, Folder: folder, Quick: true,
		Limits: emulator.Limits{MessagesPerSecond: -1, PairBurst: -1, PairInterval: -1}, // people type slower than a walk
		Environment: []string{
			"JANSETU_MESSAGES_PER_PERSON=10000", fmt.Sprintf("JANSETU_READ_PAPERS=%t", w.config.ReadPapers),
			"JANSETU_ISSUER=" + filepath.Join(folder, "issuer"), "JANSETU_LOG_FOLDER=" + filepath.Join(folder, "log"),
		},
		Log: w.config.Log,
	}, at)
	if err != nil {
		return err
	}
	defer around.Close()
	store, err := pgxpool.New(ctx, at.DatabaseURL)
	if err != nil {
		return fmt.Errorf("read the hub's store: %w", err)
	}
	defer store.Close()
	return w.walkAll(ctx, r, around, store)
}

const usualParallel = 8

func (w *walks) walkAll(ctx context.Context, r round, around *town.Town, store *pgxpool.Pool) error {
	var all errgroup.Group
	all.SetLimit(max(w.config.Parallel, 0))
	if w.config.Parallel == 0 {
		all.SetLimit(usualParallel)
	}
	for i, job := range r.jobs {
		all.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			w.done(w.one(ctx, r, job, i, around, store))
			return nil
		})
	}
	return all.Wait()
}

// one walks one service in one language.
func (w *walks) one(ctx context.Context, r round, job Job, nth int, around *town.Town, store *pgxpool.Pool) Result {
	began := time.Now()
	result := Result{State: r.state, Service: job.Service.ID, Kind: job.Service.Kind, Title: job.Service.Title["en"], Language: job.Language}
	first, err := newWalker(around, store, r.services, job, 2*nth)
	if err == nil && job.Service.Kind != catalog.KindInformation {
		err = first.stumbles(ctx)
	}
	w.take(&result, first, err)
	if err == nil { // somebody else, since the hub sends one person only so many messages in a minute
		second, err := newWalker(around, store, r.services, job, 2*nth+1)
		if err == nil {
			err = second.completes(ctx, &result)
		}
		w.take(&result, second, err)
	}
	result.Seconds = time.Since(began).Seconds()
	return result
}

// take notes what came of one citizen's walk.
func (w *walks) take(result *Result, citizen *walker, err error) {
	if err != nil {
		result.Failures = append(result.Failures, err.Error())
	}
	if citizen == nil {
		return
	}
	for _, fault := range citizen.faults {
		if !slices.Contains(result.Failures, fault) {
			result.Failures = append(result.Failures, fault)
		}
	}
	const shown = 8
	switch {
	case w.config.Show:
		result.Last = append(result.Last, citizen.said...)
	case err != nil:
		result.Last = citizen.said[max(len(citizen.said)-shown, 0):]
	}
}

func (w *walks) done(result Result) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.report.Results = append(w.report.Results, result)
	what := fmt.Sprintf("%d messages", result.Messages)
	if len(result.Failures) > 0 {
		what = "FAILED: " + result.Failures[0]
	}
	w.config.sayf("%d of %d: %s %s %s: %s, %.1f s", len(w.report.Results), w.total, result.State, result.Language, result.Service, what, result.Seconds)
}

// Job is one service to be completed in one language.
type Job struct {
	Service  *catalog.Service
	Language catalog.Language
}

// round is what is walked on one hub.
type round struct {
	name     string
	state    string
	services *catalog.Catalog
	jobs     []Job
}

func countJobs(rounds []round) (count int) {
	for _, each := range rounds {
		count += len(each.jobs)
	}
	return count
}

// plan makes a round of every state and language; of a sample, one of every state. A state whose catalog cannot be loaded is a result: the
// others are walked all the same.
func plan(config *Config) (rounds []round, broken []Result, err error) {
	states, err := config.states()
	if err != nil {
		return nil, nil, err
	}
	for i, state := range states {
		services, err := catalog.Load(config.Files, state)
		if err != nil {
			broken = append(broken, Result{State: state, Service: "-", Failures: []string{err.Error()}})
			continue
		}
		if config.Sample {
			rounds = append(rounds, round{town.PlotName("sample", state), state, services, sample(services, i)})
			continue
		}
		rounds = append(rounds, config.roundsOf(state, services)...)
	}
	return slices.DeleteFunc(rounds, func(each round) bool { return len(each.jobs) == 0 }), broken, nil
}

func (c *Config) states() ([]string, error) {
	if len(c.States) > 0 {
		return c.States, nil
	}
	entries, err := fs.ReadDir(c.Files, "states")
	if err != nil {
		return nil, fmt.Errorf("list the states: %w", err)
	}
	var states []string
	for _, entry := range entries {
		if entry.IsDir() {
			states = append(states, entry.Name())
		}
	}
	return states, nil
}

func (c *Config) roundsOf(state string, services *catalog.Catalog) []round {
	var rounds []round
	for _, language := range services.Languages() {
		if len(c.Languages) > 0 && !slices.Contains(c.Languages, language) {
			continue
		}
		each := round{name: town.PlotName("walk", state, string(language)), state: state, services: services}
		for _, service := range services.Services() {
			if service.Availability == catalog.Live && (len(c.Services) == 0 || slices.Contains(c.Services, service.ID)) {
				each.jobs = append(each.jobs, Job{service, language})
			}
		}
		if c.Seed != 0 {
			random := rand.New(rand.NewPCG(c.Seed, uint64(len(rounds)))) //nolint:gosec // repeatable, not secret
			random.Shuffle(len(each.jobs), func(i, j int) { each.jobs[i], each.jobs[j] = each.jobs[j], each.jobs[i] })
		}
		rounds = append(rounds, each)
	}
	return rounds
}

// Kinds are all kinds of service, in the order of reports.
func kinds() []catalog.Kind {
	return []catalog.Kind{
		catalog.KindApplication, catalog.KindBill, catalog.KindBooking, catalog.KindRecord, catalog.KindGrievance, catalog.KindInformation,
	}
}

// sample is the first live service of each kind, each in the next language; the nth state begins with its nth.
func sample(services *catalog.Catalog, nth int) []Job {
	languages := services.Languages()
	var jobs []Job
	for i, kind := range kinds() {
		for _, service := range services.Services() {
			if service.Kind == kind && service.Availability == catalog.Live {
				jobs = append(jobs, Job{service, languages[(nth+i)%len(languages)]})
				break
			}
		}
	}
	return jobs
}
