package dev

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/connectors/electricity"
	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
)

// twinAddress is where a portal's stand-in can be looked at.
type twinAddress struct{ portal, url string }

// twin is a portal's stand-in.
type twin interface {
	http.Handler
	Close() error
}

// twinSetting is what a family needs to make a twin of a portal.
type twinSetting struct {
	portal   *catalog.Portal
	settings config.Config
	address  string // of the twin itself
	dataDir  string
	log      *slog.Logger
}

// twinFamilies makes the twins, by connector family.
func twinFamilies() map[string]func(twinSetting) (twin, error) {
	return map[string]func(twinSetting) (twin, error){
		electricity.FamilyName: func(s twinSetting) (twin, error) {
			return electricitytwin.New(electricitytwin.Config{
				Shape: electricitytwin.Shape(s.portal.Settings[electricity.SettingShape]), DataDir: s.dataDir, Logger: s.log,
			})
		},
		razorpay.FamilyName: func(s twinSetting) (twin, error) {
			credentials := s.settings.PortalCredentials(s.portal.Name)
			return paymentstwin.New(paymentstwin.Config{
				KeyID: credentials[razorpay.CredentialKeyID], KeySecret: credentials[razorpay.CredentialKeySecret],
				WebhookSecret: credentials[razorpay.CredentialWebhookSecret], PublicURL: s.address, DataDir: s.dataDir, Logger: s.log,
				WebhookURL:     "http://" + s.settings.Listen + "/webhooks/payments/" + razorpay.FamilyName,
				WebhookRetries: paymentstwin.DefaultRetries(),
			})
		},
	}
}

// startTwins starts a stand-in for every portal of the state whose address the environment does not give. Each has a port of
// its own, the same at every start: links that citizens were sent stay good.
func (d *development) startTwins(ctx context.Context) error {
	families := twinFamilies()
	for i, portal := range d.services.Portals() {
		if d.settings.PortalURL(portal.Name) != "" {
			d.progress.given("Portal "+portal.Name, "the environment")
			continue
		}
		family, known := families[portal.Family]
		if !known {
			return fmt.Errorf("portal %s: there is no twin of family %q; set its address in the environment", portal.Name, portal.Family)
		}
		if err := d.startTwin(ctx, portal, family, d.options.TwinPort+i); err != nil {
			return err
		}
	}
	return nil
}

func (d *development) startTwin(ctx context.Context, portal *catalog.Portal, family func(twinSetting) (twin, error), port int) error {
	address := "http://" + process.Address(port)
	start := func(ctx context.Context) (supervise.Running, error) {
		standIn, err := family(twinSetting{
			portal: portal, settings: d.settings, address: address, dataDir: d.folder("twin-" + portal.Name), log: d.options.Log,
		})
		if err != nil {
			return nil, fmt.Errorf("start the twin of portal %s: %w", portal.Name, err)
		}
		return serve(ctx, "the twin of "+portal.Name, port, standIn, standIn.Close)
	}
	if err := d.service(ctx, "Twin of "+portal.Name, start, func() string { return address + "/twin/" }); err != nil {
		return err
	}
	d.settings.SetPortal(portal.Name, "url", address)
	d.twins = append(d.twins, twinAddress{portal.Name, address + "/twin/"})
	return nil
}
