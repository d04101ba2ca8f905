package recognition_test

import (
	"image"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/recognition"
)

func day(year int, month time.Month, day int) time.Time {
	return time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
}

func TestWhatKindOfPaperItIs(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		read string
		want recognition.Kind
	}{
		"voter's card":           {"ELECTION COMMISSION OF\nINDIA\nElector Photo Identity Card", recognition.VoterID},
		"PAN":                    {"INCOME TAX DEPARTMENT GOVT. OF INDIA\nPermanent Account Number", recognition.PAN},
		"Aadhaar in Hindi":       {"भारतीय विशिष्ट पहचान प्राधिकरण", recognition.Aadhaar},
		"Aadhaar in Telugu":      {"భారత విశిష్ట గుర్తింపు ప్రాధికార సంస్థ", recognition.Aadhaar},
		"ration card":            {"Government of Andhra Pradesh\nRation Card\nCivil Supplies Department", recognition.RationCard},
		"a letter about both":    {"Please bring your ration card and the PAN of the Income Tax Department", ""},
		"an income certificate":  {"Certified that the annual income of the family is 72,000", ""},
		"nothing could be read":  {"", ""},
		"a word inside a letter": {"passage of time", ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, recognition.Recognise(reading.Plain(test.read)).Kind)
		})
	}
}

func TestUntilWhenAPaperIsGood(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		read string
		want time.Time
	}{
		"in figures":                   {"Valid up to 31/03/2026", day(2026, 3, 31)},
		"in words":                     {"Date of Expiry: 9 Mar 2027", day(2027, 3, 9)},
		"on the next line":             {"Valid till\n01-12-2025", day(2025, 12, 1)},
		"the later of two":             {"Valid till 31/12/2024 (NT)\nValid till 31/12/2034 (TR)", day(2034, 12, 31)},
		"no day of the calendar":       {"Valid till 31/02/2026", time.Time{}},
		"the month first":              {"Valid till 03/31/2026", time.Time{}},
		"another date":                 {"Issued on 31/03/2020", time.Time{}},
		"a year that cannot be":        {"Valid till 31/03/9026", time.Time{}},
		"two digits of a year: unsure": {"Valid till 31/03/26", time.Time{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, recognition.Recognise(reading.Plain(test.read)).GoodUntil)
		})
	}
}

func TestWhoseNameIsLabelled(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"Name : Lakshmi Devi Kommineni\nFather's Name : Venkata Rao": "Lakshmi Devi Kommineni",
		"Name of Father: Venkata Rao\nName: Lakshmi":                 "Lakshmi",
		"Name 12345":   "",
		"Names of all": "",
		"నామ్\nపేరు: లక్ష్మి దేవి": "లక్ష్మి దేవి",
		"Name:": "",
	}
	for read, want := range tests {
		require.Equal(t, want, recognition.Recognise(reading.Plain(read)).Name, read)
	}
	require.Equal(t, day(1999, 3, 9), recognition.Recognise(reading.Plain("Date of Birth: 09/03/1999")).BirthDate)
}

func TestNamesAreFoundHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	paper := reading.Plain("This is to certify that Smt. Kommineni Lakshmi Devi wife of Venkata Rao residing at Brodipet in the town of Guntur is known to this office")
	tests := map[string]recognition.Likeness{
		"Lakshmi Devi Kommineni": recognition.Found,
		"K. Laxmi Devi":          recognition.Found,
		"लक्ष्मी देवी":           recognition.Found,
		"కొమ్మినేని లక్ష్మీదేవి": recognition.Found, // run together: one of the two names is there
		"Lakshmy Devi":         recognition.Found,
		"Mohammed Rafi":        recognition.Absent,
		"Sita Ramulu Narayana": recognition.Absent,
		"K":                    recognition.Unknown,
		"":                     recognition.Unknown,
	}
	for name, want := range tests {
		require.Equal(t, want, recognition.Compare(name, paper), name)
	}
	require.Equal(t, recognition.Unknown, recognition.Compare("Mohammed Rafi", reading.Plain("a few words")), "too little was read")
	unsure := reading.Text{}
	for range 40 {
		unsure.Lines = append(unsure.Lines, []reading.Word{{Text: "certify", Confidence: 30}})
	}
	require.Equal(t, recognition.Unknown, recognition.Compare("Mohammed Rafi", unsure), "badly read")
}

func words(texts ...string) []reading.Word {
	line := make([]reading.Word, len(texts))
	for i, text := range texts {
		line[i] = reading.Word{Text: text, Box: image.Rect(100*i, 50, 100*i+80, 80), Confidence: 90}
	}
	return line
}

func TestAllButTheLastFourDigitsAreHidden(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		line    []reading.Word
		numbers bool
		hide    []image.Rectangle
	}{
		"in groups":         {words("Aadhaar", "2345", "6789", "0124"), true, []image.Rectangle{image.Rect(95, 45, 185, 85), image.Rect(195, 45, 285, 85)}},
		"in one":            {words("234567890124"), true, []image.Rectangle{image.Rect(-5, 45, 59, 85)}},
		"a card":            {words("4111", "1111", "1111", "1111"), true, []image.Rectangle{image.Rect(-5, 45, 85, 85), image.Rect(95, 45, 185, 85), image.Rect(195, 45, 285, 85)}},
		"another number":    {words("2345", "6789", "0125"), false, nil},
		"a phone":           {words("Phone", "9848022338"), false, nil},
		"words between":     {words("2345", "and", "6789", "0124"), false, nil},
		"masked already":    {words("XXXX", "XXXX", "0124"), false, nil},
		"several in a line": {words("234567890124", "234567890124"), true, []image.Rectangle{image.Rect(-5, 45, 59, 85), image.Rect(95, 45, 159, 85)}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			facts := recognition.Recognise(reading.Text{Lines: [][]reading.Word{test.line}})
			require.Equal(t, test.numbers, facts.Numbers)
			require.Equal(t, test.hide, facts.Hide)
		})
	}
	require.True(t, recognition.Recognise(reading.Plain("XXXX-XXXX-0124")).Masked)
}

func FuzzRecognise(f *testing.F) {
	f.Add("Name : Lakshmi\nValid till 31/12/2024\n2345 6789 0124", "Lakshmi Devi")
	f.Add("పేరు: లక్ష్మి\nचेतना XXXX XXXX 1234", "लक्ष्मी")
	f.Fuzz(func(t *testing.T, written, name string) {
		text := reading.Plain(written)
		facts := recognition.Recognise(text)
		require.Empty(t, facts.Hide, "words without a place have none to hide")
		if !facts.GoodUntil.IsZero() {
			require.GreaterOrEqual(t, facts.GoodUntil.Year(), 1900)
		}
		require.Contains(t, []recognition.Likeness{recognition.Found, recognition.Absent, recognition.Unknown}, recognition.Compare(name, text))
	})
}
