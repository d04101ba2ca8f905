package pdf

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// ErrImage says that a file is not a picture that can be embedded.
var ErrImage = errors.New("not a JPEG or PNG picture that can be embedded")

// MaxPixels is how many pixels a picture may have: a page printed at 300 dots per inch has nine million.
const MaxPixels = 16_000_000

// Image is a picture prepared for embedding. It is read-only and may be shared by goroutines and documents.
type Image struct {
	Width, Height int // pixels
	dictionary    string
	data          []byte
}

// ParseImage prepares a JPEG, taken as it is but without its metadata, or a PNG, whose transparent parts become white. It fails with [ErrImage]
// on anything else and on more than [MaxPixels].
func ParseImage(file []byte) (*Image, error) {
	config, format, err := imageConfig(file)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrImage, err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > MaxPixels/config.Height {
		return nil, fmt.Errorf("%w: %d by %d pixels", ErrImage, config.Width, config.Height)
	}
	if format == "jpeg" {
		if bare, ok := bareJPEG(file); ok && (config.ColorModel == color.GrayModel || config.ColorModel == color.YCbCrModel) {
			return jpegImage(config, bare), nil
		}
	}
	return decoded(file, format)
}

func imageConfig(file []byte) (image.Config, string, error) {
	if bytes.HasPrefix(file, []byte("\xff\xd8")) {
		config, err := jpeg.DecodeConfig(bytes.NewReader(file))
		return config, "jpeg", err
	}
	config, err := png.DecodeConfig(bytes.NewReader(file))
	return config, "png", err
}

func jpegImage(config image.Config, data []byte) *Image {
	space := "DeviceRGB"
	if config.ColorModel == color.GrayModel {
		space = "DeviceGray"
	}
	return &Image{Width: config.Width, Height: config.Height, dictionary: imageDictionary(config.Width, config.Height, space) + "/Filter/DCTDecode", data: data}
}

func imageDictionary(width, height int, space string) string {
	return fmt.Sprintf("/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/%s/BitsPerComponent 8", width, height, space)
}

// bareJPEG leaves out what cameras and programs write beside the picture (EXIF with the place it was taken at, thumbnails, comments).
func bareJPEG(file []byte) ([]byte, bool) {
	const startOfScan, app0, app14, app15, comment = 0xda, 0xe0, 0xee, 0xef, 0xfe
	bare := bytes.Clone(file[:2])
	for at := 2; at+4 <= len(file) && file[at] == 0xff; {
		marker := file[at+1]
		if marker == startOfScan {
			return append(bare, file[at:]...), true
		}
		end := at + 2 + u16(file, at+2)
		if marker == 0xff || end > len(file) || end < at+4 {
			return nil, false
		}
		if metadata := marker > app0 && marker <= app15 && marker != app14 || marker == comment; !metadata {
			bare = append(bare, file[at:end]...)
		}
		at = end
	}
	return nil, false
}

func decoded(file []byte, format string) (*Image, error) {
	decode := png.Decode
	if format == "jpeg" {
		decode = jpeg.Decode
	}
	picture, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrImage, err)
	}
	bounds := picture.Bounds()
	flat := image.NewRGBA(bounds)
	draw.Draw(flat, bounds, image.White, image.Point{}, draw.Src)
	draw.Draw(flat, bounds, picture, bounds.Min, draw.Over)
	pixels, space := pixelsOf(flat)
	dictionary := imageDictionary(bounds.Dx(), bounds.Dy(), space) + "/Filter/FlateDecode"
	return &Image{Width: bounds.Dx(), Height: bounds.Dy(), dictionary: dictionary, data: deflate(pixels, usual)}, nil
}

// pixelsOf are one byte for each pixel when the picture is grey, else three.
func pixelsOf(flat *image.RGBA) (pixels []byte, space string) {
	grey := true
	for i := 0; i+3 < len(flat.Pix) && grey; i += 4 {
		red, green, blue := flat.Pix[i], flat.Pix[i+1], flat.Pix[i+2]
		grey = red == green && green == blue
	}
	channels, space := 3, "DeviceRGB"
	if grey {
		channels, space = 1, "DeviceGray"
	}
	pixels = make([]byte, 0, len(flat.Pix)/4*channels)
	for i := 0; i+3 < len(flat.Pix); i += 4 {
		pixels = append(pixels, flat.Pix[i:i+channels]...)
	}
	return pixels, space
}
