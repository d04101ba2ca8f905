package sound

import (
	"cmp"
	"strings"
)

// The Indian blocks of Unicode repeat one layout every 128 code points from Devanagari to Malayalam, since they come from
// the same standard (ISCII, IS 13194:1991): a letter's offset in its block says what it is.
const (
	firstIndic = 0x0900
	lastIndic  = 0x0D7F
	blockSize  = 0x80
	anusvara   = 0x02
	virama     = 0x4D
	consonants = 0x15   // the first of them
	teluguUp   = 0x0C00 // from Telugu on, a final anusvara is said m
)

var letters = map[rune]string{
	0x01: "n", 0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "r", 0x0D: "e", 0x0E: "e", 0x0F: "e", 0x10: "e",
	0x11: "o", 0x12: "o", 0x13: "o", 0x14: "o",
	0x15: "k", 0x16: "k", 0x17: "g", 0x18: "g", 0x19: "n", 0x1A: "ch", 0x1B: "ch", 0x1C: "j", 0x1D: "j", 0x1E: "n",
	0x1F: "t", 0x20: "t", 0x21: "d", 0x22: "d", 0x23: "n", 0x24: "t", 0x25: "t", 0x26: "d", 0x27: "d", 0x28: "n", 0x29: "n",
	0x2A: "p", 0x2B: "f", 0x2C: "b", 0x2D: "b", 0x2E: "m", 0x2F: "y", 0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "l",
	0x35: "v", 0x36: "s", 0x37: "s", 0x38: "s", 0x39: "h",
	0x59: "k", 0x5A: "g", 0x5B: "j", 0x5C: "d", 0x5D: "d", 0x5E: "f", 0x5F: "y", // with a dot below, and Odia's y
	0x70: "n", // Gurmukhi's tippi
}

var signs = map[rune]string{
	0x3E: "a", 0x3F: "i", 0x40: "i", 0x41: "u", 0x42: "u", 0x43: "r", 0x45: "e", 0x46: "e", 0x47: "e", 0x48: "e", 0x49: "o", 0x4A: "o", 0x4B: "o", 0x4C: "o",
}

// ofOdia are the letters that Odia says, or has, otherwise.
var ofOdia = map[rune]string{'ଯ': "j", 'ୱ': "v"}

// romanise writes a word of an Indian script in Latin letters, without the short a that consonants carry: it is written or not.
func romanise(word string) string {
	written := []rune(word)
	var latin strings.Builder
	for i, char := range written {
		if char < firstIndic || char > lastIndic {
			if char != '\u200c' && char != '\u200d' {
				latin.WriteRune(char)
			}
			continue
		}
		offset := (char - firstIndic) % blockSize
		letter := cmp.Or(ofOdia[char], letters[offset])
		switch {
		case offset == anusvara:
			latin.WriteString(nasal(written, i))
		case letter != "":
			latin.WriteString(letter)
			if (isConsonant(offset) || ofOdia[char] != "") && !changesVowel(written, i+1) {
				latin.WriteByte('a')
			}
		default:
			latin.WriteString(signs[offset])
		}
	}
	return latin.String()
}

func isConsonant(offset rune) bool {
	return offset >= consonants && offset <= 0x39 || offset >= 0x59 && offset <= 0x5F
}

// changesVowel tells whether the next sign replaces or removes the vowel a consonant carries.
func changesVowel(written []rune, next int) bool {
	for next < len(written) && written[next] >= firstIndic && written[next] <= lastIndic {
		switch offset := (written[next] - firstIndic) % blockSize; offset {
		case 0x3C: // the dot below stands between
			next++
		case virama:
			return true
		default:
			return signs[offset] != ""
		}
	}
	return false
}

// nasal is m before a labial and at the end of a southern word, else n.
func nasal(written []rune, at int) string {
	if at+1 == len(written) {
		if written[at] >= teluguUp {
			return "m"
		}
		return "n"
	}
	if next := (written[at+1] - firstIndic) % blockSize; next >= 0x2A && next <= 0x2E {
		return "m"
	}
	return "n"
}
