package sign

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// ErrPDF says that a file is not a PDF that can be signed or verified here.
var ErrPDF = errors.New("not a PDF in the form that is signed here")

// deepest is how deep values may be nested in what is read.
const deepest = 32

// dictionary is a PDF dictionary with its values as they are written.
type dictionary []entry

type entry struct {
	key   string
	value []byte
}

func (d dictionary) get(key string) []byte {
	for _, each := range d {
		if each.key == key {
			return each.value
		}
	}
	return nil
}

// with is the dictionary with another value; the dictionary itself stays.
func (d dictionary) with(key, value string) dictionary {
	changed := slices.Clone(d)
	for i := range changed {
		if changed[i].key == key {
			changed[i].value = []byte(value)
			return changed
		}
	}
	return append(changed, entry{key, []byte(value)})
}

func (d dictionary) String() string {
	var text bytes.Buffer
	text.WriteString("<<")
	for _, each := range d {
		text.WriteByte('/')
		text.WriteString(each.key)
		text.WriteByte(' ')
		text.Write(each.value)
	}
	text.WriteString(">>")
	return text.String()
}

func isSpace(c byte) bool {
	return c == 0 || c == '\t' || c == '\n' || c == '\f' || c == '\r' || c == ' '
}

func isDelimiter(c byte) bool { return isSpace(c) || strings.IndexByte("()<>[]{}/%", c) >= 0 }

// scanner reads PDF values (ISO 32000-1, 7.2 and 7.3) without interpreting them.
type scanner struct {
	file []byte
	at   int
}

func (s *scanner) fail(what string) error {
	return fmt.Errorf("%w: %s at byte %d", ErrPDF, what, s.at)
}

func (s *scanner) space() {
	for s.at < len(s.file) {
		switch c := s.file[s.at]; {
		case isSpace(c):
			s.at++
		case c == '%':
			for s.at < len(s.file) && s.file[s.at] != '\n' && s.file[s.at] != '\r' {
				s.at++
			}
		default:
			return
		}
	}
}

func (s *scanner) has(text string) bool {
	return bytes.HasPrefix(s.file[min(s.at, len(s.file)):], []byte(text))
}

// word reads up to the next delimiter.
func (s *scanner) word() string {
	s.space()
	start := s.at
	for s.at < len(s.file) && !isDelimiter(s.file[s.at]) {
		s.at++
	}
	return string(s.file[start:s.at])
}

// number reads a whole number that is not negative.
func (s *scanner) number() (int, error) {
	start := s.at
	word := s.word()
	n := 0
	for i := range len(word) {
		if word[i] < '0' || word[i] > '9' || i > 11 {
			s.at = start
			return 0, s.fail("no number")
		}
		n = n*10 + int(word[i]-'0')
	}
	if word == "" {
		return 0, s.fail("no number")
	}
	return n, nil
}

// value skips one value and gives it as it is written.
func (s *scanner) value(depth int) ([]byte, error) {
	s.space()
	start := s.at
	if depth > deepest || s.at >= len(s.file) {
		return nil, s.fail("no value")
	}
	var err error
	switch {
	case s.has("<<"):
		_, err = s.dictionary(depth + 1)
	case s.file[s.at] == '<':
		err = s.until('>')
	case s.file[s.at] == '(':
		err = s.literal()
	case s.file[s.at] == '[':
		err = s.array(depth + 1)
	case s.file[s.at] == '/':
		s.at++
		s.word()
	default:
		err = s.simple()
	}
	return s.file[start:s.at], err
}

func (s *scanner) until(end byte) error {
	length := bytes.IndexByte(s.file[s.at:], end)
	if length < 0 {
		return s.fail("no end of a string")
	}
	s.at += length + 1
	return nil
}

func (s *scanner) literal() error {
	open := 0
	for ; s.at < len(s.file); s.at++ {
		switch s.file[s.at] {
		case '\\':
			s.at++
		case '(':
			open++
		case ')':
			open--
			if open == 0 {
				s.at++
				return nil
			}
		}
	}
	s.at = len(s.file)
	return s.fail("no end of a string")
}

func (s *scanner) array(depth int) error {
	s.at++
	for {
		s.space()
		if s.has("]") {
			s.at++
			return nil
		}
		if _, err := s.value(depth); err != nil {
			return err
		}
	}
}

// simple is a number, a reference ("12 0 R"), true, false or null.
func (s *scanner) simple() error {
	if word := s.word(); word == "" {
		return s.fail("no value")
	}
	after := s.at
	if _, err := s.number(); err == nil && s.word() == "R" {
		return nil
	}
	s.at = after
	return nil
}

func (s *scanner) dictionary(depth int) (dictionary, error) {
	s.space()
	if depth > deepest || !s.has("<<") {
		return nil, s.fail("no dictionary")
	}
	s.at += 2
	var d dictionary
	for {
		s.space()
		if s.has(">>") {
			s.at += 2
			return d, nil
		}
		if !s.has("/") {
			return nil, s.fail("no name in a dictionary")
		}
		s.at++
		key := s.word()
		value, err := s.value(depth)
		if err != nil {
			return nil, err
		}
		d = append(d, entry{key, value})
	}
}
