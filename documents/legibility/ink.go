package legibility

import (
	"image"
	"slices"
)

// contrast says how much darker than what is around it ink is: by a share of the brightness there, and by so many shades.
type contrast struct{ share, least float64 }

// around is how far a pixel is compared with what is around it, in pixels: some lines of text.
const around = 24

// piece is a connected piece of ink: a letter, a word whose letters touch, or a part of one. The upper bounds are exclusive.
type piece struct {
	left, top, right, bottom, area int

	depth uint8 // by how much its darkest pixel is darker than what is around it
}

func (p piece) width() int  { return p.right - p.left }
func (p piece) height() int { return p.bottom - p.top }

// writing is the pieces of ink that may be letters or words.
type writing struct {
	pieces []piece
	height float64 // their median
}

// The sizes of what may be a letter or a word, in pixels.
const (
	leastHeight = 3
	leastLong   = 5 // of the longer side
	mostHeight  = 160
	mostLonger  = 16 // times as long as high, or high as long
)

func (p piece) written() bool {
	long, short := max(p.width(), p.height()), min(p.width(), p.height())
	return short >= leastHeight && long >= leastLong && short <= mostHeight && long <= mostLonger*short && p.area*12 >= p.width()*p.height()
}

// find collects the writing on a picture.
func find(grey *image.Gray, by contrast) writing {
	var found tracer
	eachInk(grey, by, found.line)
	pieces := slices.DeleteFunc(found.pieces(), func(p piece) bool { return !p.written() })
	return measured(withoutFaint(pieces))
}

// withoutFaint leaves out what is much fainter than most of the darker writing: the grain of a table, the folds of the paper, noise.
func withoutFaint(pieces []piece) []piece {
	if len(pieces) == 0 {
		return nil
	}
	depths := make([]uint8, len(pieces))
	for i, each := range pieces {
		depths[i] = each.depth
	}
	slices.Sort(depths)
	least := depths[len(depths)*19/20] / 5 * 2
	return slices.DeleteFunc(pieces, func(p piece) bool { return p.depth < least })
}

// measured takes the median of the shorter sides: letters are about as wide as high, words are as high as letters, and in a picture
// that lies on its side the height is what is short.
func measured(pieces []piece) writing {
	if len(pieces) == 0 {
		return writing{}
	}
	heights := make([]int, len(pieces))
	for i, each := range pieces {
		heights[i] = min(each.height(), max(each.width(), each.height()/2))
	}
	slices.Sort(heights)
	height := float64(heights[len(heights)/2])
	return writing{height: height, pieces: slices.DeleteFunc(pieces, func(p piece) bool {
		return float64(max(p.width(), p.height())) < height/2 || float64(min(p.width(), p.height())) > 5*height
	})}
}

// count is about how many letters there are.
func (w writing) count() (letters int) {
	for _, each := range w.pieces {
		letters += max(1, max(each.width(), each.height())/max(1, int(w.height)))
	}
	return letters
}

// eachInk gives, line by line, which pixels are ink: by how much each is darker than the mean of the square around it, or 0. Only a few
// lines are held.
func eachInk(grey *image.Gray, by contrast, line func(ink []uint8)) {
	size := grey.Bounds().Size()
	columns := make([]int32, size.X) // the sums of the lines of the square
	ink := make([]uint8, size.X)
	first, last := 0, 0 // lines in the sums, the last exclusive
	for y := range size.Y {
		for ; last < min(size.Y, y+around+1); last++ {
			add(columns, grey.Pix[last*grey.Stride:][:size.X], 1)
		}
		for ; first < y-around; first++ {
			add(columns, grey.Pix[first*grey.Stride:][:size.X], -1)
		}
		darker(ink, columns, grey.Pix[y*grey.Stride:][:size.X], last-first, by)
		line(ink)
	}
}

func add(columns []int32, row []uint8, sign int32) {
	for x, value := range row {
		columns[x] += sign * int32(value)
	}
}

func darker(ink []uint8, columns []int32, row []uint8, lines int, by contrast) {
	var sum int32
	left, right := 0, 0
	share, least := int32(1024*(1-by.share)), int32(by.least)
	for x, value := range row {
		for ; right < min(len(row), x+around+1); right++ {
			sum += columns[right]
		}
		for ; left < x-around; left++ {
			sum -= columns[left]
		}
		mean := sum / int32(lines*(right-left)) //nolint:gosec // a small square
		ink[x] = 0
		if int32(value) < mean-least && int32(value)<<10 < mean*share {
			ink[x] = uint8(mean - int32(value)) //nolint:gosec // means of bytes
		}
	}
}

// tracer joins the ink of each line with that of the line above.
type tracer struct {
	found        []piece
	parent       []int32
	above, below []stretch
	y            int
}

// stretch is ink side by side in one line.
type stretch struct {
	from, to int // the upper bound is exclusive
	depth    uint8
	piece    int32
}

func (t *tracer) line(ink []uint8) {
	t.above, t.below = t.below, t.above[:0]
	at := 0
	for x := 0; x < len(ink); x++ {
		if ink[x] == 0 {
			continue
		}
		s := stretch{from: x, piece: -1}
		for x < len(ink) && ink[x] > 0 {
			s.depth = max(s.depth, ink[x])
			x++
		}
		s.to = x
		at = t.join(s, at)
	}
	t.y++
}

// join puts a stretch into the piece that it touches above, corners included, or into a new one; at is where in the line above to begin.
func (t *tracer) join(s stretch, at int) int {
	for at < len(t.above) && t.above[at].to < s.from {
		at++
	}
	for i := at; i < len(t.above) && t.above[i].from <= s.to; i++ {
		touched := t.root(t.above[i].piece)
		switch {
		case s.piece < 0:
			s.piece = touched
		case s.piece != touched:
			s.piece = t.merge(s.piece, touched)
		}
	}
	if s.piece < 0 {
		s.piece = int32(len(t.found)) //nolint:gosec // fewer than pixels
		t.found = append(t.found, piece{left: s.from, top: t.y, right: s.to, bottom: t.y + 1})
		t.parent = append(t.parent, s.piece)
	}
	p := &t.found[s.piece]
	p.left, p.right, p.bottom = min(p.left, s.from), max(p.right, s.to), t.y+1
	p.area += s.to - s.from
	p.depth = max(p.depth, s.depth)
	t.below = append(t.below, s)
	return at
}

func (t *tracer) root(i int32) int32 {
	for t.parent[i] != i {
		t.parent[i] = t.parent[t.parent[i]]
		i = t.parent[i]
	}
	return i
}

func (t *tracer) merge(a, b int32) int32 {
	into, from := &t.found[a], t.found[b]
	into.left, into.right = min(into.left, from.left), max(into.right, from.right)
	into.top, into.bottom = min(into.top, from.top), max(into.bottom, from.bottom)
	into.area += from.area
	into.depth = max(into.depth, from.depth)
	t.parent[b] = a
	return a
}

func (t *tracer) pieces() []piece {
	var pieces []piece
	for i, each := range t.found {
		if int(t.parent[i]) == i {
			pieces = append(pieces, each)
		}
	}
	return pieces
}
