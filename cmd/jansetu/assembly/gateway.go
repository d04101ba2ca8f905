package assembly

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"strconv"
	"syscall"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/operations"
)

// StartGateway starts the gateway and returns when it listens.
func StartGateway(ctx context.Context, settings config.Config, log *slog.Logger) (*Running, error) {
	parts, err := newCommon(ctx, settings, access.Gateway, log)
	if err != nil {
		return nil, err
	}
	temporal, err := temporalClient(settings.Temporal, parts.store, log)
	if err != nil {
		return nil, err
	}
	starter := gateway.NewTemporal(temporal)
	publisher, err := parts.publisher()
	if err != nil {
		return nil, err
	}
	var publicLog *publish.Monitor
	if settings.Documents.Issuer != "" { // else nobody issues
		if publicLog, err = parts.watchLog(publisher); err != nil {
			return nil, err
		}
	}
	events, err := parts.paymentEvents(starter)
	if err != nil {
		return nil, err
	}
	hub, err := parts.gateway(starter, events, operations.New(temporal, settings.Temporal.Namespace, now), publicLog)
	if err != nil {
		return nil, err
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", settings.Listen)
	if err != nil {
		return nil, listenError("the gateway", "JANSETU_LISTEN", settings.Listen, err)
	}
	return run(ctx, alreadyReady(), func(ctx context.Context) error {
		defer temporal.Close()
		defer parts.store.Close()
		defer publishing(ctx, publisher)()
		defer beside(ctx, events.LookAgain)()
		return hub.Serve(ctx, listener)
	}), nil
}

func (c *common) gateway(
	starter *gateway.Temporal, events gateway.PaymentEvents, requests *operations.Operations, publicLog *publish.Monitor,
) (*gateway.Gateway, error) {
	engine, err := dialog.NewEngine(c.services)
	if err != nil {
		return nil, fmt.Errorf("build the dialog: %w", err)
	}
	whatsappClient, err := whatsapp.NewClient(whatsapp.ClientConfig{
		URL: c.settings.WhatsApp.APIURL, Version: c.settings.WhatsApp.APIVersion, AccessToken: c.settings.WhatsApp.AccessToken,
		ProofSecret: c.settings.WhatsApp.AppSecret,
	})
	if err != nil {
		return nil, fmt.Errorf("build the WhatsApp client: %w", err)
	}
	pages, err := c.pages(requests, publicLog)
	if err != nil {
		return nil, err
	}
	proofs, err := c.proofPages()
	if err != nil {
		return nil, err
	}
	config := gateway.Config{
		Store: c.store, Dialog: engine, Services: c.services, Apology: engine.Apology, SlowDown: engine.SlowDown,
		Pace: gateway.Pace{Burst: c.settings.MessagesPerPerson}, Workflows: worker.Types(), Starter: starter,
		Client: whatsappClient, Payments: events, Registry: c.registry, Log: c.log,
		Numbers: []gateway.Number{{
			PhoneNumberID: c.settings.WhatsApp.PhoneNumberID, PortfolioID: c.settings.WhatsApp.PortfolioID,
			MessagesPerSecond: c.settings.WhatsApp.MessagesPerSecond,
		}},
		AppSecrets:  appSecrets(c.settings.WhatsApp),
		VerifyToken: c.settings.WhatsApp.VerifyToken, ChoiceKey: c.settings.ChoiceKey,
	}
	if c.settings.WhatsApp.FlowKey != "" { // else forms are filled in only in the chat
		if config.Flows, err = c.flows(); err != nil {
			return nil, err
		}
	}
	checks, err := c.checksPapers(&config, engine)
	if err != nil {
		return nil, err
	}
	config.Pages = merged(pages, proofs, checks)
	hub, err := gateway.New(config)
	if err != nil {
		return nil, fmt.Errorf("build the gateway: %w", err)
	}
	return hub, nil
}

func appSecrets(whatsapp config.WhatsApp) []string {
	if whatsapp.AppSecretPrevious == "" {
		return []string{whatsapp.AppSecret}
	}
	return []string{whatsapp.AppSecret, whatsapp.AppSecretPrevious}
}

// listenError says in a sentence why a part cannot listen.
func listenError(part, setting, address string, err error) error {
	if errors.Is(err, syscall.EADDRINUSE) {
		_, port, _ := net.SplitHostPort(address)
		number, _ := strconv.Atoi(port)
		return &process.PortInUseError{Service: part, Port: number, Setting: setting}
	}
	return fmt.Errorf("%s cannot listen on %s: %w", part, address, err)
}
