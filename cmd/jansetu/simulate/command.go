package simulate

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"os"

	around "github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/deploy"
)

// Command is the flags of `jansetu simulate`, for kong.
type Command struct {
	Citizens int    `default:"30" help:"How many citizens live in the town."`
	Days     int    `default:"2"  help:"How many errands each of them has, one a day."`
	Seed     uint64 `default:"1"  help:"The same seed gives the same citizens."`
	Chaos    int    `default:"2"  help:"0: all is well. 1: portals fail. 2: gateway and worker are killed. 3: database and Temporal too, more often."`
	State    string `default:"andhra" help:"Deployment: a folder under deploy/states."`
	Service  string `help:"The bill that citizens pay. Default: the first of the state."`
	DataDir  string `help:"Where databases and logs go. Default: a temporary folder." type:"path"`
	Temporal string `help:"Temporal's program. Default: bin/temporal, or the one in PATH." type:"path"`
}

// Run lets the town live and prints what came of it.
func (c Command) Run(ctx context.Context) error {
	binary, err := os.Executable()
	if err != nil {
		return fmt.Errorf("find our own program: %w", err)
	}
	if c.Chaos < int(Calm) || c.Chaos > int(Raging) {
		return fmt.Errorf("--chaos goes from %d to %d", Calm, Raging)
	}
	report, err := Run(ctx, Config{
		Citizens: c.Citizens, Days: c.Days, Seed: c.Seed, Chaos: Chaos(c.Chaos), State: c.State, Files: deploy.Files, Service: c.Service,
		Binary: binary, TemporalBinary: cmp.Or(c.Temporal, around.TemporalBeside(binary)), DataDir: c.DataDir, Progress: os.Stderr,
		Log: slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if report != nil {
		report.Write(os.Stdout)
	}
	return err
}
