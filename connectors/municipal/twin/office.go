package twin

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"sync"
)

// What the department's officers do, at once and visibly.

// Resolve makes the department call a complaint resolved.
func (t *Twin) Resolve(number string) { t.step(number, "RESOLVED", "Work is done.", "") }

// ResolveWithPhoto is Resolve with a picture of the work.
func (t *Twin) ResolveWithPhoto(number string) {
	t.step(number, "RESOLVED", "Work is done.", workPhoto)
}

// Transfer makes the office say that the complaint is not its own.
func (t *Twin) Transfer(number, note string) { t.step(number, "PENDINGFORREASSIGNMENT", note, "") }

// Reject makes the department refuse a complaint that it has.
func (t *Twin) Reject(number, note string) { t.step(number, "REJECTED", note, "") }

func (t *Twin) step(number, status, comment, photo string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, complaint := range t.latest(true) {
		if complaint.Number == number {
			complaint.Status, complaint.Comment, complaint.Photo = status, comment, photo
			complaint.Modified = t.config.Clock().Add(-t.config.Lag)
			t.remember(fact{Complaint: &complaint})
		}
	}
}

// workPhoto is the id of the picture that every officer takes.
const workPhoto = "twin-photo-of-the-work"

// photoOfWork is a lamp at night, more or less.
var photoOfWork = sync.OnceValue(func() []byte {
	const width, height = 480, 360
	picture := image.NewRGBA(image.Rect(0, 0, width, height))
	for y := range height {
		for x := range width {
			shade := color.RGBA{R: 24, G: 28, B: uint8(60 + y/8), A: 255}
			if dx, dy := x-width/2, y-height/4; dx*dx+dy*dy < 40*40 {
				shade = color.RGBA{R: 255, G: 230, B: 150, A: 255}
			}
			if x > width/2-6 && x < width/2+6 && y > height/4+40 {
				shade = color.RGBA{R: 90, G: 90, B: 95, A: 255}
			}
			picture.SetRGBA(x, y, shade)
		}
	}
	var written bytes.Buffer
	_ = jpeg.Encode(&written, picture, nil) // into memory
	return written.Bytes()
})
