// Package legibility says whether the picture of a paper can be read, and if not, why. It looks at brightness only and knows neither what
// is written nor in which script; it knows nothing of where the picture came from.
//
// What is written is found as connected pieces of ink of the size of letters or words. How sharp it is, how large, which way its lines run
// and whether they run out of the picture is measured on those pieces, so that the table under the paper, a shadow or a photograph on it
// counts for little.
package legibility

import "image"

// Reason says why a picture cannot be read: a closed set.
type Reason string

// The reasons.
const (
	TooSmall Reason = "too_small" // its letters have too few pixels
	Dark     Reason = "dark"
	Bright   Reason = "bright" // over-exposed: the ink is washed out
	Blank    Reason = "blank"
	Blurred  Reason = "blurred"
	Sideways Reason = "sideways"
	CutOff   Reason = "cut_off" // lines of text run out of the picture
)

// Reasons lists them in the order in which they are looked for: what comes first explains what comes later.
func Reasons() []Reason { return []Reason{TooSmall, Dark, Bright, Blank, Blurred, Sideways, CutOff} }

// Longest is the longer side of the pictures that [Check] looks at, in pixels: the letters of a page have a dozen then.
const Longest = 2000

// The bounds between what can be read and what cannot, as they divide the pages of the tests best.
const (
	leastSide       = 120  // pixels of the shorter side
	darkPaper       = 78   // the brightest part of a paper that is too dark
	brightPaper     = 225  // the median of a paper whose ink may be washed out
	leastLetters    = 14   // on a paper that is not blank
	leastLetterSize = 5.5  // pixels: below that letters run together
	mostLetterSize  = 55   // pixels: larger ones are the grain of a table
	mostBlur        = 0.2  // the blur's radius, in heights of a letter
	sharp           = 2.0  // pixels: a blur that only letters of a few pixels suffer from
	mostAcross      = 0.60 // of the letters, that have their neighbours above and below
)

// Measure is what was found on a picture.
type Measure struct {
	Paper   uint8   // brightness of its brightest parts
	Median  uint8   // brightness
	Letters int     // as many as the pieces of ink are long: a word whose letters touch counts as several
	Faint   int     // likewise, when the faintest ink is counted
	Size    float64 // median height of the letters, in pixels
	Blur    float64 // radius, in pixels
	Across  float64 // share of the letters that have their neighbours above and below
	Cut     bool
	side    int
}

// Check returns the reason why a picture cannot be read, empty: it can. A picture larger than [Longest] is made smaller first.
func Check(picture image.Image) Reason { return Look(picture).Reason() }

// Reason judges what was measured.
func (m Measure) Reason() Reason {
	switch {
	case m.side < leastSide:
		return TooSmall
	case m.Paper < darkPaper:
		return Dark
	case m.Letters < leastLetters && m.Faint >= leastLetters && m.Median >= brightPaper:
		return Bright
	case m.Letters < leastLetters && m.Faint < leastLetters, m.Size > mostLetterSize:
		return Blank
	case m.Letters >= leastLetters && m.Size < leastLetterSize && m.Blur < sharp:
		return TooSmall
	case m.Letters < leastLetters, m.Blur > mostBlur*m.Size: // there is ink, and it has run into the paper
		return Blurred
	case m.Size < leastLetterSize:
		return TooSmall
	case m.Across > mostAcross:
		return Sideways
	case m.Cut:
		return CutOff
	}
	return ""
}

// Look measures a picture.
func Look(picture image.Image) Measure {
	grey := Grey(picture, Longest)
	size := grey.Bounds().Size()
	m := Measure{side: min(size.X, size.Y)}
	if m.side < leastSide {
		return m
	}
	shades := histogram(grey)
	m.Paper, m.Median = shades.share(0.97), shades.share(0.5)
	noise := noiseOf(grey)
	letters := find(grey, contrast{share: 0.13, least: 10 + 4*noise})
	m.Letters = letters.count()
	m.Faint = m.Letters
	if m.Letters < leastLetters {
		letters = find(grey, contrast{share: 0.02, least: 4 + 4*noise})
		m.Faint = letters.count()
	}
	m.Size = letters.height
	m.Blur = blurOf(grey, letters, noise)
	across, gap := letters.across()
	m.Across, m.Cut = across, letters.cut(grey, gap)
	return m
}
