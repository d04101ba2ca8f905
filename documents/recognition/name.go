package recognition

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/agnivade/levenshtein"

	"github.com/jansetu/jansetu/catalog/sound"
	"github.com/jansetu/jansetu/documents/reading"
)

// Likeness is how a name compares with what was read.
type Likeness string

// The degrees.
const (
	Found   Likeness = "found"
	Absent  Likeness = "absent"  // enough was read, and the name is not among it
	Unknown Likeness = "unknown" // too little was read to say, or the name is too short to be sure
)

// What is enough to say that a name is absent.
const (
	leastWords      = 15
	leastConfidence = 60
)

// Compare looks for a name on a paper, whatever its order, its script and its spelling, initials and titles left aside. A name of
// several words is found when all but one of those that are written out are.
func Compare(name string, text reading.Text) Likeness {
	wanted := bones(strings.Fields(name))
	if len(wanted) == 0 {
		return Unknown
	}
	var read []string
	for _, line := range text.Lines {
		for _, word := range line {
			read = append(read, bones([]string{word.Text})...)
		}
	}
	found := 0
	for _, word := range wanted {
		if slices.ContainsFunc(read, func(other string) bool { return alike(word, other) }) {
			found++
		}
	}
	switch {
	case found == len(wanted), found > 0 && found >= len(wanted)-1:
		return Found
	case text.Words() < leastWords || text.Confidence() < leastConfidence:
		return Unknown
	}
	return Absent
}

// bones are the skeletons of the words of a name that tell people apart.
func bones(words []string) []string {
	var found []string
	for _, word := range words {
		for _, part := range strings.FieldsFunc(word, func(char rune) bool { return !unicode.IsLetter(char) && !unicode.IsMark(char) }) {
			if utf8.RuneCountInString(part) < 2 || titles[strings.ToLower(part)] {
				continue
			}
			if skeleton := sound.Skeleton(part); skeleton != "" {
				found = append(found, skeleton)
			}
		}
	}
	return found
}

var titles = map[string]bool{
	"mr": true, "mrs": true, "ms": true, "shri": true, "sri": true, "smt": true, "kumari": true, "dr": true, "late": true, "so": true, "do": true,
	"wo": true, "श्री": true, "श्रीमती": true, "శ్రీ": true, "శ్రీమతి": true,
}

// alike allows one letter in five to have been read or written otherwise.
func alike(a, b string) bool {
	longer := max(utf8.RuneCountInString(a), utf8.RuneCountInString(b))
	return a == b || longer >= 4 && levenshtein.ComputeDistance(a, b) <= (longer+1)/5
}

// nameLabels stand before the name of the person whose paper it is, in lower case.
func nameLabels() []string {
	return []string{"name of the applicant", "applicant name", "elector's name", "full name", "name", "नाम", "పేరు"}
}

// labelled is what follows a label at the beginning of a line, up to 60 letters; the father's or husband's name is not asked for.
func labelled(text reading.Text, labels []string) string {
	for _, line := range text.Lines {
		written := strings.TrimSpace(reading.Line(line))
		lower := strings.ToLower(written)
		for _, label := range labels {
			rest, found := strings.CutPrefix(lower, label)
			if !found || rest == "" || len(lower) != len(written) || !strings.ContainsAny(rest[:1], " :-") || strings.HasPrefix(rest, " of ") {
				continue
			}
			if name := clean(written[len(label):]); name != "" {
				return name
			}
		}
	}
	return ""
}

func clean(value string) string {
	value = strings.Trim(value, " :-.|")
	const longest = 60
	if utf8.RuneCountInString(value) > longest || strings.ContainsFunc(value, unicode.IsDigit) || len(bones(strings.Fields(value))) == 0 {
		return ""
	}
	return value
}
