package upload_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/upload"
)

func inspect(t testing.TB, content []byte, declared string) (upload.File, error) {
	t.Helper()
	return upload.NewInspector(upload.Limits{}, nil).Inspect(t.Context(), content, declared)
}

// refusal is why a file was not taken, if that is what err says.
func refusal(err error) (upload.Reason, bool) {
	refused, ok := errors.AsType[*upload.RefusedError](err)
	if !ok {
		return "", false
	}
	return refused.Reason, true
}

func requireRefused(t testing.TB, want upload.Reason, err error) {
	t.Helper()
	reason, refused := refusal(err)
	require.True(t, refused, "%v", err)
	require.Equal(t, want, reason)
}

// corners is a picture whose corners tell which way is up: red is top left, green top right.
func corners(width, height int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			switch {
			case x < width/2 && y < height/2:
				picture.Set(x, y, color.RGBA{R: 255, A: 255})
			case y < height/2:
				picture.Set(x, y, color.RGBA{G: 255, A: 255})
			default:
				picture.Set(x, y, color.RGBA{B: 255, A: 255})
			}
		}
	}
	return picture
}

func asJPEG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, picture, nil))
	return out.Bytes()
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, picture))
	return out.Bytes()
}

// withExif puts an orientation and a place into a JPEG, as a phone does.
func withExif(content []byte, orientation int, order binary.AppendByteOrder) []byte {
	tiff := []byte("MM\x00\x2a")
	if order == binary.AppendByteOrder(binary.LittleEndian) {
		tiff = []byte("II\x2a\x00")
	}
	tiff = order.AppendUint32(tiff, 8)
	tiff = order.AppendUint16(tiff, 2)
	for _, entry := range [][4]uint32{{0x010f, 2, 1, 0}, {0x0112, 3, 1, uint32(orientation)}} {
		tiff = order.AppendUint16(tiff, uint16(entry[0]))
		tiff = order.AppendUint16(tiff, uint16(entry[1]))
		tiff = order.AppendUint32(tiff, entry[2])
		tiff = order.AppendUint16(tiff, uint16(entry[3]))
		tiff = order.AppendUint16(tiff, 0)
	}
	tiff = append(tiff, "GPSLatitude 16.5062 N Vijayawada"...)
	segment := binary.BigEndian.AppendUint16([]byte("\xff\xe1"), uint16(2+6+len(tiff)))
	segment = append(append(segment, "Exif\x00\x00"...), tiff...)
	return append(append(bytes.Clone(content[:2]), segment...), content[2:]...)
}

func TestAPictureIsKeptWithoutAnythingElse(t *testing.T) {
	t.Parallel()
	zip := "PK\x03\x04 a second file behind the first"
	tests := []struct {
		name, declared string
		content        []byte
		want           string
	}{
		{"photo", "image/jpeg", withExif(asJPEG(t, corners(60, 40)), 1, binary.BigEndian), upload.JPEG},
		{"scan", "image/png", asPNG(t, corners(60, 40)), upload.PNG},
		{"a PNG that says it is a JPEG", "image/jpeg", asPNG(t, corners(60, 40)), upload.PNG},
		{"no type given", "", asJPEG(t, corners(60, 40)), upload.JPEG},
		{"with parameters", "image/jpeg; foo=bar", asJPEG(t, corners(60, 40)), upload.JPEG},
		{"a photo with a file behind it", "image/jpeg", append(asJPEG(t, corners(60, 40)), zip...), upload.JPEG},
		{"a scan with a file behind it", "image/png", append(asPNG(t, corners(60, 40)), zip...), upload.PNG},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			file, err := inspect(t, test.content, test.declared)
			require.NoError(t, err)
			require.Equal(t, test.want, file.MIMEType)
			for _, leak := range []string{"Exif", "GPS", "Vijayawada", "PK\x03\x04"} {
				require.NotContains(t, string(file.Content), leak)
			}
			picture, _, err := image.Decode(bytes.NewReader(file.Content))
			require.NoError(t, err)
			require.Equal(t, image.Rect(0, 0, 60, 40), picture.Bounds())
		})
	}
}

func TestAPhotoIsTurnedUprightBeforeItForgetsHowItWasHeld(t *testing.T) {
	t.Parallel()
	// Where the red corner of the stored picture ends up, for each orientation: left or right, top or bottom.
	red := map[int][2]bool{1: {true, true}, 2: {false, true}, 3: {false, false}, 4: {true, false}, 5: {true, true}, 6: {false, true}, 7: {false, false}, 8: {true, false}}
	for orientation, corner := range red {
		for _, order := range []binary.AppendByteOrder{binary.BigEndian, binary.LittleEndian} {
			file, err := inspect(t, withExif(asJPEG(t, corners(64, 32)), orientation, order), "")
			require.NoError(t, err)
			picture, err := jpeg.Decode(bytes.NewReader(file.Content))
			require.NoError(t, err)
			bounds := picture.Bounds()
			require.Equal(t, orientation >= 5, bounds.Dy() > bounds.Dx(), "orientation %d", orientation)
			x, y := bounds.Dx()/8, bounds.Dy()/8
			if !corner[0] {
				x = bounds.Dx() - 1 - x
			}
			if !corner[1] {
				y = bounds.Dy() - 1 - y
			}
			r, g, b, _ := picture.At(x, y).RGBA()
			require.True(t, r > 0xc000 && g < 0x4000 && b < 0x4000, "orientation %d: %x %x %x at %d,%d", orientation, r, g, b, x, y)
		}
	}
}

// pngBomb is a PNG of 130 bytes that says it has this many pixels.
func pngBomb(width, height uint32) []byte {
	content := []byte("\x89PNG\r\n\x1a\n")
	chunk := func(kind string, data []byte) {
		content = binary.BigEndian.AppendUint32(content, uint32(len(data)))
		body := append([]byte(kind), data...)
		content = append(content, body...)
		content = binary.BigEndian.AppendUint32(content, crc32.ChecksumIEEE(body))
	}
	header := binary.BigEndian.AppendUint32(nil, width)
	header = binary.BigEndian.AppendUint32(header, height)
	chunk("IHDR", append(header, 8, 6, 0, 0, 0))
	chunk("IDAT", []byte("x\x9c\x01\x00\x00\xff\xff"))
	chunk("IEND", nil)
	return content
}

func TestWhatIsNotTaken(t *testing.T) {
	t.Parallel()
	photo := asJPEG(t, corners(60, 40))
	tests := []struct {
		name, declared string
		content        []byte
		want           upload.Reason
	}{
		{"nothing", "image/jpeg", nil, upload.Empty},
		{"100 MB", "image/jpeg", append(bytes.Clone(photo), make([]byte, 100<<20)...), upload.TooLarge},
		{"a program", "image/jpeg", []byte("MZ\x90\x00 this is a program"), upload.UnknownType},
		{"a web page", "image/png", []byte("<html><script>alert(1)</script>"), upload.UnknownType},
		{"a drawing with a script", "image/svg+xml", []byte(`<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>`), upload.UnknownType},
		{"an XML bomb", "application/pdf", []byte(`<!DOCTYPE lolz [<!ENTITY lol "lol">]>`), upload.UnknownType},
		{"a zip bomb", "application/pdf", []byte("PK\x03\x04"), upload.UnknownType},
		{"a moving picture", "image/jpeg", []byte("GIF89a"), upload.UnknownType},
		{"a web page that begins as nothing else", "image/jpeg", append([]byte("<!--"), photo...), upload.UnknownType},
		{"a picture that says it is a PDF", "application/pdf", photo, upload.WrongType},
		{"a PDF that says it is a picture", "image/jpeg", pdf(), upload.WrongType},
		{"half a photo", "image/jpeg", photo[:len(photo)/2], upload.Damaged},
		{"a photo's first bytes", "image/jpeg", photo[:3], upload.Damaged},
		{"a scan's first bytes", "image/png", []byte("\x89PNG\r\n\x1a\n"), upload.Damaged},
		{"a scan of 3,600 million pixels", "image/png", pngBomb(60000, 60000), upload.TooManyPixels},
		{"a scan wider than any paper", "image/png", pngBomb(100000, 1), upload.TooManyPixels},
		{"more pixels than can be counted", "image/png", pngBomb(1<<31-1, 1<<31-1), upload.Damaged},
		{"a photo of thousands of passes", "image/jpeg", bytes.Replace(photo, []byte("\xff\xda"), bytes.Repeat([]byte("\xff\xda\x00\x02"), 5000), 1), upload.Damaged},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			started := time.Now()
			_, err := inspect(t, test.content, test.declared)
			requireRefused(t, test.want, err)
			require.Less(t, time.Since(started), 30*time.Second, "a bomb would take minutes")
		})
	}
}

func TestEveryReasonIsSaidInEveryLanguage(t *testing.T) {
	t.Parallel()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	for _, lang := range services.Languages() {
		for _, reason := range upload.Reasons() {
			key := catalog.TextKey((&upload.RefusedError{Reason: reason}).TextKey())
			require.True(t, services.Has(lang, key), "%s in %s", key, lang)
			said := services.Text(lang, key, catalog.Args{"max": "16"})
			require.NotContains(t, said, "{")
			require.Equal(t, reason == upload.TooLarge, strings.Contains(said, "16"), "%s in %s: %s", key, lang, said)
		}
	}
}

func TestWorkIsBounded(t *testing.T) {
	t.Parallel()
	held := make(chan struct{})
	inspector := upload.NewInspector(upload.Limits{AtOnce: 1}, scannerFunc(func(ctx context.Context, _ []byte) (bool, error) {
		close(held)
		<-ctx.Done()
		return false, ctx.Err()
	}))
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() {
		_, err := inspector.Inspect(ctx, pdf(), "")
		done <- err
	}()
	<-held
	impatient, giveUp := context.WithCancel(t.Context())
	giveUp()
	_, err := inspector.Inspect(impatient, pdf(), "")
	require.ErrorIs(t, err, context.Canceled, "a second file waits for the first")
	cancel()
	require.ErrorIs(t, <-done, context.Canceled)
}

type scannerFunc func(context.Context, []byte) (bool, error)

func (f scannerFunc) Harmful(ctx context.Context, content []byte) (bool, error) {
	return f(ctx, content)
}

func FuzzInspect(f *testing.F) {
	f.Add(asJPEG(f, corners(8, 8)))
	f.Add(withExif(asJPEG(f, corners(8, 8)), 6, binary.LittleEndian))
	f.Add(asPNG(f, corners(8, 8)))
	f.Add(pdf())
	f.Add(pngBomb(60000, 60000))
	inspector := upload.NewInspector(upload.Limits{JPEG: 1 << 16, PNG: 1 << 16, Inflated: 1 << 16, Bytes: 1 << 16}, nil)
	f.Fuzz(func(t *testing.T, content []byte) {
		file, err := inspector.Inspect(t.Context(), content, "")
		if err != nil {
			if _, refused := refusal(err); !refused {
				t.Fatalf("neither taken nor refused: %v", err)
			}
			return
		}
		again, err := inspector.Inspect(t.Context(), file.Content, file.MIMEType)
		if reason, _ := refusal(err); err != nil && reason != upload.TooLarge {
			t.Fatalf("what was taken is refused: %v (%s)", err, again.MIMEType)
		}
	})
}

func TestWhatIsHiddenIsGoneFromThePicture(t *testing.T) {
	t.Parallel()
	inspector := upload.NewInspector(upload.Limits{}, nil)
	large := corners(4400, 3000) // twice as large as its Grey, and a bit
	for _, content := range [][]byte{asJPEG(t, large), asPNG(t, large)} {
		file, err := inspector.Inspect(t.Context(), content, "")
		require.NoError(t, err)
		require.Equal(t, 1, file.Pages)
		require.Equal(t, image.Pt(2000, 1363), file.Grey.Bounds().Size())
		part := image.Rect(100, 100, 301, 151)
		hidden, err := inspector.Hide(t.Context(), file, []image.Rectangle{part, image.Rect(-50, -50, 10, 10), image.Rect(1990, 1360, 9000, 9000)})
		require.NoError(t, err)
		require.Equal(t, file.MIMEType, hidden.MIMEType)
		picture, _, err := image.Decode(bytes.NewReader(hidden.Content))
		require.NoError(t, err)
		require.Equal(t, image.Rect(0, 0, 4400, 3000), picture.Bounds())
		dark := func(x, y int) bool {
			red, green, blue, _ := picture.At(x, y).RGBA()
			return red+green+blue < 0x3000
		}
		for _, place := range [][2]int{{220, 220}, {660, 331}, {440, 275}, {0, 0}, {21, 21}, {4399, 2999}} {
			require.True(t, dark(place[0], place[1]), "%s at %v", file.MIMEType, place)
		}
		require.False(t, dark(180, 180))
		require.False(t, dark(700, 360))
	}
	_, err := inspector.Hide(t.Context(), upload.File{MIMEType: upload.PDF}, nil)
	require.Error(t, err)
}
