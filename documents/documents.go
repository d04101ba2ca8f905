// Package documents lays out what citizens keep: certificates, receipts, tickets, acknowledgements, appeal letters, extracts of records and summaries of
// what they wrote. What a page holds is data (deploy/documents): templates by kind, which a state or one of its services may replace, and the texts
// of every language. The same input gives the same bytes, so that a document can be stored under the hash of its content. It knows neither
// the store nor the network, and it neither signs nor numbers what it lays out.
package documents

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"

	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

// The kinds of documents that every state has.
const (
	Certificate     = "certificate"
	Receipt         = "receipt"
	Ticket          = "ticket"
	Acknowledgement = "acknowledgement"
	Appeal          = "appeal"
	Summary         = "summary"
	// Extract is what a portal showed of its records, in its own words: no certified copy.
	Extract = "extract"
)

var (
	// ErrNoTemplate says that there is no template of that kind.
	ErrNoTemplate = errors.New("no such template")
	// ErrNoLanguage says that documents have no texts in that language.
	ErrNoLanguage = errors.New("documents are not written in this language")
)

// UnknownValueError says that a template shows a value that the data lack.
type UnknownValueError struct{ Name string }

func (e *UnknownValueError) Error() string { return fmt.Sprintf("the data have no %q", e.Name) }

// Library holds templates, texts and fonts of one state. It is safe for concurrent use.
type Library struct {
	fonts     *shape.Fonts
	languages map[string]*language
	templates map[string]*template // by their path below the root, without .yaml
	emblem    *pdf.Image
	state     string
	blanks    blanks
}

// Load reads the folder documents of a deployment's files, as that state has it:
//
//	fonts/fonts.yaml                      fonts by script
//	languages/<language>.yaml             texts, months, digits
//	templates/<kind>.yaml                 what every state uses
//	states/<state>/<kind>.yaml            what this state has instead
//	states/<state>/<service>/<kind>.yaml  what one of its services has instead
//	states/<state>/emblem.png             the issuer's emblem; emblem.png is a neutral placeholder
//
// It fails when a template uses a text that a language lacks, or says something else than English with its placeholders.
func Load(files fs.FS, state string) (*Library, error) {
	root, err := fs.Sub(files, "documents")
	if err != nil {
		return nil, fmt.Errorf("open documents: %w", err)
	}
	l := &Library{state: state, languages: make(map[string]*language), templates: make(map[string]*template)}
	if l.fonts, err = shape.LoadFonts(root, "fonts"); err != nil {
		return nil, err
	}
	if err := l.loadLanguages(root); err != nil {
		return nil, err
	}
	if err := l.loadTemplates(root); err != nil {
		return nil, err
	}
	if l.emblem, err = loadEmblem(root, state); err != nil {
		return nil, err
	}
	if err := l.check(); err != nil {
		return nil, err
	}
	l.know()
	return l, nil
}

// know announces to the fonts what the languages and the templates say: their words are the same in every document.
func (l *Library) know() {
	for _, spoken := range l.languages {
		spoken.know(l.fonts)
	}
	for _, each := range l.templates {
		for code, spoken := range l.languages {
			for _, text := range each.Texts[code] {
				l.fonts.Know(text, spoken.tag)
			}
		}
	}
}

// Knowing gives the library that also keeps, once a document has needed them, the glyphs of these words: names that many documents show and that
// are the same whoever a document is for, such as those of services and offices. They are kept for good, so that there must not be a person's
// among them.
func (l *Library) Knowing(names ...Words) *Library {
	knowing := &Library{fonts: l.fonts.Clone(), languages: l.languages, templates: l.templates, emblem: l.emblem, state: l.state}
	for _, spoken := range l.languages {
		for _, name := range names {
			knowing.fonts.Know(name.in(spoken), spoken.tag)
		}
	}
	return knowing
}

// Languages are the languages that documents are written in, in alphabetical order.
func (l *Library) Languages() []string {
	names := make([]string, 0, len(l.languages))
	for name := range l.languages {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Writes says whether documents are written in that language.
func (l *Library) Writes(language string) bool { return l.languages[language] != nil }

func loadEmblem(root fs.FS, state string) (*pdf.Image, error) {
	content, err := fs.ReadFile(root, path.Join("states", state, "emblem.png"))
	if errors.Is(err, fs.ErrNotExist) {
		content, err = fs.ReadFile(root, "emblem.png")
	}
	if err != nil {
		return nil, fmt.Errorf("read emblem: %w", err)
	}
	emblem, err := pdf.ParseImage(content)
	if err != nil {
		return nil, fmt.Errorf("read emblem: %w", err)
	}
	return emblem, nil
}
