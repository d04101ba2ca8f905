package identitynumber

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// mostBetween is how many characters may stand between two groups of one number.
const mostBetween = 4

// group is digits with nothing visible between them.
type group struct {
	digits     string // ASCII
	start, end int    // bytes of the text
}

// run is groups with nothing but separators between them.
type run []group

func (r run) digits() (count int) {
	for _, each := range r {
		count += len(each.digits)
	}
	return count
}

// scanner collects the runs of a text, one character after the other.
type scanner struct {
	runs    []run
	current run
	digits  []byte
	start   int
	end     int
	between int
}

// runs finds the digits of a text, in every script.
func runs(text string) []run {
	var s scanner
	for at, char := range text {
		digit, isDigit := digitValue(char)
		switch {
		case isDigit:
			s.digit(digit, at, at+len(string(char)))
		case invisible(char):
		case separates(char):
			s.separator()
		default:
			s.endRun()
		}
	}
	s.endRun()
	return s.runs
}

func (s *scanner) digit(value byte, start, end int) {
	if len(s.digits) == 0 {
		s.start = start
	}
	s.digits = append(s.digits, '0'+value)
	s.end, s.between = end, 0
}

func (s *scanner) separator() {
	s.endGroup()
	s.between++
	if s.between > mostBetween {
		s.endRun()
	}
}

func (s *scanner) endGroup() {
	if len(s.digits) > 0 {
		s.current = append(s.current, group{digits: string(s.digits), start: s.start, end: s.end})
		s.digits = s.digits[:0]
	}
}

func (s *scanner) endRun() {
	s.endGroup()
	if len(s.current) > 0 {
		s.runs = append(s.runs, s.current)
		s.current = nil
	}
}

// digitValue relies on Unicode keeping the ten digits of a script together and in order (Unicode Standard, 4.6); circled, raised
// and lowered digits are those they are compatible with.
func digitValue(char rune) (byte, bool) {
	if char < unicode.MaxASCII {
		return byte(char - '0'), char >= '0' && char <= '9' //nolint:gosec // heeded only for a digit
	}
	for _, block := range unicode.Nd.R16 {
		if first := rune(block.Lo); first <= char && char <= rune(block.Hi) {
			return byte((char - first) % 10), true //nolint:gosec // below 10
		}
	}
	for _, block := range unicode.Nd.R32 {
		if first, last := rune(block.Lo), rune(block.Hi); first <= char && char <= last { //nolint:gosec // a code point is below 2^21
			return byte((char - first) % 10), true //nolint:gosec // below 10
		}
	}
	if unicode.Is(unicode.No, char) {
		if plain := norm.NFKC.String(string(char)); len(plain) == 1 && plain[0] >= '0' && plain[0] <= '9' {
			return plain[0] - '0', true
		}
	}
	return 0, false
}

// invisible characters neither separate digits nor end a run: joiners, direction marks, what makes a keycap of a digit.
func invisible(char rune) bool {
	return char == '\ufe0f' || char == '\u20e3' || unicode.Is(unicode.Cf, char) || char < ' ' && char != '\n' && char != '\t' && char != '\r'
}

func separates(char rune) bool {
	return unicode.IsSpace(char) || unicode.Is(unicode.Pd, char) || strings.ContainsRune(".,_/|*:;()[]\\#'\"~•·−", char)
}
