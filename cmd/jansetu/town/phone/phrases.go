package phone

import (
	"regexp"
	"strings"
	"sync"

	"github.com/jansetu/jansetu/catalog"
)

// Phrases recognises the hub's texts in one language, whatever fills their placeholders. It is safe for concurrent use.
type Phrases struct {
	services *catalog.Catalog
	language catalog.Language

	mu    sync.Mutex
	known map[catalog.TextKey]*regexp.Regexp
}

// NewPhrases recognises the texts of a language.
func NewPhrases(services *catalog.Catalog, language catalog.Language) *Phrases {
	return &Phrases{services: services, language: language, known: map[catalog.TextKey]*regexp.Regexp{}}
}

var placeholder = regexp.MustCompile(`\\\{([a-z_]+)\\\}`)

// pattern is made when a text is first looked for.
func (p *Phrases) pattern(key catalog.TextKey) *regexp.Regexp {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.known[key] == nil {
		pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(p.Title(key)), `(?P<$1>.*?)`)
		p.known[key] = regexp.MustCompile(`(?s)` + pattern)
	}
	return p.known[key]
}

// Said tells whether a message says a text.
func (p *Phrases) Said(s Shown, key catalog.TextKey) bool { return p.pattern(key).MatchString(s.Text) }

// Saying tells whether a message says these words.
func (*Phrases) Saying(s Shown, words string) bool { return strings.Contains(s.Text, words) }

// Filled is what stands in a placeholder of a text that was said, and empty when it was not.
func (p *Phrases) Filled(s Shown, key catalog.TextKey, name string) string {
	pattern := p.pattern(key)
	match := pattern.FindStringSubmatch(s.Text)
	if match == nil {
		return ""
	}
	return match[pattern.SubexpIndex(name)]
}

// Title is a text without placeholders, such as a button's.
func (p *Phrases) Title(key catalog.TextKey) string { return p.services.Text(p.language, key, nil) }
