package sound

import (
	"strings"
	"unicode"
)

// FoldDigits turns the decimal digits of every script into ASCII, and leaves everything else.
func FoldDigits(text string) string {
	return strings.Map(func(char rune) rune {
		if value, ok := digitValue(char); ok {
			return '0' + value
		}
		return char
	}, text)
}

// digitValue relies on Unicode keeping the ten digits of a script together and in order (Unicode Standard, 4.6).
func digitValue(char rune) (rune, bool) {
	if char < unicode.MaxASCII {
		return char - '0', char >= '0' && char <= '9'
	}
	for _, run := range unicode.Nd.R16 {
		if first := rune(run.Lo); first <= char && char <= rune(run.Hi) {
			return (char - first) % 10, true
		}
	}
	for _, run := range unicode.Nd.R32 {
		if first, last := rune(run.Lo), rune(run.Hi); first <= char && char <= last { //nolint:gosec // a code point is below 2^21
			return (char - first) % 10, true
		}
	}
	return 0, false
}
