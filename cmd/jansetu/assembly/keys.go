package assembly

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/vault"
)

// openStore opens the database with the vault that reads what is encrypted in it. The tenant is the state.
func openStore(ctx context.Context, settings config.Config, role access.Role) (*store.Store, error) {
	keys, err := openVault(ctx, settings)
	if err != nil {
		return nil, err
	}
	database, err := store.Open(ctx, settings.DatabaseURL, keys, store.Options{MaxConnections: settings.DatabaseConnections, Role: role})
	if err != nil {
		return nil, fmt.Errorf("open the database: %w", err)
	}
	return database, nil
}

func openVault(ctx context.Context, settings config.Config) (*vault.Vault, error) {
	configured := vault.Config{Tenant: settings.State, LookupKey: []byte(settings.LookupKey)}
	credentials := vault.Credentials{Token: settings.Keys.Token}
	var err error
	if configured.KEK, err = vault.OpenKEK(ctx, settings.Keys.URI, credentials); err != nil {
		return nil, fmt.Errorf("open JANSETU_KEK_URI: %w", err)
	}
	for _, uri := range settings.Keys.Former {
		former, err := vault.OpenKEK(ctx, uri, credentials)
		if err != nil {
			return nil, fmt.Errorf("open JANSETU_KEK_FORMER_URIS: %w", err)
		}
		configured.Former = append(configured.Former, former)
	}
	keys, err := vault.New(configured)
	if err != nil {
		return nil, fmt.Errorf("open the vault: %w", err)
	}
	return keys, nil
}

// RotateKeys wraps the keys of all persons anew under JANSETU_KEK_URI. progress hears how many are done and left.
func RotateKeys(ctx context.Context, settings config.Config, progress func(done, left int)) error {
	database, err := openStore(ctx, settings, access.Owner)
	if err != nil {
		return err
	}
	defer database.Close()
	if err := database.RotateKeys(ctx, progress); err != nil {
		return err
	}
	return audit.Append(ctx, database.Pool(), audit.Entry{Actor: "hub/keys", Action: audit.KeyRotated, Object: database.KEK()})
}

// KeyStats counts the keys of persons by the key-encryption key that wraps them, and names the current one.
func KeyStats(ctx context.Context, settings config.Config) (current string, stats store.KeyStats, err error) {
	keys, err := openVault(ctx, settings)
	if err != nil {
		return "", stats, err
	}
	database, err := store.Open(ctx, settings.DatabaseURL, keys, store.Options{MaxConnections: 1})
	if err != nil {
		return "", stats, fmt.Errorf("open the database: %w", err)
	}
	defer database.Close()
	stats, err = database.KeyStats(ctx)
	return keys.KEK(), stats, err
}
