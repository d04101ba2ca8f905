package emulator

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/url"
	"path"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

// fetchTimeout is how long the address of a picture or a video may take.
const fetchTimeout = 5 * time.Second

// fetchLinks puts what stands under a message's links on the phone. Meta accepts a message with a link and fails it afterwards when
// nothing it takes can be fetched there (Meta, error 131053).
func (e *Emulator) fetchLinks(ctx context.Context, m *cloudapi.Message, bubble *Message) error {
	for _, link := range m.MediaLinks {
		address, err := url.Parse(link)
		if err != nil {
			return fmt.Errorf("the link cannot be read: %w", err)
		}
		if e.cfg.FetchLink != nil && !e.cfg.FetchLink(address) {
			continue
		}
		file, err := e.fetchLink(ctx, address)
		if err != nil {
			return err
		}
		bubble.Media = append(bubble.Media, file)
	}
	return nil
}

func (e *Emulator) fetchLink(ctx context.Context, address *url.URL) (chat.Media, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, address.String(), http.NoBody)
	if err != nil {
		return chat.Media{}, fmt.Errorf("the link cannot be read: %w", err)
	}
	response, err := (&http.Client{Timeout: fetchTimeout}).Do(request)
	if err != nil {
		return chat.Media{}, fmt.Errorf("the link does not answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // what matters of it has been read
	if response.StatusCode != http.StatusOK {
		return chat.Media{}, fmt.Errorf("the link answers with status %d", response.StatusCode)
	}
	kind, _, err := mime.ParseMediaType(response.Header.Get("Content-Type"))
	if err != nil {
		return chat.Media{}, errors.New("the link does not say what it leads to")
	}
	content, err := io.ReadAll(io.LimitReader(response.Body, maxUpload))
	if err != nil {
		return chat.Media{}, fmt.Errorf("the link broke off: %w", err)
	}
	file, err := e.AddMedia(kind, path.Base(address.Path), content)
	if err != nil {
		return chat.Media{}, err
	}
	return chat.Media{ID: file.ID, MIME: file.MIME, Filename: file.Filename, Size: file.Size}, nil
}
