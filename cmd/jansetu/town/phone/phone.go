// Package phone shows the hub's messages as a citizen sees them, and recognises in them what the hub says: the texts of the catalog, whatever
// fills their placeholders. It is for those who play citizens; of the hub it knows the catalog's texts alone.
package phone

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// Shown is one message as a citizen sees it.
type Shown struct {
	Text     string // body or caption
	Header   string
	Footer   string
	Opens    string   // the title of what opens a list
	Choices  []Choice // buttons and rows
	Link     string
	LinkText string
	Document *File
	Picture  *File
	Video    *File
	Location bool // asks for the place
	Form     bool // opens a form inside WhatsApp
}

// Choice is a button or a row.
type Choice struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description"`
	Row         bool   `json:"-"` // of a list
}

// File is a file in a message: what WhatsApp calls it, or where it is.
type File struct {
	ID       string `json:"id"`
	Link     string `json:"link"`
	Filename string `json:"filename"`
}

// wire is the part of a message's content that a phone shows. The parts stand in different places by type.
type wire struct {
	File
	Type    string          `json:"type"`
	Body    json.RawMessage `json:"body"`
	Caption string          `json:"caption"`
	Header  struct {
		Text     string `json:"text"`
		Image    *File  `json:"image"`
		Video    *File  `json:"video"`
		Document *File  `json:"document"`
	} `json:"header"`
	Footer struct {
		Text string `json:"text"`
	} `json:"footer"`
	Action struct {
		Button  string `json:"button"`
		Buttons []struct {
			Reply Choice `json:"reply"`
		} `json:"buttons"`
		Sections []struct {
			Title string   `json:"title"`
			Rows  []Choice `json:"rows"`
		} `json:"sections"`
		Parameters struct {
			URL         string `json:"url"`
			DisplayText string `json:"display_text"`
			FlowToken   string `json:"flow_token"`
			FlowCTA     string `json:"flow_cta"`
		} `json:"parameters"`
	} `json:"action"`
}

// Read shows a message to a citizen. What cannot be read is shown as nothing.
func Read(message emulator.Message) Shown {
	var content wire
	if json.Unmarshal(message.Content, &content) != nil {
		return Shown{}
	}
	shown := Shown{
		Text: bodyOf(content.Body) + content.Caption, Header: content.Header.Text, Footer: content.Footer.Text, Opens: content.Action.Button,
		Link: content.Action.Parameters.URL, LinkText: content.Action.Parameters.DisplayText,
		Document: content.Header.Document, Picture: content.Header.Image, Video: content.Header.Video,
		Location: content.Type == "location_request_message", Form: content.Action.Parameters.FlowToken != "",
	}
	if shown.Form {
		shown.LinkText = content.Action.Parameters.FlowCTA
	}
	shown = attach(shown, message.Type, &content.File)
	for _, button := range content.Action.Buttons {
		shown.Choices = append(shown.Choices, button.Reply)
	}
	for _, section := range content.Action.Sections {
		for _, row := range section.Rows {
			row.Row = true
			shown.Choices = append(shown.Choices, row)
		}
	}
	return shown
}

func attach(to Shown, kind string, file *File) Shown {
	switch kind {
	case "document":
		to.Document = file
	case "image":
		to.Picture = file
	case "video":
		to.Video = file
	}
	return to
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

// Offers tells whether a button or row of this title is there.
func (s Shown) Offers(title string) bool {
	return slices.ContainsFunc(s.Choices, func(c Choice) bool { return c.Title == title })
}

// Empty tells whether there is nothing to see.
func (s Shown) Empty() bool {
	return strings.TrimSpace(s.Text) == "" && len(s.Choices) == 0 && s.Document == nil && s.Picture == nil && s.Video == nil
}

// payLink finds the payment link's id in its address.
var payLink = regexp.MustCompile(`/l/(plink_[A-Za-z0-9]+)`)

// Payment is the payment link that the message leads to; empty: none.
func (s Shown) Payment() string {
	match := payLink.FindStringSubmatch(s.Link)
	if match == nil {
		return ""
	}
	return match[1]
}

// reference finds the requests that a message speaks of.
var reference = regexp.MustCompile(`JS-[0-9A-Z]{4}-[0-9A-Z]{4}`)

// References are the requests that the message speaks of.
func (s Shown) References() []string { return reference.FindAllString(s.Text, -1) }
