package dev

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/jansetu/jansetu/gateway/flows"
)

// developmentAccount is the business account of the emulator.
const developmentAccount = "102290129340398"

// useFlows has forms shown inside the emulator's phones, with a key of this data folder's own.
func (d *development) useFlows() error {
	if d.settings.WhatsApp.APIURL != "" || d.settings.WhatsApp.FlowKey != "" {
		return nil
	}
	path := d.folder("flow-key.pem")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		key, err := flows.GenerateDevelopmentKey()
		if err != nil {
			return err
		}
		if err := os.WriteFile(path, key, 0o600); err != nil {
			return fmt.Errorf("keep the key of forms: %w", err)
		}
	}
	d.settings.WhatsApp.FlowKey, d.settings.WhatsApp.AccountID = path, developmentAccount
	return nil
}

// publishFlows publishes the forms with the emulator, which forgets them when it ends. A state has hundreds: nothing waits for them, each is offered
// once it is there.
func (d *development) publishFlows(ctx context.Context) error {
	if d.phone == "" || d.settings.WhatsApp.AccountID != developmentAccount {
		return nil
	}
	d.publishing.Go(func() {
		count, err := d.hub.PublishFlows(ctx, d.settings)
		if err != nil && ctx.Err() == nil {
			d.options.Log.Error("the forms could not be published with the emulator; they are filled in only in the chat", "error", err)
			return
		}
		d.options.Log.Info("forms inside WhatsApp are published", "count", count)
	})
	return nil
}
