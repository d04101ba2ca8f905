// Package simulate is a town in a box: the real hub, with real PostgreSQL and real Temporal, among invented citizens who change their
// minds, pay twice and send pictures for text, while portals fail and processes are killed. At the end it holds what citizens were told
// against what the portals, the bank, the books and the store hold.
//
// The same seed gives the same citizens, their errands and habits. What the chaos hits depends on the machine's timing, as in life. A day
// is as long as its errands take: waits of the hub that are days long are not reached, since nobody turns its clock.
package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"math/rand/v2"
	"os"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/workflows"
)

// Config is what a run needs.
type Config struct {
	Citizens, Days int
	Seed           uint64
	Chaos          Chaos
	State          string
	Files          fs.FS // of the catalog
	// Service is the bill that citizens pay; empty: the first of the state that the simulation knows.
	Service string
	// Binary is the hub's program, TemporalBinary Temporal's; empty finds it as `jansetu dev` does.
	Binary, TemporalBinary string
	// DataDir keeps databases and logs; empty: a temporary folder, removed when all is exact.
	DataDir  string
	Progress io.Writer
	Log      *slog.Logger
}

// ErrNotExact says that something was lost, doubled, unaccounted for or stuck; the report says what.
var ErrNotExact = errors.New("the town's accounts do not agree")

func (c Config) sayf(format string, values ...any) {
	_, _ = fmt.Fprintf(c.Progress, format+"\n", values...)
}

// Run lets the town live and returns what came of it. It fails with ErrNotExact, with the report, when the accounts do not agree.
func Run(ctx context.Context, config Config) (*Report, error) {
	services, err := catalog.Load(config.Files, config.State)
	if err != nil {
		return nil, err
	}
	folder, err := dataDir(config.DataDir)
	if err != nil {
		return nil, err
	}
	t, err := openTown(ctx, config, services, folder)
	if err != nil {
		return nil, err
	}
	report, err := t.run(ctx)
	t.close() //nolint:contextcheck // what was started is ended whatever happened to the caller
	switch {
	case err != nil:
		return report, fmt.Errorf("%w; logs are in %s", err, folder)
	case !report.Exact():
		return report, fmt.Errorf("%w; logs are in %s", ErrNotExact, folder)
	case config.DataDir == "":
		_ = os.RemoveAll(folder)
	}
	return report, nil
}

func dataDir(given string) (string, error) {
	if given != "" {
		return given, os.MkdirAll(given, 0o700)
	}
	return os.MkdirTemp("", "jansetu-town")
}

func (t *town) run(ctx context.Context) (*Report, error) {
	var bankers sync.WaitGroup
	town := people(t.config.Seed, t.config.Citizens, t.config.Days, t.services.Languages(), t.kinds)
	citizens := make([]*citizen, len(town))
	for i, person := range town {
		var err error
		if citizens[i], err = newCitizen(t, person, &bankers); err != nil {
			return nil, err
		}
	}
	if err := t.live(ctx, citizens); err != nil {
		return nil, err
	}
	bankers.Wait()
	t.config.sayf("Waiting until what is under way has come to its end")
	if err := t.settle(ctx, citizens); err != nil {
		return nil, err
	}
	return t.compare(ctx, citizens)
}

// atOnce is how many citizens are on their phones together.
const atOnce = 12

// live lets all citizens live their days while the storm goes on.
func (t *town) live(ctx context.Context, citizens []*citizen) error {
	weather, end := context.WithCancel(ctx)
	var storm sync.WaitGroup
	storm.Go(func() { t.storm(weather, rand.New(rand.NewPCG(t.config.Seed, 2))) }) //nolint:gosec // repeatable, not secret
	var lives errgroup.Group
	lives.SetLimit(atOnce)
	var over sync.Mutex
	done := 0
	for _, c := range citizens {
		lives.Go(func() error {
			err := c.live(ctx)
			over.Lock()
			defer over.Unlock()
			done++
			t.config.sayf("%d of %d citizens are done", done, len(citizens))
			return err
		})
	}
	err := lives.Wait()
	end()
	storm.Wait()
	t.calm()
	return err
}

const (
	settleLimit = 4 * time.Minute
	settleTick  = time.Second
	lookEvery   = 5 // rounds
)

// settle waits until every request stands where it may stand, and citizens have heard what there is to hear. They answer what they are still
// asked: a portal that fails again and again asks for its letters when the errand's day is long over.
func (t *town) settle(ctx context.Context, citizens []*citizen) error {
	ctx, cancel := context.WithTimeout(ctx, settleLimit)
	defer cancel()
	for round := 0; ; round++ {
		if round%lookEvery == 0 {
			t.lookAgain(ctx)
		}
		report, err := t.compare(context.WithoutCancel(ctx), citizens)
		if err != nil {
			return err
		}
		if report.Exact() {
			return nil
		}
		wait(ctx, settleTick)
		if ctx.Err() != nil {
			return nil // the report says what is left
		}
		for _, c := range citizens {
			messages, err := t.meta.Chat(c.Number, c.read)
			if err != nil {
				return fmt.Errorf("read the last messages: %w", err)
			}
			for _, h := range c.hear(messages) {
				c.comeBack(ctx, h)
			}
		}
	}
}

// lookAgain does what an operator does who does not want to wait: has every application looked after that the department works on. The hub
// looks by itself after hours, which nobody lives through here.
func (t *town) lookAgain(ctx context.Context) {
	applied, offered := t.wishes[kindApplication]
	if !offered {
		return
	}
	requests, err := t.readStore(ctx)
	if err != nil {
		t.log.Warn("the operator cannot read the requests", "error", err)
		return
	}
	for found, request := range requests {
		if request.service != applied.service().ID || !request.open || request.stage != stageInProgress {
			continue
		}
		if err := t.clerk.SignalWorkflow(ctx, workflows.RequestWorkflowID(found), "", workflows.SignalOperatorRetry, nil); err != nil {
			t.log.Warn("the operator cannot have a request looked after", "error", err)
		}
	}
}
