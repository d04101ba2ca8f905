package twin

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
)

// glyphs are the ten digits, three columns by five rows, row by row.
var glyphs = [10][5]string{
	{"###", "#.#", "#.#", "#.#", "###"}, {".#.", "##.", ".#.", ".#.", "###"}, {"###", "..#", "###", "#..", "###"},
	{"###", "..#", "###", "..#", "###"}, {"#.#", "#.#", "###", "..#", "..#"}, {"###", "#..", "###", "..#", "###"},
	{"###", "#..", "###", "#.#", "###"}, {"###", "..#", "..#", ".#.", ".#."}, {"###", "#.#", "###", "#.#", "###"},
	{"###", "#.#", "###", "..#", "###"},
}

// write draws digits, each dot as a square of the given size.
func write(canvas *image.Gray, digits string, left, top, size int) {
	for _, digit := range digits {
		if digit < '0' || digit > '9' {
			left += 2 * size
			continue
		}
		for row, line := range glyphs[digit-'0'] {
			for column, dot := range line {
				if dot == '#' {
					draw.Draw(canvas, image.Rect(0, 0, size, size).Add(image.Pt(left+column*size, top+row*size)), image.Black, image.Point{}, draw.Src)
				}
			}
		}
		left += 4 * size
	}
}

func blank(width, height int) *image.Gray {
	canvas := image.NewGray(image.Rect(0, 0, width, height))
	draw.Draw(canvas, canvas.Bounds(), image.White, image.Point{}, draw.Src)
	return canvas
}

// captcha draws the picture of a captcha.
func captcha(digits string) []byte {
	canvas := blank(140, 44)
	for x := range canvas.Bounds().Dx() {
		canvas.SetGray(x, (x*7)%44, color.Gray{Y: 128})
	}
	write(canvas, digits, 14, 8, 5)
	var encoded bytes.Buffer
	_ = png.Encode(&encoded, canvas) // a buffer takes everything
	return encoded.Bytes()
}

// satbara draws a 7/12: the form's lines and its numbers. The portal's own has
// text too; what matters is that it is one picture.
func satbara(of parcel) []byte {
	canvas := blank(1240, 1754)
	for y := 120; y < 1700; y += 58 {
		draw.Draw(canvas, image.Rect(60, y, 1180, y+2), image.Black, image.Point{}, draw.Src)
	}
	for _, x := range []int{60, 330, 700, 940, 1180} {
		draw.Draw(canvas, image.Rect(x, 120, x+2, 1700), image.Black, image.Point{}, draw.Src)
	}
	write(canvas, of.number, 90, 140, 6)
	write(canvas, of.khata, 730, 140, 6)
	write(canvas, of.area, 960, 140, 6)
	for row := range 20 {
		write(canvas, "7 12 2026", 90, 210+row*58, 4)
	}
	var encoded bytes.Buffer
	_ = jpeg.Encode(&encoded, canvas, &jpeg.Options{Quality: 60}) // a buffer takes everything
	return encoded.Bytes()
}
