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
	Rotate keysRotateCommand `cmd:"" help:"Wrap every person's key anew under JANSETU_KEK_URI, as two officers agreed. May be interrupted and called again."`
	// Destroy never ends data: a key in use is refused.
	Destroy keysDestroyCommand `cmd:"" help:"Destroy a former key-encryption key that wraps nobody's key any more. Two officers must have agreed."`
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

type keysRotateCommand struct {
	Approval string `required:"" help:"Number of the approval at /ops/approvals for \"rotate:\" and JANSETU_KEK_URI." placeholder:"NUMBER"`
}

// Run rotates and tells how far it is.
func (c keysRotateCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase, config.NeedKeys)
	if err != nil {
		return err
	}
	err = assembly.RotateKeys(ctx, settings, c.Approval, func(done, left int) { fmt.Printf("%d keys wrapped anew, %d to go\n", done, left) })
	if err != nil {
		return fmt.Errorf("stopped; what was done stays done, call it again to go on: %w", err)
	}
	fmt.Println("Every key is wrapped by the current key-encryption key; JANSETU_KEK_FORMER_URIS may be emptied.")
	return nil
}

type keysDestroyCommand struct {
	URI      string `arg:"" help:"The former key-encryption key, as it was in JANSETU_KEK_URI."`
	Approval string `required:"" help:"Number of the approval at /ops/approvals for \"destroy:\" and the URI." placeholder:"NUMBER"`
}

// Run destroys the key, or says where it is to be destroyed.
func (c keysDestroyCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase, config.NeedKeys)
	if err != nil {
		return err
	}
	local, err := assembly.DestroyKey(ctx, settings, c.Approval, c.URI)
	if err != nil {
		return err
	}
	if local {
		fmt.Println("The key file is removed. Remove its copies in backups too.")
		return nil
	}
	fmt.Println("It is recorded, and nobody's key is wrapped by it any more. Destroy it now at its key service, where the hub has no right to.")
	return nil
}
