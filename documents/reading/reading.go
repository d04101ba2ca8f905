// Package reading runs the programs that turn a paper into a picture and a picture into words: Tesseract and Poppler, both optional. They
// are run with fixed arguments, get the paper on their standard input and give their answer on standard output, so that nothing of a
// paper is ever written to a disk; time, memory and output are bounded. What the words mean is not this package's business.
package reading

import (
	"image"
	"strings"
)

// Word is one word as it was read.
type Word struct {
	Text       string
	Box        image.Rectangle // in the picture that was read; empty: it came without a place
	Confidence float64         // 0 to 100
}

// Text is what was read, line by line.
type Text struct{ Lines [][]Word }

// Confidence is the mean confidence of the words, 0 for a text without any.
func (t Text) Confidence() float64 {
	sum, count := 0.0, 0
	for _, line := range t.Lines {
		for _, word := range line {
			sum += word.Confidence
			count++
		}
	}
	if count == 0 {
		return 0
	}
	return sum / float64(count)
}

// Words counts them.
func (t Text) Words() (count int) {
	for _, line := range t.Lines {
		count += len(line)
	}
	return count
}

// Line is one line's words with a space between.
func Line(words []Word) string {
	var line strings.Builder
	for i, word := range words {
		if i > 0 {
			line.WriteByte(' ')
		}
		line.WriteString(word.Text)
	}
	return line.String()
}

// String is the whole text.
func (t Text) String() string {
	lines := make([]string, len(t.Lines))
	for i, line := range t.Lines {
		lines[i] = Line(line)
	}
	return strings.Join(lines, "\n")
}

// Plain makes a text of lines that came without places, all sure.
func Plain(text string) Text {
	var t Text
	for line := range strings.Lines(text) {
		var words []Word
		for word := range strings.FieldsSeq(line) {
			words = append(words, Word{Text: word, Confidence: 100})
		}
		if words != nil {
			t.Lines = append(t.Lines, words)
		}
	}
	return t
}
