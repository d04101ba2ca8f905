package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"fmt"
	"io/fs"

	_ "github.com/jackc/pgx/v5/stdlib" // the database/sql driver that goose needs
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/jansetu/jansetu/store/access"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// Migrate brings the database to the newest schema, and the roles to what they may do in it. Several processes may call it at once.
// It fails with ErrOtherVersion.
func Migrate(ctx context.Context, databaseURL string) (err error) {
	db, err := sql.Open("pgx", databaseURL)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { err = firstError(err, db.Close()) }()
	provider, err := migrationProvider(db)
	if err != nil {
		return err
	}
	return locked(ctx, db, func(conn *sql.Conn) error {
		if err := noteTexts(ctx, conn, provider); err != nil {
			return err
		}
		if _, err := provider.Up(ctx); err != nil {
			return fmt.Errorf("migrate database: %w", err)
		}
		return access.Apply(ctx, db)
	})
}

func migrationProvider(db *sql.DB) (*goose.Provider, error) {
	files, err := fs.Sub(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("read migrations: %w", err)
	}
	locker, err := lock.NewPostgresSessionLocker()
	if err != nil {
		return nil, fmt.Errorf("prepare migration lock: %w", err)
	}
	provider, err := goose.NewProvider(goose.DialectPostgres, db, files, goose.WithSessionLocker(locker))
	if err != nil {
		return nil, fmt.Errorf("prepare migrations: %w", err)
	}
	return provider, nil
}

func firstError(first, second error) error {
	if first != nil {
		return first
	}
	return second
}

// MigrationsHash changes when any migration does, or what the roles may do: the key of a template database.
func MigrationsHash() string {
	sum := sha256.New()
	fmt.Fprintln(sum, access.Hash())
	// An embedded tree cannot fail to be read.
	_ = fs.WalkDir(migrationFiles, ".", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := migrationFiles.ReadFile(path)
		fmt.Fprintf(sum, "%s %d\n", path, len(content))
		sum.Write(content)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil))
}
