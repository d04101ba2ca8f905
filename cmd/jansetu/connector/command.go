// Package connector is the command `jansetu connector`, for engineers who add a
// portal: draft a family, draft a service definition from a form page, run the
// conformance suite, record a session.
package connector

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/jansetu/jansetu/cmd/jansetu/connector/draft"
)

// Command is every subcommand with its flags.
type Command struct {
	New      newCommand      `cmd:"" help:"Draft a new family: connector, twin, fixture, tests, page of documentation."`
	Discover discoverCommand `cmd:"" help:"Read a form page and draft the service definition for it."`
	Check    checkCommand    `cmd:"" help:"Run the conformance suite on connectors and print what holds."`
	Twin     twinCommand     `cmd:"" help:"Run the stand-in of a portal alone, with its page of faults."`
	Record   recordCommand   `cmd:"" help:"Stand between a connector or browser and a portal, and keep the session as a redacted fixture."`
}

type newCommand struct {
	Name       string `arg:"" help:"Name of the family: lower case letters and digits."`
	Capability string `required:"" enum:"application,bill,booking,grievance,record" help:"What the portal is for: ${enum}."`
	Root       string `help:"The repository; found from here when not given." type:"existingdir"`
}

// Run writes the draft and says what to do with it.
func (c newCommand) Run() error {
	root, err := repository(c.Root)
	if err != nil {
		return err
	}
	paths, err := draft.Draft{Name: c.Name, Capability: c.Capability}.Write(root)
	if err != nil {
		return fmt.Errorf("draft connector %s: %w", c.Name, err)
	}
	for _, path := range paths {
		fmt.Println(path)
	}
	fmt.Printf("\nIt compiles and conforms to an invented portal. Now make that portal the real one:\n"+
		"  1. connectors/%[1]s/doc.go: what is known of the wire, and from where\n"+
		"  2. connectors/%[1]s/twin: behave so, with invented people\n"+
		"  3. connectors/%[1]s: speak so\n"+
		"Check after every step:\n  jansetu connector check %[1]s\n", c.Name)
	return nil
}

var errNoRepository = errors.New("this is not within the repository of Jansetu; say where it is with --root")

// repository finds the folder that holds go.mod and connectors/.
func repository(given string) (string, error) {
	folder, err := filepath.Abs(given)
	if err != nil {
		return "", fmt.Errorf("find the repository: %w", err)
	}
	for {
		module, err := os.ReadFile(filepath.Join(folder, "go.mod")) //nolint:gosec // the engineer's own folder
		if err == nil && strings.Contains(string(module), "github.com/jansetu/jansetu\n") {
			return folder, nil
		}
		parent := filepath.Dir(folder)
		if parent == folder || given != "" {
			return "", errNoRepository
		}
		folder = parent
	}
}
