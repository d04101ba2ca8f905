package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// clean puts a typed answer on one line: no control or invisible characters, single spaces, NFC. The joiners that Indian
// scripts need inside a word are kept.
func clean(text string) string {
	text = strings.Map(visible, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(norm.NFC.String(text)), " ")
	return strings.Trim(text, " \u200c\u200d")
}

func visible(char rune) rune {
	switch {
	case unicode.IsSpace(char):
		return ' '
	case char == '\u200c' || char == '\u200d':
		return char
	case unicode.In(char, unicode.Cc, unicode.Cf, unicode.Co, unicode.Cs):
		return -1
	}
	return char
}

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

// withoutSeparators removes what people put between digits to read them more easily.
func withoutSeparators(digits string) string {
	return strings.Map(func(char rune) rune {
		if unicode.IsSpace(char) || unicode.Is(unicode.Pd, char) || strings.ContainsRune("._/()\u200c\u200d", char) {
			return -1
		}
		return char
	}, digits)
}

func allDigits(text string) bool {
	return text != "" && strings.Trim(text, "0123456789") == ""
}
