package bubble

import (
	"strings"
	"unicode"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"
)

// Size is how much of a limit a text uses: UTF-16 units after NFC. Meta does not say whether it counts bytes, UTF-16
// units or code points; UTF-16 units are never fewer than code points, so counting them satisfies both.
func Size(s string) int {
	units := 0
	for _, r := range norm.NFC.String(s) {
		units += runeSize(r)
	}
	return units
}

func runeSize(r rune) int {
	if r > 0xFFFF {
		return 2
	}
	return 1
}

// Fits says whether a text is within a limit, as [Size] counts.
func Fits(s string, limit int) bool { return len(s) <= limit || Size(s) <= limit }

const ellipsis = "…"

// Shorten returns the text if it fits, else as many of its whole words as fit, ending in "…". Only a first word that is
// alone longer than the limit is cut, between aksharas, never inside one.
func Shorten(s string, limit int) string {
	s = clean(s)
	if Fits(s, limit) {
		return s
	}
	if short, ok := wholeWords(s, limit-Size(ellipsis)); ok {
		return trimEnd(short) + ellipsis
	}
	return cut(s, limit-Size(ellipsis)) + ellipsis
}

// Split cuts a text into parts within the limit: between paragraphs where it can, else between sentences' lines or words,
// and inside a word, between aksharas, only when that word alone is longer than the limit.
func Split(s string, limit int) []string {
	var parts []string
	for rest := clean(s); rest != ""; {
		if Fits(rest, limit) {
			return append(parts, rest)
		}
		var part string
		part, rest = splitOnce(rest, limit)
		parts = append(parts, part)
	}
	return parts
}

func splitOnce(s string, limit int) (part, rest string) {
	head := cut(s, limit)
	for _, boundary := range []string{"\n\n", "\n"} {
		if i := strings.LastIndex(head, boundary); i >= len(head)/2 {
			return strings.TrimSpace(head[:i]), strings.TrimSpace(s[i:])
		}
	}
	if words, ok := wholeWords(s, limit); ok {
		return strings.TrimSpace(words), strings.TrimSpace(s[len(words):])
	}
	return head, strings.TrimSpace(s[len(head):])
}

// wholeWords returns the longest prefix of whole words within the limit, and whether there is one.
func wholeWords(s string, limit int) (string, bool) {
	end, used := 0, 0
	for start, akshara := range aksharas(s) {
		if strings.TrimSpace(akshara) == "" {
			end = start
		}
		if used += Size(akshara); used > limit {
			break
		}
	}
	return s[:end], trimEnd(s[:end]) != ""
}

// trimEnd drops the space and punctuation that would stand before an ellipsis.
func trimEnd(s string) string {
	return strings.TrimRightFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.IsPunct(r) })
}

// cut returns the longest prefix of whole aksharas within the limit. A single akshara longer than the limit
// (no language has one; an attacker may) is cut between runes, so that the prefix is never empty.
func cut(s string, limit int) string {
	used := 0
	for start, akshara := range aksharas(s) {
		if used += Size(akshara); used <= limit {
			continue
		}
		if start == 0 {
			start = runePrefix(s, limit)
		}
		return s[:start]
	}
	return s
}

func runePrefix(s string, limit int) int {
	used := 0
	for i, r := range s {
		if used += runeSize(r); used > limit && i > 0 {
			return i
		}
	}
	return len(s)
}

// aksharas yields each written syllable with its byte offset: an extended grapheme cluster, joined with the next one when
// it ends in a virama, because a conjunct such as క్ష or क्ष is one shape to its reader.
func aksharas(s string) func(yield func(int, string) bool) {
	return func(yield func(int, string) bool) {
		start, end, state := 0, 0, -1
		for rest := s; rest != ""; {
			var cluster string
			cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
			end += len(cluster)
			if rest != "" && endsInVirama(cluster) {
				continue
			}
			if !yield(start, s[start:end]) {
				return
			}
			start = end
		}
	}
}

const viramas = "\u094D\u09CD\u0A4D\u0ACD\u0B4D\u0BCD\u0C4D\u0CCD\u0D4D"

func endsInVirama(cluster string) bool {
	runes := []rune(strings.TrimRight(cluster, "\u200D\u200C"))
	return len(runes) > 0 && strings.ContainsRune(viramas, runes[len(runes)-1])
}

// clean makes a text fit to send: valid UTF-8, NFC, without control characters other than the new line, trimmed.
func clean(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(s, ""))
	return strings.TrimSpace(norm.NFC.String(s))
}

// oneLine is clean for a title: no new lines, single spaces.
func oneLine(s string) string { return strings.Join(strings.Fields(clean(s)), " ") }
