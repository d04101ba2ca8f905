package draft_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/connector/draft"
)

// repository makes a copy of the module's outside in which drafts compile: its
// go.mod and go.sum, and its packages by link.
func repository(t *testing.T) string {
	t.Helper()
	root, err := filepath.Abs("../../../..")
	require.NoError(t, err)
	copied := t.TempDir()
	for _, name := range []string{"go.mod", "go.sum"} {
		content, err := os.ReadFile(filepath.Join(root, name))
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(copied, name), content, 0o600))
	}
	require.NoError(t, os.CopyFS(filepath.Join(copied, "connectors", "portal"), os.DirFS(filepath.Join(root, "connectors", "portal"))))
	for _, folder := range []string{"conformance", "payments", "twin"} {
		require.NoError(t, os.CopyFS(filepath.Join(copied, "connectors", folder), os.DirFS(filepath.Join(root, "connectors", folder))))
	}
	files, err := filepath.Glob(filepath.Join(root, "connectors", "*.go"))
	require.NoError(t, err)
	for _, file := range files {
		content, err := os.ReadFile(file)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(filepath.Join(copied, "connectors", filepath.Base(file)), content, 0o600))
	}
	return copied
}

func TestDraftsCompileAndConform(t *testing.T) {
	t.Parallel()
	root := repository(t)
	for _, capability := range draft.Capabilities() {
		paths, err := draft.Draft{Name: "sample" + capability, Capability: capability}.Write(root)
		require.NoError(t, err)
		require.Contains(t, paths, "docs/portals/sample"+capability+".md")
		require.Contains(t, paths, "connectors/sample"+capability+"/testdata/page.html")
	}
	packages := make([]string, 0, len(draft.Capabilities()))
	for _, capability := range draft.Capabilities() {
		packages = append(packages, "./connectors/sample"+capability+"/...")
	}
	for _, verb := range [][]string{{"vet"}, {"test", "-timeout", "5m"}} {
		command := exec.CommandContext(t.Context(), "go", append(verb, packages...)...)
		command.Dir = root
		output, err := command.CombinedOutput()
		require.NoError(t, err, "go %s:\n%s", verb[0], output)
	}
}

func TestDraftDoesNotOverwrite(t *testing.T) {
	t.Parallel()
	root := t.TempDir()
	family := draft.Draft{Name: "ration", Capability: "application"}
	_, err := family.Write(root)
	require.NoError(t, err)
	_, err = family.Write(root)
	require.ErrorIs(t, err, draft.ErrExists)
}

func TestDraftRefusesWhatIsNoName(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"", "a", "Ration", "../etc", "ration-card", "9lives"} {
		_, err := draft.Draft{Name: name, Capability: "record"}.Write(t.TempDir())
		require.Error(t, err, name)
	}
	_, err := draft.Draft{Name: "ration", Capability: "magic"}.Write(t.TempDir())
	require.ErrorContains(t, err, "no capability")
}
