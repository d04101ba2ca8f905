package main

import (
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"

	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// The units of the thousand sessions; see package portal's tests.
const (
	unitGoroutines = "goroutines-beside-callers"
	unitNeighbour  = "neighbour-slowdown-%"
	unitInside     = "most-inside"
)

const goalNeighbour = 10 // percent

// figures are what benchmarks reported, by family and unit.
type figures map[string]map[string]float64

// parse reads the output of `go test -bench`.
func parse(output string) figures {
	read := figures{}
	family := ""
	for line := range strings.Lines(output) {
		words := strings.Fields(line)
		switch {
		case len(words) == 2 && words[0] == "pkg:":
			family = path.Base(words[1])
		case len(words) > 2 && strings.HasPrefix(words[0], "Benchmark"):
			read.add(family+variant(words[0]), words[2:])
		default:
		}
	}
	return read
}

// variant is the name of a benchmark's part: " wss" of "BenchmarkSession/wss-2".
func variant(name string) string {
	_, part, found := strings.Cut(name, "/")
	if !found {
		return ""
	}
	if dash := strings.LastIndex(part, "-"); dash > 0 {
		part = part[:dash]
	}
	return " " + part
}

// add takes pairs of a value and its unit.
func (f figures) add(family string, words []string) {
	for pair := range slices.Chunk(words, 2) {
		if len(pair) < 2 {
			return
		}
		value, err := strconv.ParseFloat(pair[0], 64)
		if err != nil {
			return
		}
		if f[family] == nil {
			f[family] = map[string]float64{}
		}
		f[family][pair[1]] = value
	}
}

// goal is the most that a unit may be.
type goal struct {
	unit, heading string
	most          float64
}

func goals() []goal {
	return []goal{
		{speed.UnitOverhead, "overhead p50, ms", float64(speed.GoalOverhead.Milliseconds())},
		{speed.UnitPage, "page of 200 KB p50, ms", float64(speed.GoalPage.Milliseconds())},
		{speed.UnitQuickest, "p10, ms", 0},
		{speed.UnitHeld, "held, KB", speed.GoalSession / 1024},
		{speed.UnitAllocated, "allocated, KB", 0},
	}
}

// print writes the table and answers how many goals were missed. An exclamation mark
// stands at a figure that missed its goal.
func (f figures) print(to io.Writer) (missed int) {
	table := tabwriter.NewWriter(to, 0, 0, 2, ' ', tabwriter.AlignRight)
	wanted := goals()
	headings, most := make([]string, 0, len(wanted)+1), make([]string, 0, len(wanted)+1)
	headings, most = append(headings, "family"), append(most, "goal")
	for _, each := range wanted {
		headings, most = append(headings, each.heading), append(most, atMost(each.most))
	}
	_, _ = fmt.Fprintf(table, "%s\tgoals\t\n%s\t\t\n", strings.Join(headings, "\t"), strings.Join(most, "\t"))
	for _, family := range slices.Sorted(maps.Keys(f)) {
		if _, isFamily := f[family][speed.UnitPage]; !isFamily {
			continue
		}
		line, over := f.line(family)
		missed += over
		_, _ = fmt.Fprintln(table, line)
	}
	_ = table.Flush()
	return missed + f.printCrowd(to)
}

func (f figures) line(family string) (line string, missed int) {
	cells := []string{family}
	for _, each := range goals() {
		mark := ""
		if each.most > 0 && f[family][each.unit] > each.most {
			mark = "!"
			missed++
		}
		cells = append(cells, fmt.Sprintf("%.4g%s", f[family][each.unit], mark))
	}
	return strings.Join(append(cells, verdict(missed == 0)), "\t") + "\t", missed
}

// printCrowd writes what a thousand sessions at a slow portal do to another one.
func (f figures) printCrowd(to io.Writer) (missed int) {
	crowd, measured := f["portal"]
	if !measured {
		return 0
	}
	met := crowd[unitNeighbour] <= goalNeighbour
	if !met {
		missed++
	}
	_, _ = fmt.Fprintf(to, "\n1,000 sessions at a portal of 15 s a page: %.0f inside at once at most, %.0f goroutines beside the callers' own,\n"+
		"another portal's call %.1f %% slower (goal at most %d): %s\n",
		crowd[unitInside], crowd[unitGoroutines], crowd[unitNeighbour], goalNeighbour, verdict(met))
	return missed
}

func atMost(value float64) string {
	if value == 0 {
		return ""
	}
	return fmt.Sprintf("≤ %.4g", value)
}

func verdict(met bool) string {
	if met {
		return "met"
	}
	return "not met"
}
