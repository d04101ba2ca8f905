package catalog_test

import (
	"bytes"
	"io/fs"
	"maps"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

// reviewed is the compact state with an approval of one text and the texts of the hub that are needed for nothing here left out.
func reviewed(t *testing.T, changed files) fstest.MapFS {
	t.Helper()
	made := common(files{"languages/en/x.yaml": daysLeft, "languages/te/x.yaml": daysLeftTelugu})
	maps.Copy(made, changed)
	return tree(made)
}

func translations(t *testing.T, fsys fstest.MapFS) []catalog.Translation {
	t.Helper()
	list, err := catalog.Translations(fsys, "x")
	require.NoError(t, err)
	return list
}

func translation(t *testing.T, fsys fstest.MapFS, file, key string) catalog.Translation {
	t.Helper()
	var keys []string
	for _, each := range translations(t, fsys) {
		if each.File == file && each.Key == key {
			return each
		}
		keys = append(keys, each.File+" "+each.Key)
	}
	require.Fail(t, "not in the list", "%s %s is none of %v", file, key, keys)
	return catalog.Translation{}
}

func TestEveryTranslationIsListedWithItsEnglishAndItsPlace(t *testing.T) {
	t.Parallel()
	fsys := reviewed(t, nil)
	for _, want := range []catalog.Translation{
		{File: "states/x/state.yaml", Line: 1, Column: 26, Key: "title", English: "State X", Text: "రాష్ట్రం"},
		{File: "states/x/categories.yaml", Line: 2, Column: 26, Key: "bills title", English: "Bills", Text: "బిల్లులు"},
		{File: "states/x/portals.yaml", Line: 3, Column: 26, Key: "power title", English: "Power", Text: "విద్యుత్"},
		{File: "states/x/services/revenue/all.yaml", Line: 14, Column: 42, Key: "income title", English: "Income", Text: "ఆదాయం"},
		{File: "states/x/common/applicant.yaml", Line: 2, Column: 73, Key: "form.name.label", English: "Name", Text: "పేరు"},
		{File: "shared/household.yaml", Line: 5, Column: 38, Key: "form.house.prompt", English: "Which house?", Text: "ఏ ఇల్లు?"},
		{File: "shared/papers.yaml", Line: 2, Column: 29, Key: "voter_id title", English: "Voter ID", Text: "ఓటరు కార్డు"},
		{
			File: "languages/te/x.yaml", Line: 1, Column: 1, Key: "clock.left",
			English: "one: {days} day left, until {day}.\nother: {days} days left, until {day}.",
			Text:    "one: {day} వరకు ఒక్క రోజు ఉంది.\nother: {day} వరకు {days} రోజులు ఉన్నాయి.",
		},
	} {
		got := translation(t, fsys, want.File, want.Key)
		require.Len(t, got.Fingerprint, 16)
		want.Language, want.Fingerprint = "te", got.Fingerprint
		require.Equal(t, want, got)
	}
	seen := map[string]bool{}
	for _, each := range translations(t, fsys) {
		place := catalog.Problem{File: each.File, Line: each.Line, Column: each.Column}.String()
		require.False(t, seen[place], "listed once, however many services have it: %s", place)
		seen[place] = true
	}
}

func TestAnApprovalHoldsUntilTheTextOrItsEnglishChanges(t *testing.T) {
	t.Parallel()
	const file, key = "states/x/categories.yaml", "bills title"
	day := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	before := reviewed(t, nil)
	require.Nil(t, translation(t, before, file, key).Approved)
	var written bytes.Buffer
	approval := catalog.Approval{By: "L. Devi, Guntur", On: day}
	require.NoError(t, catalog.WriteApprovals(&written, before, "te", []catalog.Translation{translation(t, before, file, key)}, approval))
	const approvals = "languages/te/reviewed.csv"
	require.Equal(t, approvals, catalog.ApprovalsFile("te"))

	for name, c := range map[string]struct {
		categories string
		approved   bool
	}{
		"as it was":       {"- id: bills\n  title: {en: Bills, te: బిల్లులు}\n", true},
		"moved":           {"# bills\n\n- id: bills\n  title: {te: బిల్లులు, en: Bills}\n", true},
		"another text":    {"- id: bills\n  title: {en: Bills, te: బిల్లు}\n", false},
		"another English": {"- id: bills\n  title: {en: To pay, te: బిల్లులు}\n", false},
	} {
		after := reviewed(t, files{approvals: written.String(), file: c.categories})
		got := translation(t, after, file, key).Approved
		require.Equal(t, c.approved, got != nil, name)
		if got != nil {
			require.Equal(t, approval, *got)
		}
	}
	require.Nil(t, translation(t, reviewed(t, files{approvals: written.String()}), "states/x/portals.yaml", "power title").Approved, "others wait")
}

func TestApprovalsAreAddedToThoseThereAre(t *testing.T) {
	t.Parallel()
	first := catalog.Approval{By: "L. Devi", On: time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)}
	second := catalog.Approval{By: "K. Rao", On: time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)}
	fsys := reviewed(t, nil)
	list := translations(t, fsys)
	var half, whole bytes.Buffer
	require.NoError(t, catalog.WriteApprovals(&half, fsys, "te", list[:5], first))
	again := reviewed(t, files{"languages/te/reviewed.csv": half.String()})
	require.NoError(t, catalog.WriteApprovals(&whole, again, "te", translations(t, again), second))

	byWhom := map[string]int{}
	for _, each := range translations(t, reviewed(t, files{"languages/te/reviewed.csv": whole.String()})) {
		require.NotNil(t, each.Approved, each)
		byWhom[each.Approved.By]++
	}
	require.Equal(t, map[string]int{"L. Devi": 5, "K. Rao": len(list) - 5}, byWhom)
}

func TestApprovalsThatCannotBeReadAreReported(t *testing.T) {
	t.Parallel()
	const head = "file,key,fingerprint,by,on\n"
	for name, c := range map[string]struct{ text, want string }{
		"no columns":  {"a,b,c,d,e\n", "languages/te/reviewed.csv:1:1: the first line does not name the columns: have it written by: catalog review --approve"},
		"empty":       {"", "languages/te/reviewed.csv:1:1: the first line does not name the columns"},
		"a short row": {head + "a,b\n", "languages/te/reviewed.csv:2:1: this row cannot be read"},
		"a day":       {head + "a,b,c,d,today\n", `languages/te/reviewed.csv:2:5: "today" is not a day such as 2026-01-31`},
	} {
		fsys := reviewed(t, files{"languages/te/reviewed.csv": c.text})
		_, err := catalog.Translations(fsys, "x")
		require.ErrorContains(t, err, c.want, name)
		require.Contains(t, lines(catalog.Lint(fsys, "x", nil)), c.want, name)
	}
	_, err := catalog.Translations(reviewed(t, nil), "nowhere")
	require.ErrorIs(t, err, catalog.ErrNoState)
}

// locked is a deployment one file of which cannot be read.
type locked struct {
	fs.FS

	file string
}

func (l locked) Open(name string) (fs.File, error) {
	if name == l.file {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrPermission}
	}
	return l.FS.Open(name)
}

func TestApprovalsThatCannotBeOpenedAreNotWrittenOver(t *testing.T) {
	t.Parallel()
	fsys := reviewed(t, nil)
	waiting := translations(t, fsys)
	var written bytes.Buffer
	err := catalog.WriteApprovals(&written, locked{fsys, catalog.ApprovalsFile("te")}, "te", waiting, catalog.Approval{By: "L. Devi"})
	require.ErrorContains(t, err, "languages/te/reviewed.csv:1: the file cannot be read")
	require.Empty(t, written.String())
}
