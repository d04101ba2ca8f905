// Package verify tells anybody who holds a paper of ours whether it is what was issued: on a page, in the chat, and on an installed page
// that needs no network.
//
// What a check reveals is only what the paper shows. The whole seal travels in the code, in the address [seal.PathPrefix]: who shows it
// holds the paper, and is shown what stands in the code and no more. The address is in no log of ours, the answer is not to be stored,
// and neither is a file that is sent: it is read in memory and dropped. What a seal with a wrong signature says is never shown, so
// that nobody can have the department's page say what they wrote. A number alone shows what kind of paper it is and whether it
// counts. Numbers are 78 random bits, whoever guesses wrong too often is made to wait, and an unknown number is answered like a badly
// written one.
//
// It knows neither WhatsApp nor Temporal, and writes nothing.
package verify

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
)

// Records are what was issued and what became of it; *store.Store is.
type Records interface {
	IssuedByFingerprint(ctx context.Context, fingerprint []byte) (store.IssuedDocument, error)
	LogEntry(ctx context.Context, id int64) (entry store.LogEntry, size int64, note string, err error)
}

// Pages draws a PDF's first page and reads its text; *reading.Poppler does.
type Pages interface {
	FirstPage(ctx context.Context, pdf []byte, longest int) (*image.Gray, error)
	Text(ctx context.Context, pdf []byte) (reading.Text, error)
}

// Config is what a checker needs.
type Config struct {
	// KeyList gives the newest key list. It was taken from a trusted hand: our own folder.
	KeyList func(ctx context.Context) (*seal.KeyList, error)
	Records Records
	Log     publiclog.Source // as it is published; nil: not published
	Pages   Pages            // nil: scanned PDFs cannot be read, nor what was changed in one named
	Texts   *catalog.Catalog
	Zone    *time.Location // of the state; nil: Indian time
	Slog    *slog.Logger
	Now     func() time.Time // nil: time.Now
	// AtOnce bounds how many files are looked at together, and so the memory; 0: 2.
	AtOnce int
}

// Checker checks papers. It is safe for concurrent use.
type Checker struct {
	config Config
	slots  chan struct{}
}

// New checks the configuration.
func New(config Config) (*Checker, error) {
	if config.KeyList == nil || config.Records == nil || config.Texts == nil || config.Slog == nil {
		return nil, errors.New("verify: key list, records, texts and log must be set")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Zone == nil {
		const india = 5*3600 + 1800 // seconds east of Greenwich
		config.Zone = time.FixedZone("IST", india)
	}
	if config.AtOnce == 0 {
		config.AtOnce = 2
	}
	return &Checker{config: config, slots: make(chan struct{}, config.AtOnce)}, nil
}

func (c *Checker) trust(ctx context.Context) (*verify.Trust, error) {
	list, err := c.config.KeyList(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the key list: %w", err)
	}
	return verify.NewTrust(list)
}
