package legibility_test

import (
	"flag"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/legibility"
)

// How many papers are looked at; the goals hold for more as well.
var (
	each = flag.Int("papers", 10, "unreadable papers of each kind; readable ones are seven times as many")
	seed = flag.Uint64("seed", 2026, "of the invented papers")
	show = flag.Bool("show", false, "print the measure of every paper that is judged wrongly")
)

// readable is a paper that a clerk can read, as scanners and phones give it.
func readable(t testing.TB, p *printer) *image.Gray {
	t.Helper()
	page := p.print(t, p.between(8, 22), false)
	if p.IntN(4) == 0 {
		return p.expose(t, page.Gray, 1, 0, p.between(0, 2), 90) // a scan
	}
	page = p.photograph(page)
	radius := p.between(0.3, 1.1) * page.letters / 10
	return p.expose(t, blur(page.Gray, radius, radius), p.between(0.5, 1), p.between(0, 15), p.between(0, 6), p.pick(60, 75, 85))
}

// unreadable are the ways in which papers cannot be read.
func unreadable() map[legibility.Reason]func(t testing.TB, p *printer) *image.Gray {
	photo := func(t testing.TB, p *printer, letters float64) paper {
		t.Helper()
		return p.photograph(p.print(t, letters, false))
	}
	usual := func(t testing.TB, p *printer, picture *image.Gray) *image.Gray {
		t.Helper()
		return p.expose(t, picture, p.between(0.6, 1), p.between(0, 10), p.between(0, 5), p.pick(60, 75, 85))
	}
	return map[legibility.Reason]func(t testing.TB, p *printer) *image.Gray{
		legibility.Blurred: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			page := photo(t, p, p.between(8, 20))
			radius := p.between(0.38, 0.9) * page.letters
			x, y := radius, radius
			switch p.IntN(4) { // a hand that moved
			case 0:
				x = 0.5
			case 1:
				y = 0.5
			}
			return usual(t, p, blur(page.Gray, x, y))
		},
		legibility.Dark: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			return p.expose(t, photo(t, p, p.between(8, 20)).Gray, p.between(0.04, 0.24), 0, p.between(1, 6), 75)
		},
		legibility.Bright: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			page := p.print(t, p.between(8, 20), false)
			return p.expose(t, page.Gray, p.between(0.03, 0.07), 242, p.between(0, 1.5), 85)
		},
		legibility.Blank: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			page := paper{Gray: image.NewGray(image.Rect(0, 0, p.pick(800, 1200), p.pick(1100, 1600)))}
			fill(page.Gray, page.Rect, 250)
			if p.IntN(2) == 0 {
				page = p.photograph(page)
			}
			return usual(t, p, page.Gray)
		},
		legibility.Sideways: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			return usual(t, p, turn(photo(t, p, p.between(8, 20)).Gray, p.IntN(2) == 0))
		},
		legibility.CutOff: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			page := p.print(t, p.between(8, 20), true)
			part := page.Rect
			amount := p.between(0.1, 0.4)
			switch p.IntN(4) {
			case 0:
				part.Min.X = page.written.Min.X + int(amount*float64(page.written.Dx()))
			case 1:
				part.Max.X = page.written.Max.X - int(amount*float64(page.written.Dx()))
			case 2:
				part.Min.Y = page.written.Min.Y + int(amount*float64(page.written.Dy()))
			case 3:
				part.Max.Y = page.written.Max.Y - int(amount*float64(page.written.Dy()))
			}
			return usual(t, p, crop(page.Gray, part))
		},
		legibility.TooSmall: func(t testing.TB, p *printer) *image.Gray {
			t.Helper()
			page := photo(t, p, 12)
			return usual(t, p, scale(page.Gray, p.between(1.6, 3.2)/12))
		},
	}
}

// TestPapersAreJudgedAsAClerkWould prints the rates. The goals: of readable papers at most 2 % are sent back, of unreadable ones at
// least 95 % are.
func TestPapersAreJudgedAsAClerkWould(t *testing.T) {
	t.Parallel()
	var table strings.Builder
	rejected := judge(t, *seed, 7**each, readable)
	wrong := 7**each - rejected[""]
	fmt.Fprintf(&table, "%-10s %4d papers, sent back %5.1f %%  %v\n", "readable", 7**each, percent(wrong, 7**each), rejected)
	missed, all := 0, 0
	for i, reason := range legibility.Reasons() {
		found := judge(t, *seed+uint64(i)+1, *each, unreadable()[reason])
		missed += found[""]
		all += *each
		fmt.Fprintf(&table, "%-10s %4d papers, caught    %5.1f %%  %v\n", reason, *each, percent(*each-found[""], *each), found)
		require.LessOrEqual(t, percent(found[""], *each), 15.0, "%s\n%s", reason, &table)
	}
	t.Logf("\n%sunreadable %4d papers, caught    %5.1f %%", &table, all, percent(all-missed, all))
	require.LessOrEqual(t, percent(wrong, 7**each), 2.0)
	require.GreaterOrEqual(t, percent(all-missed, all), 95.0)
}

func percent(part, whole int) float64 { return 100 * float64(part) / float64(whole) }

// judge counts the verdicts on so many papers.
func judge(t *testing.T, from uint64, count int, draw func(testing.TB, *printer) *image.Gray) map[legibility.Reason]int {
	t.Helper()
	var together sync.WaitGroup
	var lock sync.Mutex
	found := map[legibility.Reason]int{}
	const hands = 2 // as many as draw at once; each has its own papers, the same every time
	for hand := range hands {
		together.Go(func() {
			p := newPrinter(t, from*1000+uint64(hand))
			for range (count + hand) / hands {
				measure := legibility.Look(draw(t, p))
				lock.Lock()
				found[measure.Reason()]++
				if *show {
					t.Logf("%q %+v", measure.Reason(), measure)
				}
				lock.Unlock()
			}
		})
	}
	together.Wait()
	return found
}

func TestAnyPictureIsJudged(t *testing.T) {
	t.Parallel()
	for _, size := range []image.Point{{}, {1, 1}, {1, 4000}, {4000, 1}, {120, 120}, {121, 3000}} {
		for _, picture := range []image.Image{
			image.NewGray(image.Rectangle{Max: size}), image.NewRGBA(image.Rectangle{Max: size}), image.NewNRGBA(image.Rectangle{Max: size}),
			image.NewYCbCr(image.Rectangle{Max: size}, image.YCbCrSubsampleRatio420), image.NewGray16(image.Rectangle{Max: size}),
			image.NewCMYK(image.Rectangle{Max: size}),
		} {
			require.NotEmpty(t, legibility.Check(picture), "%T of %v", picture, size)
		}
	}
}

func TestAPartOfAPictureIsThatPart(t *testing.T) {
	t.Parallel()
	p := newPrinter(t, 1)
	page := p.print(t, 14, false)
	whole := image.NewGray(image.Rect(0, 0, page.Rect.Dx()+200, page.Rect.Dy()+200))
	place := page.Rect.Add(image.Pt(100, 70))
	for y := range page.Rect.Dy() {
		copy(whole.Pix[whole.PixOffset(place.Min.X, place.Min.Y+y):], page.Pix[y*page.Stride:][:page.Rect.Dx()])
	}
	require.Equal(t, legibility.Grey(page, legibility.Longest), legibility.Grey(whole.SubImage(place), legibility.Longest))
	require.Equal(t, legibility.Check(page), legibility.Check(whole.SubImage(place)))
}

func TestReasonsAreAClosedSet(t *testing.T) {
	t.Parallel()
	for reason := range unreadable() {
		require.True(t, slices.Contains(legibility.Reasons(), reason))
	}
}

func BenchmarkCheck12MP(b *testing.B) {
	p := newPrinter(b, 1)
	grey := scale(p.print(b, 24, true).Gray, 1)
	photo := image.NewYCbCr(image.Rect(0, 0, 3000, 4000), image.YCbCrSubsampleRatio420)
	for y := range 4000 {
		for x := range 3000 {
			photo.Y[y*photo.YStride+x] = grey.Pix[min(grey.Rect.Dy()-1, y*grey.Rect.Dy()/4000)*grey.Stride+x*grey.Rect.Dx()/3000]
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		legibility.Check(photo)
	}
}
