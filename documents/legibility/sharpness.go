package legibility

import (
	"image"
	"slices"
)

// mostLooked bounds how many pieces are looked at for their edges.
const mostLooked = 600

// blurOf estimates the radius of the blur from how steep the edges of letters are against their contrast: an edge that was blurred with a
// Gaussian of radius r rises by at most 0.4/r of its height from one pixel to the next. The direction in which the letters are less
// sharp counts: a hand that moved blurs one only.
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
	steep := min(across[len(across)/2], down[len(down)/2])
	const steepest = 0.4
	return steepest / max(steep, 0.01)
}

// steepness is the greatest rise between neighbours, side by side and one above the other, against the contrast of a piece.
func steepness(grey *image.Gray, p piece, noise float64) (across, down float64, ok bool) {
	const margin = 3
	box := image.Rect(p.left-margin, p.top-margin, p.right+margin, p.bottom+margin).Intersect(grey.Bounds())
	darkest, brightest, riseX, riseY := 255, 0, 0, 0
	for y := box.Min.Y; y < box.Max.Y; y++ {
		row := grey.Pix[y*grey.Stride:]
		for x := box.Min.X; x < box.Max.X; x++ {
			value := int(row[x])
			darkest, brightest = min(darkest, value), max(brightest, value)
			if x+1 < box.Max.X {
				riseX = max(riseX, abs(int(row[x+1])-value))
			}
			if y+1 < box.Max.Y {
				riseY = max(riseY, abs(int(row[x+grey.Stride])-value))
			}
		}
	}
	// The noise widens the extremes and steepens the rises.
	height := float64(brightest-darkest) - 4*noise
	if height < 8 {
		return 0, 0, false
	}
	return max(0, float64(riseX)-2*noise) / height, max(0, float64(riseY)-2*noise) / height, true
}
