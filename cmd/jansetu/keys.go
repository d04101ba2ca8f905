package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"text/tabwriter"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
)

type keysCommand struct {
	Status keysStatusCommand `cmd:"" help:"Show which key-encryption keys wrap the keys of persons."`
	Rotate keysRotateCommand `cmd:"" help:"Wrap the key of every person anew under JANSETU_KEK_URI. May be interrupted and called again."`
}

type keysStatusCommand struct{}

// Run prints the counts.
func (keysStatusCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase, config.NeedKeys)
	if err != nil {
		return err
	}
	current, stats, err := assembly.KeyStats(ctx, settings)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "KEY-ENCRYPTION KEY\tPERSONS")
	for _, kek := range slices.Sorted(maps.Keys(stats.ByKEK)) {
		mark := ""
		if kek == current {
			mark = " (current)"
		}
		_, _ = fmt.Fprintf(table, "%s%s\t%d\n", kek, mark, stats.ByKEK[kek])
	}
	_, _ = fmt.Fprintf(table, "destroyed\t%d\n", stats.Destroyed)
	return table.Flush()
}

type keysRotateCommand struct{}

// Run rotates and tells how far it is.
func (keysRotateCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase, config.NeedKeys)
	if err != nil {
		return err
	}
	err = assembly.RotateKeys(ctx, settings, func(done, left int) { fmt.Printf("%d keys wrapped anew, %d to go\n", done, left) })
	if err != nil {
		return fmt.Errorf("stopped; what was done stays done, call it again to go on: %w", err)
	}
	fmt.Println("Every key is wrapped by the current key-encryption key; JANSETU_KEK_FORMER_URIS may be emptied.")
	return nil
}
