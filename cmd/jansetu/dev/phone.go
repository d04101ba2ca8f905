package dev

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func (d *development) webhookURL() string {
	return "http://" + d.settings.Listen + "/webhooks/whatsapp"
}

// startEmulator starts WhatsApp's stand-in with the phone page, unless the environment names an API.
func (d *development) startEmulator(ctx context.Context) error {
	if d.settings.WhatsApp.APIURL != "" {
		d.progress.given("WhatsApp", "WHATSAPP_API_URL")
		return nil
	}
	address := "http://" + process.Address(d.options.PhonePort)
	start := func(ctx context.Context) (supervise.Running, error) {
		meta, err := emulator.New(d.emulatorConfig(address))
		if err != nil {
			return nil, fmt.Errorf("start the WhatsApp emulator: %w", err)
		}
		return serve(ctx, "the WhatsApp emulator", d.options.PhonePort, meta.Handler(), meta.Close)
	}
	d.phone = address
	d.settings.WhatsApp.APIURL = address
	return d.service(ctx, "WhatsApp emulator", start, func() string { return address })
}

func (d *development) emulatorConfig(address string) emulator.Config {
	whatsapp := d.settings.WhatsApp
	return emulator.Config{
		WebhookURL: d.webhookURL(), AppSecret: whatsapp.AppSecret, VerifyToken: whatsapp.VerifyToken, AccessToken: whatsapp.AccessToken,
		PublicURL: address, DataDir: d.folder("emulator"), Log: d.options.Log,
		Numbers: []emulator.Number{{
			PhoneNumberID: whatsapp.PhoneNumberID, DisplayPhoneNumber: "+1 555 078 3881", WABAID: "102290129340398",
			VerifiedName: "Jansetu · " + d.services.State().Title["en"],
		}},
	}
}
