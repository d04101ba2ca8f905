package documents_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
)

// noise is a picture that no compression makes small.
func noise(t *testing.T, width, height int) []byte {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			grey := uint8(random.UintN(256))
			picture.SetRGBA(x, y, color.RGBA{R: grey, G: 255 - grey, B: grey / 2, A: 255})
		}
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, picture, &jpeg.Options{Quality: 100}))
	return file.Bytes()
}

func TestAPhotographOfAnySizeFitsThePage(t *testing.T) {
	t.Parallel()
	for _, size := range [][2]int{{240, 300}, {1200, 900}, {300, 2000}, {1, 1500}} {
		data := sample(documents.Summary, "te")
		data.Photo = noise(t, size[0], size[1])
		content, err := library(t).Render(documents.Summary, data)
		require.NoError(t, err)
		require.LessOrEqual(t, len(content), mostPages, "%v", size)
		require.Contains(t, pdftest.Output(t, content, "qpdf", "--check", "{}"), "No syntax or stream encoding errors found")
		again, err := library(t).Render(documents.Summary, data)
		require.NoError(t, err)
		require.Equal(t, content, again, "the same photograph gives the same bytes")
	}
	data := sample(documents.Summary, "te")
	data.Photo = []byte("not a picture")
	_, err := library(t).Render(documents.Summary, data)
	require.ErrorIs(t, err, pdf.ErrImage)
}
