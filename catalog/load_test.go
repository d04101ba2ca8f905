package catalog_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
)

func andhra(t testing.TB) *catalog.Catalog {
	t.Helper()
	loaded, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	return loaded
}

func TestLoadReadsOneServiceAFileOrManyWithDefaults(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{
		"states/x/services/energy/one.yaml": service("asked_as: [one]"),
		"states/x/services/many.yaml": `
kind: application
category: bills
department: Revenue
availability: coming
source: invented, 2026
services:
  - {id: two, title: {en: Two, te: రెండు}}
  - {id: three, title: {en: Three, te: మూడు}, kind: record, department: Health}
`,
	})

	two, _ := loaded.Service("two")
	require.Equal(t, catalog.KindApplication, two.Kind)
	require.Equal(t, "Revenue", two.Department)
	require.Equal(t, "invented, 2026", two.Source)
	three, _ := loaded.Service("three")
	require.Equal(t, catalog.KindRecord, three.Kind)
	require.Equal(t, "Health", three.Department)
	require.Len(t, loaded.Services(), 3)
}

func TestServicesInACategoryShowTheLiveOnesFirst(t *testing.T) {
	t.Parallel()
	coming := strings.NewReplacer("id: one", "id: two", "live", "coming").Replace(service(""))
	loaded := load(t, files{"states/x/services/a.yaml": coming, "states/x/services/b.yaml": service("")})

	found := loaded.ServicesIn("bills")
	require.Len(t, found, 2)
	require.Equal(t, "one", found[0].ID)
	require.Equal(t, "two", found[1].ID)
	require.Empty(t, loaded.ServicesIn("nothing"))
}

func TestTheMenuLeavesOutEmptyCategories(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{
		"states/x/categories.yaml": "- id: empty\n  title: {en: Empty}\n- id: bills\n  title: {en: Bills}\n",
		"states/x/services/a.yaml": service(""),
	})

	require.Len(t, loaded.Categories(), 1)
	require.Equal(t, "bills", loaded.Categories()[0].ID)
	_, ok := loaded.Category("empty")
	require.True(t, ok)
	_, ok = loaded.Category("none")
	require.False(t, ok)
}

func TestPortalsCarryTheirSettings(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)

	portal, ok := loaded.Portal("apepdcl")
	require.True(t, ok)
	require.Equal(t, "electricity", portal.Family)
	require.Equal(t, "requestno", portal.Settings["shape"])
	require.Equal(t, 10*time.Second, portal.Timeout)
	require.Equal(t, []catalog.Window{{From: "23:45", To: "00:15"}}, portal.Maintenance)
	require.Equal(t, "BILL", portal.Canary.Service)
	require.Equal(t, "0000000000000", portal.Canary.Fields["account"])
	require.GreaterOrEqual(t, len(loaded.Portals()), 3)
	_, ok = loaded.Portal("none")
	require.False(t, ok)
}

func TestTheShippedStateCanBePaidTodayInThreeLanguages(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)

	state := loaded.State()
	require.Equal(t, "andhra", state.ID)
	require.Equal(t, "Asia/Kolkata", state.TimeZone)
	require.Equal(t, "1100", state.Helpline)
	require.Equal(t, catalog.Language("en"), state.DefaultLanguage())
	require.Equal(t, []catalog.Language{"en", "te", "hi"}, loaded.Languages())
	require.Equal(t, "తెలుగు", loaded.LanguageName("te"))
	require.Equal(t, "हिन्दी", loaded.LanguageName("hi"))
	require.Equal(t, "or", loaded.LanguageName("or"))

	live := 0
	for _, found := range loaded.Services() {
		if found.Availability == catalog.Live {
			live++
			if found.Kind != catalog.KindInformation {
				require.NotEmpty(t, found.Form)
			}
		}
	}
	require.GreaterOrEqual(t, live, 2)
	require.LessOrEqual(t, len(loaded.Categories()), 10, "the menu fits one list")
}

func TestTextFillsPlaceholdersAndFallsBack(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{
		"languages/en/dialog.yaml": "hello: Hello {name}, {count} new\nonly: English\nblock: |\n  First line\n  second line\n" +
			"words: [menu, start]\nnumber: 12\nopen: \"a { b\"\n",
		"languages/te/dialog.yaml": "hello: నమస్తే {name}, {count} కొత్తవి\n",
	})
	for _, c := range []struct {
		lang catalog.Language
		key  catalog.TextKey
		args catalog.Args
		want string
	}{
		{"te", "hello", catalog.Args{"name": "Ravi", "count": "2"}, "నమస్తే Ravi, 2 కొత్తవి"},
		{"en", "hello", catalog.Args{"name": "{count}", "count": "2"}, "Hello {count}, 2 new"},
		{"en", "hello", nil, "Hello {name}, {count} new"},
		{"en", "hello", catalog.Args{"name": "Ravi"}, "Hello Ravi, {count} new"},
		{"te", "only", nil, "English"},
		{"or", "only", nil, "English"},
		{"te", "no.such.key", nil, "no.such.key"},
		{"en", "block", nil, "First line\nsecond line"},
		{"en", "words", nil, "menu, start"},
		{"en", "number", nil, "12"},
		{"en", "open", catalog.Args{"b": "x"}, "a { b"},
	} {
		require.Equal(t, c.want, loaded.Text(c.lang, c.key, c.args))
	}
	require.True(t, loaded.Has("te", "hello"))
	require.False(t, loaded.Has("te", "only"))
	require.Equal(t, "పేరు", catalog.Text{"en": "Name", "te": "పేరు"}.In("te"))
	require.Equal(t, "Name", catalog.Text{"en": "Name", "te": "పేరు"}.In("hi"))
}

func TestDatesAreShownWithTheMonthOfTheLanguage(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)
	day := time.Date(2026, time.November, 22, 0, 0, 0, 0, time.UTC)

	require.Equal(t, "22 Nov 2026", loaded.Date("en", day))
	require.Equal(t, "22 నవంబరు 2026", loaded.Date("te", day))
	require.Equal(t, "22 नवंबर 2026", loaded.Date("hi", day))
	for hour, want := range map[int][3]string{
		0:  {"12:08 am", "రాత్రి 12:08", "रात 12:08"},
		9:  {"9:08 am", "ఉదయం 9:08", "सुबह 9:08"},
		12: {"12:08 pm", "మధ్యాహ్నం 12:08", "दोपहर 12:08"},
		17: {"5:08 pm", "సాయంత్రం 5:08", "शाम 5:08"},
		20: {"8:08 pm", "రాత్రి 8:08", "रात 8:08"},
	} {
		at := day.Add(time.Duration(hour)*time.Hour + 8*time.Minute)
		require.Equal(t, "22 Nov 2026, "+want[0], loaded.Moment("en", at))
		require.Equal(t, "22 నవంబరు 2026, "+want[1], loaded.Moment("te", at))
		require.Equal(t, "22 नवंबर 2026, "+want[2], loaded.Moment("hi", at))
	}
}

func TestLoadRefusesWhatCannotBeUsedAndSaysWhere(t *testing.T) {
	t.Parallel()
	const at = "states/x/services/a.yaml"
	instead := func(old, changed string) string { return strings.Replace(service(""), old, changed, 1) }
	form := func(field string) string { return service("form: [" + field + "]") }
	for name, c := range map[string]struct{ file, text, want string }{
		"unknown key":       {at, service("colour: red"), at + `:9:1: unknown key "colour"`},
		"wrong type":        {at, service("asked_as: red"), at + ":9:11: expected a list, found a text"},
		"broken YAML":       {at, "id: {one\n", at + ":1:6: this is not valid YAML"},
		"key twice":         {at, "id: one\nid: two\n", at + ":2:1: this is not valid YAML"},
		"unknown portal":    {at, instead("name: power", "name: other"), `the unknown portal "other": use one of power`},
		"unknown kind":      {at, instead("kind: bill", "kind: bills"), at + `:2:7: the service "one" has the unknown kind "bills"`},
		"unknown category":  {at, instead("category: bills", "category: b"), at + `:3:11: the service "one" has the unknown category "b"`},
		"availability":      {at, instead("live", "soon"), "availability is live or coming"},
		"live, no portal":   {at, instead("portal: {name: power}", ""), "is live and names no portal"},
		"id twice":          {"states/x/services/z.yaml", service(""), `z.yaml:1:5: the service "one" is already defined in ` + at + ", line 1"},
		"id with spaces":    {at, instead("id: one", "id: One Two"), "use small letters, digits"},
		"no id":             {at, instead("id: one", ""), "this service has no id"},
		"no language":       {"states/x/state.yaml", "title: {en: X}\ntime_zone: Asia/Kolkata\n", "languages is missing"},
		"no time zone":      {"states/x/state.yaml", "languages: [en]\n", `time_zone "" is not a known time zone`},
		"text twice":        {"languages/te/z.yaml", "\n\nk: v\n", `languages/te/z.yaml:3:1: the text "k" is already written in languages/te/a.yaml, line 1`},
		"text is no text":   {"languages/en/a.yaml", "k: {a: b}\n", "languages/en/a.yaml:1:5: expected a text"},
		"texts as a list":   {"languages/en/a.yaml", "- k\n", "expected lines of the form key: text"},
		"list is no list":   {"states/x/categories.yaml", "bills: {}\n", "expected a list: each entry begins with a dash"},
		"services no list":  {at, "services: {}\n", "expected a list: each service begins with a dash"},
		"lost zero":         {at, form("{id: f, type: digits, example: 0123}"), `put the number in quotes: "0123"`},
		"bad pattern":       {at, form("{id: f, type: text, pattern: '['}"), "the pattern is not valid"},
		"min above max":     {at, form(`{id: f, type: date, min: "2027-01-01", max: "2026-01-01"}`), "is greater than max"},
		"bound of no date":  {at, form("{id: f, type: date, min: 5}"), "min must be a date written 2026-01-31"},
		"bound of a text":   {at, form("{id: f, type: text, min: 5}"), "min and max are for money, numbers, dates and people"},
		"no length left":    {at, form("{id: f, type: text, min_length: 5, max_length: 2}"), "leave no possible answer"},
		"choices repeated":  {at, form("{id: f, type: choice, choices: [{id: a}, {id: a}]}"), "every choice needs an id of its own"},
		"question twice":    {at, form("{id: f, type: text}, {id: f, type: text}"), `the field "f" is twice`},
		"negative budget":   {"states/x/portals.yaml", "- {name: power, family: f, budget: {burst: -1}}\n", "portals.yaml:1:37: a budget cannot be below zero"},
		"time of no day":    {"states/x/portals.yaml", "- {name: power, family: f, timeout: soon}\n", `portals.yaml:1:37: expected a time such as 10s, not "soon"`},
		"second document":   {at, service("") + "---\nid: two\n", "a second document (---) in one file is not read"},
		"file beyond limit": {at, strings.Repeat("#", 2<<20), "the file is larger than"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := catalog.Load(tree(files{at: service(""), "languages/te/a.yaml": "k: v\n", c.file: c.text}), "x")
			var refused *catalog.LoadError
			require.ErrorAs(t, err, &refused)
			require.Contains(t, refused.Error(), c.want)
		})
	}
}

func TestLoadOfAStateThatIsNotThere(t *testing.T) {
	t.Parallel()
	for _, state := range []string{"nowhere", "", "../states/x", "x/services", "/x"} {
		_, err := catalog.Load(tree(nil), state)
		require.Error(t, err, state)
	}
	_, err := catalog.Load(tree(nil), "nowhere")
	require.ErrorIs(t, err, catalog.ErrNoState)
}

func FuzzLoad(f *testing.F) {
	f.Add(service("form: [{id: f, type: text, pattern: '['}]"))
	f.Add("services:\n  - {id: a, title: {en: A}}\n  - 5\n")
	f.Add("id: 0123\nform: {a: b}\n")
	f.Add("- \n? a\n: b")
	f.Add("id: 012\nform: !00 000\n")
	f.Add(full)
	f.Add(pension)
	f.Add(certificates)
	f.Add(tableHead)
	f.Fuzz(func(_ *testing.T, text string) {
		_, _ = catalog.Load(tree(files{"states/x/services/a.yaml": text}), "x")
		catalog.Lint(tree(files{"states/x/portals.yaml": text, "languages/te/a.yaml": text}), "x", nil)
	})
}

func BenchmarkLoad(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		andhra(b)
	}
}

func BenchmarkText(b *testing.B) {
	loaded := andhra(b)
	args := catalog.Args{"length": "13", "given": "12"}
	b.ReportAllocs()
	for b.Loop() {
		loaded.Text("te", "field.digit_count", args)
	}
}
