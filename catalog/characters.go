package catalog

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/jansetu/jansetu/catalog/sound"
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
func FoldDigits(text string) string { return sound.FoldDigits(text) }

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
