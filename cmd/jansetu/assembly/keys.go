package assembly

import (
	"context"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/gateway/approved"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
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
	credentials, err := keyCredentials(settings.Keys)
	if err != nil {
		return nil, err
	}
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

// keyCredentials are what the key service asks for. Its certificate may be of an authority of one's own.
func keyCredentials(settings config.Keys) (vault.Credentials, error) {
	credentials := vault.Credentials{Token: settings.Token}
	if settings.CA == "" {
		return credentials, nil
	}
	var err error
	if credentials.TLS, err = vault.TrustOnly(settings.CA); err != nil {
		return vault.Credentials{}, fmt.Errorf("JANSETU_KEK_CA_CERT_PATH: %w", err)
	}
	return credentials, nil
}

// ErrTwoOfficers says that work on keys was not agreed on.
var ErrTwoOfficers = errors.New("two officers have to agree on this first")

// agreedOn takes the approval of two officers for work on a key-encryption key. The same work may take it again, to go on after an interruption.
func agreedOn(ctx context.Context, database *store.Store, id, work, uri string) error {
	purpose := approval.Purpose{Action: approval.Keys, Object: work + uri, Step: work + uri}
	err := database.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		return approval.Use(ctx, tx, hubKeys, id, purpose)
	})
	if errors.Is(err, approval.ErrNotAgreed) {
		return fmt.Errorf("%w: one asks at /ops/approvals for %q, another approves it there, and --approval is its number", ErrTwoOfficers, purpose.Object)
	}
	return err
}

// hubKeys is the actor of work on keys in the audit log: the officers are named by the approval.
const hubKeys = "hub/keys"

// RotateKeys wraps the keys of all persons anew under JANSETU_KEK_URI, with the approval of two officers. progress hears how many are done and
// left. It fails with ErrTwoOfficers.
func RotateKeys(ctx context.Context, settings config.Config, approvalID string, progress func(done, left int)) error {
	database, err := openStore(ctx, settings, access.Owner)
	if err != nil {
		return err
	}
	defer database.Close()
	if err := agreedOn(ctx, database, approvalID, approved.RotateKey, settings.Keys.URI); err != nil {
		return err
	}
	if err := database.RotateKeys(ctx, progress); err != nil {
		return err
	}
	entry := audit.Entry{Actor: hubKeys, Action: audit.KeyRotated, Object: database.KEK(), Reason: "approval " + approvalID}
	return audit.Append(ctx, database.Pool(), entry)
}

// ErrKeyInUse says that a key-encryption key still wraps persons' keys: without it their data would be lost.
var ErrKeyInUse = errors.New("the key is in use")

// DestroyKey records that a former key-encryption key is no longer needed, with the approval of two officers, and removes it when it is a local
// file. local is false for a key that has to be destroyed at its key service. It fails with ErrKeyInUse and ErrTwoOfficers.
func DestroyKey(ctx context.Context, settings config.Config, approvalID, uri string) (local bool, err error) {
	if uri == settings.Keys.URI {
		return false, fmt.Errorf("%w: it is JANSETU_KEK_URI", ErrKeyInUse)
	}
	credentials, err := keyCredentials(settings.Keys)
	if err != nil {
		return false, err
	}
	former, err := vault.OpenKEK(ctx, uri, credentials)
	if err != nil {
		return false, fmt.Errorf("open the key: %w", err)
	}
	database, err := openStore(ctx, settings, access.Owner)
	if err != nil {
		return false, err
	}
	defer database.Close()
	stats, err := database.KeyStats(ctx)
	if err != nil {
		return false, err
	}
	if used := stats.ByKEK[former.ID]; used > 0 || former.ID == database.KEK() {
		return false, fmt.Errorf("%w: it wraps the keys of %d persons; rotate first", ErrKeyInUse, used)
	}
	if err := agreedOn(ctx, database, approvalID, approved.DestroyKey, uri); err != nil {
		return false, err
	}
	entry := audit.Entry{Actor: hubKeys, Action: audit.KeyDestroyed, Object: former.ID, Reason: "approval " + approvalID}
	if err := audit.Append(ctx, database.Pool(), entry); err != nil {
		return false, err
	}
	return vault.DestroyLocalKEK(uri)
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
