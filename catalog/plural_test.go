package catalog_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

const daysLeft = "clock.left:\n  count: days\n  one: \"{days} day left, until {day}.\"\n  other: \"{days} days left, until {day}.\"\n"

const daysLeftTelugu = "clock.left:\n  count: days\n  one: \"{day} వరకు ఒక్క రోజు ఉంది.\"\n  other: \"{day} వరకు {days} రోజులు ఉన్నాయి.\"\n"

func counting(changed files) files {
	made := files{"languages/en/x.yaml": daysLeft, "languages/te/x.yaml": daysLeftTelugu}
	maps.Copy(made, changed)
	return made
}

func TestATextHasTheFormOfItsNumber(t *testing.T) {
	t.Parallel()
	hindi := files{
		"states/x/state.yaml": strings.Replace(sound["states/x/state.yaml"], "[en, te]", "[en, te, hi]", 1),
		"languages/hi/x.yaml": "clock.left:\n  count: days\n  one: \"{day} तक {days} दिन बाकी है।\"\n  other: \"{day} तक {days} दिन बाकी हैं।\"\n",
	}
	loaded := load(t, counting(hindi))
	for _, c := range []struct {
		lang catalog.Language
		days string
		want string
	}{
		{"en", "1", "1 day left, until Monday."},
		{"en", "0", "0 days left, until Monday."},
		{"en", "12", "12 days left, until Monday."},
		{"en", "1,001", "1,001 days left, until Monday."},
		{"en", "some", "some days left, until Monday."},
		{"te", "1", "Monday వరకు ఒక్క రోజు ఉంది."},
		{"te", "౧", "Monday వరకు ఒక్క రోజు ఉంది."},
		{"te", "5", "Monday వరకు 5 రోజులు ఉన్నాయి."},
		{"hi", "0", "Monday तक 0 दिन बाकी है।"},
		{"hi", "1", "Monday तक 1 दिन बाकी है।"},
		{"hi", "2", "Monday तक 2 दिन बाकी हैं।"},
		{"pa", "1", "1 day left, until Monday."},
	} {
		require.Equal(t, c.want, loaded.Text(c.lang, "clock.left", catalog.Args{"days": c.days, "day": "Monday"}))
	}
	require.Equal(t, "{days} days left, until {day}.", loaded.Text("en", "clock.left", nil))
}

func TestTheFormsOfATextAreThoseOfItsLanguage(t *testing.T) {
	t.Parallel()
	lint := func(telugu string) string {
		return lines(catalog.Lint(complete(t, counting(files{"languages/te/x.yaml": telugu})), "x", nil))
	}
	require.Empty(t, lint(daysLeftTelugu))
	for old, c := range map[string]struct{ changed, at, want string }{
		"  one: \"{day} వరకు ఒక్క రోజు ఉంది.\"\n": {"", "1:1", `"clock.left" in te lacks the form one, for 1`},
		"  one:":          {"  few: \"{days} {day} రోజులు\"\n  one:", "1:1", `"clock.left" in te has the form few, which the language does not use`},
		"{days} రోజులు":   {"రోజులు", "1:1", `"clock.left" (other) in te lacks the placeholder {days}`},
		"{day} వరకు ఒక్క": {"ఒక్క", "1:1", `"clock.left" (one) in te lacks the placeholder {day}`},
		"{day} వరకు ఒక్క రోజు ఉంది": {"One day until {day}", "1:1", `"clock.left" (one) in te is mostly in Latin letters`},
		"count: days":     {"count: number", "1:1", `"clock.left" in te is counted by {number}, which is not filled there`},
		"  count: days\n": {"", "2:3", "say which placeholder is counted: count: days"},
		"one:":            {"single:", "3:3", `unknown key "single": a text for different numbers has the keys count, one, other`},
	} {
		t.Run(c.want, func(t *testing.T) {
			t.Parallel()
			require.Contains(t, daysLeftTelugu, old)
			require.Contains(t, lint(strings.Replace(daysLeftTelugu, old, c.changed, 1)), "languages/te/x.yaml:"+c.at+": "+c.want+"\n")
		})
	}
}
