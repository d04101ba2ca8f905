package catalog_test

import (
	"maps"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

// files are the contents of a deployment tree by path; they replace the sound ones below.
type files map[string]string

// sound is the smallest state "x" that loads: English and Telugu, one category, one portal.
var sound = files{
	"states/x/state.yaml":      "title: {en: State X, te: రాష్ట్రం}\nlanguages: [en, te]\ntime_zone: Asia/Kolkata\nhelpline: \"1100\"\nweekly_off: [sunday, second-saturday]\nretention: {days: 180, source: \"invented, 2026\"}\nsource: invented, 2026\n",
	"states/x/categories.yaml": "- id: bills\n  title: {en: Bills, te: బిల్లులు}\n",
	"states/x/portals.yaml":    "- name: power\n  family: electricity\n  title: {en: Power, te: విద్యుత్}\n  timeout: 10s\n",
}

func tree(changed files) fstest.MapFS {
	all := maps.Clone(sound)
	maps.Copy(all, changed)
	made := make(fstest.MapFS, len(all))
	for path, text := range all {
		made[path] = &fstest.MapFile{Data: []byte(text)}
	}
	return made
}

func load(t *testing.T, changed files) *catalog.Catalog {
	t.Helper()
	loaded, err := catalog.Load(tree(changed), "x")
	require.NoError(t, err)
	return loaded
}

// service is a file with the service "one" and further lines.
func service(lines string) string {
	return "id: one\nkind: bill\ncategory: bills\ndepartment: Energy\navailability: live\n" +
		"title: {en: One, te: ఒకటి}\nportal: {name: power}\nsource: invented, 2026\n" + lines + "\n"
}
