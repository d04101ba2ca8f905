// Package docs_test holds the documents to what they say of the code.
package docs_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var (
	testFunction = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)[A-Za-z0-9]+)\(`)
	testNamed    = regexp.MustCompile("`((?:Test|Fuzz)[A-Za-z0-9]+)`")
)

// tests are the names of all tests and fuzzers of the repository.
func tests(t *testing.T) map[string]bool {
	t.Helper()
	known := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && entry.Name() != "..":
			return fs.SkipDir
		case !strings.HasSuffix(path, "_test.go"):
			return nil
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, found := range testFunction.FindAllSubmatch(content, -1) {
			known[string(found[1])] = true
		}
		return nil
	})
	require.NoError(t, err)
	return known
}

// checklist are the lines of the table under "Audit checklist", each with its cells.
func checklist(t *testing.T) [][]string {
	t.Helper()
	content, err := os.ReadFile("security.md")
	require.NoError(t, err)
	_, section, found := strings.Cut(string(content), "## Audit checklist\n")
	require.True(t, found)
	section, _, _ = strings.Cut(section, "\n## ")
	var lines [][]string
	for line := range strings.Lines(section) {
		cells := strings.Split(strings.Trim(strings.TrimSpace(line), "|"), " | ")
		if strings.HasPrefix(line, "|") && !strings.HasPrefix(line, "|---") && cells[0] != " Line" {
			lines = append(lines, cells)
		}
	}
	require.Greater(t, len(lines), 20)
	return lines
}

func TestEveryLineOfTheAuditChecklistHasAProofThatExists(t *testing.T) {
	t.Parallel()
	known := tests(t)
	require.True(t, known["TestEveryLineOfTheAuditChecklistHasAProofThatExists"], "tests are found")
	for _, cells := range checklist(t) {
		require.Len(t, cells, 3, "%v", cells)
		named := testNamed.FindAllStringSubmatch(cells[2], -1)
		if len(named) == 0 {
			require.Regexp(t, `deployment|none needed yet`, cells[2], "%s has no proof", cells[0])
		}
		for _, name := range named {
			require.True(t, known[name[1]], "%s is proved by %s, which does not exist", cells[0], name[1])
		}
	}
}
