package catalog

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
)

// Indian and Western grouping: groups of two or three digits, the last one of three. Anything else with a comma could be
// a decimal comma, and guessing would change the amount a hundredfold.
var (
	groupedNumber = regexp.MustCompile(`^([+-]?)(\d{1,3}(?:[, ]\d{2,3})*[, ]\d{3}|\d{1,15})(?:\.(\d{1,6}))?$`)
	mobileNumber  = regexp.MustCompile(`^[6-9]\d{9}$`)
)

const maxWholeDigits = 15

func (f *Field) parseDigits(answer string) (string, *FieldProblem) {
	digits := withoutSeparators(FoldDigits(answer))
	if !allDigits(digits) {
		return "", because(reasonNotDigits, nil)
	}
	return digits, nil
}

// parsePhone takes an Indian mobile number with or without the country code or the trunk zero. Mobile numbers have ten
// digits and begin with 6 to 9 (National Numbering Plan of India, 2003, and its later levels).
func parsePhone(answer string) (string, *FieldProblem) {
	digits := withoutSeparators(strings.TrimPrefix(FoldDigits(answer), "+"))
	if !allDigits(digits) {
		return "", because(reasonNotPhone, nil)
	}
	digits = strings.TrimLeft(digits, "0")
	if len(digits) == 12 {
		digits = strings.TrimPrefix(digits, "91")
	}
	if !mobileNumber.MatchString(digits) {
		return "", because(reasonNotPhone, nil)
	}
	return digits, nil
}

func (f *Field) parseNumber(answer string) (string, *FieldProblem) {
	number, ok := splitNumber(FoldDigits(answer))
	if !ok {
		return "", because(reasonNotNumber, nil)
	}
	value := number.whole
	if fraction := strings.TrimRight(number.fraction, "0"); fraction != "" {
		value += "." + fraction
	}
	if number.negative && value != "0" {
		value = "-" + value
	}
	return value, f.checkBounds(value, plainNumber)
}

func (f *Field) parseMoney(answer string) (string, *FieldProblem) {
	amount, ok := splitNumber(f.locale.withoutCurrency(FoldDigits(answer)))
	if !ok || amount.negative || len(amount.fraction) > 2 {
		return "", because(reasonNotMoney, nil)
	}
	value := amount.whole + "." + (amount.fraction + "00")[:2]
	return value, f.checkBounds(value, rupees)
}

// decimal is a number in digits, as written but for its grouping.
type decimal struct {
	negative        bool
	whole, fraction string
}

// splitNumber returns the parts of a number, the whole part without groups and leading zeros.
func splitNumber(text string) (number decimal, ok bool) {
	parts := groupedNumber.FindStringSubmatch(text)
	if parts == nil {
		return decimal{}, false
	}
	whole := strings.TrimLeft(strings.NewReplacer(",", "", " ", "").Replace(parts[2]), "0")
	if whole == "" {
		whole = "0"
	}
	return decimal{negative: parts[1] == "-", whole: whole, fraction: parts[3]}, len(whole) <= maxWholeDigits
}

func (f *Field) checkBounds(value string, show func(string) string) *FieldProblem {
	if f.Min != "" && compareNumbers(value, f.Min) < 0 {
		return because(reasonTooSmall, Args{"min": show(f.Min)})
	}
	if f.Max != "" && compareNumbers(value, f.Max) > 0 {
		return because(reasonTooLarge, Args{"max": show(f.Max)})
	}
	return nil
}

// compareNumbers is exact. What is not a number compares as equal; [Lint] refuses such bounds.
func compareNumbers(a, b string) int {
	left, leftOK := new(big.Rat).SetString(a)
	right, rightOK := new(big.Rat).SetString(b)
	if !leftOK || !rightOK {
		return 0
	}
	return left.Cmp(right)
}

func plainNumber(value string) string {
	whole, fraction, hasFraction := strings.Cut(value, ".")
	sign := ""
	if strings.HasPrefix(whole, "-") {
		sign, whole = "-", whole[1:]
	}
	whole = sign + groupIndian(whole)
	if hasFraction {
		return whole + "." + fraction
	}
	return whole
}

func rupees(value string) string {
	whole, fraction, _ := strings.Cut(value, ".")
	return "₹" + groupIndian(whole) + "." + (fraction + "00")[:2]
}

// groupIndian groups by thousand, then by hundreds: 12,34,567.
func groupIndian(whole string) string {
	if len(whole) <= 3 {
		return whole
	}
	head, grouped := whole[:len(whole)-3], whole[len(whole)-3:]
	for len(head) > 2 {
		head, grouped = head[:len(head)-2], head[len(head)-2:]+","+grouped
	}
	return head + "," + grouped
}

var locationParts = regexp.MustCompile(`^(-?\d{1,3}(?:\.\d{1,12})?)\s*[, ]\s*(-?\d{1,3}(?:\.\d{1,12})?)$`)

// parseLocation takes decimal degrees (WGS 84), latitude first, as a shared location gives them.
func parseLocation(answer string) (string, *FieldProblem) {
	parts := locationParts.FindStringSubmatch(FoldDigits(answer))
	if parts == nil {
		return "", because(reasonNotLocation, nil)
	}
	latitude, _ := strconv.ParseFloat(parts[1], 64)
	longitude, _ := strconv.ParseFloat(parts[2], 64)
	if latitude < -90 || latitude > 90 || longitude < -180 || longitude > 180 {
		return "", because(reasonNotLocation, nil)
	}
	return degrees(latitude) + "," + degrees(longitude), nil
}

func degrees(value float64) string { return strconv.FormatFloat(value, 'f', 6, 64) }
