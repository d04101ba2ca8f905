package legibility

import (
	"image"
	"image/color"
)

// Grey is the brightness of a picture, made smaller so that neither side is longer than longest; a picture that is small enough keeps its
// size. Each pixel is the mean of those it stands for. It costs time proportional to the picture and memory to the result.
func Grey(picture image.Image, longest int) *image.Gray {
	bounds := picture.Bounds()
	width, height := bounds.Dx(), bounds.Dy()
	if width <= 0 || height <= 0 || longest <= 0 {
		return image.NewGray(image.Rectangle{})
	}
	toWidth, toHeight := fit(width, height, longest)
	read := rows(picture)
	line := make([]uint8, width)
	sums := make([]uint32, toWidth)
	counts := make([]uint32, toWidth)
	column := make([]int32, width)
	for x := range column {
		column[x] = int32(x * toWidth / width) //nolint:gosec // less than the width of a picture
	}
	out := image.NewGray(image.Rect(0, 0, toWidth, toHeight))
	for y := range height {
		read(y, line)
		for x, value := range line {
			sums[column[x]] += uint32(value)
			counts[column[x]]++
		}
		if row := y * toHeight / height; y+1 == height || (y+1)*toHeight/height != row {
			store(out.Pix[row*out.Stride:][:toWidth], sums, counts)
		}
	}
	return out
}

// store writes the means and begins anew.
func store(row []uint8, sums, counts []uint32) {
	for x := range row {
		row[x] = uint8(sums[x] / max(counts[x], 1)) //nolint:gosec // a mean of bytes
		sums[x], counts[x] = 0, 0
	}
}

func fit(width, height, longest int) (toWidth, toHeight int) {
	long := max(width, height)
	if long <= longest {
		return width, height
	}
	return max(1, width*longest/long), max(1, height*longest/long)
}

// rows reads a picture's brightness line by line; what decoders give is read without conversion.
func rows(picture image.Image) func(y int, line []uint8) {
	bounds := picture.Bounds()
	switch p := picture.(type) {
	case *image.Gray:
		return func(y int, line []uint8) { copy(line, p.Pix[p.PixOffset(bounds.Min.X, bounds.Min.Y+y):]) }
	case *image.YCbCr:
		return func(y int, line []uint8) { copy(line, p.Y[p.YOffset(bounds.Min.X, bounds.Min.Y+y):]) }
	case *image.RGBA:
		return func(y int, line []uint8) { fromRGBA(line, p.Pix[p.PixOffset(bounds.Min.X, bounds.Min.Y+y):]) }
	case *image.NRGBA:
		return func(y int, line []uint8) { fromNRGBA(line, p.Pix[p.PixOffset(bounds.Min.X, bounds.Min.Y+y):]) }
	}
	return func(y int, line []uint8) {
		for x := range line {
			grey, _ := color.GrayModel.Convert(picture.At(bounds.Min.X+x, bounds.Min.Y+y)).(color.Gray)
			line[x] = grey.Y
		}
	}
}

// The weights of Rec. 601, in 256ths.
const (
	red   = 77
	green = 150
	blue  = 29
)

func fromRGBA(line, pixels []uint8) {
	for x := range line {
		p := pixels[4*x:][:4]
		line[x] = uint8((red*uint32(p[0]) + green*uint32(p[1]) + blue*uint32(p[2])) >> 8) //nolint:gosec // the weights are 256 together
	}
}

// fromNRGBA puts what is transparent on white paper.
func fromNRGBA(line, pixels []uint8) {
	for x := range line {
		p := pixels[4*x:][:4]
		grey := (red*uint32(p[0]) + green*uint32(p[1]) + blue*uint32(p[2])) >> 8
		alpha := uint32(p[3])
		line[x] = uint8((grey*alpha + 255*(255-alpha)) / 255) //nolint:gosec // at most 255
	}
}
