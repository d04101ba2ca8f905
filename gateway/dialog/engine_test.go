package dialog_test

import (
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/dialog"
)

func TestTheShippedStateHoldsTheConversation(t *testing.T) {
	t.Parallel()
	shipped, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	_, err = dialog.NewEngine(shipped)
	require.NoError(t, err)
	for _, problem := range catalog.Lint(testFiles{}, "setu", dialog.Texts()) {
		if strings.Contains(problem.File, "dialog.yaml") {
			t.Error(problem)
		}
	}
}

func TestEveryTextKeyIsDeclaredOnce(t *testing.T) {
	t.Parallel()
	seen := map[catalog.TextKey]bool{}
	for _, spec := range dialog.Texts() {
		require.False(t, seen[spec.Key], spec.Key)
		seen[spec.Key] = true
	}
	source, err := os.ReadFile("texts.go")
	require.NoError(t, err)
	for line := range strings.Lines(string(source)) {
		if _, quoted, ok := strings.Cut(line, `catalog.TextKey = "`); ok {
			key, _, _ := strings.Cut(quoted, `"`)
			require.True(t, seen[catalog.TextKey(key)], key)
		}
	}
}

// TestNewEngineRefuses what would fail in front of a citizen.
func TestNewEngineRefuses(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct{ file, old, changed, fault string }{
		"a missing text": {
			"languages/te/dialog.yaml", "dialog.menu.choose:", "dialog.menu.chose:", "language te: text dialog.menu.choose is missing",
		},
		"a word with two meanings": {
			"languages/hi/dialog.yaml", "words.back: [", "words.back: [मेनू, ", `"मेनू" means both`,
		},
		"an id that no button can carry": {
			"states/setu/services/power.yaml", "id: bill-south", "id: bill-" + strings.Repeat("south", 10), "1 to 48 characters",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			files := copyFiles(t)
			changed := strings.Replace(string(files[test.file].Data), test.old, test.changed, 1)
			require.NotEqual(t, string(files[test.file].Data), changed)
			files[test.file] = &fstest.MapFile{Data: []byte(changed)}
			loaded, err := catalog.Load(files, "setu")
			require.NoError(t, err)
			_, err = dialog.NewEngine(loaded)
			require.ErrorContains(t, err, test.fault)
		})
	}
}

// copyFiles are the test state's files, to be changed.
func copyFiles(t *testing.T) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	for root, fsys := range map[string]fs.FS{"states": os.DirFS("testdata"), "languages": deploy.Files} {
		require.NoError(t, fs.WalkDir(fsys, root, func(name string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() {
				return err
			}
			data, err := fs.ReadFile(fsys, name)
			files[name] = &fstest.MapFile{Data: data}
			return err
		}))
	}
	return files
}
