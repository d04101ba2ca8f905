package documents

import (
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/documents/shape"
)

const english = "en"

// language is one file of texts.
type language struct {
	code   string
	tag    string // BCP 47, with India as the region
	texts  map[string]string
	months [12]string
	digits string // the ten digits of running numbers and dates; empty: European
	dates  datePatterns
}

type languageFile struct {
	Months []string          `yaml:"months"`
	Digits string            `yaml:"digits"`
	Dates  datePatterns      `yaml:"dates"`
	Texts  map[string]string `yaml:"texts"`
}

// datePatterns have the placeholders day, month, year, 24h and 12h.
type datePatterns struct {
	Day    string `yaml:"day"`
	Month  string `yaml:"month"`
	Moment string `yaml:"moment"`
}

func (l *Library) loadLanguages(root fs.FS) error {
	names, err := fs.Glob(root, "languages/*.yaml")
	if err != nil {
		return fmt.Errorf("list languages: %w", err)
	}
	for _, name := range names {
		var file languageFile
		if err := readYAML(root, name, &file); err != nil {
			return err
		}
		code := strings.TrimSuffix(path.Base(name), ".yaml")
		loaded := &language{code: code, tag: code + "-IN", texts: file.Texts, digits: file.Digits, dates: file.Dates}
		if copy(loaded.months[:], file.Months) != len(loaded.months) || len(file.Months) != len(loaded.months) {
			return fmt.Errorf("read %s: %d months", name, len(file.Months))
		}
		if file.Digits != "" && len([]rune(file.Digits)) != 10 {
			return fmt.Errorf("read %s: digits %q are not ten", name, file.Digits)
		}
		l.languages[code] = loaded
	}
	if l.languages[english] == nil {
		return fmt.Errorf("read languages: no %s.yaml, which the others are held against", english)
	}
	return nil
}

func readYAML(root fs.FS, name string, into any) error {
	content, err := fs.ReadFile(root, name)
	if err != nil {
		return fmt.Errorf("read documents: %w", err)
	}
	if err := yaml.UnmarshalWithOptions(content, into, yaml.Strict()); err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	return nil
}

// know announces to the fonts what documents in this language say.
func (l *language) know(fonts *shape.Fonts) {
	for _, text := range l.texts {
		fonts.Know(text, l.tag)
	}
	for _, month := range l.months {
		fonts.Know(strings.ReplaceAll(l.dates.Month, "{month}", month), l.tag)
	}
}

// native writes digits as the language does in running text.
func (l *language) native(text string) string {
	if l.digits == "" {
		return text
	}
	digits := []rune(l.digits)
	return strings.Map(func(char rune) rune {
		if char >= '0' && char <= '9' {
			return digits[char-'0']
		}
		return char
	}, text)
}

func (l *language) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return l.fill(l.dates.Day, at, seconds)
}

func (l *language) moment(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return l.fill(l.dates.Moment, at, seconds)
}

func (l *language) minute(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return l.fill(l.dates.Moment, at, minutes)
}

func (l *language) month(period string) string {
	first, err := time.Parse("2006-01", period)
	if err != nil {
		return period
	}
	return l.fill(l.dates.Month, first.Add(12*time.Hour), minutes) // noon: the same month everywhere
}

// clock is how a time of day is written, by 24 and by 12 hours.
type clock struct{ day, half string }

var (
	seconds = clock{day: "15:04:05", half: "3:04:05 pm"}
	minutes = clock{day: "15:04", half: "3:04 pm"}
)

func (l *language) fill(pattern string, at time.Time, time clock) string {
	at = at.In(connectors.IndianTime)
	return l.native(replace(pattern, map[string]string{
		"day": strconv.Itoa(at.Day()), "month": l.months[at.Month()-1], "year": strconv.Itoa(at.Year()),
		"24h": at.Format(time.day), "12h": at.Format(time.half),
	}))
}
