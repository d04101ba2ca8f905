package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/jansetu/jansetu/activities"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/walk"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/verify"
)

type catalogCommand struct {
	Lint catalogLintCommand `cmd:"" help:"Check the services, forms and texts of every state, and say where something is wrong."`
	List catalogListCommand `cmd:"" help:"List the services of a state."`

	Review catalogReviewCommand `cmd:"" help:"List the translations that no speaker of the language has approved, or approve them."`
	Walk   walk.Command         `cmd:"" help:"Complete every live service of every state in every language on the whole hub, and print what cannot be."`
}

// catalogSource is where the deployments are read from.
type catalogSource struct {
	Files string `help:"Folder to read instead of what is built in: it holds states/, shared/ and languages/, as deploy/ does." type:"existingdir"`
}

func (s catalogSource) tree() fs.FS {
	if s.Files == "" {
		return deploy.Files
	}
	return os.DirFS(s.Files)
}

type catalogLintCommand struct {
	catalogSource
	Summary bool     `help:"Print how many problems each file has, and not each of them."`
	States  []string `arg:"" optional:"" help:"States to check; all when none is named."`
}

// Run prints every problem and fails when there is one.
func (c catalogLintCommand) Run() error {
	states, err := c.states()
	if err != nil {
		return err
	}
	specs := slices.Concat(dialog.Texts(), flows.Texts(), activities.Texts(), verify.Texts())
	said := make(map[catalog.Problem]bool) // states have texts in common
	inFile := make(map[string]int)
	for _, state := range states {
		for _, problem := range catalog.Lint(c.tree(), state, specs) {
			if said[problem] {
				continue
			}
			said[problem] = true
			inFile[problem.File]++
			if !c.Summary {
				fmt.Println(problem)
			}
		}
	}
	if c.Summary {
		printCounts(os.Stdout, inFile)
	}
	switch len(said) {
	case 0:
		return nil
	case 1:
		return fmt.Errorf("1 problem in the catalog of %s", strings.Join(states, ", "))
	}
	return fmt.Errorf("%d problems in the catalog of %s", len(said), strings.Join(states, ", "))
}

// printCounts lists the files with the most problems first.
func printCounts(to io.Writer, inFile map[string]int) {
	files := slices.SortedFunc(maps.Keys(inFile), func(a, b string) int { return cmp.Or(inFile[b]-inFile[a], strings.Compare(a, b)) })
	for _, file := range files {
		_, _ = fmt.Fprintf(to, "%6d  %s\n", inFile[file], file)
	}
}

func (c catalogLintCommand) states() ([]string, error) {
	if len(c.States) > 0 {
		return c.States, nil
	}
	return c.allStates()
}

// allStates lists the folders under states.
func (s catalogSource) allStates() ([]string, error) {
	entries, err := fs.ReadDir(s.tree(), "states")
	if err != nil {
		return nil, fmt.Errorf("list the states: %w", err)
	}
	var states []string
	for _, entry := range entries {
		if entry.IsDir() {
			states = append(states, entry.Name())
		}
	}
	if len(states) == 0 {
		return nil, errors.New("there are no states in the folder states")
	}
	return states, nil
}

type catalogListCommand struct {
	catalogSource
	State string `arg:"" default:"andhra" help:"The state."`
}

// Run lists the services by category.
func (c catalogListCommand) Run() error {
	services, err := catalog.Load(c.tree(), c.State)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, category := range services.Categories() {
		for _, service := range services.ServicesIn(category.ID) {
			_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\n", category.Title["en"], service.ID, service.Kind, service.Availability, service.Title["en"])
		}
	}
	return table.Flush()
}
