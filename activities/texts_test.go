package activities_test

import (
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
)

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

func TestEveryTextIsThereInEveryLanguage(t *testing.T) {
	t.Parallel()
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	for _, spec := range activities.Texts() {
		for _, lang := range texts.Languages() {
			require.True(t, texts.Has(lang, spec.Key), "%s in %s", spec.Key, lang)
			require.Equal(t, spec.Placeholders, placeholdersOf(texts.Text(lang, spec.Key, nil)), "%s in %s", spec.Key, lang)
		}
	}
}

// saidKey is a text's key as workflows and activities write it.
var saidKey = regexp.MustCompile(`(?:say\(|Label: |Text: )"([a-z_]+\.[a-z0-9_]+)"`)

func TestEveryTextThatIsSaidIsDeclared(t *testing.T) {
	t.Parallel()
	declared := map[string]bool{}
	for _, spec := range activities.Texts() {
		declared[string(spec.Key)] = true
	}
	said := 0
	for _, pattern := range []string{"../workflows/*.go", "*/*.go"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, file := range files {
			if strings.HasSuffix(file, "_test.go") {
				continue
			}
			source, err := os.ReadFile(file)
			require.NoError(t, err)
			for _, match := range saidKey.FindAllStringSubmatch(string(source), -1) {
				said++
				require.True(t, declared[match[1]], "%s says %s, which nobody declares: citizens would read the key", file, match[1])
			}
		}
	}
	require.Greater(t, said, 200)
}

func TestButtonsFit(t *testing.T) {
	t.Parallel()
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	for _, key := range []catalog.TextKey{"button.pay", "button.dont_pay", "button.pay_now", "button.choose_answer"} {
		for _, lang := range texts.Languages() {
			require.LessOrEqual(t, bubble.Size(texts.Text(lang, key, nil)), 20, "%s in %s", key, lang)
		}
	}
}

func placeholdersOf(text string) []string {
	var found []string
	for _, match := range placeholder.FindAllStringSubmatch(text, -1) {
		if !slices.Contains(found, match[1]) {
			found = append(found, match[1])
		}
	}
	slices.Sort(found)
	return found
}
