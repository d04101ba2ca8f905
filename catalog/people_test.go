package catalog_test

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

func people(t testing.TB, changes ...func(*catalog.Field)) catalog.Field {
	t.Helper()
	field := catalog.Field{Type: catalog.FieldPeople, Max: "6"}
	for _, change := range changes {
		change(&field)
	}
	andhra(t).Prepare(&field)
	return field
}

func TestPeopleAreTakenAsTheyAreWritten(t *testing.T) {
	t.Parallel()
	sita := "Sita Devi|34|f"
	checkAll(t, people(t), []checked{
		{answer: "Sita Devi, 34, F", value: sita},
		{answer: "Sita Devi 34 f", value: sita},
		{answer: "sita devi - 34 - Female", value: "sita devi|34|f"},
		{answer: "Sita Devi (34, female)", value: sita},
		{answer: "Sita Devi 34yrs F.", value: sita},
		{answer: "Sita Devi 34/F", value: sita},
		{answer: "Sita Devi F34", reason: "field.person_no_gender", args: at(1)},
		{answer: "Sita Devi, F, 34", value: sita},
		{answer: "Sita Devi female 34", value: sita},
		{answer: "34 F Sita Devi", value: sita},
		{answer: "1) Sita Devi 34 F", value: sita},
		{answer: "1 Sita Devi 34 F", value: sita},
		{answer: "Sita Devi|34|f", value: sita},
		{answer: "సీత 34 స్త్రీ", value: "సీత|34|f"},
		{answer: "సీత ౩౪ సం. స్త్రీ", value: "సీత|34|f"},
		{answer: "राम कुमार, ४५ साल, पुरुष", value: "राम कुमार|45|m"},
		{answer: "ram kumar 45 saal purush", value: "ram kumar|45|m"},
		{answer: "బాబు 8 నెలలు మగ", value: "బాబు|0|m"},
		{answer: "Anne-Marie D'Souza 29 f", value: "Anne-Marie D'Souza|29|f"},
		{answer: "Kiran 30 transgender", value: "Kiran|30|o"},
		{answer: "Sita Devi, 34, F\nRam, 40, M", value: sita + "\nRam|40|m"},
		{answer: "Sita Devi, 34, F; Ram, 40, M;", value: sita + "\nRam|40|m"},
		{answer: "\n1. Sita Devi 34 F\r\n\r\n2. Ram 40 M\n", value: sita + "\nRam|40|m"},
	})
}

func at(line int) catalog.Args {
	return catalog.Args{"line": string(rune('0' + line)), "example": "Sita Devi, 34, F"}
}

func TestAProblemNamesTheLine(t *testing.T) {
	t.Parallel()
	checkAll(t, people(t), []checked{
		{answer: "Sita", reason: "field.person_no_age", args: at(1)},
		{answer: "Sita 34 F\nRam M", reason: "field.person_no_age", args: at(2)},
		{answer: "Sita 34 F\n\nRam 40", reason: "field.person_no_gender", args: at(2)},
		{answer: "34 F", reason: "field.person_no_name", args: at(1)},
		{answer: "Ram 240 M", reason: "field.person_wrong_age", args: at(1)},
		{answer: "Ram 99999999999999999999 M", reason: "field.person_wrong_age", args: at(1)},
		{answer: "Ram 40 M vegetarian", reason: "field.person_unclear", args: at(1)},
		{answer: "Ram 40 M 2", reason: "field.person_unclear", args: at(1)},
		{answer: "R@m 40 M", reason: "field.person_unclear", args: at(1)},
		{answer: " ;\n; ", reason: "field.empty"},
		{answer: "", reason: "field.empty"},
	})
}

// A letter before the age is an initial in the south, where names end with it.
func TestAnInitialIsNotTakenForAGender(t *testing.T) {
	t.Parallel()
	checkAll(t, people(t), []checked{
		{answer: "Ramesh M 45", reason: "field.person_no_gender", args: at(1)},
		{answer: "Ramesh M 45 M", value: "Ramesh M|45|m"},
		{answer: "M Sita 34 F", value: "M Sita|34|f"},
	})
}

func TestThePeopleAreCounted(t *testing.T) {
	t.Parallel()
	line := "Sita 34 F\n"
	two := func(f *catalog.Field) { f.Min, f.Max = "2", "3" }
	checkAll(t, people(t, two), []checked{
		{answer: line, reason: "field.too_few_people", args: catalog.Args{"min": "2", "given": "1"}},
		{answer: strings.Repeat(line, 2), value: strings.TrimSpace(strings.Repeat("Sita|34|f\n", 2))},
		{answer: strings.Repeat(line, 4), reason: "field.too_many_people", args: catalog.Args{"max": "3", "given": "4"}},
	})
	unbounded := func(f *catalog.Field) { f.Max = "" }
	checkAll(t, people(t, unbounded), []checked{
		{answer: strings.Repeat(line, 21), reason: "field.too_many_people", args: catalog.Args{"max": "20", "given": "21"}},
	})
}

func TestPeopleAreShownInTheLanguage(t *testing.T) {
	t.Parallel()
	field := people(t)
	require.Equal(t, "Sita, 34, female\nRam, 40, male", field.Display("Sita|34|f\nRam|40|m", "en"))
	require.Equal(t, "Sita, 34, స్త్రీ", field.Display("Sita|34|f", "te"))
	require.Equal(t, "not of people", field.Display("not of people", "te"))
}

func TestPeopleReadsWhatCheckGives(t *testing.T) {
	t.Parallel()
	read, ok := catalog.People("Sita Devi|34|f\nRam|0|m")
	require.True(t, ok)
	require.Equal(t, []catalog.Person{{Name: "Sita Devi", Age: 34, Gender: catalog.Female}, {Name: "Ram", Gender: catalog.Male}}, read)
	for _, wrong := range []string{"", "Sita", "Sita|x|f", "Sita|34|x", "Sita|34|f\n"} {
		_, ok = catalog.People(wrong)
		require.False(t, ok, "%q", wrong)
	}
}

func TestAFieldKeptAsJSONChecksAsBefore(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{
		"languages/te/a.yaml": "locale.gender.f: స్త్రీ\nlocale.month.1: జనవరి\n",
		"states/x/services/a.yaml": service(`form:
  - {id: who, type: people, max: "2"}
  - {id: code, type: text, pattern: "[A-Z]{3}", example: ABC}
  - {id: day, type: date, max: "2026-12-31"}
  - {id: proof, type: document, accepts: [ration_card], max_mb: 0.5}
  - {id: stop, type: text, portal_choice: true, together: true, portal_field: from}`),
	})
	written, _ := loaded.Service("one")
	for i := range written.Form {
		kept, err := json.Marshal(written.Form[i])
		require.NoError(t, err)
		var again catalog.Field
		require.NoError(t, json.Unmarshal(kept, &again))

		for _, answer := range []string{"Sita 34 F", "ABC", "ABCD", "5 January 2026", "5 Jan 2027", "x", ""} {
			want, problem := written.Form[i].Check(answer)
			got, again := again.Check(answer)
			require.Equal(t, want, got, answer)
			require.Equal(t, problem, again, answer)
		}
		loaded.Prepare(&again)
		for _, answer := range []string{"Sita 34 స్త్రీ", "5 జనవరి 2026"} {
			want, _ := written.Form[i].Check(answer)
			got, _ := again.Check(answer)
			require.Equal(t, want, got, answer)
		}
		require.Equal(t, written.Form[i].MaxBytes(), again.MaxBytes())
	}
	require.Equal(t, int64(500_000), written.Form[3].MaxBytes())
}

func FuzzPeople(f *testing.F) {
	for _, seed := range []string{"Sita Devi, 34, F", "1. సీత ౩౪ స్త్రీ\n2) Ram 40 M", "F34-5|;", "Ram 6 months boy", "a|1|f\nb|2|m"} {
		f.Add(seed)
	}
	field := people(f)
	f.Fuzz(func(t *testing.T, answer string) {
		value, problem := field.Check(answer)
		if problem != nil {
			return
		}
		named, ok := catalog.People(value)
		require.True(t, ok, "%q", value)
		require.LessOrEqual(t, len(named), 6)
		again, problem := field.Check(value)
		require.Nil(t, problem, "%q is not taken again", value)
		require.Equal(t, value, again)
	})
}
