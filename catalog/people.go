package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Gender is one of three letters, as tickets print it.
type Gender string

// The genders that bookings and ration cards know.
const (
	Female      Gender = "f"
	Male        Gender = "m"
	OtherGender Gender = "o"
)

// Person is one line of an answer to a people field.
type Person struct {
	Name   string
	Age    int // in completed years
	Gender Gender
}

// People reads the value of a people field, as [Field.Check] gives it: "Sita Devi|34|f", one person a line. ok is false for any other text.
func People(value string) (people []Person, ok bool) {
	for line := range strings.SplitSeq(value, "\n") {
		parts := strings.Split(line, "|")
		if len(parts) != 3 {
			return nil, false
		}
		age, err := strconv.Atoi(parts[1])
		gender := Gender(parts[2])
		if err != nil || !slices.Contains([]Gender{Female, Male, OtherGender}, gender) {
			return nil, false
		}
		people = append(people, Person{Name: parts[0], Age: age, Gender: gender})
	}
	return people, true
}

func (p Person) value() string {
	return p.Name + "|" + strconv.Itoa(p.Age) + "|" + string(p.Gender)
}

// The texts that say what is wrong with a line about a person.
const (
	reasonPersonUnclear  TextKey = "field.person_unclear"
	reasonPersonNoName   TextKey = "field.person_no_name"
	reasonPersonNoAge    TextKey = "field.person_no_age"
	reasonPersonWrongAge TextKey = "field.person_wrong_age"
	reasonPersonNoGender TextKey = "field.person_no_gender"
	reasonTooFewPeople   TextKey = "field.too_few_people"
	reasonTooManyPeople  TextKey = "field.too_many_people"
)

const (
	mostPeople    = 20 // where the form does not say
	greatestAge   = 125
	personExample = "Sita Devi, 34, F"
)

// parsePeople takes one person a line, or with semicolons between them.
func (f *Field) parsePeople(answer string) (string, *FieldProblem) {
	var values []string
	lines := strings.FieldsFunc(answer, func(char rune) bool { return char == '\n' || char == '\r' || char == ';' || char == '।' })
	for _, line := range lines {
		if line = clean(line); line == "" {
			continue
		}
		number := len(values) + 1
		person, reason := f.parsePerson(line, number)
		if reason != "" {
			return "", because(reason, f.personArgs(number))
		}
		values = append(values, person.value())
	}
	return strings.Join(values, "\n"), f.checkPeopleCount(len(values))
}

func (f *Field) personArgs(line int) Args {
	example := f.Example
	if example == "" {
		example = personExample
	}
	return Args{"line": strconv.Itoa(line), "example": example}
}

func (f *Field) checkPeopleCount(count int) *FieldProblem {
	given := strconv.Itoa(count)
	most := strconv.Itoa(mostPeople)
	if f.Max != "" {
		most = f.Max
	}
	switch {
	case f.Min != "" && compareNumbers(given, f.Min) < 0:
		return because(reasonTooFewPeople, Args{"min": f.Min, "given": given})
	case compareNumbers(given, most) > 0:
		return because(reasonTooManyPeople, Args{"max": most, "given": given})
	}
	return nil
}

// listNumber is what people put before the lines of a list: "1.", "2)".
var listNumber = regexp.MustCompile(`^\(?\d{1,2}[.)]\s*`)

// parsePerson finds the one number, which is the age, then the gender beside it; what is left on one side is the name.
func (f *Field) parsePerson(line string, number int) (Person, TextKey) {
	words := personWords(listNumber.ReplaceAllString(FoldDigits(line), ""))
	if len(words) > 1 && words[0].text == strconv.Itoa(number) && countNumbers(words) > 1 {
		words = words[1:]
	}
	at := slices.IndexFunc(words, func(w personWord) bool { return allDigits(w.text) })
	switch {
	case at < 0:
		return Person{}, reasonPersonNoAge
	case countNumbers(words) > 1:
		return Person{}, reasonPersonUnclear
	}
	age, rest, ok := f.ageOf(words[at].text, words[at+1:])
	if !ok {
		return Person{}, reasonPersonWrongAge
	}
	gender, before, after := f.genderOf(words[:at], rest)
	if gender == "" {
		return Person{}, reasonPersonNoGender
	}
	name, reason := personName(before, after)
	return Person{Name: name, Age: age, Gender: gender}, reason
}

// personWord is a word of the line; alone tells that it stands between commas by itself.
type personWord struct {
	text  string
	alone bool
}

var (
	betweenParts = regexp.MustCompile(`[,|/()\[\]:\t،]+|\s[-–—]+\s`)
	besideDigits = regexp.MustCompile(`(\d)[-–—.]*([^\d\s.–—-])|([^\d\s.–—-])[-–—.]*(\d)`)
)

// personWords splits at spaces and commas, and where letters meet digits: "34F", "F-34".
func personWords(line string) []personWord {
	for range 2 { // what one match ends with may begin the next
		line = besideDigits.ReplaceAllString(line, "$1$3 $2$4")
	}
	var words []personWord
	for _, part := range betweenParts.Split(line, -1) {
		fields := strings.Fields(part)
		for _, field := range fields {
			if strings.Trim(field, "-–—.") != "" {
				words = append(words, personWord{text: field, alone: len(fields) == 1})
			}
		}
	}
	return words
}

func countNumbers(words []personWord) int {
	count := 0
	for _, word := range words {
		if allDigits(word.text) {
			count++
		}
	}
	return count
}

// ageOf reads the age and leaves out the unit after it. Children below one year are 0.
func (f *Field) ageOf(digits string, after []personWord) (age int, rest []personWord, ok bool) {
	if len(digits) > 3 {
		return 0, nil, false
	}
	age, _ = strconv.Atoi(digits)
	if len(after) > 0 {
		switch f.locale.unitOfAge(after[0].text) {
		case inYears:
			after = after[1:]
		case inMonths:
			age, after = age/12, after[1:]
		case notAUnit:
		}
	}
	return age, after, age <= greatestAge
}

// genderOf takes the gender from beside the age. One letter before the age that does not stand by itself is more likely an initial
// ("Ramesh M 45"), so that it is asked for.
func (f *Field) genderOf(before, after []personWord) (Gender, []personWord, []personWord) {
	for i, word := range after {
		if gender := f.locale.gender(word.text); gender != "" {
			return gender, before, slices.Delete(slices.Clone(after), i, i+1)
		}
	}
	if last := len(before) - 1; last >= 0 {
		gender := f.locale.gender(before[last].text)
		if gender != "" && (before[last].alone || len([]rune(before[last].text)) > 1) {
			return gender, before[:last], after
		}
	}
	return "", before, after
}

func personName(before, after []personWord) (string, TextKey) {
	words := before
	switch {
	case len(before) == 0:
		words = after
	case len(after) > 0:
		return "", reasonPersonUnclear
	}
	if len(words) == 0 {
		return "", reasonPersonNoName
	}
	parts := make([]string, len(words))
	for i, word := range words {
		parts[i] = word.text
	}
	name, problem := parseName(strings.Join(parts, " "))
	if problem != nil || len([]rune(name)) > maxNameLength {
		return "", reasonPersonUnclear
	}
	return name, ""
}
