// Package recognition makes out, from the words that were read on a paper, what kind of paper it is, until when it is good, whose name is on
// it, and whether an identity number stands on it. Reading errs: what is found is for proposing, for asking, and for painting over,
// never for deciding against a citizen. It knows texts only.
package recognition

import (
	"image"
	"time"

	"github.com/jansetu/jansetu/documents/reading"
)

// Facts is what was made out. Zero values: nothing was.
type Facts struct {
	Kind      Kind
	GoodUntil time.Time // the last day, 00:00 UTC
	Name      string    // as labelled on the paper
	BirthDate time.Time
	// Numbers says that a whole Aadhaar, virtual id or card number stands on the paper; Hide are its places, all but the last four digits.
	// Without places it cannot be painted over.
	Numbers bool
	Hide    []image.Rectangle
	// Masked says that an Aadhaar number stands there whose first digits are hidden already.
	Masked bool
}

// Recognise makes out what it can.
func Recognise(text reading.Text) Facts {
	facts := Facts{Kind: kindOf(text), GoodUntil: goodUntil(text), Name: labelled(text, nameLabels()), Masked: maskedNumber.MatchString(text.String())}
	facts.BirthDate = birthDate(text)
	facts.findNumbers(text)
	return facts
}
