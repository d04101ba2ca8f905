// Package media holds the activity that has the channel delete what citizens sent, once it is no longer needed there.
package media

import (
	"context"
	"errors"
	"fmt"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Channel deletes files; *whatsapp.Client does. One that is gone already is no error.
type Channel interface {
	Delete(ctx context.Context, phoneNumberID, mediaID string) error
}

// Activities delete media.
type Activities struct {
	store   *store.Store
	channel Channel
}

// New makes the activities.
func New(s *store.Store, channel Channel) *Activities { return &Activities{s, channel} }

// DeleteMedia has the channel delete the files. Repeated, it does what was not done yet.
func (a *Activities) DeleteMedia(ctx context.Context, input workflows.DeleteMediaInput) error {
	source, err := a.store.PaperSource(ctx, input.Reference)
	if errors.Is(err, store.ErrNoRequest) {
		return temporal.NewNonRetryableApplicationError("no such request", "store", err)
	}
	if err != nil {
		return fmt.Errorf("find the number: %w", err)
	}
	for _, id := range input.Media {
		err := a.channel.Delete(ctx, source.PhoneNumberID, id)
		if refused, ok := errors.AsType[*whatsapp.APIError](err); ok && refused.Class == whatsapp.ClassRequest {
			return temporal.NewNonRetryableApplicationError("WhatsApp does not delete it", "whatsapp", err)
		}
		if err != nil {
			return fmt.Errorf("delete media: %w", err)
		}
	}
	return nil
}
