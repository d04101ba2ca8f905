// Package report turns the output of `go test -json` on conformance tests into a
// table that a person reads: connector by behaviour.
package report

import (
	"bufio"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"path"
	"slices"
	"strings"
	"unicode/utf8"
)

// Result is what became of one behaviour of one connector.
type Result string

// The results, worst last.
const (
	Skipped Result = "–" // not a behaviour of this connector
	Passed  Result = "✓"
	Failed  Result = "✗"
)

// Report is the results of one run.
type Report struct {
	// cells holds results by capability, behaviour and connector.
	cells map[string]map[string]map[string]Result
	// broken lists packages whose tests did not run to their end, with the last
	// of what they wrote.
	broken map[string]string
	failed bool
	output map[string]*strings.Builder
}

// event is one line of go test -json (go doc test2json).
type event struct {
	Action     string
	Package    string
	Test       string
	Output     string
	ImportPath string
}

// capabilities are the names by which suites mark their tests.
func capabilities() []string {
	return []string{"application", "bill", "booking", "grievance", "money", "record"}
}

// Read reads a run's output to its end.
func Read(output io.Reader) (*Report, error) {
	report := &Report{
		cells: map[string]map[string]map[string]Result{}, broken: map[string]string{}, output: map[string]*strings.Builder{},
	}
	lines := bufio.NewScanner(output)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var happened event
		if err := json.Unmarshal(lines.Bytes(), &happened); err != nil {
			continue // what go itself prints, such as a build failure, is not JSON
		}
		report.take(happened)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read test output: %w", err)
	}
	return report, nil
}

func (r *Report) take(happened event) {
	switch happened.Action {
	case "output":
		r.keep(happened)
	case "pass", "fail", "skip":
		if happened.Action == "fail" {
			r.failed = true
		}
		if happened.Test == "" {
			if happened.Action == "fail" && !r.has(happened.Package) {
				r.broken[happened.Package] = r.output[happened.Package].String()
			}
			return
		}
		r.record(happened)
	case "build-output":
		r.keep(event{Package: builtFor(happened.ImportPath), Output: happened.Output})
	case "build-fail":
		r.failed = true
	default:
	}
}

// builtFor drops what test2json adds to a package that is built for a test.
func builtFor(importPath string) string {
	name, _, _ := strings.Cut(importPath, " ")
	return strings.TrimSuffix(strings.TrimSuffix(name, ".test"), "_test")
}

// keptOutput bounds what is kept of a package's or a test's output.
const keptOutput = 4 << 10

func (r *Report) keep(happened event) {
	key := happened.Package
	if happened.Test != "" {
		key += " " + happened.Test
	}
	if r.output[key] == nil {
		r.output[key] = &strings.Builder{}
	}
	if r.output[key].Len() < keptOutput {
		_, _ = r.output[key].WriteString(happened.Output)
	}
}

// record files the result of a behaviour: TestConformance/<variant…>/<capability>/<behaviour>.
func (r *Report) record(happened event) {
	parts := strings.Split(happened.Test, "/")
	for i, part := range parts {
		if i == 0 || !slices.Contains(capabilities(), part) || i+1 >= len(parts) {
			continue
		}
		if i+2 < len(parts) {
			return // a case of a behaviour
		}
		connector := strings.Join(append([]string{nameOf(happened.Package)}, parts[1:i]...), "/")
		r.put(part, strings.ReplaceAll(parts[i+1], "_", " "), connector, happened.Action)
		return
	}
}

// nameOf is the package's path below connectors/.
func nameOf(importPath string) string {
	if _, family, found := strings.Cut(importPath, "/connectors/"); found {
		return family
	}
	return path.Base(importPath)
}

func (r *Report) put(capability, behaviour, connector, action string) {
	if r.cells[capability] == nil {
		r.cells[capability] = map[string]map[string]Result{}
	}
	if r.cells[capability][behaviour] == nil {
		r.cells[capability][behaviour] = map[string]Result{}
	}
	r.cells[capability][behaviour][connector] = map[string]Result{"pass": Passed, "fail": Failed, "skip": Skipped}[action]
}

func (r *Report) has(importPath string) bool {
	name := nameOf(importPath)
	for _, behaviours := range r.cells {
		for _, connectors := range behaviours {
			for connector := range connectors {
				if connector == name || strings.HasPrefix(connector, name+"/") {
					return true
				}
			}
		}
	}
	return false
}

// Failed tells whether anything failed.
func (r *Report) Failed() bool { return r.failed }

// Empty tells whether no behaviour was checked.
func (r *Report) Empty() bool { return len(r.cells) == 0 && len(r.broken) == 0 }

// Write prints one table per capability, and under it why something failed.
func (r *Report) Write(w io.Writer) error {
	var text strings.Builder
	for _, capability := range slices.Sorted(maps.Keys(r.cells)) {
		writeTable(&text, capability, r.cells[capability])
	}
	for _, name := range slices.Sorted(maps.Keys(r.broken)) {
		fmt.Fprintf(&text, "%s did not run to its end:\n%s\n", nameOf(name), r.broken[name])
	}
	r.writeFailures(&text)
	_, err := io.WriteString(w, text.String())
	return err
}

func writeTable(text *strings.Builder, capability string, behaviours map[string]map[string]Result) {
	columns := map[string]bool{}
	widest := utf8.RuneCountInString(capability)
	for behaviour, results := range behaviours {
		widest = max(widest, utf8.RuneCountInString(behaviour))
		for connector := range results {
			columns[connector] = true
		}
	}
	names := slices.Sorted(maps.Keys(columns))
	text.WriteString(padded(capability, widest))
	for _, name := range names {
		text.WriteString("  " + name)
	}
	text.WriteString("\n")
	for _, behaviour := range slices.Sorted(maps.Keys(behaviours)) {
		text.WriteString(padded(behaviour, widest))
		for _, name := range names {
			result := behaviours[behaviour][name]
			if result == "" {
				result = Skipped
			}
			text.WriteString("  " + padded(string(result), utf8.RuneCountInString(name)))
		}
		trimmed := strings.TrimRight(text.String(), " ")
		text.Reset()
		text.WriteString(trimmed + "\n")
	}
	text.WriteString("\n")
}

func padded(text string, width int) string {
	return text + strings.Repeat(" ", max(width-utf8.RuneCountInString(text), 0))
}

// writeFailures prints the output of the deepest tests that failed.
func (r *Report) writeFailures(text *strings.Builder) {
	for _, key := range slices.Sorted(maps.Keys(r.output)) {
		said := r.output[key].String()
		if strings.Contains(key, " ") && strings.Contains(said, "--- FAIL") && strings.Contains(said, "Error") {
			fmt.Fprintf(text, "%s", said)
		}
	}
}
