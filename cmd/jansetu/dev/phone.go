package dev

import (
	"context"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/activities"
	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/catalog"
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
	if d.settings.ChatURL == "" {
		d.settings.ChatURL = address
	}
	d.settings.WhatsApp.APIURL = address
	return d.service(ctx, "WhatsApp emulator", start, func() string { return address })
}

func (d *development) emulatorConfig(address string) emulator.Config {
	whatsapp := d.settings.WhatsApp
	name := d.services.State().Title["en"]
	return emulator.Config{
		WebhookURL: d.webhookURL(), AppSecret: whatsapp.AppSecret, VerifyToken: whatsapp.VerifyToken, AccessToken: whatsapp.AccessToken,
		PublicURL: address, OrdersURL: d.orders(), DataDir: d.folder("emulator"), Log: d.options.Log,
		Numbers: []emulator.Number{{
			PhoneNumberID: whatsapp.PhoneNumberID, DisplayPhoneNumber: "+1 555 078 3881", WABAID: developmentAccount,
			VerifiedName: "Jansetu · " + name,
		}},
		Templates: d.templates(),
		// As long as it takes on a phone, so that the ticks are seen to change.
		Delivery: emulator.Delivery{SentDelay: 40 * time.Millisecond, DeliveredDelay: 200 * time.Millisecond},
	}
}

// templates are the message templates that a deployment registers with Meta, one for each language.
func (d *development) templates() []emulator.Template {
	languages := d.services.Languages()
	templates := make([]emulator.Template, 0, len(languages))
	for _, lang := range languages {
		body := d.services.Text(lang, activities.TextTemplate, catalog.Args{"reference": "{{1}}", "stage": "{{2}}"})
		templates = append(templates, emulator.Template{
			Name: citizen.TemplateRequestUpdate, Language: string(lang), Category: "UTILITY",
			Components: []emulator.TemplateComponent{{Type: "BODY", Text: body}},
		})
	}
	return templates
}
