package recognition

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/documents/reading"
)

var (
	untilLabel = regexp.MustCompile(`(?i)(?:valid(?:ity)?\s*(?:up\s*to|till|until|thru)|date\s+of\s+expiry|expiry\s+date|expires?\s+on|वैधता|तक\s+वैध|చెల్లుబాటు)`)
	birthLabel = regexp.MustCompile(`(?i)(?:date\s+of\s+birth|\bdob\b|जन्म\s*(?:तिथि|तारीख)|పుట్టిన\s*తేదీ)`)
	numeric    = regexp.MustCompile(`\b(\d{1,2})[./-](\d{1,2})[./-](\d{4})\b`)
	named      = regexp.MustCompile(`(?i)\b(\d{1,2})[ -](jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*[, -]+(\d{4})\b`)
)

// goodUntil is the last day a paper says it is good for; of several the latest, in favour of the citizen.
func goodUntil(text reading.Text) (until time.Time) {
	for _, day := range datesAfter(text, untilLabel) {
		if day.After(until) {
			until = day
		}
	}
	return until
}

// birthDate is what a paper says, when it says one.
func birthDate(text reading.Text) time.Time {
	days := datesAfter(text, birthLabel)
	if len(days) != 1 {
		return time.Time{}
	}
	return days[0]
}

// datesAfter are the first dates that follow a label, in its line or at the beginning of the next.
func datesAfter(text reading.Text, label *regexp.Regexp) []time.Time {
	var found []time.Time
	for i, line := range text.Lines {
		written := reading.Line(line)
		at := label.FindStringIndex(written)
		if at == nil {
			continue
		}
		after := written[at[1]:]
		if i+1 < len(text.Lines) {
			after += " " + reading.Line(text.Lines[i+1])
		}
		if day, ok := firstDate(after); ok {
			found = append(found, day)
		}
	}
	return found
}

// firstDate reads a date as India writes it: the day first.
func firstDate(text string) (time.Time, bool) {
	number, name := numeric.FindStringSubmatchIndex(text), named.FindStringSubmatchIndex(text)
	switch {
	case len(number) > 0 && (len(name) == 0 || number[0] < name[0]):
		month, err := strconv.Atoi(text[number[4]:number[5]])
		if err != nil {
			return time.Time{}, false
		}
		return date(text[number[2]:number[3]], month, text[number[6]:number[7]])
	case len(name) > 0:
		month := 1 + strings.Index("janfebmaraprmayjunjulaugsepoctnovdec", strings.ToLower(text[name[4]:name[5]]))/3
		return date(text[name[2]:name[3]], month, text[name[6]:name[7]])
	}
	return time.Time{}, false
}

// date refuses days that are none.
func date(day string, month int, year string) (time.Time, bool) {
	d, errDay := strconv.Atoi(day)
	y, errYear := strconv.Atoi(year)
	if errDay != nil || errYear != nil || y < 1900 || y > 2200 {
		return time.Time{}, false
	}
	made := time.Date(y, time.Month(month), d, 0, 0, 0, 0, time.UTC)
	return made, made.Day() == d && int(made.Month()) == month
}
