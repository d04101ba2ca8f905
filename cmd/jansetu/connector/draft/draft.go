// Package draft writes the first version of a new connector family: connector,
// twin, fixture, tests and a page of documentation, which compile and pass the
// conformance suite against an invented portal. The engineer replaces the
// invented portal by the real one, piece by piece, and the tests tell what is
// still missing.
package draft

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"go/format"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
)

//go:embed templates
var templates embed.FS

// Draft is what a new family is to be.
type Draft struct {
	// Name is the folder below connectors/ and the family's name: lower case
	// letters and digits.
	Name string
	// Capability is one of Capabilities.
	Capability string
}

// Capabilities lists what can be drafted.
func Capabilities() []string {
	return []string{"application", "bill", "booking", "grievance", "record"}
}

// ErrExists says that there is such a folder or page already. Nothing was
// written.
var ErrExists = errors.New("it exists already")

// data is what templates see.
type data struct {
	Name, Package, Capability, Interface, Prefix string
	Wire                                         []string
}

// Is tells a template whether the draft has one of the capabilities.
func (d data) Is(capabilities ...string) bool { return slices.Contains(capabilities, d.Capability) }

func (d Draft) data() data {
	interfaces := map[string]string{
		"application": "Applications", "bill": "BillConnector", "booking": "Bookings", "grievance": "Grievances", "record": "Records",
	}
	return data{
		Name: d.Name, Package: d.Name, Capability: d.Capability, Interface: interfaces[d.Capability],
		Prefix: strings.ToUpper(d.Name[:min(len(d.Name), 3)]), Wire: wire(d.Capability),
	}
}

var goodName = regexp.MustCompile(`^[a-z][a-z0-9]{2,30}$`)

func (d Draft) validate() error {
	if !goodName.MatchString(d.Name) {
		return fmt.Errorf("%q is not a name: 3 to 31 lower case letters and digits, a letter first", d.Name)
	}
	if !slices.Contains(Capabilities(), d.Capability) {
		return fmt.Errorf("no capability %q, have %s", d.Capability, strings.Join(Capabilities(), ", "))
	}
	return nil
}

// Write makes the files below root, the repository's folder, and returns their
// paths relative to it.
func (d Draft) Write(root string) ([]string, error) {
	if err := d.validate(); err != nil {
		return nil, err
	}
	files, err := d.render()
	if err != nil {
		return nil, err
	}
	for _, taken := range []string{filepath.Join("connectors", d.Name), filepath.Join("docs", "portals", d.Name+".md")} {
		if _, err := os.Stat(filepath.Join(root, taken)); err == nil {
			return nil, fmt.Errorf("%s: %w", taken, ErrExists)
		}
	}
	paths := make([]string, 0, len(files))
	for path, content := range files {
		if err := write(filepath.Join(root, path), content); err != nil {
			return paths, err
		}
		paths = append(paths, path)
	}
	slices.Sort(paths)
	return paths, nil
}

func write(path string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil { //nolint:gosec // source code is for everybody
		return fmt.Errorf("make folder: %w", err)
	}
	if err := os.WriteFile(path, content, 0o644); err != nil { //nolint:gosec // as above
		return fmt.Errorf("write draft: %w", err)
	}
	return nil
}

// places tells where each template goes, below the repository.
func (d Draft) places() map[string]string {
	family := filepath.Join("connectors", d.Name)
	return map[string]string{
		"common/doc.go.tmpl":                       filepath.Join(family, "doc.go"),
		"common/connector.go.tmpl":                 filepath.Join(family, "connector.go"),
		"common/probe.go.tmpl":                     filepath.Join(family, "probe.go"),
		d.Capability + "/capability.go.tmpl":       filepath.Join(family, d.Capability+".go"),
		d.Capability + "/conformance_test.go.tmpl": filepath.Join(family, "conformance_test.go"),
		d.Capability + "/fixture_test.go.tmpl":     filepath.Join(family, "fixture_test.go"),
		d.Capability + "/fixture.html.tmpl":        filepath.Join(family, "testdata", "page.html"),
		"common/twin_doc.go.tmpl":                  filepath.Join(family, "twin", "doc.go"),
		"common/twin.go.tmpl":                      filepath.Join(family, "twin", "twin.go"),
		d.Capability + "/routes.go.tmpl":           filepath.Join(family, "twin", "routes.go"),
		"common/page.md.tmpl":                      filepath.Join("docs", "portals", d.Name+".md"),
	}
}

func (d Draft) render() (map[string][]byte, error) {
	files := map[string][]byte{}
	for name, path := range d.places() {
		text, err := fs.ReadFile(templates, "templates/"+name)
		if err != nil {
			return nil, fmt.Errorf("read template: %w", err)
		}
		parsed, err := template.New(name).Delims("«", "»").Option("missingkey=error").Parse(string(text))
		if err != nil {
			return nil, fmt.Errorf("parse template: %w", err)
		}
		var content bytes.Buffer
		if err := parsed.Execute(&content, d.data()); err != nil {
			return nil, fmt.Errorf("fill template: %w", err)
		}
		files[path] = content.Bytes()
		if strings.HasSuffix(path, ".go") {
			if files[path], err = format.Source(content.Bytes()); err != nil {
				return nil, fmt.Errorf("format %s: %w", name, err)
			}
		}
	}
	return files, nil
}

// wire describes the invented portal of a draft, for its package comment.
func wire(capability string) []string {
	return map[string][]string{
		"application": {
			"GET  /apply?service=   a form: our_ref, applicant, income; a cookie begins the visit",
			"POST /apply            the number, or a message about a field",
			"GET  /find?ref=        the number of our reference",
			"GET  /status?number=   RECEIVED, WITH OFFICER, APPROVED, REJECTED",
			"GET  /certificate?number=  PDF, 404 until it is issued",
		},
		"record": {
			"GET  /search           a form: village, survey; a cookie begins the visit",
			"POST /record           the record as a table, or that there is none",
		},
		"grievance": {
			"GET  /complain?town=   a form: our_ref, category, text, mobile; a cookie begins the visit",
			"POST /complain         the number, or a message about a field",
			"GET  /find?ref=        the number of our reference",
			"GET  /track?number=    REGISTERED, ASSIGNED, RESOLVED, CLOSED",
		},
		"booking": {
			"GET  /slots?date=      a table of slots with what is left",
			"POST /hold             keeps places for ten minutes",
			"POST /confirm          turns a hold into a ticket under our reference",
			"GET  /ticket?ref=      the ticket of our reference",
			"POST /release          gives a hold back",
		},
		"bill": {
			"GET  /bill?account=    the present bill as a table",
			"POST /pay              records a payment under our reference",
			"GET  /receipt?ref=     the receipt of our reference",
		},
	}[capability]
}
