package catalog

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

const (
	earliestYear = 1900
	latestYear   = 2100
)

// parseDate takes a day as people in India write it: day first, with any separator, with the month as a number or a
// name in any of the state's languages, with two or four digits of the year.
func (f *Field) parseDate(answer string) (string, *FieldProblem) {
	day, ok := f.readDate(dateParts(FoldDigits(answer)))
	if !ok {
		return "", because(reasonNotDate, nil)
	}
	if bound, bounded := isoDate(f.Min); bounded && day.Before(bound) {
		return "", because(reasonTooEarly, Args{"min": slashed(bound)})
	}
	if bound, bounded := isoDate(f.Max); bounded && day.After(bound) {
		return "", because(reasonTooLate, Args{"max": slashed(bound)})
	}
	return day.Format(time.DateOnly), nil
}

type charKind int

const (
	separator charKind = iota
	digit
	letter
)

func kindOf(char rune) charKind {
	switch {
	case char >= '0' && char <= '9':
		return digit
	case unicode.IsLetter(char), unicode.IsMark(char):
		return letter
	}
	return separator
}

// dateParts splits at separators and where digits meet letters; an ordinal's ending, as in "5th", is dropped.
func dateParts(text string) []string {
	var parts []string
	last := separator
	for _, char := range text {
		now := kindOf(char)
		switch now {
		case separator:
		case last:
			parts[len(parts)-1] += string(char)
		default:
			parts = append(parts, string(char))
		}
		last = now
	}
	return withoutOrdinals(parts)
}

func withoutOrdinals(parts []string) []string {
	kept := parts[:0]
	for _, part := range parts {
		switch strings.ToLower(part) {
		case "st", "nd", "rd", "th":
		default:
			kept = append(kept, part)
		}
	}
	return kept
}

func (f *Field) readDate(parts []string) (time.Time, bool) {
	if len(parts) == 1 && len(parts[0]) == 8 && allDigits(parts[0]) {
		parts = []string{parts[0][:2], parts[0][2:4], parts[0][4:]}
	}
	if len(parts) != 3 {
		return time.Time{}, false
	}
	year, month, day := parts[2], parts[1], parts[0]
	if len(parts[0]) == 4 && allDigits(parts[0]) {
		year, day = parts[0], parts[2]
	} else if !allDigits(parts[0]) {
		month, day = parts[0], parts[1]
	}
	monthNumber, ok := f.monthOf(month)
	if !ok || !allDigits(day) || len(day) > 2 || !allDigits(year) {
		return time.Time{}, false
	}
	dayNumber, _ := strconv.Atoi(day)
	return f.dayOf(year, monthNumber, dayNumber)
}

func (f *Field) monthOf(text string) (time.Month, bool) {
	if !allDigits(text) {
		return f.locale.month(text)
	}
	if len(text) > 2 {
		return 0, false
	}
	number, _ := strconv.Atoi(text)
	return time.Month(number), number >= 1 && number <= 12
}

// dayOf refuses days that no calendar has. A year of two digits is of this century, unless that lies after what the
// field allows.
func (f *Field) dayOf(year string, month time.Month, day int) (time.Time, bool) {
	number, _ := strconv.Atoi(year)
	switch len(year) {
	case 4:
	case 2:
		number += 2000
		if bound, bounded := isoDate(f.Max); bounded && makeDay(number, month, day).After(bound) {
			number -= 100
		}
	default:
		return time.Time{}, false
	}
	made := makeDay(number, month, day)
	exists := made.Day() == day && made.Month() == month
	return made, exists && number >= earliestYear && number <= latestYear
}

func makeDay(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func isoDate(text string) (time.Time, bool) {
	day, err := time.Parse(time.DateOnly, text)
	return day, err == nil
}

func slashed(day time.Time) string { return day.Format("02/01/2006") }
