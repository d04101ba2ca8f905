package seal_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"
	"golang.org/x/image/math/f64"

	"github.com/jansetu/jansetu/documents/seal"
)

// A paper is printed, copied on a tired machine, and photographed aslant by a cheap phone.
func TestASealIsReadFromAPhotocopy(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	sealed := issuer.seal(t, certificate())
	picture, err := seal.Draw(sealed.Text(host))
	require.NoError(t, err)
	require.LessOrEqual(t, picture.Modules(), seal.MostModules)
	t.Logf("%d bytes of seal, %d characters, %d modules", len(sealed.Raw), len(sealed.Text(host)), picture.Modules())
	printed := picture.Image(8) // as scanned at 400 dpi
	for name, spoil := range map[string]func(image.Image) image.Image{
		"as printed":                           func(i image.Image) image.Image { return i },
		"blurred":                              func(i image.Image) image.Image { return blurred(i, 5) },
		"turned by 7 degrees":                  func(i image.Image) image.Image { return turned(i, 7, 0.8) },
		"upside down":                          func(i image.Image) image.Image { return turned(i, 180, 1) },
		"at half of the size":                  func(i image.Image) image.Image { return turned(i, 0, 0.5) },
		"at twice the size":                    func(i image.Image) image.Image { return turned(i, 0, 2) },
		"pale and grey":                        pale,
		"blurred, turned, smaller":             func(i image.Image) image.Image { return turned(blurred(i, 3), -5, 0.6) },
		"blurred, turned, smaller, pale, grey": func(i image.Image) image.Image { return pale(turned(blurred(i, 3), 4, 0.7)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			opened, err := issuer.list.OpenText(scan(t, spoil(printed)))
			require.NoError(t, err)
			require.Equal(t, sealed.Raw, opened.Raw)
		})
	}
}

// scan saves as a JPEG of quality 30 and reads with zbarimg.
func scan(t *testing.T, picture image.Image) string {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, picture, &jpeg.Options{Quality: 30}))
	path := filepath.Join(t.TempDir(), "photo.jpg")
	require.NoError(t, os.WriteFile(path, file.Bytes(), 0o600))
	said, err := exec.CommandContext(t.Context(), "zbarimg", "--quiet", "--raw", path).Output()
	require.NoError(t, err, "zbarimg (Debian: zbar-tools) reads the picture")
	return strings.TrimSpace(string(said))
}

// blurred averages squares of side pixels.
func blurred(from image.Image, side int) image.Image {
	bounds := from.Bounds()
	to := image.NewGray(bounds)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			sum, count := 0, 0
			for dy := -side / 2; dy <= side/2; dy++ {
				for dx := -side / 2; dx <= side/2; dx++ {
					if at := (image.Point{X: x + dx, Y: y + dy}); at.In(bounds) {
						sum += int(color.GrayModel.Convert(from.At(at.X, at.Y)).(color.Gray).Y)
						count++
					}
				}
			}
			to.SetGray(x, y, color.Gray{Y: uint8(sum / count)})
		}
	}
	return to
}

// turned turns by degrees and scales, on white paper.
func turned(from image.Image, degrees, scale float64) image.Image {
	side := int(float64(from.Bounds().Dx()) * scale * 1.5)
	to := image.NewGray(image.Rect(0, 0, side, side))
	draw.Draw(to, to.Bounds(), image.White, image.Point{}, draw.Src)
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	sin, cos = sin*scale, cos*scale
	half, middle := float64(from.Bounds().Dx())/2, float64(side)/2
	draw.CatmullRom.Transform(to, f64.Aff3{
		cos, -sin, middle - cos*half + sin*half,
		sin, cos, middle - sin*half - cos*half,
	}, from, from.Bounds(), draw.Over, nil)
	return to
}

// pale is grey ink on grey paper, with specks.
func pale(from image.Image) image.Image {
	bounds := from.Bounds()
	to := image.NewGray(bounds)
	state := uint32(1)
	for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
		for x := bounds.Min.X; x < bounds.Max.X; x++ {
			state = state*1664525 + 1013904223
			shade := 95 + int(color.GrayModel.Convert(from.At(x, y)).(color.Gray).Y)*90/255 + int(state>>27) - 16
			if state>>20 < 8 {
				shade = 40
			}
			to.SetGray(x, y, color.Gray{Y: uint8(shade)})
		}
	}
	return to
}
