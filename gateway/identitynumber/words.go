package identitynumber

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// naming is what the words of a text say about its numbers.
type naming struct{ aadhaar, card bool }

func namingIn(text string) naming {
	lower := strings.ToLower(text)
	contains := func(words []string) bool {
		return slices.ContainsFunc(words, func(word string) bool { return strings.Contains(lower, word) })
	}
	return naming{aadhaar: contains(aadhaarWords()), card: contains(cardWords())}
}

func (n naming) names(kind Kind) bool {
	if kind == Card {
		return n.card
	}
	return n.aadhaar
}

func aadhaarWords() []string {
	return []string{
		"aadhaar", "aadhar", "adhaar", "adhar", "aadar", "uidai", "uid no", "virtual id",
		"ఆధార్", "ఆధార", "आधार", "ଆଧାର", "ஆதார்", "ಆಧಾರ್", "ആധാർ", "আধার", "આધાર", "ਆਧਾਰ", "آدھار",
	}
}

func cardWords() []string {
	return []string{
		"credit card", "debit card", "card no", "card number", "atm card", "cvv", "visa", "rupay", "mastercard",
		"కార్డు నంబ", "డెబిట్", "క్రెడిట్", "कार्ड नंबर", "डेबिट", "क्रेडिट", "कार्ड नं",
	}
}

// otherNumbers are words that, right before a number, say that it is another: the references of banks have twelve digits too.
func otherNumbers() []string {
	return []string{
		"utr", "rrn", "txn", "txn id", "transaction id", "transaction no", "ref", "ref no", "upi", "upi ref no", "reference", "reference no",
		"receipt no", "challan", "challan no", "consumer no", "consumer number", "service no", "service number", "account no",
		"account number", "a/c", "a/c no", "acknowledgement no", "లావాదేవీ", "సర్వీస్ నంబర్", "సర్వీస్ నంబరు", "वितरण नंबर", "उपभोक्ता संख्या",
		"उपभोक्ता नंबर", "लेनदेन", "लेन-देन",
	}
}

// namedOtherwise says whether the words right before the number name another kind of number.
func (c candidate) namedOtherwise() bool {
	const enough = 80 // bytes
	start := c.groups[0].start
	before := strings.ToLower(strings.TrimRightFunc(c.text[max(0, start-enough):start], func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsMark(r)
	}))
	before = strings.TrimSuffix(before, " is")
	return slices.ContainsFunc(otherNumbers(), func(word string) bool {
		return endsInWord(before, word) || endsInWord(before, word+" number")
	})
}

func endsInWord(text, word string) bool {
	rest, ends := strings.CutSuffix(text, word)
	last, _ := utf8.DecodeLastRuneInString(rest)
	return ends && !unicode.IsLetter(last)
}

// standsAlone says whether the digits are a number of their own and not the tail or head of a code such as "SBIN0123".
// Letters of other scripts, and words that people write without a space, do not make a code.
func (c candidate) standsAlone() bool {
	before := trailingLetters(c.text[:c.groups[0].start])
	after := leadingLetters(c.text[c.groups[len(c.groups)-1].end:])
	return isWord(before) && isWord(after)
}

func isWord(latin string) bool {
	if latin == "" {
		return true
	}
	glued := []string{"no", "num", "number", "id", "is", "hai", "mera", "my", "card", "and", "or", "x", "ok"}
	lower := strings.ToLower(latin)
	return slices.Contains(glued, lower) || slices.ContainsFunc(aadhaarWords(), func(word string) bool {
		return strings.HasSuffix(lower, word) ||
			strings.HasPrefix(lower, word)
	})
}

func trailingLetters(text string) string {
	end := len(text)
	for end > 0 && isLatin(text[end-1]) {
		end--
	}
	return text[end:]
}

func leadingLetters(text string) string {
	end := 0
	for end < len(text) && isLatin(text[end]) {
		end++
	}
	return text[:end]
}

func isLatin(char byte) bool { return char >= 'a' && char <= 'z' || char >= 'A' && char <= 'Z' }
