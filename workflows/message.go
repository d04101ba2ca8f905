package workflows

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// Message is what a workflow wants said, still without a language: lines of catalog texts with typed values, written out in the
// citizen's language by the activity that sends it. Lines are joined with a line break; a line with an empty Text is a blank one.
type Message []Line

// Line is one catalog text and the values of its placeholders.
type Line struct {
	Text   catalog.TextKey  `json:"text"`
	Values map[string]Value `json:"values,omitempty"`
}

// Value fills a placeholder. Exactly one field is set.
type Value struct {
	// Plain is shown as it is: a reference, a name, a department's own words.
	Plain string `json:"plain,omitempty"`
	// Money is shown as "₹1,240.00".
	Money *connectors.Paise `json:"money,omitempty"`
	// Day is shown as a date in Indian time: "22 Nov 2026".
	Day time.Time `json:"day,omitzero"`
	// Moment is shown as a date and time in Indian time: "22 Nov 2026, 2:05 pm".
	Moment time.Time `json:"moment,omitzero"`
	// Month is a billing month written YYYY-MM, shown as "November 2026"; anything else is shown as it is.
	Month string `json:"month,omitempty"`
	// Portal is shown by its title in the catalog.
	Portal string `json:"portal,omitempty"`
	// Field is a question of a service's form, "service/field", shown by its label.
	Field string `json:"field,omitempty"`
}

// values fills the placeholders of one line.
type values = map[string]Value

func portal(name string) Value               { return Value{Portal: name} }
func plain(text string) Value                { return Value{Plain: text} }
func money(amount connectors.Paise) Value    { return Value{Money: &amount} }
func day(when time.Time) Value               { return Value{Day: when} }
func moment(when time.Time) Value            { return Value{Moment: when} }
func fieldLabel(service, field string) Value { return Value{Field: service + "/" + field} }
func month(period string) Value              { return Value{Month: period} }

// say makes a message of one line.
func say(key catalog.TextKey, with values) Message {
	return Message{{Text: key, Values: with}}
}
