// Package sound reduces words of any Indian script, and of English, to how they sound, so that words compare equal which people write
// differently: "बिजली", "bijli", "bijlee" and "BIJALI". It knows letters and nothing of services.
//
// There are two forms. The skeleton is a word's first letter and the consonants after it: it survives romanisation and most misspelling, and says
// little about short words. The form keeps the clear vowels as well and tells such words apart.
package sound

import (
	"strings"
	"unicode"
)

// Skeleton is a word's first sound and the consonants after it, where v is b, as the east of India says it. A first vowel is "a" whatever it is.
// Digits stay as they are.
func Skeleton(word string) string {
	return bones(strings.ReplaceAll(spell(word), "v", "b"), func(byte) bool { return false })
}

// Form is the skeleton with the vowels that are heard clearly: i (also e) and u (also o). An a may be left out in writing, and is.
func Form(word string) string {
	return bones(spell(word), func(vowel byte) bool { return vowel != 'a' })
}

// spell writes a word as it sounds, in Latin letters.
func spell(word string) string {
	word = romanise(strings.ToLower(word))
	if strings.Trim(word, "0123456789") == "" {
		return word
	}
	return alike.Replace(soften(word))
}

// bones are the first letter, the consonants, and the vowels that are wanted. A letter written twice counts once.
func bones(word string, wanted func(vowel byte) bool) string {
	var kept strings.Builder
	last := rune(0)
	for i, char := range word {
		sound := vowelSound(char)
		switch {
		case sound == 0 && i > 0 && strings.ContainsRune("hy", char):
			last = 0
		case sound == 0:
			if char != last && (char <= unicode.MaxASCII || unicode.IsLetter(char)) || unicode.IsDigit(char) {
				kept.WriteRune(char)
			}
			last = char
		case i == 0:
			kept.WriteByte('a')
			if wanted(sound) {
				kept.WriteByte(sound)
			}
			last = 0
		default:
			if wanted(sound) && last != rune(sound) {
				kept.WriteByte(sound)
			}
			last = rune(sound)
			if !wanted(sound) {
				last = 0
			}
		}
	}
	return kept.String()
}

// vowelSound is the class of a vowel; 0 is none. Nobody hears the difference between e and i, or o and u, often enough to write it.
func vowelSound(char rune) byte {
	switch char {
	case 'a':
		return 'a'
	case 'e', 'i':
		return 'i'
	case 'o', 'u':
		return 'u'
	}
	return 0
}

// soften writes the English c as it is said: s before e, i and y, else k. "ch" is a letter of its own.
func soften(word string) string {
	if !strings.Contains(word, "c") {
		return word
	}
	word = strings.NewReplacer("chh", "ç", "ch", "ç", "ck", "k", "ce", "se", "ci", "si", "cy", "sy", "c", "k").Replace(word)
	return strings.ReplaceAll(word, "ç", "c")
}

// alike folds the spellings between which people waver.
var alike = strings.NewReplacer(
	"tion", "sin", "sion", "sin",
	"ph", "f", "bh", "b", "dh", "d", "th", "t", "kh", "k", "gh", "g", "jh", "j", "sh", "s",
	"mp", "np", "mb", "nb", "mf", "nf",
	"ee", "i", "ii", "i", "oo", "u", "uu", "u", "aa", "a", "ai", "e", "au", "o",
	"w", "v", "z", "j", "q", "k", "x", "ks",
)
