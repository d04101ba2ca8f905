package connectors

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
)

// Paise is an amount of Indian money in integer paise (1/100 rupee). Money is
// never held in a float.
type Paise int64

// ErrNotAnAmount is wrapped by every error of ParsePaise.
var ErrNotAnAmount = errors.New("not an amount of money")

// String shows the amount as people write it, with Indian grouping:
// "₹12,34,567.50", "-₹5.00".
func (p Paise) String() string {
	sign, rupees, paise := p.parts()
	return fmt.Sprintf("%s₹%s.%02d", sign, groupIndian(strconv.FormatUint(rupees, 10)), paise)
}

// Decimal shows the amount as portals write it: "1234567.50", "-5.00".
func (p Paise) Decimal() string {
	sign, rupees, paise := p.parts()
	return fmt.Sprintf("%s%d.%02d", sign, rupees, paise)
}

func (p Paise) parts() (sign string, rupees, paise uint64) {
	magnitude := uint64(p) //nolint:gosec // two's complement is undone in the next lines
	if p < 0 {
		sign, magnitude = "-", -magnitude
	}
	return sign, magnitude / 100, magnitude % 100
}

// groupIndian puts commas as in lakh and crore: the last three digits, then
// pairs.
func groupIndian(digits string) string {
	if len(digits) <= 3 {
		return digits
	}
	head, tail := digits[:len(digits)-3], digits[len(digits)-3:]
	var grouped strings.Builder
	for i, digit := range head {
		if i > 0 && (len(head)-i)%2 == 0 {
			grouped.WriteByte(',')
		}
		grouped.WriteRune(digit)
	}
	return grouped.String() + "," + tail
}

// ParsePaise reads a decimal amount in rupees exactly: "1234.5", "1,234.50",
// "₹ 5", "-0.75". More than two decimals are accepted only when the rest are
// zeros. Signs other than a leading minus, exponents, other scripts' digits and
// amounts beyond int64 paise are errors wrapping ErrNotAnAmount; the error
// does not repeat the text.
func ParsePaise(text string) (Paise, error) {
	text = strings.TrimSpace(text)
	text, negative := strings.CutPrefix(text, "-")
	text = strings.TrimSpace(strings.TrimPrefix(text, "₹"))
	whole, fraction, hasPoint := strings.Cut(text, ".")
	if hasPoint && fraction == "" {
		return 0, fmt.Errorf("%w: nothing after the decimal point", ErrNotAnAmount)
	}
	rupees, err := parseRupees(whole)
	if err != nil {
		return 0, err
	}
	paise, err := parseFraction(fraction)
	if err != nil {
		return 0, err
	}
	if rupees > (math.MaxInt64-paise)/100 {
		return 0, fmt.Errorf("%w: too large", ErrNotAnAmount)
	}
	amount := Paise(rupees*100 + paise)
	if negative {
		amount = -amount
	}
	return amount, nil
}

// parseRupees accepts commas only between digits, in any grouping: portals mix
// the Indian and the western one.
func parseRupees(text string) (int64, error) {
	if strings.HasPrefix(text, ",") || strings.HasSuffix(text, ",") || strings.Contains(text, ",,") {
		return 0, fmt.Errorf("%w: misplaced comma", ErrNotAnAmount)
	}
	digits := strings.ReplaceAll(text, ",", "")
	if !onlyDigits(digits) {
		return 0, fmt.Errorf("%w: rupees are not digits", ErrNotAnAmount)
	}
	rupees, err := strconv.ParseInt(digits, 10, 64)
	if err != nil {
		return 0, fmt.Errorf("%w: too large", ErrNotAnAmount)
	}
	return rupees, nil
}

func parseFraction(text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if !onlyDigits(text) {
		return 0, fmt.Errorf("%w: paise are not digits", ErrNotAnAmount)
	}
	if len(text) > 2 && strings.Trim(text[2:], "0") != "" {
		return 0, fmt.Errorf("%w: finer than a paisa", ErrNotAnAmount)
	}
	if len(text) == 1 {
		text += "0"
	}
	return int64(text[0]-'0')*10 + int64(text[1]-'0'), nil
}

func onlyDigits(text string) bool {
	for _, char := range []byte(text) {
		if char < '0' || char > '9' {
			return false
		}
	}
	return text != ""
}
