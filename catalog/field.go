package catalog

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The texts that say why an answer was not taken, with their placeholders (see [Texts]).
const (
	reasonEmpty        TextKey = "field.empty"
	reasonTooShort     TextKey = "field.too_short"
	reasonTooLong      TextKey = "field.too_long"
	reasonNotName      TextKey = "field.not_a_name"
	reasonNotDigits    TextKey = "field.not_digits"
	reasonDigitCount   TextKey = "field.digit_count"
	reasonFewDigits    TextKey = "field.too_few_digits"
	reasonManyDigits   TextKey = "field.too_many_digits"
	reasonNotNumber    TextKey = "field.not_a_number"
	reasonNotMoney     TextKey = "field.not_money"
	reasonTooSmall     TextKey = "field.too_small"
	reasonTooLarge     TextKey = "field.too_large"
	reasonNotDate      TextKey = "field.not_a_date"
	reasonTooEarly     TextKey = "field.too_early"
	reasonTooLate      TextKey = "field.too_late"
	reasonNotPhone     TextKey = "field.not_a_phone"
	reasonNotChoice    TextKey = "field.not_a_choice"
	reasonNotLocation  TextKey = "field.not_a_location"
	reasonWrongPattern TextKey = "field.wrong_pattern"
)

// Limits that hold where the form does not say otherwise, in characters.
const (
	defaultMaxLength = 500
	maxNameLength    = 100
	maxDigits        = 30
	maxAnswerBytes   = 8 << 10
)

// FieldProblem says why an answer was not taken: a text to show, with the values for its placeholders.
type FieldProblem struct {
	Key  TextKey
	Args Args
}

// Check takes what a citizen typed and returns the answer in the form that requests keep and portals receive, or the
// reason to ask again. Digits of every Indian script are understood. An optional field takes an empty answer.
//
// The forms are: digits and phones as ASCII digits (a phone has ten), numbers as "-12.5", money as rupees with two
// decimals "1240.50", dates as "2026-01-05", choices as the choice's id, locations as "latitude,longitude" with six
// decimals, documents as the id they were stored under, people as "Sita Devi|34|f" with a line for each, other texts on one line in Unicode's NFC.
func (f *Field) Check(answer string) (value string, problem *FieldProblem) {
	if len(answer) > maxAnswerBytes {
		return "", because(reasonTooLong, Args{"max": strconv.Itoa(f.longest())})
	}
	cleaned := clean(answer)
	if strings.Trim(cleaned, " ;।") == "" {
		if f.Optional && cleaned == "" {
			return "", nil
		}
		return "", because(reasonEmpty, nil)
	}
	if f.Type == FieldPeople { // the only answer whose lines matter
		cleaned = answer
	}
	value, problem = f.parse(cleaned)
	if problem == nil {
		problem = f.checkLength(value)
	}
	if problem == nil && !f.matchesPattern(value) {
		problem = because(reasonWrongPattern, Args{"example": f.Example})
	}
	if problem != nil {
		return "", problem
	}
	return value, nil
}

func because(key TextKey, args Args) *FieldProblem { return &FieldProblem{Key: key, Args: args} }

func (f *Field) parse(answer string) (string, *FieldProblem) {
	switch f.Type {
	case FieldName:
		return parseName(answer)
	case FieldDigits:
		return f.parseDigits(answer)
	case FieldNumber:
		return f.parseNumber(answer)
	case FieldMoney:
		return f.parseMoney(answer)
	case FieldDate:
		return f.parseDate(answer)
	case FieldPhone:
		return parsePhone(answer)
	case FieldChoose:
		return f.parseChoice(answer)
	case FieldLocation:
		return parseLocation(answer)
	case FieldPeople:
		return f.parsePeople(answer)
	case FieldText, FieldDocument:
	}
	return answer, nil
}

// longest is the greatest number of characters this field takes.
func (f *Field) longest() int {
	switch {
	case f.Type == FieldPeople:
		return maxAnswerBytes // they are counted, not measured
	case f.MaxLength > 0:
		return f.MaxLength
	case f.Type == FieldName:
		return maxNameLength
	case f.Type == FieldDigits:
		return maxDigits
	}
	return defaultMaxLength
}

func (f *Field) checkLength(value string) *FieldProblem {
	count, longest := utf8.RuneCountInString(value), f.longest()
	if f.Type == FieldDigits {
		return f.checkDigitCount(count, longest)
	}
	if count < f.MinLength {
		return because(reasonTooShort, Args{"min": strconv.Itoa(f.MinLength)})
	}
	if count > longest {
		return because(reasonTooLong, Args{"max": strconv.Itoa(longest)})
	}
	return nil
}

func (f *Field) checkDigitCount(count, longest int) *FieldProblem {
	given := strconv.Itoa(count)
	switch {
	case count >= f.MinLength && count <= longest:
		return nil
	case f.MinLength == longest:
		return because(reasonDigitCount, Args{"length": strconv.Itoa(longest), "given": given})
	case count < f.MinLength:
		return because(reasonFewDigits, Args{"min": strconv.Itoa(f.MinLength), "given": given})
	}
	return because(reasonManyDigits, Args{"max": strconv.Itoa(longest), "given": given})
}

// prepare does once what every Check would repeat.
func (f *Field) prepare(with *locale) {
	f.locale = with
	if f.Pattern != "" {
		f.pattern, _ = compilePattern(f.Pattern)
	}
}

func (f *Field) matchesPattern(value string) bool {
	if f.Pattern == "" {
		return true
	}
	pattern := f.pattern
	if pattern == nil {
		var err error
		if pattern, err = compilePattern(f.Pattern); err != nil {
			return false
		}
	}
	return pattern.MatchString(value)
}

// compilePattern makes a pattern match the whole answer, never a part of it.
func compilePattern(pattern string) (*regexp.Regexp, error) {
	return regexp.Compile(`^(?:` + pattern + `)$`)
}

func parseName(answer string) (string, *FieldProblem) {
	letters := 0
	for _, char := range answer {
		switch {
		case unicode.IsLetter(char):
			letters++
		case unicode.IsMark(char), strings.ContainsRune(" .'’-\u200c\u200d", char):
		default:
			return "", because(reasonNotName, nil)
		}
	}
	if letters == 0 {
		return "", because(reasonNotName, nil)
	}
	return answer, nil
}

// MaxBytes is the largest file that the department takes as the answer of a document field. 0: the form does not say.
func (f *Field) MaxBytes() int64 { return int64(f.MaxMB * 1_000_000) }
