package aspnet

import (
	"errors"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Record is one record of the answer to an asynchronous postback.
type Record struct {
	Type    string
	ID      string
	Content string
}

// The record types a Visit understands; there are more, which concern scripts.
const (
	RecordPanel       = "updatePanel"
	RecordHiddenField = "hiddenField"
	RecordRedirect    = "pageRedirect"
	RecordError       = "error"
	RecordFormAction  = "formAction"
)

var errNotDelta = errors.New("not a delta of an UpdatePanel")

// maxRecords bounds what is read of one delta.
const maxRecords = 10_000

// ParseDelta reads the answer to a request with "X-MicrosoftAjax: Delta=true":
// records of length|type|id|content|, the length being that of the content in
// UTF-16 units, as JavaScript counts (MicrosoftAjaxWebForms.js).
func ParseDelta(text string) ([]Record, error) {
	var records []Record
	for rest := text; rest != ""; {
		record, after, err := parseRecord(rest)
		if err != nil || len(records) == maxRecords {
			return nil, errNotDelta
		}
		records = append(records, record)
		rest = strings.TrimLeft(after, "\r\n")
	}
	if len(records) == 0 {
		return nil, errNotDelta
	}
	return records, nil
}

func parseRecord(text string) (record Record, rest string, err error) {
	length, rest, found := strings.Cut(text, "|")
	if !found || len(length) > 9 {
		return record, "", errNotDelta
	}
	units, err := strconv.Atoi(length)
	if err != nil || units < 0 {
		return record, "", errNotDelta
	}
	record.Type, rest, found = strings.Cut(rest, "|")
	if !found {
		return record, "", errNotDelta
	}
	record.ID, rest, found = strings.Cut(rest, "|")
	if !found {
		return record, "", errNotDelta
	}
	end, err := offsetOf(rest, units)
	if err != nil || end >= len(rest) || rest[end] != '|' {
		return record, "", errNotDelta
	}
	record.Content = rest[:end]
	return record, rest[end+1:], nil
}

// offsetOf finds the byte after so many UTF-16 units.
func offsetOf(text string, units int) (int, error) {
	offset := 0
	for units > 0 {
		char, size := utf8.DecodeRuneInString(text[offset:])
		if size == 0 {
			return 0, errNotDelta
		}
		units--
		if char > 0xFFFF {
			units--
		}
		offset += size
	}
	if units < 0 {
		return 0, errNotDelta
	}
	return offset, nil
}
