package documents

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/documents/layout"
	"github.com/jansetu/jansetu/documents/pdf"
)

// template says what a kind of document holds. A text is named by its key in the language files, a value by its name in the data.
type template struct {
	Page    string                       `yaml:"page"`   // A4 or A5
	Margin  float64                      `yaml:"margin"` // millimetres
	Accent  string                       `yaml:"accent"` // #rrggbb
	Frame   bool                         `yaml:"frame"`
	Title   string                       `yaml:"title"`  // text: what viewers show as the document's name
	Footer  []string                     `yaml:"footer"` // texts
	Blocks  []block                      `yaml:"blocks"`
	Extends string                       `yaml:"extends"` // a kind below templates/, for all that is not said here
	Texts   map[string]map[string]string `yaml:"texts"`   // by language: what this template says otherwise

	paper  paper
	accent pdf.Color
}

// block is one of the following: the field that is set says which.
type block struct {
	Letterhead []string    `yaml:"letterhead"` // values, under the emblem
	Band       *band       `yaml:"band"`
	Title      string      `yaml:"title"` // text
	Ends       []string    `yaml:"ends"`  // two texts
	Section    string      `yaml:"section"`
	Paragraph  *paragraph  `yaml:"paragraph"`
	Fields     *fieldBlock `yaml:"fields"`
	Table      *tableBlock `yaml:"table"`
	Numbered   string      `yaml:"numbered"` // a list of the data
	Groups     string      `yaml:"groups"`   // a list of the data, whose records are one text that heads a group, or label and value
	Amount     *amount     `yaml:"amount"`
	Close      *closing    `yaml:"close"`
	Space      float64     `yaml:"space"` // millimetres

	// When names a value or list of the data without which the block is left out.
	When string `yaml:"when"`
}

type band struct {
	Title  string `yaml:"title"`  // text
	Issuer string `yaml:"issuer"` // value
}

type paragraph struct {
	Text   string `yaml:"text"`
	Size   string `yaml:"size"`  // small, normal, large
	Align  string `yaml:"align"` // left, center, right
	Bold   bool   `yaml:"bold"`
	Single bool   `yaml:"single"` // in the first language only
}

type fieldBlock struct {
	Rows  []fieldRow `yaml:"rows"`
	From  string     `yaml:"from"` // a list of the data, whose records are label and value
	Photo bool       `yaml:"photo"`
}

type fieldRow struct {
	Label    string `yaml:"label"` // text
	Value    string `yaml:"value"` // value
	Optional bool   `yaml:"optional"`
}

type tableBlock struct {
	From    string        `yaml:"from"`
	Columns []tableColumn `yaml:"columns"`
}

type tableColumn struct {
	Title string  `yaml:"title"`
	Share float64 `yaml:"share"`
	Align string  `yaml:"align"`
}

type amount struct {
	Label string `yaml:"label"` // text
	Value string `yaml:"value"` // value
	Stamp string `yaml:"stamp"` // text
}

type closing struct {
	Signer  []string `yaml:"signer"`  // texts
	Caption string   `yaml:"caption"` // text, beside the code
}

type paper struct{ width, height float64 }

const millimetre = 72 / 25.4

var papers = map[string]paper{
	"A4": {210 * millimetre, 297 * millimetre},
	"A5": {148 * millimetre, 210 * millimetre},
}

func (l *Library) loadTemplates(root fs.FS) error {
	for _, pattern := range []string{"templates/*.yaml", path.Join("states", l.state, "*.yaml"), path.Join("states", l.state, "*", "*.yaml")} {
		names, err := fs.Glob(root, pattern)
		if err != nil {
			return fmt.Errorf("list templates: %w", err)
		}
		slices.SortFunc(names, func(a, b string) int {
			return strings.Compare(strings.TrimSuffix(a, ".yaml"), strings.TrimSuffix(b, ".yaml"))
		})
		slices.SortFunc(names, func(a, b string) int { // bases first: "appeal" before "appeal-letter", which extends it
			return strings.Compare(strings.TrimSuffix(a, ".yaml"), strings.TrimSuffix(b, ".yaml"))
		})
		for _, name := range names {
			if err := l.loadTemplate(root, name); err != nil {
				return fmt.Errorf("template %s: %w", name, err)
			}
		}
	}
	return nil
}

func (l *Library) loadTemplate(root fs.FS, name string) error {
	var own template
	if err := readYAML(root, name, &own); err != nil {
		return err
	}
	if own.Extends != "" {
		base, ok := l.templates["templates/"+own.Extends]
		if !ok {
			return fmt.Errorf("%w: %s", ErrNoTemplate, own.Extends)
		}
		own.inherit(base)
	}
	var ok bool
	if own.paper, ok = papers[own.Page]; !ok {
		return fmt.Errorf("page %q: A4 or A5", own.Page)
	}
	var err error
	if own.accent, err = parseColor(own.Accent); err != nil {
		return err
	}
	l.templates[strings.TrimSuffix(name, ".yaml")] = &own
	return nil
}

// inherit takes over what the template does not say itself.
func (t *template) inherit(base *template) {
	if t.Page == "" {
		t.Page = base.Page
	}
	if t.Margin == 0 {
		t.Margin = base.Margin
	}
	if t.Accent == "" {
		t.Accent = base.Accent
	}
	if t.Title == "" {
		t.Title = base.Title
	}
	if t.Footer == nil {
		t.Footer = base.Footer
	}
	if t.Blocks == nil {
		t.Blocks = base.Blocks
	}
	t.Frame = t.Frame || base.Frame
}

// template finds the closest: the service's own, the state's, the one of all states.
func (l *Library) template(kind, service string) (*template, error) {
	for _, name := range []string{path.Join("states", l.state, service, kind), path.Join("states", l.state, kind), path.Join("templates", kind)} {
		if found, ok := l.templates[name]; ok {
			return found, nil
		}
	}
	return nil, fmt.Errorf("%w: %s", ErrNoTemplate, kind)
}

var errColor = errors.New("a colour is written #rrggbb")

func parseColor(text string) (pdf.Color, error) {
	hex, found := strings.CutPrefix(text, "#")
	if !found || len(hex) != 6 {
		return pdf.Color{}, errColor
	}
	var levels [3]uint8
	for i := range levels {
		level, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			return pdf.Color{}, errColor
		}
		levels[i] = uint8(level)
	}
	return pdf.Color{Red: levels[0], Green: levels[1], Blue: levels[2]}, nil
}

func alignment(name string) layout.Align {
	switch name {
	case "center":
		return layout.Center
	case "right":
		return layout.Right
	}
	return layout.Left
}
