package catalog_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

type checked struct {
	answer string
	value  string          // when taken
	reason catalog.TextKey // when not
	args   catalog.Args
}

func checkAll(t *testing.T, field catalog.Field, cases []checked) {
	t.Helper()
	for _, c := range cases {
		value, problem := field.Check(c.answer)
		if c.reason == "" {
			require.Nil(t, problem, "%q was refused", c.answer)
			require.Equal(t, c.value, value, "%q", c.answer)
			continue
		}
		require.NotNil(t, problem, "%q was taken as %q", c.answer, value)
		require.Empty(t, value)
		require.Empty(t, cmp.Diff(&catalog.FieldProblem{Key: c.reason, Args: c.args}, problem), "%q", c.answer)
	}
}

func TestDigitsOfEveryIndianScriptAreUnderstood(t *testing.T) {
	t.Parallel()
	field := catalog.Field{Type: catalog.FieldDigits, MinLength: 10, MaxLength: 10}
	for script, answer := range map[string]string{
		"latin": "0123456789", "devanagari": "०१२३४५६७८९", "telugu": "౦౧౨౩౪౫౬౭౮౯", "odia": "୦୧୨୩୪୫୬୭୮୯", "gurmukhi": "੦੧੨੩੪੫੬੭੮੯",
		"bengali": "০১২৩৪৫৬৭৮৯", "tamil": "௦௧௨௩௪௫௬௭௮௯", "kannada": "೦೧೨೩೪೫೬೭೮೯", "malayalam": "൦൧൨൩൪൫൬൭൮൯", "gujarati": "૦૧૨૩૪૫૬૭૮૯",
		"urdu": "۰۱۲۳۴۵۶۷۸۹", "full width": "０１２３４５６７８９", "ol chiki": "᱐᱑᱒᱓᱔᱕᱖᱗᱘᱙",
	} {
		value, problem := field.Check(answer)
		require.Nil(t, problem, script)
		require.Equal(t, "0123456789", value, script)
	}
}

func TestDigitFieldCountsDigitsAndToleratesSeparators(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldDigits, MinLength: 13, MaxLength: 13}, []checked{
		{answer: "1121104001001", value: "1121104001001"},
		{answer: "  1121 1040 01001 ", value: "1121104001001"},
		{answer: "1121-104–001—001", value: "1121104001001"},
		{answer: "1121\u00a01040\u200b01001", value: "1121104001001"},
		{answer: "112110400100", reason: "field.digit_count", args: catalog.Args{"length": "13", "given": "12"}},
		{answer: "1121104001001000", reason: "field.digit_count", args: catalog.Args{"length": "13", "given": "16"}},
		{answer: "SC 1121104001001", reason: "field.not_digits"},
		{answer: "-", reason: "field.not_digits"},
		{answer: "", reason: "field.empty"},
		{answer: " \n\t\u200b", reason: "field.empty"},
	})
	checkAll(t, catalog.Field{Type: catalog.FieldDigits, MinLength: 4, MaxLength: 8}, []checked{
		{answer: "123", reason: "field.too_few_digits", args: catalog.Args{"min": "4", "given": "3"}},
		{answer: "123456789", reason: "field.too_many_digits", args: catalog.Args{"max": "8", "given": "9"}},
	})
}

func TestMoneyIsTakenAsPeopleWriteIt(t *testing.T) {
	t.Parallel()
	field := catalog.Field{Type: catalog.FieldMoney, Min: "1", Max: "500000"}
	checkAll(t, field, []checked{
		{answer: "1240", value: "1240.00"},
		{answer: "1,240.50", value: "1240.50"},
		{answer: "₹ 1240", value: "1240.00"},
		{answer: "Rs. 1,24,000/-", value: "124000.00"},
		{answer: "₹१,२४०.५", value: "1240.50"},
		{answer: "007", value: "7.00"},
		{answer: "1", value: "1.00"},
		{answer: "0.99", reason: "field.too_small", args: catalog.Args{"min": "₹1.00"}},
		{answer: "500000.01", reason: "field.too_large", args: catalog.Args{"max": "₹5,00,000.00"}},
		{answer: "1240,50", reason: "field.not_money"},
		{answer: "12.345", reason: "field.not_money"},
		{answer: "-5", reason: "field.not_money"},
		{answer: "about 500", reason: "field.not_money"},
		{answer: "1e3", reason: "field.not_money"},
		{answer: "₹", reason: "field.not_money"},
		{answer: "9999999999999999", reason: "field.not_money"},
	})
}

func TestMoneyKnowsTheCurrencyWordsOfTheState(t *testing.T) {
	t.Parallel()
	loaded := load(t, files{
		"states/x/services/a.yaml": service("form: [{id: sum, type: money}]"),
		"languages/en/locale.yaml": "locale.rupees: rupees",
		"languages/te/locale.yaml": "locale.rupees: రూపాయలు, రూ",
	})
	found, _ := loaded.Service("one")
	for _, answer := range []string{"1240 రూపాయలు", "రూ 1240", "1240 Rupees", "₹1240"} {
		value, problem := found.Form[0].Check(answer)
		require.Nil(t, problem, answer)
		require.Equal(t, "1240.00", value)
	}
}

func TestNumbersAreExact(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldNumber, Min: "-3", Max: "100.5"}, []checked{
		{answer: "12", value: "12"},
		{answer: "+12.50", value: "12.5"},
		{answer: "-0", value: "0"},
		{answer: "-2.75", value: "-2.75"},
		{answer: "౧౦౦.౫", value: "100.5"},
		{answer: "100.500001", reason: "field.too_large", args: catalog.Args{"max": "100.5"}},
		{answer: "-3.1", reason: "field.too_small", args: catalog.Args{"min": "-3"}},
		{answer: "ten", reason: "field.not_a_number"},
		{answer: "1.2.3", reason: "field.not_a_number"},
	})
}

func TestDatesAreReadDayFirst(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldDate}, []checked{
		{answer: "05/01/2026", value: "2026-01-05"},
		{answer: "5-1-26", value: "2026-01-05"},
		{answer: "5.1.2026", value: "2026-01-05"},
		{answer: "05 01 2026", value: "2026-01-05"},
		{answer: "05012026", value: "2026-01-05"},
		{answer: "2026-01-05", value: "2026-01-05"},
		{answer: "5 jan 2026", value: "2026-01-05"},
		{answer: "5th January, 2026", value: "2026-01-05"},
		{answer: "5jan2026", value: "2026-01-05"},
		{answer: "January 5 2026", value: "2026-01-05"},
		{answer: "०५/०१/२०२६", value: "2026-01-05"},
		{answer: "౦౫-౦౧-౨౦౨౬", value: "2026-01-05"},
		{answer: "29/02/2024", value: "2024-02-29"},
		{answer: "29/02/2026", reason: "field.not_a_date"},
		{answer: "31/04/2026", reason: "field.not_a_date"},
		{answer: "01/22/2026", reason: "field.not_a_date"},
		{answer: "5/1", reason: "field.not_a_date"},
		{answer: "5/1/126", reason: "field.not_a_date"},
		{answer: "0/1/2026", reason: "field.not_a_date"},
		{answer: "5 foo 2026", reason: "field.not_a_date"},
		{answer: "tomorrow", reason: "field.not_a_date"},
		{answer: "1/1/1066", reason: "field.not_a_date"},
	})
}

func TestDateBoundsAlsoDecideTheCenturyOfATwoDigitYear(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldDate, Min: "1920-01-01", Max: "2026-12-31"}, []checked{
		{answer: "15/08/47", value: "1947-08-15"},
		{answer: "15/08/21", value: "2021-08-15"},
		{answer: "31/12/1919", reason: "field.too_early", args: catalog.Args{"min": "01/01/1920"}},
		{answer: "01/01/2027", reason: "field.too_late", args: catalog.Args{"max": "31/12/2026"}},
	})
}

func TestMonthsAreUnderstoodAndShownInTheLanguagesOfTheState(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)
	for _, service := range loaded.Services() {
		require.NotNil(t, service)
	}
	withDate := load(t, files{
		"states/x/services/a.yaml": service("form: [{id: born, type: date}]"),
		"languages/te/locale.yaml": "locale.month.1: జనవరి, జన\n",
		"languages/en/locale.yaml": "locale.month.1: Jan, January\n",
	})
	found, _ := withDate.Service("one")
	for _, answer := range []string{"5 జనవరి 2026", "౫ జన ౨౦౨౬", "5 JANUARY 2026"} {
		value, problem := found.Form[0].Check(answer)
		require.Nil(t, problem, answer)
		require.Equal(t, "2026-01-05", value)
		require.Equal(t, "5 జనవరి 2026", found.Form[0].Display(value, "te"))
		require.Equal(t, "5 Jan 2026", found.Form[0].Display(value, "en"))
	}
}

func TestPhonesLoseTheirPrefixes(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldPhone}, []checked{
		{answer: "9876543210", value: "9876543210"},
		{answer: "+91 98765 43210", value: "9876543210"},
		{answer: "+91-98765-43210", value: "9876543210"},
		{answer: "919876543210", value: "9876543210"},
		{answer: "0091 9876543210", value: "9876543210"},
		{answer: "09876543210", value: "9876543210"},
		{answer: "९८७६५४३२१०", value: "9876543210"},
		{answer: "9198765432", value: "9198765432"},
		{answer: "5876543210", reason: "field.not_a_phone"},
		{answer: "987654321", reason: "field.not_a_phone"},
		{answer: "+1 202 555 0100", reason: "field.not_a_phone"},
		{answer: "call me", reason: "field.not_a_phone"},
	})
}

func TestNamesAreLettersOfAnyScript(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldName}, []checked{
		{answer: " K.  Lakshmi\nDevi ", value: "K. Lakshmi Devi"},
		{answer: "కె. లక్ష్మీ దేవి", value: "కె. లక్ష్మీ దేవి"},
		{answer: "राम प्रसाद", value: "राम प्रसाद"},
		{answer: "D'Souza-Rao", value: "D'Souza-Rao"},
		{answer: "Lakshmi 2", reason: "field.not_a_name"},
		{answer: "<b>Ram</b>", reason: "field.not_a_name"},
		{answer: "...", reason: "field.not_a_name"},
		{answer: strings.Repeat("a", 101), reason: "field.too_long", args: catalog.Args{"max": "100"}},
	})
}

func TestTextIsCleanedAndBounded(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldText, MinLength: 3}, []checked{
		{answer: "12-3,\r\n Main  Road\x00\x1b[31m", value: "12-3, Main Road[31m"},
		{answer: "a\u202eb\ufeffc", value: "abc"},
		{answer: "a\xffbc", value: "abc"},
		{answer: "e\u0301tude", value: "étude"},
		{answer: "క్\u200cష", value: "క్\u200cష"},
		{answer: "ab", reason: "field.too_short", args: catalog.Args{"min": "3"}},
		{answer: strings.Repeat("క", 501), reason: "field.too_long", args: catalog.Args{"max": "500"}},
		{answer: strings.Repeat("x", 1<<20), reason: "field.too_long", args: catalog.Args{"max": "500"}},
	})
}

func TestChoicesAreTakenByIDOrByTitleInAnyLanguage(t *testing.T) {
	t.Parallel()
	field := catalog.Field{Type: catalog.FieldChoose, Choices: []catalog.FieldChoice{
		{ID: "new", Title: catalog.Text{"en": "New", "te": "కొత్త"}}, {ID: "old", Title: catalog.Text{"en": "Old", "te": "పాత"}},
	}}
	checkAll(t, field, []checked{
		{answer: "new", value: "new"},
		{answer: "NEW ", value: "new"},
		{answer: "పాత", value: "old"},
		{answer: "other", reason: "field.not_a_choice"},
	})
	require.Equal(t, "కొత్త", field.Display("new", "te"))
}

func TestLocationsAreDecimalDegrees(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldLocation}, []checked{
		{answer: "16.506174,80.648015", value: "16.506174,80.648015"},
		{answer: "16.5, 80.6", value: "16.500000,80.600000"},
		{answer: "91,0", reason: "field.not_a_location"},
		{answer: "near the temple", reason: "field.not_a_location"},
	})
}

func TestPatternMustMatchTheWholeAnswer(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldText, Pattern: `[A-Z]{2}\d{4}|X`, Example: "AP1234"}, []checked{
		{answer: "AP1234", value: "AP1234"},
		{answer: "X", value: "X"},
		{answer: "AP12345", reason: "field.wrong_pattern", args: catalog.Args{"example": "AP1234"}},
		{answer: "XAP1234", reason: "field.wrong_pattern", args: catalog.Args{"example": "AP1234"}},
	})
}

func TestAnOptionalFieldTakesNothingButNotNonsense(t *testing.T) {
	t.Parallel()
	checkAll(t, catalog.Field{Type: catalog.FieldPhone, Optional: true}, []checked{
		{answer: " ", value: ""},
		{answer: "no", reason: "field.not_a_phone"},
	})
}

func TestDisplayGroupsTheIndianWayAndHidesWhatIsSensitive(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		field        catalog.Field
		value, shown string
	}{
		{catalog.Field{Type: catalog.FieldMoney}, "1234567.50", "₹12,34,567.50"},
		{catalog.Field{Type: catalog.FieldMoney}, "999.00", "₹999.00"},
		{catalog.Field{Type: catalog.FieldNumber}, "-1234567.5", "-12,34,567.5"},
		{catalog.Field{Type: catalog.FieldPhone}, "9876543210", "98765 43210"},
		{catalog.Field{Type: catalog.FieldDate}, "2026-01-05", "5 Jan 2026"},
		{catalog.Field{Type: catalog.FieldDigits}, "1121104001001", "1121104001001"},
		{catalog.Field{Type: catalog.FieldDigits, Sensitive: true}, "123456789012", "••••••••9012"},
		{catalog.Field{Type: catalog.FieldDigits, Sensitive: true}, "12345", "•••••"},
		{catalog.Field{Type: catalog.FieldText}, "", ""},
	} {
		require.Equal(t, c.shown, c.field.Display(c.value, "en"))
	}
}

func FuzzFieldCheck(f *testing.F) {
	choices := []catalog.FieldChoice{{ID: "a", Title: catalog.Text{"en": "Alpha"}}}
	for _, seed := range []string{"1121104001001", "₹ 1,240.50", "5th జనవరి 2026", "+91 98765 43210", "\u200d\u0301", "१,२", "-0.0", "16.5,80.6", "a\xff", "॥"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, answer string) {
		for _, kind := range catalog.FieldTypes() {
			field := catalog.Field{Type: kind, Choices: choices}
			value, problem := field.Check(answer)
			if problem != nil {
				if value != "" {
					t.Fatalf("%s refused %q and gave %q", kind, answer, value)
				}
				continue
			}
			if !utf8.ValidString(value) || utf8.RuneCountInString(value) > 500 {
				t.Fatalf("%s gave %q for %q", kind, value, answer)
			}
			if again, problem := field.Check(value); problem != nil || again != value {
				t.Fatalf("%s: %q is %q, which is %q (%v)", kind, answer, value, again, problem)
			}
			field.Display(value, "te")
		}
	})
}
