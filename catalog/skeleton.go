package catalog

import (
	"strings"
	"unicode"
)

// skeleton reduces a word to what survives romanisation and common misspelling: its first letter and the consonants
// after it. "bijlee", "बिजली" and "bijali" are all "bjl".
func skeleton(word string) string {
	word = romanise(strings.ToLower(word))
	if allDigits(word) {
		return word
	}
	word = soundAlike.Replace(word)
	var bones strings.Builder
	last := rune(0)
	for i, char := range word {
		if i > 0 && strings.ContainsRune("aeiouhy", char) {
			last = 0
			continue
		}
		if char != last && (char <= unicode.MaxASCII || unicode.IsLetter(char)) {
			bones.WriteRune(char)
		}
		last = char
	}
	return bones.String()
}

// soundAlike folds the spellings between which people waver.
var soundAlike = strings.NewReplacer(
	"chh", "c", "ch", "c", "ph", "f", "bh", "b", "dh", "d", "th", "t", "kh", "k", "gh", "g", "jh", "j", "sh", "s",
	"ck", "k", "ee", "i", "ii", "i", "oo", "u", "uu", "u", "aa", "a", "ai", "e", "ay", "e", "w", "v", "z", "j", "q", "k", "x", "ks",
)

// The Indian blocks of Unicode repeat one layout every 128 code points from Devanagari to Malayalam, since they come from
// the same standard (ISCII, IS 13194:1991): a letter's offset in its block says what it is.
const (
	firstIndic = 0x0900
	lastIndic  = 0x0D7F
	blockSize  = 0x80
	anusvara   = 0x02
	teluguUp   = 0x0C00 // from Telugu on, a final anusvara is said m
)

var indicSounds = map[rune]string{
	0x01: "n", 0x05: "a", 0x06: "a", 0x07: "i", 0x08: "i", 0x09: "u", 0x0A: "u", 0x0B: "r", 0x0D: "e", 0x0E: "e", 0x0F: "e", 0x10: "e",
	0x11: "o", 0x12: "o", 0x13: "o", 0x14: "o",
	0x15: "k", 0x16: "k", 0x17: "g", 0x18: "g", 0x19: "n", 0x1A: "c", 0x1B: "c", 0x1C: "j", 0x1D: "j", 0x1E: "n",
	0x1F: "t", 0x20: "t", 0x21: "d", 0x22: "d", 0x23: "n", 0x24: "t", 0x25: "t", 0x26: "d", 0x27: "d", 0x28: "n", 0x29: "n",
	0x2A: "p", 0x2B: "f", 0x2C: "b", 0x2D: "b", 0x2E: "m", 0x2F: "y", 0x30: "r", 0x31: "r", 0x32: "l", 0x33: "l", 0x34: "l",
	0x35: "v", 0x36: "s", 0x37: "s", 0x38: "s", 0x39: "h",
}

// romanise writes a word of an Indian script in Latin letters, close enough for [skeleton]. Vowel signs become one vowel:
// the skeleton drops them, but they keep doubled consonants apart.
func romanise(word string) string {
	letters := []rune(word)
	var latin strings.Builder
	for i, char := range letters {
		if char < firstIndic || char > lastIndic {
			if char != '\u200c' && char != '\u200d' {
				latin.WriteRune(char)
			}
			continue
		}
		offset := (char - firstIndic) % blockSize
		switch sound, known := indicSounds[offset]; {
		case offset == anusvara:
			latin.WriteString(nasal(letters, i))
		case known:
			latin.WriteString(sound)
			if offset >= 0x15 && !strikesOut(letters, i+1) {
				latin.WriteByte('a')
			}
		}
	}
	return latin.String()
}

// strikesOut tells whether the next sign removes the vowel a consonant carries.
func strikesOut(letters []rune, next int) bool {
	const virama = 0x4D
	return next < len(letters) && letters[next] >= firstIndic && (letters[next]-firstIndic)%blockSize == virama
}

// nasal is m before a labial and at the end of a southern word, else n.
func nasal(letters []rune, at int) string {
	if at+1 == len(letters) {
		if letters[at] >= teluguUp {
			return "m"
		}
		return "n"
	}
	if next := (letters[at+1] - firstIndic) % blockSize; next >= 0x2A && next <= 0x2E {
		return "m"
	}
	return "n"
}
