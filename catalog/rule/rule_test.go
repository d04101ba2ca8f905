package rule_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog/rule"
)

var questions = map[string]rule.Question{
	"age":      {Type: rule.Number},
	"income":   {Type: rule.Number},
	"born":     {Type: rule.Date},
	"category": {Words: []string{"sc", "st", "bc", "none"}},
	"village":  {},
}

func ExampleParse() {
	pension, _ := rule.Parse("age >= 60 and (income < 120000 or category in (sc, st))", nil)
	fmt.Println(pension.Holds(map[string]string{"age": "64", "income": "300000", "category": "st"}) == rule.Yes)
	_, err := rule.Parse("age = 60", nil)
	fmt.Println(err)
	// Output:
	// true
	// write == for "is", not a single =
}

func TestRulesCompareAnswers(t *testing.T) {
	t.Parallel()
	answers := map[string]string{"age": "60", "income": "119999.50", "born": "1966-01-26", "category": "sc", "village": "రామాపురం"}
	for text, want := range map[string]rule.Truth{
		"age == 60": rule.Yes, "age == 60.0": rule.Yes, "age != 60": rule.No, "age > 60": rule.No, "age >= 60": rule.Yes, "age < 60": rule.No,
		"age <= 60": rule.Yes, "age > -1": rule.Yes, "age > 9": rule.Yes,
		"income < 120000": rule.Yes, "income in (1, 119999.5)": rule.Yes,
		"born <= 1966-01-26": rule.Yes, "born > 2000-12-31": rule.No,
		"category == sc": rule.Yes, "category in (st, sc)": rule.Yes, "category in (st)": rule.No, "category != none": rule.Yes,
		"not category == sc": rule.No, "not (not category == sc)": rule.Yes,
		"village == రామాపురం": rule.Yes, `village == "రామాపురం"`: rule.Yes, "village == 'Nandyal'": rule.No,
		"age > 60 or income < 120000":                              rule.Yes,
		"age > 60 or income < 120000 and category == st":           rule.No, // and binds closer
		"(age >= 60 or income > 5) and category == st":             rule.No,
		"age>=60 and(income<120000 or category in(sc,st))":         rule.Yes,
		"not (age < 60 or category == none) and born < 2000-01-01": rule.Yes,
	} {
		parsed, err := rule.Parse(text, questions)
		require.NoError(t, err, text)
		require.Equal(t, want, parsed.Holds(answers), text)
	}
}

func TestWhatIsNotKnownDecidesNothingByItself(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		text string
		want rule.Truth
	}{
		{"income < 5", rule.Unknown},
		{"not income < 5", rule.Unknown},
		{"income != 5", rule.Unknown},
		{"age > 60 and income < 5", rule.Unknown},
		{"age < 60 and income < 5", rule.No},
		{"income < 5 and age < 60", rule.No},
		{"age > 60 or income < 5", rule.Yes},
		{"age < 60 or income < 5", rule.Unknown},
		{"born > 2000-01-01", rule.Unknown},
	} {
		parsed, err := rule.Parse(c.text, questions)
		require.NoError(t, err)
		require.Equal(t, c.want, parsed.Holds(map[string]string{"age": "70", "income": "", "born": "yesterday"}), c.text)
	}
	aged, err := rule.Parse("age > 60", nil)
	require.NoError(t, err)
	require.Equal(t, rule.Unknown, aged.Holds(map[string]string{"age": "seventy"}))
	require.Equal(t, rule.Unknown, aged.Holds(nil))
}

func TestQuestionsAreNamedOnce(t *testing.T) {
	t.Parallel()
	parsed, err := rule.Parse("income < 5 or (age > 60 and not income > 100)", questions)
	require.NoError(t, err)
	require.Equal(t, []string{"income", "age"}, parsed.Questions())
}

func TestErrorsSayWhatToWrite(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                  "the rule is empty: write for example age >= 60",
		"age = 60":                          `write == for "is"`,
		"age >= 60 && income < 5":           "write and in place of &",
		"age >= 60 || income < 5":           "write or in place of |",
		"!age == 5":                         "write not",
		"age ≥ 60":                          "write >= or <= in place of ≥",
		"age >= 60 income < 5":              `"income" is not expected here: join conditions with and, or`,
		"age >= 1,20,000":                   `"," is not expected here`,
		"age 60":                            "after age write one of == != < <= > >= in",
		"age >=":                            "after age >= write a number, a day such as 2026-01-31, or a word",
		"60 <= age":                         "a condition begins with the id of a question",
		"(age >= 60":                        "a bracket is not closed",
		"category in sc":                    "after in write the values in brackets: category in (a, b)",
		"category in (sc st)":               "a bracket is not closed",
		"wealth > 5":                        `there is no question "wealth": list it under questions, or use one of age, born, category, income, village`,
		"category > sc":                     "category has no order: write category == …",
		"category == sct":                   `"sct" is not an answer to category: use one of sc, st, bc, none`,
		"category in (sc, xx)":              `"xx" is not an answer to category`,
		"age == old":                        `age is a number: "old" is none; write it without commas and units`,
		"born > 60":                         `born is a date: write it as 2026-01-31, not "60"`,
		"born > 2026-02-30":                 "2026-02-30 is not a day of the calendar",
		`village == "Ramapuram`:             "a quotation mark is not closed",
		"age >= 60 # old":                   `cannot read "# old"`,
		"age >= " + strings.Repeat("9", 60): "is too long a number",
		strings.Repeat("(", 600):            "the rule is longer than 500 characters",
	} {
		_, err := rule.Parse(text, questions)
		var fault *rule.Error
		require.ErrorAs(t, err, &fault, text)
		require.Contains(t, fault.Message, want, text)
	}
	_, err := rule.Parse("anything > word", nil)
	require.ErrorContains(t, err, "needs a number or a date")
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"age >= 60 and (income < 120000 or category in (sc, st))", "not(not a==b)", "((((", "a in (1,2,", `a == "x" or b != 'y'`, "born < 2026-01-31"} {
		f.Add(seed, "60")
	}
	f.Fuzz(func(t *testing.T, text, answer string) {
		for _, known := range []map[string]rule.Question{nil, questions} {
			parsed, err := rule.Parse(text, known)
			if err != nil {
				require.NotEmpty(t, err.Error())
				continue
			}
			none := parsed.Holds(nil)
			require.Equal(t, rule.Unknown, none, "without answers nothing is decided")
			answers := make(map[string]string)
			for _, id := range parsed.Questions() {
				answers[id] = answer
			}
			opposite, err := rule.Parse("not ("+text+")", known)
			if err != nil { // longer than a rule may be
				continue
			}
			require.Equal(t, map[rule.Truth]rule.Truth{rule.Yes: rule.No, rule.No: rule.Yes, rule.Unknown: rule.Unknown}[parsed.Holds(answers)], opposite.Holds(answers))
		}
	})
}
