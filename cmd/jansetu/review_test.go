package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

// deployment is a folder with one small state in English and Odia.
func deployment(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for name, text := range map[string]string{
		"states/x/state.yaml":      "title: {en: State, or: ରାଜ୍ୟ}\nlanguages: [en, or]\ntime_zone: Asia/Kolkata\n",
		"states/x/categories.yaml": "- {id: bills, title: {en: Bills, or: ବିଲ୍}}\n- {id: more, title: {en: Bills, or: ବିଲ୍}}\n",
		"states/x/portals.yaml":    "[]\n",
		"languages/en/x.yaml":      "a.b: |-\n  Two\n  lines\n",
		"languages/or/x.yaml":      "a.b: |-\n  ଦୁଇ\n  ଧାଡ଼ି\n",
	} {
		path := filepath.Join(folder, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o750))
		require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	}
	return folder
}

func review(folder string, places ...string) catalogReviewCommand {
	return catalogReviewCommand{catalogSource: catalogSource{Files: folder}, Language: []catalog.Language{"or"}, Places: places}
}

func TestAReviewerSeesTheEnglishBesideEachText(t *testing.T) {
	t.Parallel()
	all, err := review(deployment(t)).translations()
	require.NoError(t, err)
	var shown bytes.Buffer
	printWaiting(&shown, all)
	require.NoError(t, printReviewed(&shown, all))
	require.Equal(t, `languages/or/x.yaml:1:1: a.b  [`+all[0].Fingerprint+`]
  en  Two
      lines
  or  ଦୁଇ
      ଧାଡ଼ି
states/x/categories.yaml:1:38: bills title  [`+all[1].Fingerprint+`]  (in 2 places)
  en  Bills
  or  ବିଲ୍
states/x/state.yaml:1:24: title  [`+all[3].Fingerprint+`]
  en  State
  or  ରାଜ୍ୟ
  Language  Texts  Approved  Waiting
        or      4         0        4
`, shown.String())
}

func TestApprovingIsForAPlaceAPersonAndALanguage(t *testing.T) {
	t.Parallel()
	folder := deployment(t)
	waiting := func() int {
		all, err := review(folder).translations()
		require.NoError(t, err)
		count := 0
		for _, each := range all {
			if each.Approved == nil {
				count++
			}
		}
		return count
	}
	approve := review(folder, "states/x/categories.yaml:1")
	approve.Approve = true
	require.ErrorIs(t, approve.Run(), errApproveNeeds, "nobody approves")
	approve.By = "S. Das"
	require.NoError(t, approve.Run())
	require.Equal(t, 2, waiting(), "the same text elsewhere is approved with it")
	require.NoError(t, approve.Run(), "nothing is left to approve there")

	all, err := review(folder).translations()
	require.NoError(t, err)
	approve.Places = []string{all[0].Fingerprint}
	require.NoError(t, approve.Run())
	approve.Places = []string{"deploy/states/x/state.yaml"}
	require.NoError(t, approve.Run())
	require.Zero(t, waiting())

	approve.Language = nil
	require.ErrorIs(t, approve.Run(), errApproveNeeds, "all languages at once")
}

func TestTheFilesWithTheMostProblemsComeFirst(t *testing.T) {
	t.Parallel()
	var shown bytes.Buffer
	printCounts(&shown, map[string]int{"languages/ta/field.yaml": 3, "shared/papers.yaml": 67, "languages/ta/bill.yaml": 3})
	require.Equal(t, "    67  shared/papers.yaml\n     3  languages/ta/bill.yaml\n     3  languages/ta/field.yaml\n", shown.String())
}
