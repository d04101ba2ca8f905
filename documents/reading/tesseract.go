package reading

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"slices"
	"strconv"
	"strings"
)

// Tesseract reads pictures. It is safe for concurrent use.
type Tesseract struct {
	program   *program
	languages []string // installed
}

// scripts names Tesseract's data by the language tags (BCP 47) of the catalog.
func scripts() map[string]string {
	return map[string]string{
		"en": "eng", "hi": "hin", "te": "tel", "or": "ori", "pa": "pan", "mr": "mar", "ta": "tam", "kn": "kan", "ml": "mal", "gu": "guj",
		"bn": "ben", "as": "asm", "ur": "urd",
	}
}

// mostRead is more than any page holds.
const mostRead = 4 << 20

// FindTesseract looks for the program and the languages it has; false: it is not there, or has no language.
func FindTesseract(ctx context.Context, bounds Bounds) (*Tesseract, bool) {
	found, ok := findProgram("tesseract", bounds)
	if !ok {
		return nil, false
	}
	listed, err := found.run(ctx, nil, 64<<10, "--list-langs")
	if err != nil {
		return nil, false
	}
	t := &Tesseract{program: found}
	for line := range strings.Lines(string(listed)) {
		if name := strings.TrimSpace(line); name != "" && !strings.ContainsAny(name, " :\"") && name != "osd" {
			t.languages = append(t.languages, name)
		}
	}
	return t, len(t.languages) > 0
}

// Languages lists the data that is installed, by Tesseract's names.
func (t *Tesseract) Languages() []string { return slices.Clone(t.languages) }

// Read reads a picture in English and in a language, by its tag; a language that is not installed is left out.
func (t *Tesseract) Read(ctx context.Context, grey *image.Gray, language string) (Text, error) {
	said, err := t.program.run(ctx, bytes.NewReader(encodePGM(grey)), mostRead, "stdin", "stdout", "-l", t.chosen(language), "--psm", "3", "--dpi", "200", "tsv")
	if err != nil {
		return Text{}, err
	}
	return parseTSV(said), nil
}

func (t *Tesseract) chosen(language string) string {
	var chosen []string
	for _, name := range []string{scripts()[language], "eng"} {
		if slices.Contains(t.languages, name) && !slices.Contains(chosen, name) {
			chosen = append(chosen, name)
		}
	}
	if chosen == nil {
		return t.languages[0]
	}
	return strings.Join(chosen, "+")
}

// The columns of Tesseract's TSV that are read, of twelve: level, page, block, paragraph, line, word, left, top, width, height, conf, text.
const (
	columns    = 12
	wordLevel  = "5"
	columnConf = 10
	columnText = 11
)

// parseTSV takes what it understands.
func parseTSV(said []byte) Text {
	var t Text
	var last string
	for line := range strings.Lines(string(said)) {
		cells := strings.SplitN(strings.TrimRight(line, "\r\n"), "\t", columns)
		if len(cells) != columns || cells[0] != wordLevel || strings.TrimSpace(cells[columnText]) == "" {
			continue
		}
		word, ok := parseWord(cells)
		if !ok {
			continue
		}
		if at := strings.Join(cells[1:5], " "); at != last {
			t.Lines, last = append(t.Lines, nil), at
		}
		t.Lines[len(t.Lines)-1] = append(t.Lines[len(t.Lines)-1], word)
	}
	return t
}

func parseWord(cells []string) (Word, bool) {
	var numbers [4]int
	for i := range numbers {
		value, err := strconv.Atoi(cells[6+i])
		if err != nil || value < 0 || value > 1<<20 {
			return Word{}, false
		}
		numbers[i] = value
	}
	confidence, err := strconv.ParseFloat(cells[columnConf], 64)
	if err != nil || !(confidence >= 0 && confidence <= 100) {
		return Word{}, false
	}
	left, top := numbers[0], numbers[1]
	return Word{
		Text: strings.ToValidUTF8(strings.TrimSpace(cells[columnText]), ""), Box: image.Rect(left, top, left+numbers[2], top+numbers[3]), Confidence: confidence,
	}, true
}

// encodePGM writes a picture as programs read it without any library (Netpbm, PGM P5).
func encodePGM(grey *image.Gray) []byte {
	size := grey.Bounds().Size()
	var out bytes.Buffer
	fmt.Fprintf(&out, "P5\n%d %d\n255\n", size.X, size.Y)
	for y := range size.Y {
		out.Write(grey.Pix[y*grey.Stride:][:size.X])
	}
	return out.Bytes()
}
