package connector

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"strings"

	"github.com/jansetu/jansetu/cmd/jansetu/connector/report"
	"github.com/jansetu/jansetu/connectors/conformance/live"
)

type checkCommand struct {
	Names []string `arg:"" optional:"" help:"Families to check; all when none is named."`
	URL   string   `help:"A real portal's address: only calls that change nothing are made, once each, for things that do not exist." placeholder:"ADDRESS"`
	Root  string   `help:"The repository; found from here when not given." type:"existingdir"`
}

// Run runs the suites with the go command and prints their table.
func (c checkCommand) Run(ctx context.Context) error {
	root, err := repository(c.Root)
	if err != nil {
		return err
	}
	if err := c.validate(); err != nil {
		return err
	}
	arguments := append([]string{"test", "-json", "-count=1", "-timeout=20m", "-parallel=8", "-run=^TestConformance"}, c.packages()...)
	command := exec.CommandContext(ctx, "go", arguments...) //nolint:gosec // names are checked
	command.Dir, command.Stderr = root, os.Stderr
	command.Env = os.Environ()
	if c.URL != "" {
		command.Env = append(command.Env, live.AddressVariable+"="+c.URL)
	}
	output, err := command.StdoutPipe()
	if err != nil {
		return fmt.Errorf("run go test: %w", err)
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("run go test: %w", err)
	}
	read, readErr := report.Read(output)
	waitErr := command.Wait()
	if readErr != nil {
		return readErr
	}
	return finish(read, waitErr)
}

func finish(read *report.Report, waitErr error) error {
	if err := read.Write(os.Stdout); err != nil {
		return fmt.Errorf("print the table: %w", err)
	}
	switch {
	case read.Failed():
		return errors.New("not every behaviour holds")
	case waitErr != nil:
		return fmt.Errorf("run go test: %w", waitErr)
	case read.Empty():
		return errors.New("there is no conformance test")
	default:
		return nil
	}
}

func (c checkCommand) validate() error {
	for _, name := range c.Names {
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789/") != "" || strings.HasPrefix(name, "/") {
			return fmt.Errorf("%q is not the name of a family", name)
		}
	}
	if c.URL == "" {
		return nil
	}
	if address, err := url.Parse(c.URL); err != nil || address.Host == "" {
		return errors.New("--url is not an address")
	}
	if len(c.Names) != 1 {
		return errors.New("--url needs the name of one family")
	}
	return nil
}

func (c checkCommand) packages() []string {
	if len(c.Names) == 0 {
		return []string{"./connectors/..."}
	}
	packages := make([]string, 0, len(c.Names))
	for _, name := range c.Names {
		packages = append(packages, "./connectors/"+name+"/...")
	}
	return packages
}
