package catalog

import (
	"strings"
	"unicode/utf8"
)

// Display shows a checked value in a summary: money and numbers grouped the Indian way, dates with the month's name,
// choices by their title, and a sensitive value with all but its last four characters hidden.
func (f *Field) Display(value string, lang Language) string {
	if value == "" {
		return ""
	}
	if f.Sensitive {
		return mask(value)
	}
	return f.show(value, lang)
}

func (f *Field) show(value string, lang Language) string {
	switch f.Type {
	case FieldMoney:
		return rupees(value)
	case FieldNumber:
		return plainNumber(value)
	case FieldDate:
		if day, ok := isoDate(value); ok {
			return f.locale.date(day, lang)
		}
	case FieldPhone:
		if len(value) == 10 {
			return value[:5] + " " + value[5:]
		}
	case FieldChoose:
		for _, choice := range f.Choices {
			if choice.ID == value {
				return choice.Title.In(lang)
			}
		}
	case FieldPeople:
		return f.locale.showPeople(value, lang)
	case FieldText, FieldName, FieldDigits, FieldDocument, FieldLocation:
	}
	return value
}

const shownOfSensitive = 4

// mask hides a short value entirely: four of five characters would not be hidden.
func mask(value string) string {
	count := utf8.RuneCountInString(value)
	if count < 2*shownOfSensitive {
		return strings.Repeat("•", count)
	}
	characters := []rune(value)
	return strings.Repeat("•", count-shownOfSensitive) + string(characters[count-shownOfSensitive:])
}
