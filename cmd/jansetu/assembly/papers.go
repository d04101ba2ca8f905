package assembly

import (
	"context"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/activities/media"
	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// mediaTimeout is for a whole file, over a slow line.
const mediaTimeout = 40 * time.Second

// media puts together what has WhatsApp delete files.
func (c *common) media() (*media.Activities, error) {
	client, err := c.mediaClient()
	if err != nil {
		return nil, err
	}
	return media.New(c.store, client), nil
}

func (c *common) mediaClient() (*whatsapp.Client, error) {
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{
		URL: c.settings.WhatsApp.APIURL, Version: c.settings.WhatsApp.APIVersion, AccessToken: c.settings.WhatsApp.AccessToken,
		ProofSecret: c.settings.WhatsApp.AppSecret, Timeout: mediaTimeout,
	})
	if err != nil {
		return nil, fmt.Errorf("build the WhatsApp client: %w", err)
	}
	return client, nil
}

// papers puts together what takes the files that citizens send. Tesseract and Poppler are used where they are installed.
func (c *common) papers(ctx context.Context) (*paper.Activities, error) {
	media, err := c.mediaClient()
	if err != nil {
		return nil, err
	}
	taking := paper.Config{Store: c.store, Media: media, Now: now, Log: c.log}
	var scanner upload.Scanner
	if socket := c.settings.Papers.ClamAV; socket != "" {
		if scanner, err = upload.NewClamAV(socket, 0); err != nil {
			return nil, fmt.Errorf("JANSETU_CLAMAV_SOCKET: %w", err)
		}
	}
	taking.Inspector = upload.NewInspector(upload.Limits{}, scanner)
	pages, showsPDF := reading.FindPoppler(reading.Bounds{})
	if showsPDF {
		taking.Pages = pages
	}
	var languages []string
	if c.settings.Papers.Read {
		if reader, found := reading.FindTesseract(ctx, reading.Bounds{}); found {
			taking.Reader, languages = reader, reader.Languages()
		}
	}
	c.log.Info("papers that citizens send", "scanned_for_malware", scanner != nil, "pdf_pages_checked", showsPDF, "read_in", languages)
	return paper.New(taking), nil
}
