package legibility

import (
	"cmp"
	"image"
	"math"
	"slices"
)

// shades counts the pixels of each brightness.
type shades struct {
	counts [256]int
	total  int
}

func histogram(grey *image.Gray) *shades {
	s := &shades{total: len(grey.Pix)}
	for _, value := range grey.Pix {
		s.counts[value]++
	}
	return s
}

// share is the brightness that this share of the pixels does not exceed.
func (s *shades) share(share float64) uint8 {
	wanted := int(share * float64(s.total))
	for value := range s.counts {
		if wanted -= s.counts[value]; wanted < 0 {
			return uint8(value)
		}
	}
	return 255
}

// noiseOf estimates the deviation of a pixel from what it should be, where nothing is written: the calmest fifth of the picture. The
// difference of second differences (J. Immerkær, Fast Noise Variance Estimation, 1996) does not see letters, but sees only a part of
// noise that was compressed; the deviation sees all of it, and letters too. So the second counts up to a multiple of the first.
func noiseOf(grey *image.Gray) float64 {
	const side, mostHidden = 32, 2.5
	size := grey.Bounds().Size()
	calm := make([][2]float64, 0, size.X*size.Y/(side*side))
	for top := 1; top+side < size.Y; top += side {
		for left := 1; left+side < size.X; left += side {
			calm = append(calm, [2]float64{deviation(grey, left, top, side/2), roughness(grey, left, top, side)})
		}
	}
	if len(calm) == 0 {
		return 0
	}
	fifth := func(i int) float64 {
		slices.SortFunc(calm, func(a, b [2]float64) int { return cmp.Compare(a[i], b[i]) })
		return calm[len(calm)/5][i]
	}
	return min(fifth(0), mostHidden*fifth(1))
}

// deviation of the pixels of a square from their mean.
func deviation(grey *image.Gray, left, top, side int) float64 {
	sum, squares := 0, 0
	for y := top; y < top+side; y++ {
		for _, value := range grey.Pix[y*grey.Stride+left:][:side] {
			sum += int(value)
			squares += int(value) * int(value)
		}
	}
	count := float64(side * side)
	mean := float64(sum) / count
	return math.Sqrt(max(0, float64(squares)/count-mean*mean))
}

// roughness looks at every second line, which is enough.
func roughness(grey *image.Gray, left, top, side int) float64 {
	const scale = 0.2089 // the root of half of pi, by six
	sum, count := 0, 0
	for y := top; y < top+side; y += 2 {
		above, row, below := grey.Pix[(y-1)*grey.Stride:], grey.Pix[y*grey.Stride:], grey.Pix[(y+1)*grey.Stride:]
		for x := left; x < left+side; x++ {
			corners := int(above[x-1]) + int(above[x+1]) + int(below[x-1]) + int(below[x+1])
			sides := int(above[x]) + int(row[x-1]) + int(row[x+1]) + int(below[x])
			sum += abs(corners - 2*sides + 4*int(row[x]))
			count++
		}
	}
	return scale * float64(sum) / float64(count)
}

func abs(n int) int {
	if n < 0 {
		return -n
	}
	return n
}
