package meebhoomi

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors"
)

// row is one row of a DataSet: the columns that are not empty.
type row map[string]string

// check tells whether rows are of the register we know: every row names its record
// and its holder's khata. A new release that renames these must not pass for a
// record with empty lines.
func (r register) check(rows []row) error {
	for _, each := range rows {
		if each[columnKhata] == "" || each[columnSurvey] == "" {
			return errUnreadable
		}
	}
	return nil
}

// record puts the rows into one extract. A row that comes twice is one row.
func (r register) record(rows []row) connectors.Record {
	record := connectors.Record{Title: fmt.Sprintf("%s: %s", r.title, rows[0][r.key])}
	record.Fields = append(record.Fields, fieldsOf(r.heads, rows[0], 0)...)
	for i, each := range rows {
		record.Fields = append(record.Fields, fieldsOf(r.columns, each, i+1)...)
	}
	return record
}

// matches are the records that rows hold, in their order.
func (r register) matches(rows []row) []connectors.RecordMatch {
	matches := make([]connectors.RecordMatch, 0, len(rows))
	for _, each := range rows {
		id := each[r.key]
		known := slices.IndexFunc(matches, func(match connectors.RecordMatch) bool { return match.ID == id })
		if known >= 0 {
			matches[known].Detail += ", " + each[r.detail]
			continue
		}
		matches = append(matches, connectors.RecordMatch{
			ID: id, Title: fmt.Sprintf("%s %s", id, each[columnHolder]), Detail: each[r.detail],
		})
	}
	return matches
}

func fieldsOf(columns []column, values row, group int) []connectors.RecordField {
	fields := make([]connectors.RecordField, 0, len(columns))
	for _, each := range columns {
		if value := values[each.name]; value != "" {
			fields = append(fields, connectors.RecordField{Label: each.label, Value: value, Group: group})
		}
	}
	return fields
}

// distinct drops rows that repeat an earlier one.
func distinct(rows []row) []row {
	kept := make([]row, 0, len(rows))
	seen := map[string]bool{}
	for _, each := range rows {
		line := each.line()
		if !seen[line] {
			seen[line] = true
			kept = append(kept, each)
		}
	}
	return kept
}

// line is the whole row as one text.
func (r row) line() string {
	var line strings.Builder
	for _, name := range slices.Sorted(maps.Keys(r)) {
		line.WriteString(name + "=" + r[name] + "\x00") // which XML cannot carry
	}
	return line.String()
}
