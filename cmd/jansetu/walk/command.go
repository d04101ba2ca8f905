package walk

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/deploy"
)

// Command is the flags of `jansetu catalog walk`, for kong.
type Command struct {
	State    []string           `help:"States to walk; all when none is named." sep:","`
	Language []catalog.Language `help:"Languages to walk; all of the state's when none is named." sep:","`
	Service  []string           `help:"Services to walk, by id; all that are live when none is named." sep:","`
	Sample   bool               `help:"Walk one service of each kind, each in another language."`
	Parallel int                `default:"8" help:"How many citizens walk at once."`
	Seed     uint64             `help:"Walk in an order of this seed's instead of the catalog's."`
	Read     bool               `help:"Have the photos of papers read as in production; a second or two for each."`
	Chat     bool               `help:"Fill in every form in the chat, also where it could be opened inside WhatsApp."`
	Show     bool               `help:"Print every conversation, not only the end of those that failed."`
	Files    string             `help:"Folder to read instead of what is built in: it holds states/, languages/ and shared/, as deploy/ does." type:"existingdir"`
	DataDir  string             `help:"Where databases and logs go. Default: a temporary folder." type:"path"`
	Temporal string             `help:"Temporal's program. Default: bin/temporal, or the one in PATH." type:"path"`
}

// Run walks and prints the table. It fails when a service could not be completed.
func (c Command) Run(ctx context.Context) error {
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find our own program: %w", err)
	}
	var files fs.FS = deploy.Files
	if c.Files != "" {
		files = os.DirFS(c.Files)
	}
	report, err := Run(ctx, Config{
		States: c.State, Languages: c.Language, Services: c.Service, Sample: c.Sample, Parallel: c.Parallel, Seed: c.Seed, ReadPapers: c.Read,
		Show: c.Show, Chat: c.Chat,
		Files: files, Binary: binary, TemporalBinary: cmp.Or(c.Temporal, town.TemporalBeside(binary)), DataDir: c.DataDir, Progress: os.Stderr,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if report != nil {
		err = errors.Join(err, report.Write(os.Stdout))
	}
	return err
}
