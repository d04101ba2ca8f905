package catalog

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Texts of languages/<language>/locale.yaml and language.yaml. The lists are separated by commas.
const (
	textLanguageName TextKey = "language.name"
	textRupees       TextKey = "locale.rupees" // words and signs people write beside an amount
)

// textMonth is the key of a month's names: the first is shown, all are understood.
func textMonth(month time.Month) TextKey { return TextKey(fmt.Sprintf("locale.month.%d", month)) }

// The parts of a day, each with the clock as people write it then: "రాత్రి {time}", "{time} pm".
const (
	textEarlyHours TextKey = "locale.clock.early"     // from midnight to 4
	textMorning    TextKey = "locale.clock.morning"   // to 12
	textAfternoon  TextKey = "locale.clock.afternoon" // to 16
	textEvening    TextKey = "locale.clock.evening"   // to 19
	textNight      TextKey = "locale.clock.night"
)

func partOfDay(hour int) TextKey {
	switch {
	case hour < 4:
		return textEarlyHours
	case hour < 12:
		return textMorning
	case hour < 16:
		return textAfternoon
	case hour < 19:
		return textEvening
	}
	return textNight
}

// locale is how people of the state's languages write months and money. Nil is English alone.
type locale struct {
	months map[string]time.Month // by folded name
	names  map[Language][13]string
	rupees []string // longest first
	people peopleWords
}

func newLocale(languages []Language, texts map[Language]map[TextKey]string) *locale {
	made := &locale{months: make(map[string]time.Month), names: make(map[Language][13]string)}
	for _, lang := range append([]Language{reference}, languages...) {
		var names [13]string
		for month := time.January; month <= time.December; month++ {
			written := splitList(texts[lang][textMonth(month)])
			for _, name := range written {
				made.months[foldName(name)] = month
			}
			if len(written) > 0 {
				names[month] = written[0]
			}
		}
		made.names[lang] = names
		made.rupees = append(made.rupees, splitList(texts[lang][textRupees])...)
	}
	slices.SortFunc(made.rupees, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	made.rupees = slices.Compact(made.rupees)
	made.people = newPeopleWords(append([]Language{reference}, languages...), texts)
	return made
}

func splitList(list string) []string {
	var items []string
	for item := range strings.SplitSeq(list, ",") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

func foldName(name string) string { return strings.ToLower(clean(name)) }

// month understands a name in any of the languages, and always the English ones.
func (l *locale) month(name string) (time.Month, bool) {
	name = foldName(name)
	if l != nil {
		if month, ok := l.months[name]; ok {
			return month, true
		}
	}
	for month := time.January; month <= time.December; month++ {
		full := strings.ToLower(month.String())
		if name == full || name == full[:3] {
			return month, true
		}
	}
	return 0, false
}

func (l *locale) date(day time.Time, lang Language) string {
	name := day.Month().String()[:3]
	if l != nil && l.names[lang][day.Month()] != "" {
		name = l.names[lang][day.Month()]
	}
	return fmt.Sprintf("%d %s %d", day.Day(), name, day.Year())
}

// withoutCurrency removes the currency words and signs around an amount.
func (l *locale) withoutCurrency(amount string) string {
	words := []string{"₹", "rs.", "rs", "/-"}
	if l != nil {
		words = append(slices.Clone(l.rupees), words...)
	}
	amount = strings.ToLower(amount)
	for _, word := range words {
		word = strings.ToLower(word)
		amount = strings.TrimSpace(strings.TrimPrefix(amount, word))
		amount = strings.TrimSpace(strings.TrimSuffix(amount, word))
	}
	return amount
}
