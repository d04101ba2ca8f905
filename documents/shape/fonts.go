// Package shape turns text in the scripts of India into lines of placed glyphs: it finds the script of every part, the font that writes it,
// lets a HarfBuzz port form the syllables, and breaks lines where Unicode allows (UAX 14). It knows fonts and text, and nothing of pages,
// templates or the hub.
package shape

import (
	"bytes"
	"fmt"
	"io/fs"
	"path"
	"sync"

	"github.com/go-text/typesetting/font"
	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"
	"github.com/goccy/go-yaml"

	"github.com/jansetu/jansetu/documents/pdf"
)

// Weight is how heavy the letters are.
type Weight int

// The weights that every script's font has.
const (
	Regular Weight = iota
	Bold
	weights
)

// Fonts hold one family of every script. They are safe for concurrent use, but for [Fonts.Know].
type Fonts struct {
	scripts  map[language.Script]*[weights]*face
	faces    int
	known    known
	texts    map[knownText]*keptLines
	shapings sync.Pool // of *shaping: a HarfBuzz font is not safe for concurrent use
}

// face is one font file, as the shaper and as the PDF writer know it.
type face struct {
	place int // of its HarfBuzz font in a shaper
	font  *font.Font
	file  *pdf.Font
}

type shaper struct {
	buffer   *harfbuzz.Buffer
	fonts    []*harfbuzz.Font
	segments segmenter.Segmenter
}

// LoadFonts reads fonts.yaml in a folder, and the fonts that it names. The script Latn must be among them.
func LoadFonts(files fs.FS, folder string) (*Fonts, error) {
	list := path.Join(folder, "fonts.yaml")
	content, err := fs.ReadFile(files, list)
	if err != nil {
		return nil, fmt.Errorf("read the list of fonts: %w", err)
	}
	var named map[string]struct {
		Regular string `yaml:"regular"`
		Bold    string `yaml:"bold"`
	}
	if err := yaml.UnmarshalWithOptions(content, &named, yaml.Strict()); err != nil {
		return nil, fmt.Errorf("read %s: %w", list, err)
	}
	f := &Fonts{scripts: make(map[language.Script]*[weights]*face), known: make(known), texts: make(map[knownText]*keptLines)}
	for name, family := range named {
		if err := f.addScript(files, folder, name, [weights]string{Regular: family.Regular, Bold: family.Bold}); err != nil {
			return nil, err
		}
	}
	if f.scripts[language.Latin] == nil {
		return nil, fmt.Errorf("read %s: no font for the script Latn", list)
	}
	return f, nil
}

func (f *Fonts) addScript(files fs.FS, folder, name string, family [weights]string) error {
	script, err := language.ParseScript(name)
	if err != nil {
		return fmt.Errorf("read the list of fonts: script %q: %w", name, err)
	}
	var faces [weights]*face
	for weight, file := range family {
		if faces[weight], err = f.load(files, path.Join(folder, file)); err != nil {
			return err
		}
	}
	f.scripts[script] = &faces
	return nil
}

func (f *Fonts) load(files fs.FS, name string) (*face, error) {
	content, err := fs.ReadFile(files, name)
	if err != nil {
		return nil, fmt.Errorf("read font: %w", err)
	}
	parsed, err := font.ParseTTF(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	file, err := pdf.ParseFont(content)
	if err != nil {
		return nil, fmt.Errorf("read font %s: %w", name, err)
	}
	f.faces++
	return &face{place: f.faces - 1, font: parsed.Font, file: file}, nil
}

func newShaper(faces int) shaper {
	return shaper{buffer: harfbuzz.NewBuffer(), fonts: make([]*harfbuzz.Font, faces)}
}

func (s *shaper) font(of *face) *harfbuzz.Font {
	if s.fonts[of.place] == nil {
		s.fonts[of.place] = harfbuzz.NewFont(font.NewFace(of.font))
	}
	return s.fonts[of.place]
}
