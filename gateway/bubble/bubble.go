// Package bubble is one reply to a citizen, within WhatsApp's limits by construction: a text with, at most, one of reply
// buttons, a list, a link, a form, a document or a request for a location; a picture or a video may stand alone or above buttons or a link.
// It knows no channel's wire format, no catalog and no store; the whatsapp package turns a Bubble into a Cloud API body.
package bubble

import "encoding/json"

// Bubble is one message to a citizen. The zero value is not valid; use the constructors.
type Bubble struct {
	Text     string    `json:"text"`
	Buttons  []Choice  `json:"buttons,omitempty"` // 1 to 3
	List     *List     `json:"list,omitempty"`
	Link     *Link     `json:"link,omitempty"`
	Flow     *Flow     `json:"flow,omitempty"`
	Document *Document `json:"document,omitempty"`
	Location bool      `json:"location,omitempty"` // ask for a shared location
	Picture  *Document `json:"picture,omitempty"`  // alone, with the text as its caption, or above buttons or a link
	Video    *Video    `json:"video,omitempty"`    // likewise
	// Order is an order that is paid in the chat, in the channel's own words, the text among them.
	Order json.RawMessage `json:"order,omitempty"`
}

// Choice is one button or list row. ID comes back when it is pressed.
type Choice struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// List is a list message: one button that opens rows in sections, at most 10 rows in all.
type List struct {
	Label    string    `json:"label"`
	Sections []Section `json:"sections"`
}

// Section is a titled group of rows.
type Section struct {
	Title string   `json:"title,omitempty"`
	Rows  []Choice `json:"rows"`
}

// Link is a button that opens a web address.
type Link struct {
	Label string `json:"label"`
	URL   string `json:"url"`
}

// Flow is a button that opens a form inside the channel.
type Flow struct {
	Name  string `json:"name"`  // of the form as the channel knows it
	Label string `json:"label"` // of the button
	Token string `json:"token"` // which draft it fills
	// Instead is what is sent when the channel does not take the form.
	Instead *Bubble `json:"instead,omitempty"`
}

// Video is a file of ours or a public https address that WhatsApp fetches it from: one of the two.
type Video struct {
	File *Document `json:"file,omitempty"`
	URL  string    `json:"url,omitempty"`
}

// Document is a file of ours, by its id in the store.
type Document struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	MIMEType string `json:"mime_type"`
}
