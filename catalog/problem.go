package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/token"
)

// Problem is one fault in the deployment's files, worded for somebody who edits them and does not write Go.
type Problem struct {
	File    string
	Line    int // from 1; 0 when the fault is the file's absence
	Column  int // from 1, counted in characters; in a table, the number of the cell
	Message string

	about string // the service whose fault it is, as the message names it
}

// String is "file:line:column: message", which editors turn into a link.
func (p Problem) String() string {
	if p.Line == 0 {
		return fmt.Sprintf("%s: %s", p.File, p.Message)
	}
	return fmt.Sprintf("%s:%d:%d: %s", p.File, p.Line, p.Column, p.Message)
}

// LoadError is returned by [Load] and holds every problem that kept the catalog from being used.
type LoadError struct{ Problems []Problem }

// Error lists the problems, one to a line.
func (e *LoadError) Error() string {
	lines := make([]string, len(e.Problems))
	for i, problem := range e.Problems {
		lines[i] = problem.String()
	}
	return strings.Join(lines, "\n")
}

// ErrNoState is returned by [Load] when there is no folder for the state asked for.
var ErrNoState = errors.New("no such state")

// problems are those found so far.
type problems struct {
	list []Problem
	// files names the file of a place that is not in the file of the entry it became part of: a shared form, the head of a table.
	files map[*token.Position]string
}

func (p *problems) addf(file string, at *token.Position, format string, args ...any) {
	if other, elsewhere := p.files[at]; elsewhere {
		file = other
	}
	problem := Problem{File: file, Message: fmt.Sprintf(format, args...)}
	if at != nil {
		problem.Line, problem.Column = at.Line, at.Column
	}
	p.list = append(p.list, problem)
}

// addAboutf adds a fault of a service that its message names. What several services have in common, such as the head of a table, may be
// at fault for all of them: then it is reported for the first, with their number.
func (p *problems) addAboutf(service entry[Service], at *token.Position, format string, args ...any) {
	p.addf(service.file, at, format, args...)
	p.list[len(p.list)-1].about = service.value.ID
}

// add takes over what was found elsewhere.
func (p *problems) add(more problems) {
	p.list = append(p.list, more.list...)
	for at, file := range more.files {
		p.rememberFile(at, file)
	}
}

func (p *problems) rememberFile(at *token.Position, file string) {
	if p.files == nil {
		p.files = make(map[*token.Position]string)
	}
	p.files[at] = file
}

// sorted orders by file and place, and drops repetitions.
func (p *problems) sorted() []Problem {
	slices.SortStableFunc(p.list, func(a, b Problem) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column), cmp.Compare(a.Message, b.Message))
	})
	kept := p.list[:0]
	first, more := make(map[Problem]int), make(map[int]int)
	for _, problem := range p.list {
		same := problem
		if problem.Line > 0 && problem.about != "" {
			same.Message, same.about = strings.ReplaceAll(problem.Message, problem.about, ""), ""
		}
		if at, again := first[same]; again {
			more[at]++
			continue
		}
		first[same] = len(kept)
		kept = append(kept, problem)
	}
	for at, others := range more {
		if kept[at].about != "" {
			kept[at].Message += fmt.Sprintf(" (and so for %d more)", others)
		}
	}
	return kept
}
