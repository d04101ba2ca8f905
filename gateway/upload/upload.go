// Package upload makes a file that a citizen sent safe to keep, or says why it cannot be kept. A file is what its bytes say, never what
// its name or its sender says. Pictures are decoded within limits and encoded anew, so that nothing but the picture is left: no place, no
// camera, no second file behind the first. PDFs are taken as they are, if nothing in them can act. The package keeps nothing and
// knows neither the channel nor the store.
package upload

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"strings"
	"time"
)

// The types that are taken.
const (
	JPEG = "image/jpeg"
	PNG  = "image/png"
	PDF  = "application/pdf"
)

// Reason says why a file was not taken: a closed set.
type Reason string

// The reasons.
const (
	Empty         Reason = "empty"
	TooLarge      Reason = "too_large"
	UnknownType   Reason = "unknown_type"
	WrongType     Reason = "wrong_type" // a picture that says it is a PDF, or the other way round
	Damaged       Reason = "damaged"
	TooManyPixels Reason = "too_many_pixels"
	TooManyPages  Reason = "too_many_pages"
	Locked        Reason = "locked" // with a password
	Active        Reason = "active" // programs, forms that send themselves, files inside
	Malware       Reason = "malware"
	Gone          Reason = "gone" // the channel no longer has it
)

// Reasons lists them.
func Reasons() []Reason {
	return []Reason{Empty, TooLarge, UnknownType, WrongType, Damaged, TooManyPixels, TooManyPages, Locked, Active, Malware, Gone}
}

// RefusedError says that a file is not taken, and will not be taken when it is sent again as it is.
type RefusedError struct{ Reason Reason }

// Error names the reason, and nothing of the file.
func (e *RefusedError) Error() string { return "upload refused: " + string(e.Reason) }

// TextKey names what the citizen is told: a text "upload.<reason>". That of [TooLarge] has a placeholder {max}, in MB.
func (e *RefusedError) TextKey() string { return "upload." + string(e.Reason) }

func refuse(reason Reason) error { return &RefusedError{Reason: reason} }

// Scanner looks for malware. It answers true for a file that is harmful; an error means that it cannot tell.
type Scanner interface {
	Harmful(ctx context.Context, content []byte) (bool, error)
}

// Limits bound what one file may cost. Zero values take the defaults.
type Limits struct {
	Bytes     int           // as sent; 0: 16 MiB
	JPEG, PNG int           // pixels; 0: 40 and 16 million
	Pages     int           // of a PDF; 0: 60
	Inflated  int           // bytes that a PDF's object streams may unpack to, all together; 0: 32 MiB
	Time      time.Duration // to decode a picture; 0: 10 s
	AtOnce    int           // files looked at together; 0: 2
}

func (l *Limits) defaults() {
	l.Bytes = orDefault(l.Bytes, 16<<20)
	l.JPEG = orDefault(l.JPEG, 40_000_000)
	l.PNG = orDefault(l.PNG, 16_000_000)
	l.Pages = orDefault(l.Pages, 60)
	l.Inflated = orDefault(l.Inflated, 32<<20)
	l.Time = orDefault(l.Time, 10*time.Second)
	l.AtOnce = orDefault(l.AtOnce, 2)
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// Inspector looks at files. It is safe for concurrent use.
type Inspector struct {
	limits  Limits
	scanner Scanner
	slots   chan struct{}
}

// NewInspector makes an inspector; scanner may be nil.
func NewInspector(limits Limits, scanner Scanner) *Inspector {
	limits.defaults()
	return &Inspector{limits: limits, scanner: scanner, slots: make(chan struct{}, limits.AtOnce)}
}

// MaxBytes is the largest file that is taken.
func (i *Inspector) MaxBytes() int { return i.limits.Bytes }

// File is a file that is safe to keep.
type File struct {
	MIMEType string // one of [JPEG], [PNG], [PDF]
	Content  []byte
	Pages    int // 1 for a picture
	// Grey is the picture's brightness, its longer side at most legibility.Longest pixels, to judge and to read it by; nil for a PDF.
	Grey *image.Gray
}

// Inspect returns what is to be kept of a file. declared is the type the sender gave, or empty; it is believed in nothing, but a file
// that contradicts it is refused. It fails with *RefusedError when the file is not taken; any other error is not about the file.
func (i *Inspector) Inspect(ctx context.Context, content []byte, declared string) (File, error) {
	free, err := i.slot(ctx)
	if err != nil {
		return File{}, err
	}
	defer free()
	kind, err := i.kind(content, declared)
	if err != nil {
		return File{}, err
	}
	if err := i.scan(ctx, content); err != nil {
		return File{}, err
	}
	if kind == PDF {
		pages, err := i.inspectPDF(content)
		return File{MIMEType: PDF, Content: content, Pages: pages}, err
	}
	return i.encodeAnew(ctx, kind, content)
}

// slot waits until one more file may be looked at; free gives the place back.
func (i *Inspector) slot(ctx context.Context) (free func(), err error) {
	select {
	case i.slots <- struct{}{}:
		return func() { <-i.slots }, nil
	case <-ctx.Done():
		return nil, fmt.Errorf("wait to inspect an upload: %w", ctx.Err())
	}
}

func (i *Inspector) kind(content []byte, declared string) (string, error) {
	switch {
	case len(content) == 0:
		return "", refuse(Empty)
	case len(content) > i.limits.Bytes:
		return "", refuse(TooLarge)
	}
	kind := sniff(content)
	declared, _, _ = strings.Cut(strings.ToLower(declared), ";")
	declared = strings.TrimSpace(declared)
	switch {
	case kind == "":
		return "", refuse(UnknownType)
	case declared == "", declared == "application/octet-stream", (declared == PDF) == (kind == PDF):
		return kind, nil
	}
	return "", refuse(WrongType)
}

// sniff looks at the very first bytes: a file with anything in front of its signature is also something else.
func sniff(content []byte) string {
	switch {
	case bytes.HasPrefix(content, []byte("\xff\xd8\xff")):
		return JPEG
	case bytes.HasPrefix(content, []byte("\x89PNG\r\n\x1a\n")):
		return PNG
	case bytes.HasPrefix(content, []byte("%PDF-")):
		return PDF
	}
	return ""
}

func (i *Inspector) scan(ctx context.Context, content []byte) error {
	if i.scanner == nil {
		return nil
	}
	harmful, err := i.scanner.Harmful(ctx, content)
	if err != nil {
		return fmt.Errorf("scan an upload: %w", err)
	}
	if harmful {
		return refuse(Malware)
	}
	return nil
}
