package storetest

import (
	"context"
	"fmt"
	"sync"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store"
)

// templateLock is the advisory lock that test processes sharing a cluster take turns by.
const templateLock = 0x6a616e7365747500 // "jansetu" and a zero byte

// hashShown is how much of the migrations' hash a template's name carries; PostgreSQL cuts names at 63 bytes.
const hashShown = 24

// built remembers the templates this process knows to exist, by name.
var built sync.Map

// ensureTemplate returns the name of a migrated database that nobody connects to, made when the cluster has none for these migrations.
func ensureTemplate(ctx context.Context, admin string) (string, error) {
	hash := store.MigrationsHash()
	name := "template_" + hash[:min(len(hash), hashShown)]
	if _, known := built.Load(name); known {
		return name, nil
	}
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", fmt.Errorf("connect to the test cluster: %w", err)
	}
	defer conn.Close(context.WithoutCancel(ctx)) //nolint:errcheck // closing releases the lock, whatever it answers
	if _, err := conn.Exec(ctx, "SELECT pg_advisory_lock($1)", int64(templateLock)); err != nil {
		return "", fmt.Errorf("wait for the template: %w", err)
	}
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", name).Scan(&exists); err != nil {
		return "", fmt.Errorf("look for the template: %w", err)
	}
	if !exists {
		if err := buildTemplate(ctx, conn, admin, name); err != nil {
			return "", err
		}
	}
	built.Store(name, true)
	return name, nil
}

// buildTemplate migrates under another name, so that a build that was interrupted is never taken for a template.
func buildTemplate(ctx context.Context, conn *pgx.Conn, admin, name string) error {
	building := name + "_building"
	for _, statement := range []string{"DROP DATABASE IF EXISTS " + building + " WITH (FORCE)", "CREATE DATABASE " + building} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("make the template: %w", err)
		}
	}
	if err := store.Migrate(ctx, databaseURL(admin, building)); err != nil {
		return fmt.Errorf("migrate the template: %w", err)
	}
	// A backend whose client has closed may take a moment to go, and a database in use cannot be renamed or cloned.
	for _, statement := range []string{
		"ALTER DATABASE " + building + " WITH ALLOW_CONNECTIONS false",
		"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '" + building + "'",
		"ALTER DATABASE " + building + " RENAME TO " + name,
	} {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return fmt.Errorf("finish the template: %w", err)
		}
	}
	return nil
}
