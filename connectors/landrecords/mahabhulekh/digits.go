package mahabhulekh

import "strings"

// toASCII writes Devanagari digits (U+0966 to U+096F) as 0 to 9, so that a number
// is the same number however it was typed.
func toASCII(text string) string {
	return strings.Map(func(char rune) rune {
		if char >= '०' && char <= '९' {
			return '0' + char - '०'
		}
		return char
	}, text)
}

// sameNumber compares parcel numbers without regard to digits and spaces.
func sameNumber(one, other string) bool {
	squeeze := func(text string) string { return strings.Join(strings.Fields(toASCII(text)), "") }
	return squeeze(one) == squeeze(other)
}
