package documents

import (
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// Value is something a document shows, written out in the language of the page.
type Value interface{ in(l *language) string }

// Plain is shown as it is in every language: names, numbers, ids. Its digits are never changed.
type Plain string

// Words are the same in several languages, by ISO 639 code; English stands in for one that is missing.
type Words map[string]string

// Money is an amount; its digits are European in every language, as banks print them.
type Money connectors.Paise

// Day is a date in India. The zero time shows nothing.
type Day time.Time

// Moment is a date and time of day in India. The zero time shows nothing.
type Moment time.Time

// Minute is a [Moment] without seconds, for what is planned.
type Minute time.Time

// Month is a month written YYYY-MM; what is not one is shown as it is.
type Month string

func (v Plain) in(*language) string { return string(v) }

func (v Words) in(l *language) string {
	if text, ok := v[l.code]; ok {
		return text
	}
	return v[english]
}

func (v Money) in(*language) string { return connectors.Paise(v).String() }

func (v Day) in(l *language) string { return l.day(time.Time(v)) }

func (v Moment) in(l *language) string { return l.moment(time.Time(v)) }

func (v Minute) in(l *language) string { return l.minute(time.Time(v)) }

func (v Month) in(l *language) string { return l.month(string(v)) }
