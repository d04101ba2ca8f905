package simulate

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// heard is one message as a citizen sees it.
type heard struct {
	text     string
	titles   []string // of buttons and rows
	link     string
	document bool
	picture  string // its id
}

// wire is the part of a message's content that a phone shows. The parts stand in different places by type.
type wire struct {
	Body        json.RawMessage `json:"body"`
	ID          string          `json:"id"`
	Caption     string          `json:"caption"`
	Filename    string          `json:"filename"`
	Interactive json.RawMessage `json:"interactive"`
	Action      struct {
		Buttons []struct {
			Reply struct {
				Title string `json:"title"`
			} `json:"reply"`
		} `json:"buttons"`
		Sections []struct {
			Rows []struct {
				Title string `json:"title"`
			} `json:"rows"`
		} `json:"sections"`
		Parameters struct {
			URL string `json:"url"`
		} `json:"parameters"`
	} `json:"action"`
}

// read shows a message to a citizen. What cannot be read is shown as nothing.
func read(message emulator.Message) heard {
	var content wire
	if json.Unmarshal(message.Content, &content) != nil {
		return heard{}
	}
	shown := heard{text: bodyOf(content.Body) + content.Caption, link: content.Action.Parameters.URL, document: message.Type == "document"}
	if message.Type == "image" {
		shown.picture = content.ID
	}
	for _, button := range content.Action.Buttons {
		shown.titles = append(shown.titles, button.Reply.Title)
	}
	for _, section := range content.Action.Sections {
		for _, row := range section.Rows {
			shown.titles = append(shown.titles, row.Title)
		}
	}
	return shown
}

// bodyOf is a text's body, which is a string, or an interactive message's, which is an object.
func bodyOf(raw json.RawMessage) string {
	var text string
	if json.Unmarshal(raw, &text) == nil {
		return text
	}
	var object struct {
		Text string `json:"text"`
	}
	_ = json.Unmarshal(raw, &object) // neither: nothing is shown
	return object.Text
}

func (h heard) offers(title string) bool { return slices.Contains(h.titles, title) }

// phrases recognises the hub's texts in one language, whatever fills their placeholders.
type phrases struct {
	services *catalog.Catalog
	language catalog.Language
	known    map[catalog.TextKey]*regexp.Regexp
}

func newPhrases(services *catalog.Catalog, language catalog.Language, keys ...catalog.TextKey) *phrases {
	p := &phrases{services: services, language: language, known: map[catalog.TextKey]*regexp.Regexp{}}
	p.learn(keys...)
	return p
}

// learn adds texts to those that are recognised.
func (p *phrases) learn(keys ...catalog.TextKey) {
	for _, key := range keys {
		pattern := placeholder.ReplaceAllString(regexp.QuoteMeta(p.services.Text(p.language, key, nil)), `(?P<$1>.*?)`)
		p.known[key] = regexp.MustCompile(`(?s)` + pattern)
	}
}

var placeholder = regexp.MustCompile(`\\\{([a-z_]+)\\\}`)

// said tells whether a message says a text.
func (p *phrases) said(h heard, key catalog.TextKey) bool { return p.known[key].MatchString(h.text) }

// filled is what stands in a placeholder of a text that was said, and empty when it was not.
func (p *phrases) filled(h heard, key catalog.TextKey, name string) string {
	match := p.known[key].FindStringSubmatch(h.text)
	if match == nil {
		return ""
	}
	return match[p.known[key].SubexpIndex(name)]
}

func (p *phrases) title(key catalog.TextKey) string { return p.services.Text(p.language, key, nil) }

// payLink finds the payment link's id in its address.
var payLink = regexp.MustCompile(`/l/(plink_[A-Za-z0-9]+)`)

func (h heard) payment() string {
	match := payLink.FindStringSubmatch(h.link)
	if match == nil {
		return ""
	}
	return match[1]
}

// reference finds the requests that a message speaks of.
var reference = regexp.MustCompile(`JS-[0-9A-Z]{4}-[0-9A-Z]{4}`)

func (h heard) references() []string { return reference.FindAllString(h.text, -1) }

func (h heard) empty() bool {
	return strings.TrimSpace(h.text) == "" && len(h.titles) == 0 && !h.document
}
