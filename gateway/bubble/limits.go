package bubble

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
)

// The Cloud API's limits, in characters as [Size] counts them (Meta's "Messages" reference and OpenAPI v23.0).
const (
	MaxText         = 4096 // text.body
	MaxBody         = 1024 // interactive.body.text: the lower of the two numbers that Meta publishes for lists
	MaxCaption      = 1024
	MaxButtons      = 3
	MaxButtonTitle  = 20
	MaxLabel        = 20 // the button that opens a list, and that of a link
	MaxFlowLabel    = 30
	MaxRows         = 10 // in all sections together
	MaxSectionTitle = 24
	MaxRowTitle     = 24
	MaxDescription  = 72
	MaxURL          = 2000
	// MaxID leaves room, in a row's 200 characters, for the signature of up to 24 that the gateway adds.
	MaxID = 176
)

// Validate checks every limit again. A bubble made by the constructors passes; one that was stored or assembled by hand is
// checked before it is sent. All faults are joined into one error.
func Validate(b Bubble) error {
	var faults []error
	fault := func(format string, args ...any) { faults = append(faults, fmt.Errorf(format, args...)) }

	if parts := b.parts(); parts > 1 {
		fault("bubble has %d of buttons, list, link, form, document and location; at most one is possible", parts)
	}
	limit := MaxBody
	if b.parts() == 0 && b.Picture == nil && b.Video == nil {
		limit = MaxText
	}
	checkText(fault, "text", b.Text, limit)
	checkChoices(fault, "button", b.Buttons, MaxButtons, MaxButtonTitle)
	for i, button := range b.Buttons {
		for _, other := range b.Buttons[:i] {
			if button.Title == other.Title {
				fault("button title %q is used twice", button.Title)
			}
		}
		if button.Description != "" {
			fault("button %q has a description, which no button can show", button.ID)
		}
	}
	if b.List != nil {
		checkList(fault, b.List)
	}
	checkOpening(fault, b)
	if b.Document != nil && (b.Document.ID == "" || b.Document.Filename == "" || b.Document.MIMEType == "") {
		fault("document needs an id, a filename and a MIME type")
	}
	checkMedia(fault, b)
	return errors.Join(faults...)
}

// checkOpening checks a button that opens something.
func checkOpening(fault faultFunc, b Bubble) {
	if b.Link != nil {
		checkText(fault, "link label", b.Link.Label, MaxLabel)
		if !sendableURL(b.Link.URL) {
			fault("link address is not an http(s) address within %d characters", MaxURL)
		}
	}
	if b.Flow != nil {
		checkText(fault, "form label", b.Flow.Label, MaxFlowLabel)
		if b.Flow.Name == "" || b.Flow.Token == "" {
			fault("form needs a name and a token")
		}
	}
}

func (b Bubble) parts() int {
	parts := 0
	for _, present := range []bool{len(b.Buttons) > 0, b.List != nil, b.Link != nil, b.Flow != nil, b.Document != nil, b.Location} {
		if present {
			parts++
		}
	}
	return parts
}

type faultFunc func(format string, args ...any)

func checkText(fault faultFunc, what, text string, limit int) {
	switch {
	case strings.TrimSpace(text) == "":
		fault("%s is empty", what)
	case text != clean(text):
		fault("%s is not trimmed NFC text without control characters", what)
	case !Fits(text, limit):
		fault("%s has %d characters; at most %d are possible", what, Size(text), limit)
	}
}

func checkList(fault faultFunc, list *List) {
	checkText(fault, "list label", list.Label, MaxLabel)
	var rows []Choice
	for _, section := range list.Sections {
		if len(section.Rows) == 0 {
			fault("section %q has no rows", section.Title)
		}
		if section.Title != "" || len(list.Sections) > 1 {
			checkText(fault, "section title", section.Title, MaxSectionTitle)
		}
		rows = append(rows, section.Rows...)
	}
	if len(rows) == 0 {
		fault("list has no rows")
	}
	checkChoices(fault, "row", rows, MaxRows, MaxRowTitle)
	for _, row := range rows {
		if row.Description != "" {
			checkText(fault, "row description", row.Description, MaxDescription)
		}
	}
}

func checkChoices(fault faultFunc, what string, choices []Choice, most, titleLimit int) {
	if len(choices) > most {
		fault("bubble has %d %ss; at most %d are possible", len(choices), what, most)
	}
	seen := make(map[string]bool, len(choices))
	for _, choice := range choices {
		checkText(fault, what+" title", choice.Title, titleLimit)
		if !sendableID(choice.ID) {
			fault("%s id %q is empty, padded with spaces or longer than %d", what, choice.ID, MaxID)
		}
		if seen[choice.ID] {
			fault("%s id %q is used twice", what, choice.ID)
		}
		seen[choice.ID] = true
	}
}

func sendableID(id string) bool {
	return id != "" && id == clean(id) && Fits(id, MaxID)
}

func sendableURL(address string) bool {
	parsed, err := url.Parse(address)
	return err == nil && parsed.Host != "" && (parsed.Scheme == "https" || parsed.Scheme == "http") && Fits(address, MaxURL)
}
