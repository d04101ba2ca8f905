package reading_test

import (
	"image"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/reading"
)

const tsv = "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext\n" +
	"4\t1\t1\t1\t1\t0\t60\t58\t400\t26\t-1\t\n5\t1\t1\t1\t1\t1\t60\t58\t140\t26\t96.5\tCertificate\n5\t1\t1\t1\t1\t2\t210\t58\t30\t26\t91\tof\n" +
	"5\t1\t1\t1\t2\t1\t60\t118\t90\t26\t88.1\tనివాస\n5\t1\t1\t1\t2\t2\t160\t118\t90\t26\t95\t \n"

func TestWordsAreTakenFromTheTable(t *testing.T) {
	t.Parallel()
	text := reading.ParseTSV([]byte(tsv))
	require.Equal(t, "Certificate of\nనివాస", text.String())
	require.Equal(t, image.Rect(60, 58, 200, 84), text.Lines[0][0].Box)
	require.InDelta(t, 96.5, text.Lines[0][0].Confidence, 0.01)
}

func TestPicturesGoThereAndBack(t *testing.T) {
	t.Parallel()
	picture := written(t, "there and back")
	back, err := reading.DecodePGM(reading.EncodePGM(picture), 900)
	require.NoError(t, err)
	require.Equal(t, picture, back)
	_, err = reading.DecodePGM(reading.EncodePGM(picture), 800)
	require.ErrorIs(t, err, reading.ErrFailed, "larger than was asked for")
}

func FuzzParseTSV(f *testing.F) {
	f.Add([]byte(tsv))
	f.Add([]byte("5\t1\t1\t1\t1\t1\t-9\t1\t1\t1\tNaN\tx"))
	f.Fuzz(func(t *testing.T, said []byte) {
		text := reading.ParseTSV(said)
		for _, line := range text.Lines {
			require.NotEmpty(t, line)
			for _, word := range line {
				require.True(t, utf8.ValidString(word.Text))
				require.False(t, strings.ContainsRune(word.Text, '\n'))
				require.True(t, word.Confidence >= 0 && word.Confidence <= 100)
				require.True(t, word.Box.Min.X >= 0 && word.Box.Min.Y >= 0)
			}
		}
	})
}

func FuzzDecodePGM(f *testing.F) {
	f.Add([]byte("P5\n2 2\n255\nabcd"))
	f.Add([]byte("P5 1000000000 1000000000 255 x"))
	f.Fuzz(func(t *testing.T, content []byte) {
		picture, err := reading.DecodePGM(content, 64)
		if err != nil {
			require.ErrorIs(t, err, reading.ErrFailed)
			return
		}
		require.Len(t, picture.Pix, picture.Rect.Dx()*picture.Rect.Dy())
	})
}
