package gateway

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// Documents reads files of ours by their id; *store.Store does.
type Documents interface {
	Document(ctx context.Context, id string) (store.Document, error)
}

// Media reads a picture or a video of the catalog by its name; *catalog.Catalog does.
type Media interface {
	Media(name string) ([]byte, error)
}

// uploadLife is how long an upload of a file that many citizens are sent is used again: Meta keeps it for 30 days (Meta, Media).
const uploadLife = 20 * 24 * time.Hour

// files uploads what is sent beside a text. It is safe for concurrent use.
type files struct {
	client    *whatsapp.Client
	documents Documents
	media     Media // may be nil
	now       func() time.Time

	mu       sync.Mutex
	uploaded map[upload]uploaded
}

// upload is a file of the catalog under one business number; there are as many as the catalog has media.
type upload struct{ number, file string }

type uploaded struct {
	media string
	until time.Time
}

// fileOf is the one file of a bubble; nil if it has none.
func fileOf(b *bubble.Bubble) *bubble.Document {
	switch {
	case b.Document != nil:
		return b.Document
	case b.Picture != nil:
		return b.Picture
	case b.Video != nil:
		return b.Video.File
	}
	return nil
}

// upload returns the media id of a file. One of the catalog is uploaded once for all citizens, unless anew says that this failed.
func (f *files) upload(ctx context.Context, number string, document *bubble.Document, anew bool) (string, error) {
	name, shared := dialog.CatalogMedia(document.ID)
	if !shared {
		file, err := f.documents.Document(ctx, document.ID)
		if err != nil {
			return "", fmt.Errorf("read document: %w", err)
		}
		return f.put(ctx, number, document, file.Content)
	}
	key := upload{number: number, file: document.ID}
	if known, ok := f.known(key); ok && !anew {
		return known, nil
	}
	if f.media == nil {
		return "", fmt.Errorf("%w: no catalog to read %q from", errUnsendable, name)
	}
	content, err := f.media.Media(name)
	if err != nil {
		return "", fmt.Errorf("%w: %w", errUnsendable, err)
	}
	media, err := f.put(ctx, number, document, content)
	if err == nil {
		f.keep(key, media)
	}
	return media, err
}

func (f *files) known(key upload) (string, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	known, ok := f.uploaded[key]
	return known.media, ok && f.now().Before(known.until)
}

func (f *files) keep(key upload, media string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.uploaded == nil {
		f.uploaded = map[upload]uploaded{}
	}
	f.uploaded[key] = uploaded{media: media, until: f.now().Add(uploadLife)}
}

func (f *files) put(ctx context.Context, number string, document *bubble.Document, content []byte) (string, error) {
	media, err := f.client.Upload(ctx, number, whatsapp.File{Name: document.Filename, MIMEType: document.MIMEType, Content: content})
	if errors.Is(err, whatsapp.ErrUnknownOutcome) {
		// Uploading twice does no harm, unlike sending twice.
		return "", &whatsapp.APIError{Class: whatsapp.ClassTransient, Err: errors.New("upload did not end")}
	}
	return media, err
}
