package activities_test

import (
	"regexp"
	"slices"
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
