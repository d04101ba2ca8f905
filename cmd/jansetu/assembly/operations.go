package assembly

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/worker/operations"
)

// Operating is what a command of an operator works with.
type Operating struct {
	*operations.Operations

	Catalog *catalog.Catalog
	store   *store.Store
	close   func()
}

// Operate opens what a command of an operator works with; the caller closes it.
func Operate(ctx context.Context, settings config.Config, log *slog.Logger) (*Operating, error) {
	services, err := LoadCatalog(settings)
	if err != nil {
		return nil, err
	}
	database, err := openStore(ctx, settings, access.Gateway)
	if err != nil {
		return nil, err
	}
	temporal, err := temporalClient(settings.Temporal, database, log)
	if err != nil {
		database.Close()
		return nil, err
	}
	return &Operating{
		Operations: operations.New(temporal, settings.Temporal.Namespace, now), Catalog: services, store: database,
		close: func() { temporal.Close(); database.Close() },
	}, nil
}

// Close lets go of Temporal and the database.
func (o *Operating) Close() { o.close() }

// Record puts what an operator orders into the audit log, before it is done.
func (o *Operating) Record(ctx context.Context, what, object string, actor operations.Actor) error {
	entry := audit.Entry{Actor: actor.By, Action: audit.RequestOperated, Object: object, Reason: what + ": " + actor.Reason}
	if err := audit.Append(ctx, o.store.Pool(), entry); err != nil {
		return fmt.Errorf("record %s: %w", what, err)
	}
	return nil
}
