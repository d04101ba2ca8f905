package legibility

import (
	"image"
	"math"
	"slices"
)

// mostLooked bounds how many pieces are looked at for their edges.
const mostLooked = 600

// blurOf estimates the radius of the blur from how steep the edges of letters are against their contrast: of an edge that was blurred with
// a Gaussian of radius r, the part erf(1/(r√2)) lies within a pixel to both sides. The direction in which the letters are less sharp
// counts: a hand that moved blurs one only.
func blurOf(grey *image.Gray, w writing, noise float64) float64 {
	step := max(1, len(w.pieces)/mostLooked)
	var across, down []float64
	for i := 0; i < len(w.pieces); i += step {
		x, y, ok := steepness(grey, w.pieces[i], noise)
		if ok {
			across, down = append(across, x), append(down, y)
		}
	}
	if len(across) == 0 {
		return 0
	}
	slices.Sort(across)
	slices.Sort(down)
	const flattest, steepest = 0.02, 0.995
	steep := min(across[len(across)/2], down[len(down)/2])
	return 1 / (math.Sqrt2 * math.Erfinv(min(max(steep, flattest), steepest)))
}

// steepness is the greatest rise over two pixels, to the side and down, against the contrast of a piece. Three lines are taken together,
// since edges go on and noise does not.
func steepness(grey *image.Gray, p piece, noise float64) (across, down float64, ok bool) {
	const margin = 3
	box := image.Rect(p.left-margin, p.top-margin, p.right+margin, p.bottom+margin).Intersect(grey.Bounds()).Inset(1)
	darkest, brightest, riseX, riseY := 255*9, 0, 0, 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		above, row, below := grey.Pix[(y-1)*grey.Stride:], grey.Pix[y*grey.Stride:], grey.Pix[(y+1)*grey.Stride:]
		for x := box.Min.X; x < box.Max.X; x++ {
			left := int(above[x-1]) + int(row[x-1]) + int(below[x-1])
			middle := int(above[x]) + int(row[x]) + int(below[x])
			right := int(above[x+1]) + int(row[x+1]) + int(below[x+1])
			darkest, brightest = min(darkest, 9*int(row[x])), max(brightest, left+middle+right)
			riseX = max(riseX, abs(right-left))
			up, under := int(above[x-1])+int(above[x])+int(above[x+1]), int(below[x-1])+int(below[x])+int(below[x+1])
			riseY = max(riseY, abs(under-up))
		}
	}
	const extreme, deviation = 2.5, 0.82 // of the noise: what the darkest of many pixels owes to it, and the difference of two sums of three by three
	height := float64(brightest-darkest)/9 - extreme*noise
	if height < 8 {
		return 0, 0, false
	}
	owed := extreme * deviation * noise
	return max(0, float64(riseX)/3-owed) / height, max(0, float64(riseY)/3-owed) / height, true
}
