package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/jansetu/jansetu/catalog"
)

type catalogReviewCommand struct {
	catalogSource
	Language []catalog.Language `help:"Only this language, such as or; may be given again."`
	State    []string           `help:"Only what this state shows; may be given again."`
	Summary  bool               `help:"Print the counts alone."`
	Approve  bool               `help:"Approve what would be listed, as a speaker of the language. Needs --files, --language and --by."`
	By       string             `help:"Who approves: a name or initials, which the files keep." placeholder:"NAME"`
	Places   []string           `arg:"" optional:"" help:"Only these: a file, a file:line, or the fingerprint of a text, as the list shows them."`
}

// Run lists what waits for a speaker of the language, with the English beside it, or records that it is approved.
func (c catalogReviewCommand) Run() error {
	all, err := c.translations()
	if err != nil {
		return err
	}
	waiting := slices.DeleteFunc(slices.Clone(all), func(each catalog.Translation) bool { return each.Approved != nil })
	if c.Approve {
		return c.approve(waiting)
	}
	if !c.Summary {
		printWaiting(os.Stdout, waiting)
	}
	return printReviewed(os.Stdout, all)
}

// translations are those of all the states asked for, each place once, and only those that were asked for.
func (c catalogReviewCommand) translations() ([]catalog.Translation, error) {
	states := c.State
	if len(states) == 0 {
		var err error
		if states, err = c.allStates(); err != nil {
			return nil, err
		}
	}
	var all []catalog.Translation
	for _, state := range states {
		list, err := catalog.Translations(c.tree(), state)
		if err != nil {
			return nil, err
		}
		all = append(all, slices.DeleteFunc(list, func(each catalog.Translation) bool { return !c.asks(each) })...)
	}
	place := func(a, b catalog.Translation) int {
		return cmp.Or(cmp.Compare(a.Language, b.Language), cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	}
	slices.SortStableFunc(all, place)
	return slices.CompactFunc(all, func(a, b catalog.Translation) bool { return place(a, b) == 0 }), nil
}

func (c catalogReviewCommand) asks(each catalog.Translation) bool {
	if len(c.Language) > 0 && !slices.Contains(c.Language, each.Language) {
		return false
	}
	return len(c.Places) == 0 || slices.ContainsFunc(c.Places, func(place string) bool {
		file, line, _ := strings.Cut(strings.TrimPrefix(place, "deploy/"), ":")
		line, _, _ = strings.Cut(line, ":")
		return place == each.Fingerprint || file == each.File && (line == "" || line == strconv.Itoa(each.Line))
	})
}

// printWaiting shows a text that stands in several places once: it is approved in all of them.
func printWaiting(to io.Writer, waiting []catalog.Translation) {
	places := make(map[string]int)
	for _, each := range waiting {
		places[each.Fingerprint]++
	}
	for _, each := range waiting {
		more := ""
		switch count := places[each.Fingerprint]; {
		case count == 0:
			continue // shown
		case count > 1:
			more = fmt.Sprintf("  (in %d places)", count)
		}
		places[each.Fingerprint] = 0
		_, _ = fmt.Fprintf(to, "%s:%d:%d: %s  [%s]%s\n  en  %s\n  %-2s  %s\n", each.File, each.Line, each.Column, each.Key, each.Fingerprint, more,
			indented(each.English), each.Language, indented(each.Text))
	}
}

// indented keeps the lines of a text under its first.
func indented(text string) string { return strings.ReplaceAll(text, "\n", "\n      ") }

// printReviewed counts by language.
func printReviewed(to io.Writer, all []catalog.Translation) error {
	type counts struct{ texts, approved int }
	byLanguage := make(map[catalog.Language]counts)
	for _, each := range all {
		count := byLanguage[each.Language]
		count.texts++
		if each.Approved != nil {
			count.approved++
		}
		byLanguage[each.Language] = count
	}
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	_, _ = fmt.Fprintln(table, "Language\tTexts\tApproved\tWaiting\t")
	for _, lang := range slices.Sorted(maps.Keys(byLanguage)) {
		count := byLanguage[lang]
		_, _ = fmt.Fprintf(table, "%s\t%d\t%d\t%d\t\n", lang, count.texts, count.approved, count.texts-count.approved)
	}
	return table.Flush()
}

var errApproveNeeds = errors.New("to approve, say in which folder (--files deploy), in which language (--language or) and who approves (--by NAME)")

func (c catalogReviewCommand) approve(waiting []catalog.Translation) error {
	by := strings.TrimSpace(c.By)
	if c.Files == "" || len(c.Language) != 1 || by == "" {
		return errApproveNeeds
	}
	if len(waiting) == 0 {
		fmt.Println("Nothing of this waits for approval.")
		return nil
	}
	lang := c.Language[0]
	file := filepath.Join(c.Files, filepath.FromSlash(catalog.ApprovalsFile(lang)))
	given := catalog.Approval{By: by, On: time.Now()}
	if err := replaceFile(file, func(to io.Writer) error { return catalog.WriteApprovals(to, c.tree(), lang, waiting, given) }); err != nil {
		return err
	}
	fmt.Printf("%s: %d approved by %s\n", file, len(waiting), by)
	return nil
}

// replaceFile writes a file anew, whole or not at all.
func replaceFile(name string, write func(io.Writer) error) error {
	draft, err := os.CreateTemp(filepath.Dir(name), "."+filepath.Base(name)+"-*")
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	defer func() { _ = os.Remove(draft.Name()) }() // gone already when all went well
	err = errors.Join(write(draft), draft.Chmod(0o644), draft.Sync(), draft.Close())
	if err == nil {
		err = os.Rename(draft.Name(), name)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", name, err)
	}
	return nil
}
