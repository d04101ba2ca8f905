package catalog_test

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

var update = flag.Bool("update", false, "write the golden files anew")

func lines(problems []catalog.Problem) string {
	var text strings.Builder
	for _, problem := range problems {
		text.WriteString(problem.String() + "\n")
	}
	return text.String()
}

// golden compares with testdata/<name>.golden, which says in plain words what an editor of the files reads.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		require.NoError(t, os.WriteFile(path, []byte(got), 0o600))
	}
	want, err := os.ReadFile(filepath.Clean(path))
	require.NoError(t, err)
	require.Equal(t, string(want), got)
}

func TestLintReportsEveryProblemWithItsPlace(t *testing.T) {
	t.Parallel()
	specs := []catalog.TextSpec{
		{Key: "dialog.greeting", Placeholders: []string{"name", "count"}},
		{Key: "dialog.plain"}, {Key: "dialog.absent"}, {Key: "dialog.brace"}, {Key: "button.go"},
		{Key: "words.menu"},
	}
	found := catalog.Lint(os.DirFS("testdata/broken"), "x", specs)

	var ours []catalog.Problem
	for _, problem := range found {
		if !isOwnText(problem) {
			ours = append(ours, problem)
		}
	}
	golden(t, "broken", lines(ours))
}

// isOwnText tells the package's own texts, all of which the broken state lacks, from the rest.
func isOwnText(problem catalog.Problem) bool {
	for _, spec := range catalog.Texts() {
		if strings.Contains(problem.Message, `"`+string(spec.Key)+`"`) {
			return true
		}
	}
	return false
}

func TestLintAsksForThePackagesOwnTexts(t *testing.T) {
	t.Parallel()
	found := lines(catalog.Lint(tree(files{"languages/en/x.yaml": "a.b: text", "languages/te/x.yaml": "a.b: మాట"}), "x", nil))
	for _, spec := range catalog.Texts() {
		require.Contains(t, found, string(spec.Key))
	}
}

func TestLintOfASoundStateIsSilent(t *testing.T) {
	t.Parallel()
	require.Empty(t, lines(catalog.Lint(complete(t, nil), "x", nil)))
}

// complete is the sound state with the shipped texts.
func complete(t *testing.T, changed files) (made fstest.MapFS) {
	t.Helper()
	made = tree(changed)
	for _, lang := range []string{"en", "te"} {
		for _, area := range []string{"field", "find", "find_alike", "language", "locale", "people"} {
			path := "languages/" + lang + "/" + area + ".yaml"
			text, err := os.ReadFile(filepath.Join("..", "deploy", filepath.FromSlash(path)))
			require.NoError(t, err)
			if _, given := made[path]; !given {
				made[path] = &fstest.MapFile{Data: text}
			}
		}
	}
	return made
}

func TestLintNamesTheFault(t *testing.T) {
	t.Parallel()
	field := func(lines string) string {
		return service("asked_as: [one]\nform:\n  - id: f\n    label: {en: F, te: ఎఫ్}\n    prompt: {en: F?, te: ఎఫ్?}\n" + lines)
	}
	for name, c := range map[string]struct {
		changed files
		want    string
	}{
		"no such category in the language": {
			files{"states/x/categories.yaml": "- id: bills\n  title: {en: Bills}\n"},
			"states/x/categories.yaml:2:11: title is missing in te",
		},
		"title beyond the row": {
			files{"states/x/services/a.yaml": strings.Replace(service("asked_as: [one]"), "ఒకటి", "ఒకటి రెండు మూడు నాలుగు ఐదు ఆరు", 1)},
			`states/x/services/a.yaml:6:22: title in te is 30 characters, WhatsApp shows at most 24 here: "ఒకటి రెండు మూడు నాలుగు ఐదు ఆరు"`,
		},
		"characters outside the basic plane count double": {
			files{"states/x/categories.yaml": "- id: bills\n  title: {en: " + strings.Repeat("😀", 13) + ", te: బిల్లులు}\n"},
			"title in en is 26 characters",
		},
		"example against the rules": {
			files{"states/x/services/a.yaml": field("    type: digits\n    min_length: 13\n    max_length: 13\n    example: \"12\"\n")},
			`states/x/services/a.yaml:17:14: field "f": the example "12" does not satisfy the field's own rules (field.digit_count)`,
		},
		"two choices of one title": {
			files{"states/x/services/a.yaml": field("    type: choice\n    choices:\n      - {id: a, title: {en: Guntur, te: గుంటూరు}}\n      - {id: b, title: {en: Guntur, te: గుంటూరు 2}}\n")},
			`states/x/services/a.yaml:17:29: "Guntur" is also the title of the choice "a": add what tells them apart`,
		},
		"one portal_field for two answers": {
			files{"states/x/services/a.yaml": field("    portal_field: n\n    type: text\n  - {id: g, type: text, portal_field: n, label: {en: G, te: జి}, prompt: {en: G?, te: జి?}}\n")},
			`states/x/services/a.yaml:16:39: field "g": portal_field "n" is that of the field "f" too: the portal would be told only one of them`,
		},
		"pattern without example": {
			files{"states/x/services/a.yaml": field("    type: text\n    pattern: \"[A-Z]+\"\n")},
			`field "f": a field with a pattern needs an example`,
		},
		"source without a year": {
			files{"states/x/services/a.yaml": strings.Replace(service("asked_as: [one]"), ", 2026", "", 1)},
			`the source of "one" does not say the year`,
		},
		"no way of asking": {
			files{"states/x/services/a.yaml": service("")},
			`the service "one" has no asked_as`,
		},
		"two services of one name": {
			files{
				"states/x/services/a.yaml": service("asked_as: [one]"),
				"states/x/services/b.yaml": strings.Replace(service("asked_as: [one]"), "id: one", "id: other", 1),
			},
			`states/x/services/b.yaml:6:13: "One" is also the title of "one" in the same category`,
		},
		"another script": {
			files{"languages/te/x.yaml": "a.b: బిల\u0ccdలు\n", "languages/en/x.yaml": "a.b: bill\n"},
			"languages/te/x.yaml:1:1: \"a.b\" in te has the letter \"\u0ccd\" of another script",
		},
		"left in English": {
			files{"languages/te/x.yaml": "a.b: Pay the bill\n", "languages/en/x.yaml": "a.b: Pay the bill\n"},
			`languages/te/x.yaml:1:1: "a.b" in te is mostly in Latin letters`,
		},
		"placeholder lost in translation": {
			files{"languages/te/x.yaml": "a.b: బిల్లు\n", "languages/en/x.yaml": "a.b: bill of {amount}\n"},
			`languages/te/x.yaml:1:1: "a.b" in te lacks the placeholder {amount}`,
		},
		"missing in one language": {
			files{"languages/en/x.yaml": "a.b: bill\n"},
			`languages/te/x.yaml: the text "a.b" is missing in te`,
		},
		"long button": {
			files{"languages/te/x.yaml": "button.b: ఇప్పుడే బిల్లు కట్టండి అండి\n", "languages/en/x.yaml": "button.b: Pay\n"},
			`"button.b" in te is 27 characters, WhatsApp allows 20 for a button`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, lines(catalog.Lint(complete(t, c.changed), "x", nil)), c.want)
		})
	}
}

func TestAbbreviationsAndAddressesMayStandInAnyLanguage(t *testing.T) {
	t.Parallel()
	found := catalog.Lint(complete(t, files{
		"languages/te/x.yaml": "a.b: PDF, UPI\na.c: https://example.in చూడండి\na.d: \"₹{amount}\"\n",
		"languages/en/x.yaml": "a.b: PDF, UPI\na.c: See https://example.in\na.d: \"₹{amount}\"\n",
	}), "x", nil)
	require.Empty(t, lines(found))
}

// Hindi and Marathi share a script: what was copied from one to the other is known by its words and letters.
func TestATextOfAnotherLanguageOfTheSameScriptIsFound(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ hindi, marathi, want string }{
		"each its own":          {"आपका फ़ॉर्म यहाँ है।", "तुमचा अर्ज इथे आहे.", ""},
		"the same in both":      {"मोबाइल नंबर", "मोबाइल नंबर", ""},
		"Hindi in Marathi":      {"नाम क्या है?", "नाम क्या है?", `"a.b" in mr has the word "क्या", which is Hindi`},
		"Marathi in Hindi":      {"तुमचे नाव", "तुमचे नाव", `"a.b" in hi has the word "तुमचे", which is Marathi`},
		"a letter of Hindi":     {"फ़ोटो भेजिए", "फ़ोटो द्या", "\"a.b\" in mr has the word \"फ\u093cोटो\", spelt as in Hindi (फ\u093c)"},
		"a letter of Marathi":   {"तालुका जळगाव", "तालुका जळगाव", `"a.b" in hi has the word "जळगाव", spelt as in Marathi (ळ)`},
		"with the dot composed": {"नाम", "का\u095eी", "\"a.b\" in mr has the word"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			found := lines(catalog.Lint(tree(files{
				"states/x/state.yaml": strings.Replace(sound["states/x/state.yaml"], "[en, te]", "[en, hi, mr]", 1),
				"languages/en/x.yaml": "a.b: text\n", "languages/hi/x.yaml": "a.b: " + c.hindi + "\n", "languages/mr/x.yaml": "a.b: " + c.marathi + "\n",
			}), "x", nil))
			if c.want == "" {
				require.NotContains(t, found, `"a.b"`)
				return
			}
			require.Contains(t, found, c.want)
		})
	}
}

func TestLintOfAStateThatIsNotThere(t *testing.T) {
	t.Parallel()
	require.Equal(t, "states/nowhere: there is no such folder\n", lines(catalog.Lint(tree(nil), "nowhere", nil)))
}
