package catalog

import "time"

// TextKey names one of the texts that the hub itself says, such as "dialog.welcome". The texts live in
// deploy/languages/<language>/*.yaml; the packages that use a key declare it with a [TextSpec].
type TextKey string

// TextSpec declares a text: its key and the placeholders it must hold in every language.
type TextSpec struct {
	Key          TextKey
	Placeholders []string
	// Words marks a list of words to recognise, not to say: it may be in any script and of any length. Keys that begin
	// with "words." are such lists without being marked.
	Words bool
}

// Args are the values for a text's placeholders: "{amount}" is replaced by Args["amount"].
type Args map[string]string

// Texts declares the texts that this package itself uses: the reasons of [Field.Check], names of languages and months,
// parts of the day.
func Texts() []TextSpec {
	specs := []TextSpec{
		{Key: reasonEmpty},
		{Key: reasonTooShort, Placeholders: []string{"min"}},
		{Key: reasonTooLong, Placeholders: []string{"max"}},
		{Key: reasonNotName},
		{Key: reasonNotDigits},
		{Key: reasonDigitCount, Placeholders: []string{"length", "given"}},
		{Key: reasonFewDigits, Placeholders: []string{"min", "given"}},
		{Key: reasonManyDigits, Placeholders: []string{"max", "given"}},
		{Key: reasonNotNumber},
		{Key: reasonNotMoney},
		{Key: reasonTooSmall, Placeholders: []string{"min"}},
		{Key: reasonTooLarge, Placeholders: []string{"max"}},
		{Key: reasonNotDate},
		{Key: reasonTooEarly, Placeholders: []string{"min"}},
		{Key: reasonTooLate, Placeholders: []string{"max"}},
		{Key: reasonNotPhone},
		{Key: reasonNotChoice},
		{Key: reasonNotLocation},
		{Key: reasonWrongPattern, Placeholders: []string{"example"}},
		{Key: reasonPersonUnclear, Placeholders: []string{"line", "example"}},
		{Key: reasonPersonNoName, Placeholders: []string{"line", "example"}},
		{Key: reasonPersonNoAge, Placeholders: []string{"line", "example"}},
		{Key: reasonPersonWrongAge, Placeholders: []string{"line", "example"}},
		{Key: reasonPersonNoGender, Placeholders: []string{"line", "example"}},
		{Key: reasonTooFewPeople, Placeholders: []string{"min", "given"}},
		{Key: reasonTooManyPeople, Placeholders: []string{"max", "given"}},
		{Key: textFemale, Words: true},
		{Key: textMale, Words: true},
		{Key: textOther, Words: true},
		{Key: textYears, Words: true},
		{Key: textMonths, Words: true},
		{Key: textLanguageName},
		{Key: textRupees, Words: true},
		{Key: textFiller, Words: true},
		{Key: textAlike, Words: true},
	}
	for _, part := range []TextKey{textEarlyHours, textMorning, textAfternoon, textEvening, textNight} {
		specs = append(specs, TextSpec{Key: part, Placeholders: []string{"time"}})
	}
	for month := time.January; month <= time.December; month++ {
		specs = append(specs, TextSpec{Key: textMonth(month), Words: true})
	}
	return specs
}
