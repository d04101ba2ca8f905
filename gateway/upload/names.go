package upload

import (
	"bytes"
	"iter"
	"strconv"
	"strings"
)

// mostName is the longest name that PDF readers take (ISO 32000-1, annex C).
const mostName = 127

// names lists the names in a PDF's text, without their slash and with #-escapes resolved, each with the text after it.
func names(text []byte) iter.Seq2[string, []byte] {
	return func(yield func(string, []byte) bool) {
		for {
			at := bytes.IndexByte(text, '/')
			if at < 0 {
				return
			}
			text = text[at+1:]
			end := 0
			for end < len(text) && end <= 3*mostName && regular(text[end]) {
				end++
			}
			if !yield(unescape(text[:end]), text[end:]) {
				return
			}
		}
	}
}

// regular characters are those that do not end a name (ISO 32000-2, 7.2.3).
func regular(char byte) bool {
	return strings.IndexByte("\x00\t\n\f\r ()<>[]{}/%", char) < 0
}

func unescape(name []byte) string {
	if bytes.IndexByte(name, '#') < 0 {
		return string(name)
	}
	plain := make([]byte, 0, len(name))
	for i := 0; i < len(name); i++ {
		if name[i] == '#' && i+2 < len(name) {
			if value, err := strconv.ParseUint(string(name[i+1:i+3]), 16, 8); err == nil {
				plain = append(plain, byte(value))
				i += 2
				continue
			}
		}
		plain = append(plain, name[i])
	}
	return string(plain)
}
