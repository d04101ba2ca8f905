package rule

import (
	"math/big"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

type tokenKind int

const (
	end tokenKind = iota
	word
	number
	date
	quoted
	operator
	bracket // ( ) and the comma
)

type token struct {
	kind tokenKind
	text string
}

var tokens = regexp.MustCompile(`^(?:(\d{4}-\d{2}-\d{2})|(-?\d+(?:\.\d+)?)|([\pL_][\pL\pM\pN_-]*)|"([^"]*)"|'([^']*)'|(==|!=|<=|>=|<|>)|([(),]))`)

// next cuts one token off the text.
func next(text string) (found token, rest string, err error) {
	text = strings.TrimLeft(text, " \t\r\n")
	if text == "" {
		return token{}, "", nil
	}
	parts := tokens.FindStringSubmatch(text)
	if parts == nil {
		return token{}, "", &Error{Message: strange(text)}
	}
	kinds := []tokenKind{end, date, number, word, quoted, quoted, operator, bracket}
	for i := 1; i < len(parts); i++ {
		if parts[i] != "" {
			found = token{kind: kinds[i], text: parts[i]}
		}
	}
	if found.kind == end {
		found.kind = quoted // an empty text in quotes
	}
	return found, text[len(parts[0]):], nil
}

// strange says what to write in place of what people write by habit.
func strange(text string) string {
	first, _ := utf8.DecodeRuneInString(text)
	switch first {
	case '=':
		return `write == for "is", not a single =`
	case '&':
		return `write and in place of &`
	case '|':
		return `write or in place of |`
	case '!':
		return `write not, or != for "is not"`
	case '≥', '≤':
		return `write >= or <= in place of ` + string(first)
	case '"', '\'':
		return "a quotation mark is not closed"
	}
	return `cannot read "` + shortened(text) + `"`
}

func shortened(text string) string {
	const shown = 20
	if runes := []rune(text); len(runes) > shown {
		return string(runes[:shown]) + "…"
	}
	return text
}

func decimal(text string) (*big.Rat, bool) {
	if len(text) > 40 || strings.Trim(text, "0123456789.-") != "" {
		return nil, false
	}
	return new(big.Rat).SetString(text)
}

func isDate(text string) bool {
	_, err := time.Parse(time.DateOnly, text)
	return err == nil
}
