package recognition

import (
	"regexp"
	"unicode"

	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/gateway/identitynumber"
)

// mostWords is how many words one number may be read as.
const mostWords = 5

// shown is how many digits of a number may stay.
const shown = 4

// maskedNumber is an Aadhaar number as UIDAI masks it.
var maskedNumber = regexp.MustCompile(`(?i)\b[x*]{4}[ -]?[x*]{4}[ -]?\d{4}\b`)

// findNumbers looks at every few words of a line that might be one number, the shortest first.
func (f *Facts) findNumbers(text reading.Text) {
	for _, line := range text.Lines {
		for first := 0; first < len(line); first++ {
			last := numberFrom(line, first)
			if last < 0 {
				continue
			}
			f.Numbers = true
			f.hide(line[first : last+1])
			first = last
		}
	}
}

// numberFrom is where the number ends that begins with a word; -1: none does.
func numberFrom(line []reading.Word, first int) int {
	if digits(line[first].Text) == 0 {
		return -1
	}
	for last := first; last < min(len(line), first+mostWords); last++ {
		if digits(line[last].Text) == 0 {
			return -1
		}
		if _, kinds := identitynumber.Redact(reading.Line(line[first:last+1]), identitynumber.Context{}); kinds != nil {
			return last
		}
	}
	return -1
}

func digits(text string) (count int) {
	for _, char := range text {
		if unicode.IsDigit(char) {
			count++
		}
	}
	return count
}

// hide notes the places of all digits but the last four, with a margin, since boxes are drawn tightly.
func (f *Facts) hide(number []reading.Word) {
	left := -shown
	for _, word := range number {
		left += digits(word.Text)
	}
	for _, word := range number {
		count := digits(word.Text)
		if part := min(count, left); part > 0 && !word.Box.Empty() {
			box := word.Box
			if part < count {
				box.Max.X = box.Min.X + (box.Dx()*part+count-1)/count
			}
			f.Hide = append(f.Hide, box.Inset(-max(2, word.Box.Dy()/6)))
		}
		left -= count
	}
}
