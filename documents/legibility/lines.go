package legibility

import (
	"image"
	"slices"
)

// across is the share of pieces whose nearest neighbour is above or below and not beside: lines of writing run down then. A word in one
// piece says it by its shape. gap is the median of what is free between a piece and the next line.
func (w writing) across() (share, gap float64) {
	beside, above := 0, 0
	grid := newGrid(w)
	gaps := make([]int, 0, len(w.pieces))
	for i, each := range w.pieces {
		long := float64(max(each.width(), each.height()))
		x, y := grid.gaps(i)
		gaps = append(gaps, max(x, y))
		switch {
		case long > 2.5*w.height && each.width() > 2*each.height():
			beside += 2
		case long > 2.5*w.height && each.height() > 2*each.width():
			above += 2
		case x < y:
			beside++
		case y < x:
			above++
		}
	}
	if beside+above == 0 {
		return 0, 0
	}
	slices.Sort(gaps)
	return float64(above) / float64(beside+above), float64(gaps[len(gaps)/2])
}

// grid finds the pieces near a piece.
type grid struct {
	writing
	cell    int
	columns int
	cells   map[int][]int32
}

func newGrid(w writing) *grid {
	g := &grid{writing: w, cell: max(8, int(3*w.height)), columns: 1 << 12, cells: map[int][]int32{}}
	for i, each := range w.pieces {
		for y := each.top / g.cell; y <= each.bottom/g.cell; y++ {
			for x := each.left / g.cell; x <= each.right/g.cell; x++ {
				g.cells[y*g.columns+x] = append(g.cells[y*g.columns+x], int32(i))
			}
		}
	}
	return g
}

// gaps is how far the nearest pieces beside, and above or below, are; far away counts as three letters' heights.
func (g *grid) gaps(i int) (beside, above int) {
	p := g.pieces[i]
	beside, above = int(3*g.height), int(3*g.height)
	for y := p.top/g.cell - 1; y <= p.bottom/g.cell+1; y++ {
		for x := p.left/g.cell - 1; x <= p.right/g.cell+1; x++ {
			for _, other := range g.cells[y*g.columns+x] {
				if int(other) == i {
					continue
				}
				q := g.pieces[other]
				alongX, alongY := overlap(p.left, p.right, q.left, q.right), overlap(p.top, p.bottom, q.top, q.bottom)
				switch {
				case alongX <= 0 && 2*alongY >= min(p.height(), q.height()):
					beside = min(beside, -alongX)
				case alongY <= 0 && 2*alongX >= min(p.width(), q.width()):
					above = min(above, -alongY)
				}
			}
		}
	}
	return beside, above
}

// overlap of two stretches; negative: the gap between them.
func overlap(a, b, c, d int) int { return min(b, d) - max(a, c) }

// cut says whether writing runs out of the picture at one of its sides: many letters that touch it or nearly do, all along, on paper that
// goes on to the side.
func (w writing) cut(grey *image.Gray, gap float64) bool {
	near := int(max(2, 0.9*w.height))
	nearLine := max(near, int(1.1*gap)) // a cut between two lines leaves the space between them
	size := grey.Bounds().Size()
	var left, top, right, bottom []int
	for _, p := range w.pieces {
		if float64(max(p.width(), p.height())) > 12*w.height || float64(min(p.width(), p.height())) < 0.5*w.height {
			continue
		}
		if p.left < near {
			left = append(left, p.top)
		}
		if p.top < nearLine {
			top = append(top, p.left)
		}
		if p.right > size.X-near {
			right = append(right, p.top)
		}
		if p.bottom > size.Y-nearLine {
			bottom = append(bottom, p.left)
		}
	}
	x, y := size.X-1, size.Y-1
	return w.cutAlong(left) && paperTo(grey, 0, 1, 0, 0) || w.cutAlong(right) && paperTo(grey, x, -1, 0, 0) ||
		w.cutAlong(top) && paperTo(grey, 0, 0, 0, 1) || w.cutAlong(bottom) && paperTo(grey, 0, 0, y, -1)
}

// paperTo says whether a side of the picture, at x or at y, is about as bright as what is a tenth of the picture further in: no table lies
// between. stepX or stepY says which way in is.
func paperTo(grey *image.Gray, x, stepX, y, stepY int) bool {
	size := grey.Bounds().Size()
	const part = 10
	line := func(x, y int) []uint8 {
		if stepX != 0 {
			column := make([]uint8, size.Y)
			for i := range column {
				column[i] = grey.Pix[i*grey.Stride+x]
			}
			return column
		}
		return slices.Clone(grey.Pix[y*grey.Stride:][:size.X])
	}
	outer, inner := line(x, y), line(x+stepX*size.X/part, y+stepY*size.Y/part)
	slices.Sort(outer)
	slices.Sort(inner)
	// The brighter part of each: letters that are cut may cover more than half of a line.
	return float64(outer[len(outer)*4/5]) > 0.8*float64(inner[len(inner)*4/5])
}

// cutAlong asks for letters that are spread like writing.
func (w writing) cutAlong(places []int) bool {
	const least = 5
	if len(places) < least {
		return false
	}
	slices.Sort(places)
	return float64(places[len(places)-1]-places[0]) > 6*w.height
}
