package catalog

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

func (c *checker) checkForm(service entry[Service]) {
	seen := make(map[string]bool, len(service.value.Form))
	for i := range service.value.Form {
		field := &service.value.Form[i]
		where := service.at("form", i, "id")
		switch {
		case !validID(field.ID):
			c.found.addf(service.file, where, "field %d of %q needs an id of small letters, digits, - and _", i+1, service.value.ID)
		case seen[field.ID]:
			c.found.addf(service.file, where, "the field %q is twice in the form of %q", field.ID, service.value.ID)
		}
		seen[field.ID] = true
		c.checkField(service, i, field)
	}
}

// reporter adds a problem of one field or one service, at one of its keys.
type reporter func(key, format string, args ...any)

func (c *checker) checkField(service entry[Service], index int, field *Field) {
	report := func(key, format string, args ...any) {
		c.found.addf(service.file, service.at("form", index, key), "field %q: "+format, append([]any{field.ID}, args...)...)
	}
	if !slices.Contains(FieldTypes(), field.Type) {
		report("type", "the type %q is unknown: use one of %s", field.Type, list(FieldTypes()))
	}
	if _, err := regexp.Compile(field.Pattern); err != nil {
		report("pattern", "the pattern is not valid: %v", err)
	}
	if field.MinLength < 0 || field.MaxLength < 0 || (field.MaxLength > 0 && field.MinLength > field.MaxLength) {
		report("min_length", "min_length %d and max_length %d leave no possible answer", field.MinLength, field.MaxLength)
	}
	checkFieldBounds(field, report)
	if (field.Type == FieldChoose) != (len(field.Choices) > 0) {
		report("choices", "a field has choices when its type is %s, and only then", FieldChoose)
	}
	checkChoices(field, report)
	checkPapers(field, report)
	checkAsking(field, report)
}

// checkPapers checks what is only for documents. WhatsApp carries documents of at most 100 MB (Cloud API, supported media types, v23.0).
func checkPapers(field *Field, report reporter) {
	if field.Type != FieldDocument && (len(field.Accepts) > 0 || field.MaxMB != 0) {
		report("accepts", "accepts and max_mb are for a field of type %s", FieldDocument)
		return
	}
	if field.MaxMB < 0 || field.MaxMB > 100 {
		report("max_mb", "max_mb is between 0 and 100")
	}
}

func checkAsking(field *Field, report reporter) {
	if field.PortalChoice && field.Type != FieldText {
		report("portal_choice", "portal_choice is for a field of type %s: the portal's own list decides what the text means", FieldText)
	}
	switch field.Type {
	case FieldDocument, FieldLocation, FieldPeople:
		if field.Together {
			report("together", "a field of type %s is asked for by itself: leave out together", field.Type)
		}
	case FieldText, FieldName, FieldDigits, FieldNumber, FieldMoney, FieldDate, FieldPhone, FieldChoose:
	}
}

func checkFieldBounds(field *Field, report reporter) {
	valid, example := isNumber, "a number"
	switch field.Type {
	case FieldMoney, FieldNumber:
	case FieldDate:
		valid, example = func(text string) bool { _, ok := isoDate(text); return ok }, "a date written 2026-01-31"
	case FieldPeople:
		valid, example = isPeopleCount, "a whole number from 1 to "+strconv.Itoa(mostPeople)
	case FieldText, FieldName, FieldDigits, FieldPhone, FieldChoose, FieldDocument, FieldLocation:
		if field.Min != "" || field.Max != "" {
			report("min", "min and max are for money, numbers, dates and people; for the length use min_length and max_length")
		}
		return
	}
	for key, bound := range map[string]string{"min": field.Min, "max": field.Max} {
		if bound != "" && !valid(bound) {
			report(key, "%s must be %s", key, example)
			return
		}
	}
	if field.Min != "" && field.Max != "" && outOfOrder(field) {
		report("min", "min %s is greater than max %s", field.Min, field.Max)
	}
}

func isPeopleCount(text string) bool {
	count, err := strconv.Atoi(text)
	return err == nil && count >= 1 && count <= mostPeople
}

func isNumber(text string) bool {
	_, ok := splitNumber(text)
	return ok && !strings.ContainsAny(text, ", ")
}

func outOfOrder(field *Field) bool {
	if field.Type == FieldDate {
		return field.Min > field.Max
	}
	return compareNumbers(field.Min, field.Max) > 0
}

func checkChoices(field *Field, report reporter) {
	seen := make(map[string]bool, len(field.Choices))
	for _, choice := range field.Choices {
		if choice.ID == "" || seen[choice.ID] {
			report("choices", "every choice needs an id of its own; %q is missing or repeated", choice.ID)
		}
		seen[choice.ID] = true
	}
}
