package verify_test

import (
	"bytes"
	"context"
	"fmt"
	"hash/crc32"
	"image"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway/verify"
)

// withChecksum makes a PNG's first chunk whole again.
func withChecksum(file []byte) []byte {
	sum := crc32.ChecksumIEEE(file[12:29])
	for i := range 4 {
		file[29+i] = byte(sum >> (24 - 8*i))
	}
	return file
}

// withCode is a PDF of one page with a line of text and a code, in the form of issuetest.Page.
func withCode(t testing.TB, line, code string) []byte {
	t.Helper()
	drawn, err := seal.Draw(code)
	require.NoError(t, err)
	var content strings.Builder
	fmt.Fprintf(&content, "BT /F1 18 Tf 72 780 Td (%s) Tj ET\n", line)
	const module = 3
	for y := range drawn.Modules() {
		for x := range drawn.Modules() {
			if drawn.Dark(x, y) {
				fmt.Fprintf(&content, "%d %d %d %d re\n", 100+x*module, 700-y*module, module, module)
			}
		}
	}
	content.WriteString("f")
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", content.Len(), content.String()),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}
	var file bytes.Buffer
	file.WriteString("%PDF-1.7\n")
	var table strings.Builder
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	at := file.Len()
	fmt.Fprintf(&file, "xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table.String(), at)
	return file.Bytes()
}

// onPaper turns a code and puts it into a corner of a larger grey page, as a hand-held photo has it.
func onPaper(code image.Image, degrees float64, width int, scale float64) image.Image {
	page := image.NewGray(image.Rect(0, 0, width, width*4/3))
	for i := range page.Pix {
		page.Pix[i] = uint8(200 + i*7%23)
	}
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	sin, cos = sin*scale, cos*scale
	draw.BiLinear.Transform(page, f64.Aff3{cos, -sin, float64(width) / 3, sin, cos, float64(width) / 3}, code, code.Bounds(), draw.Src, nil)
	return page
}

func TestAPhotoIsReadAsItIsTaken(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	for _, degrees := range []float64{0, 4, -9, 17, 88, 180} {
		for _, width := range []int{1200, 2400, 4000} {
			t.Run(fmt.Sprintf("%d pixels, %g degrees", width, degrees), func(t *testing.T) {
				t.Parallel()
				taken := asJPEG(t, onPaper(photo(t, p.code), degrees, width, float64(width)/1600), 40)
				answer, err := b.checker.File(t.Context(), taken)
				require.NoError(t, err)
				require.Equal(t, verify.Valid, answer.Verdict)
				require.True(t, answer.Copy)
			})
		}
	}
}

func TestAScannedPDFIsReadByItsCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	answer, err := b.checker.File(t.Context(), withCode(t, "K Lakshmi Devi", p.code))
	require.NoError(t, err)
	require.Equal(t, verify.Valid, answer.Verdict)
	require.True(t, answer.Copy, "only the code speaks for it")
}

// A check that is stopped in the middle says nothing about the paper: it is made again.
func TestWhatCouldNotBeLookedAtIsNotCalledUnreadable(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	for name, file := range map[string][]byte{
		"a photo": asJPEG(t, onPaper(photo(t, p.code), 0, 1200, 0.75), 40), "a scan": withCode(t, "K Lakshmi Devi", p.code),
	} {
		for range 10 { // it may be stopped before its turn, or after
			answer, err := b.checker.File(stopped, file)
			require.ErrorIs(t, err, context.Canceled, name)
			require.Equal(t, verify.Away, answer.Verdict, name)
		}
	}
}
