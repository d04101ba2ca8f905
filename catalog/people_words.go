package catalog

import (
	"slices"
	"strconv"
	"strings"
)

// Texts of languages/<language>/people.yaml: lists of words, the first of which is shown.
const (
	textFemale TextKey = "locale.gender.f"
	textMale   TextKey = "locale.gender.m"
	textOther  TextKey = "locale.gender.o"
	textYears  TextKey = "locale.age.years"
	textMonths TextKey = "locale.age.months"
)

type unitOfAge int

const (
	notAUnit unitOfAge = iota
	inYears
	inMonths
)

// peopleWords are the words beside a name: genders and units of age, by folded word, and the genders as shown.
type peopleWords struct {
	genders map[string]Gender
	units   map[string]unitOfAge
	shown   map[Language]map[Gender]string
}

var englishPeople = newPeopleWords([]Language{reference}, map[Language]map[TextKey]string{reference: {
	textFemale: "female, f, woman, girl", textMale: "male, m, man, boy", textOther: "other, o, t, transgender",
	textYears: "years, year, yrs, yr, y", textMonths: "months, month",
}})

func newPeopleWords(languages []Language, texts map[Language]map[TextKey]string) peopleWords {
	made := peopleWords{
		genders: make(map[string]Gender), units: make(map[string]unitOfAge), shown: make(map[Language]map[Gender]string),
	}
	for _, lang := range languages {
		made.shown[lang] = make(map[Gender]string)
		for gender, key := range map[Gender]TextKey{Female: textFemale, Male: textMale, OtherGender: textOther} {
			words := splitList(texts[lang][key])
			for _, word := range words {
				made.genders[foldPersonWord(word)] = gender
			}
			if len(words) > 0 {
				made.shown[lang][gender] = words[0]
			}
		}
		for _, word := range splitList(texts[lang][textYears]) {
			made.units[foldPersonWord(word)] = inYears
		}
		for _, word := range splitList(texts[lang][textMonths]) {
			made.units[foldPersonWord(word)] = inMonths
		}
	}
	return made
}

func foldPersonWord(word string) string { return strings.Trim(foldName(word), ".") }

// gender understands the words of the state's languages, and always the English ones.
func (l *locale) gender(word string) Gender {
	word = foldPersonWord(word)
	if l != nil {
		if gender := l.people.genders[word]; gender != "" {
			return gender
		}
	}
	return englishPeople.genders[word]
}

func (l *locale) unitOfAge(word string) unitOfAge {
	word = foldPersonWord(word)
	if l != nil {
		if unit := l.people.units[word]; unit != notAUnit {
			return unit
		}
	}
	return englishPeople.units[word]
}

// person shows a line of a people field: "Sita Devi, 34, female".
func (l *locale) person(p Person, lang Language) string {
	gender := englishPeople.shown[reference][p.Gender]
	if l != nil && l.people.shown[lang][p.Gender] != "" {
		gender = l.people.shown[lang][p.Gender]
	}
	return p.Name + ", " + strconv.Itoa(p.Age) + ", " + gender
}

func (l *locale) showPeople(value string, lang Language) string {
	people, ok := People(value)
	if !ok {
		return value
	}
	lines := make([]string, 0, len(people))
	for person := range slices.Values(people) {
		lines = append(lines, l.person(person, lang))
	}
	return strings.Join(lines, "\n")
}
