package simulate

import (
	"context"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/jansetu/jansetu/catalog"
	around "github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/connectors/edistrict"
	payments "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// town is the whole hub with everything around it, and what the run does to it.
type town struct {
	config   Config
	services *catalog.Catalog
	log      *slog.Logger
	ground   *around.Ground
	hub      *around.Town
	meta     *emulator.Emulator
	bank     *payments.Sandbox

	mu     sync.Mutex
	kills  int
	faults int
	wishes map[kind]wish
	kinds  []kind // that the state has
	clerk  client.Client
}

// openTown starts everything and returns when it is ready.
func openTown(ctx context.Context, config Config, services *catalog.Catalog, folder string) (*town, error) {
	t := &town{config: config, services: services, log: config.Log}
	err := t.open(ctx, folder)
	if err != nil {
		t.close() //nolint:contextcheck // what was started is ended whatever happened to the caller
		return nil, err
	}
	return t, nil
}

func (t *town) open(ctx context.Context, folder string) (err error) {
	t.config.sayf("Starting PostgreSQL and Temporal")
	if t.ground, err = around.OpenGround(ctx, folder, t.config.TemporalBinary); err != nil {
		return err
	}
	plot, err := t.ground.Plot(ctx, "town")
	if err != nil {
		return err
	}
	t.hub, err = around.OpenOn(ctx, around.Config{
		State: t.config.State, Services: t.services, Binary: t.config.Binary, Folder: folder, Log: t.log, Prompt: []string{edistrict.FamilyName},
		Progress: func(what string) { t.config.sayf("%s", what) },
	}, t.ground, plot)
	if err != nil {
		return err
	}
	t.meta, t.bank = t.hub.Meta(), t.hub.Bank()
	t.clerk, err = client.Dial(client.Options{
		HostPort: plot.TemporalAddress, Namespace: plot.Namespace, Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler)),
	})
	if err != nil {
		return fmt.Errorf("open the operator's way to Temporal: %w", err)
	}
	return t.openWishes()
}

// kill ends a part as a power cut would, and starts it again.
func (t *town) kill(ctx context.Context, part around.Part) error {
	t.mu.Lock()
	t.kills++
	t.mu.Unlock()
	if err := t.hub.Kill(ctx, part); err != nil {
		return fmt.Errorf("kill %s: %w", part, err)
	}
	return nil
}

const closeLimit = 30 * time.Second

// close ends everything in order: what the hub has under way first.
func (t *town) close() {
	if t.clerk != nil {
		t.clerk.Close()
	}
	if t.hub != nil {
		t.hub.Close()
	}
	if t.ground == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	if err := t.ground.Close(ctx); err != nil {
		t.log.Warn("the ground of the town was not closed in order", "error", err)
	}
}
