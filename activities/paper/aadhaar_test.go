package paper_test

import (
	"bytes"
	"image"
	_ "image/jpeg"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents/legibility"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/gateway/identitynumber"
	"github.com/jansetu/jansetu/workflows"
)

// aadhaar is an invented number with a right check digit.
const aadhaar = "2345 6789 0124"

func TestTheNumberOfTheTestsIsOne(t *testing.T) {
	t.Parallel()
	_, kinds := identitynumber.Redact(aadhaar, identitynumber.Context{})
	require.Equal(t, []identitynumber.Kind{identitynumber.Aadhaar}, kinds)
}

func card(number string) page {
	return page{size: 30, lines: []string{
		"Government of India", "Unique Identification Authority of India", "", "Lakshmi Devi Kommineni", "DOB 09/03/1999", "FEMALE", "", number, "",
		"Door 4-12 Brodipet Guntur Andhra Pradesh",
	}}
}

func TestAnAadhaarNumberIsPaintedOverWhereItStands(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	place := image.Rect(80, 420, 280, 450)
	d.config.Reader = readerFunc(func() (reading.Text, error) {
		return reading.Text{Lines: [][]reading.Word{{{Text: "234567890124", Box: place, Confidence: 90}}}}, nil
	})
	media := d.sends("image/jpeg", asJPEG(t, card("234567890124").draw(t)))
	checked := d.check(workflows.PaperAnswer{Field: "identity", Media: media})
	require.Empty(t, checked.Findings)
	require.True(t, checked.Papers[0].Masked)
	kept, err := d.store.Paper(t.Context(), "JS-1", checked.Papers[0].ID)
	require.NoError(t, err)
	picture, _, err := image.Decode(bytes.NewReader(kept.Content))
	require.NoError(t, err)
	for x := place.Min.X; x < place.Min.X+2*place.Dx()/3; x++ {
		red, _, _, _ := picture.At(x, (place.Min.Y+place.Max.Y)/2).RGBA()
		require.Less(t, red, uint32(0x2000), "hidden at %d", x)
	}
}

func TestAnAadhaarThatCannotBeHiddenIsNotKept(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		read string
		kept bool
	}{
		"a number without a place":        {aadhaar, false},
		"a card whose number is not read": {"Unique Identification Authority of India\n2345 67?9", false},
		"a masked Aadhaar":                {"Unique Identification Authority of India\nXXXX XXXX 0124", true},
		"another number":                  {"Consumer 2345 6789 0125", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			d.config.Reader = readerFunc(func() (reading.Text, error) { return reading.Plain(test.read), nil })
			answer := workflows.PaperAnswer{Field: "identity", Media: d.sends("image/jpeg", asJPEG(t, page{}.draw(t))), AsItIs: true}
			checked := d.check(answer)
			if test.kept {
				require.Empty(t, checked.Findings)
				return
			}
			require.Empty(t, checked.Papers)
			require.Equal(t, workflows.PaperIsAadhaar, checked.Findings[0].Reason)
			require.Empty(t, papersKept(t, d))
		})
	}
}

func papersKept(t *testing.T, d *desk) (ids []string) {
	t.Helper()
	rows, err := d.store.Pool().Query(t.Context(), `select id::text from paper`)
	require.NoError(t, err)
	defer rows.Close()
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		ids = append(ids, id)
	}
	require.NoError(t, rows.Err())
	return ids
}

// TestAnAadhaarCardThroughTheRealReader needs Tesseract, which `make test` installs.
func TestAnAadhaarCardThroughTheRealReader(t *testing.T) {
	t.Parallel()
	reader, found := reading.FindTesseract(t.Context(), reading.Bounds{})
	installed.Require(t, found, "Tesseract")
	d := newDesk(t)
	d.config.Reader = reader
	media := d.sends("image/jpeg", asJPEG(t, card(aadhaar).draw(t)))
	checked := d.checkFor("Lakshmi Devi", workflows.PaperAnswer{Field: "identity", Media: media})
	require.Empty(t, checked.Findings)
	require.True(t, checked.Papers[0].Masked)
	kept, err := d.store.Paper(t.Context(), "JS-1", checked.Papers[0].ID)
	require.NoError(t, err)
	picture, _, err := image.Decode(bytes.NewReader(kept.Content))
	require.NoError(t, err)
	text, err := reader.Read(t.Context(), legibility.Grey(picture, legibility.Longest), "en")
	require.NoError(t, err)
	require.NotContains(t, text.String(), "6789")
	require.Contains(t, text.String(), "0124", "the last four stay")
}
