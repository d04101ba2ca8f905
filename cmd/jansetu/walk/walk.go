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
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
)

// Config is what walks need.
type Config struct {
	// States, Languages and Services narrow what is walked; empty: all.
	States, Services []string
	Languages        []catalog.Language
	// Sample walks one service of each kind for each state, each in another language.
	Sample bool
	// Parallel is how many citizens walk at once; 0 or less: 8.
	Parallel int
	// Seed decides the order in which services are walked; 0: that of the catalog.
	Seed  uint64
	Files fs.FS // of the catalog
	// Chat has every form answered question after question, also where it could be opened inside WhatsApp.
	Chat bool
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
