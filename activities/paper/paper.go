// Package paper holds the activity that takes a paper a citizen sent: fetched from the channel, made safe to keep, stored encrypted, and
// noted in the audit log. What cannot be kept is told by its reason; the file itself is never kept then.
package paper

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
)

// ErrorRefused is the type of the application error for a paper that is not taken. Its detail is an [upload.Reason].
const ErrorRefused = "paper_refused"

const (
	kind  = "paper"
	actor = "hub/worker"
)

// Media fetches what citizens send; *whatsapp.Client does.
type Media interface {
	Download(ctx context.Context, phoneNumberID, mediaID string, limit int) (whatsapp.Media, error)
}

// Activities take papers.
type Activities struct {
	store     *store.Store
	media     Media
	inspector *upload.Inspector
}

// New makes the activities.
func New(s *store.Store, media Media, inspector *upload.Inspector) *Activities {
	return &Activities{store: s, media: media, inspector: inspector}
}

// Sent is a paper as the conversation has it.
type Sent struct {
	Request       string // reference
	Person        string
	PhoneNumberID string // the business number it was sent to
	MediaID       string
}

// Taken is a paper that is kept.
type Taken struct {
	Document string // its id in the store
	MIMEType string
}

// TakePaper fetches, inspects and stores a paper; the same paper taken again gives the same document. It fails, not to be repeated,
// with an application error of type [ErrorRefused].
func (a *Activities) TakePaper(ctx context.Context, sent Sent) (Taken, error) {
	file, err := a.fetch(ctx, sent)
	if reason, refused := upload.IsRefused(err); refused {
		entry := audit.Entry{Actor: actor, Action: audit.UploadRefused, Person: sent.Person, Object: sent.Request, Reason: string(reason)}
		if err := audit.Append(ctx, a.store.Pool(), entry); err != nil {
			return Taken{}, err
		}
		return Taken{}, temporal.NewNonRetryableApplicationError("paper refused: "+string(reason), ErrorRefused, nil, reason)
	}
	if err != nil {
		return Taken{}, err
	}
	// The name that the sender's phone gave is not kept: it may say more than the paper.
	id, err := a.store.AddDocument(ctx, store.Document{Request: sent.Request, Kind: kind, Filename: kind + extension(file.MIMEType),
		MIMEType: file.MIMEType, Content: file.Content})
	if err != nil {
		return Taken{}, fmt.Errorf("store paper: %w", err)
	}
	entry := audit.Entry{Actor: actor, Action: audit.UploadTaken, Person: sent.Person, Object: id, Reason: sent.Request}
	return Taken{Document: id, MIMEType: file.MIMEType}, audit.Append(ctx, a.store.Pool(), entry)
}

func (a *Activities) fetch(ctx context.Context, sent Sent) (upload.File, error) {
	media, err := a.media.Download(ctx, sent.PhoneNumberID, sent.MediaID, a.inspector.MaxBytes())
	switch {
	case errors.Is(err, whatsapp.ErrMediaTooLarge):
		return upload.File{}, &upload.RefusedError{Reason: upload.TooLarge}
	case errors.Is(err, whatsapp.ErrMediaGone):
		return upload.File{}, &upload.RefusedError{Reason: upload.Gone}
	case err != nil:
		return upload.File{}, fmt.Errorf("fetch paper: %w", err)
	}
	return a.inspector.Inspect(ctx, media.Content, media.MIMEType)
}

func extension(mimeType string) string {
	return map[string]string{upload.JPEG: ".jpg", upload.PNG: ".png", upload.PDF: ".pdf"}[mimeType]
}
