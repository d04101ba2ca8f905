package catalog

import (
	"bytes"
	"cmp"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"slices"
	"time"

	"github.com/goccy/go-yaml/token"
)

// Approval says that a person who speaks the language has found a translation right.
type Approval struct {
	By string    // the person's name or initials, as they want it to be kept
	On time.Time // the day
}

// ApprovalsFile is where the approvals of a language are, under languages.
func ApprovalsFile(lang Language) string { return path.Join("languages", string(lang), "reviewed.csv") }

// The columns of the file. File and key are for its readers; the fingerprint is what counts, so that a text keeps its approval when it
// moves, and loses it when it or its English changes.
var approvalColumns = []string{"file", "key", "fingerprint", "by", "on"}

const maxApprovalBytes = 16 << 20

// readApprovals reads the approvals by fingerprint. No file is no approvals.
func readApprovals(fsys fs.FS, lang Language, found *problems) map[string]Approval {
	approved := make(map[string]Approval)
	rows, fault := approvalRows(fsys, lang)
	if fault != nil {
		found.addf(ApprovalsFile(lang), &token.Position{Line: fault.line, Column: 1}, "%s: have it written by: catalog review --approve", fault.what)
		return approved
	}
	for i, row := range rows {
		day, err := time.Parse(time.DateOnly, row[4])
		if err != nil {
			found.addf(ApprovalsFile(lang), &token.Position{Line: i + 2, Column: 5}, "%q is not a day such as 2026-01-31", row[4])
			continue
		}
		approved[row[2]] = Approval{By: row[3], On: day}
	}
	return approved
}

type rowFault struct {
	line int
	what string
}

func approvalRows(fsys fs.FS, lang Language) ([][]string, *rowFault) {
	raw, err := fs.ReadFile(fsys, ApprovalsFile(lang))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &rowFault{1, "the file cannot be read"}
	}
	if len(raw) > maxApprovalBytes {
		return nil, &rowFault{1, "the file is too large"}
	}
	reader := csv.NewReader(bytes.NewReader(raw))
	reader.FieldsPerRecord = len(approvalColumns)
	rows, err := reader.ReadAll()
	var fault *csv.ParseError
	switch {
	case errors.As(err, &fault):
		return nil, &rowFault{fault.Line, "this row cannot be read"}
	case len(rows) == 0 || !slices.Equal(rows[0], approvalColumns):
		return nil, &rowFault{1, "the first line does not name the columns"}
	}
	return rows[1:], nil
}

// WriteApprovals writes the approvals of a language anew, with those of the translations added. What is in the files but not among the
// translations keeps its rows.
func WriteApprovals(to io.Writer, fsys fs.FS, lang Language, more []Translation, given Approval) error {
	rows, fault := approvalRows(fsys, lang)
	if fault != nil {
		return fmt.Errorf("%s:%d: %s", ApprovalsFile(lang), fault.line, fault.what)
	}
	for _, each := range more {
		if each.Language == lang && each.Approved == nil {
			rows = append(rows, []string{each.File, each.Key, each.Fingerprint, given.By, given.On.Format(time.DateOnly)})
		}
	}
	slices.SortStableFunc(rows, func(a, b []string) int { return cmp.Or(slices.Compare(a[:3], b[:3]), cmp.Compare(a[4], b[4])) })
	rows = slices.CompactFunc(rows, func(a, b []string) bool { return slices.Equal(a[:3], b[:3]) })
	writer := csv.NewWriter(to)
	if err := writer.WriteAll(append([][]string{approvalColumns}, rows...)); err != nil {
		return fmt.Errorf("write approvals: %w", err)
	}
	return nil
}
