package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
)

// ErrOtherVersion says that the database was migrated by other texts than ours: its tables may differ from what the queries expect.
var ErrOtherVersion = errors.New("this database was made by another version before the first release: " +
	"delete it (of jansetu dev: the data folder) and migrate again")

// ErrOldSchema says that the database lacks a migration, or that it is of another version.
var ErrOldSchema = errors.New("the database's schema is missing or older than this version: run jansetu migrate")

// migrateLock is the advisory lock of the process that migrates.
const migrateLock = 0x6a616e7365747502

// migrationText is what a migration said when it was applied.
type migrationText struct {
	version int64
	hash    string
}

func migrationTexts() ([]migrationText, error) {
	files, err := fs.ReadDir(migrationFiles, "migrations")
	if err != nil {
		return nil, fmt.Errorf("list migrations: %w", err)
	}
	texts := make([]migrationText, len(files))
	for i, file := range files {
		version, err := goose.NumericComponent(file.Name())
		if err != nil {
			return nil, fmt.Errorf("number of migration: %w", err)
		}
		content, err := fs.ReadFile(migrationFiles, "migrations/"+file.Name())
		if err != nil {
			return nil, fmt.Errorf("read migration: %w", err)
		}
		sum := sha256.Sum256(content)
		texts[i] = migrationText{version, hex.EncodeToString(sum[:])}
	}
	return texts, nil
}

// locked runs f while no other process migrates.
func locked(ctx context.Context, db *sql.DB, f func(conn *sql.Conn) error) (err error) {
	conn, err := db.Conn(ctx)
	if err != nil {
		return fmt.Errorf("open database: %w", err)
	}
	defer func() { err = firstError(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, `select pg_advisory_lock($1)`, int64(migrateLock)); err != nil {
		return fmt.Errorf("wait to migrate: %w", err)
	}
	defer func() {
		_, unlocked := conn.ExecContext(context.WithoutCancel(ctx), `select pg_advisory_unlock($1)`, int64(migrateLock))
		err = firstError(err, unlocked)
	}()
	return f(conn)
}

// noteTexts compares the texts of what was applied, and notes those of what is about to be. It fails with ErrOtherVersion.
func noteTexts(ctx context.Context, conn *sql.Conn, provider *goose.Provider) error {
	if _, err := conn.ExecContext(ctx, `create table if not exists migration_text (version bigint primary key, hash text not null)`); err != nil {
		return fmt.Errorf("prepare to note migrations: %w", err)
	}
	states, err := provider.Status(ctx)
	if err != nil {
		return fmt.Errorf("read applied migrations: %w", err)
	}
	applied := make(map[int64]bool, len(states))
	for _, state := range states {
		applied[state.Source.Version] = state.State == goose.StateApplied
	}
	texts, err := migrationTexts()
	if err != nil {
		return err
	}
	for _, text := range texts {
		if err := noteText(ctx, conn, text, applied[text.version]); err != nil {
			return err
		}
	}
	return nil
}

func noteText(ctx context.Context, conn *sql.Conn, text migrationText, applied bool) error {
	if !applied {
		_, err := conn.ExecContext(ctx, `
			insert into migration_text (version, hash) values ($1, $2) on conflict (version) do update set hash = excluded.hash`,
			text.version, text.hash)
		if err != nil {
			return fmt.Errorf("note migration %d: %w", text.version, err)
		}
		return nil
	}
	var same bool
	err := conn.QueryRowContext(ctx, `select exists (select from migration_text where version = $1 and hash = $2)`, text.version, text.hash).
		Scan(&same)
	if err != nil {
		return fmt.Errorf("compare migration %d: %w", text.version, err)
	}
	if !same {
		return ErrOtherVersion
	}
	return nil
}

// CheckSchema says whether every migration of this version was applied as it is. It fails with ErrOldSchema.
func (s *Store) CheckSchema(ctx context.Context) error {
	texts, err := migrationTexts()
	if err != nil {
		return err
	}
	versions, hashes := make([]int64, len(texts)), make([]string, len(texts))
	for i, text := range texts {
		versions[i], hashes[i] = text.version, text.hash
	}
	var missing int
	err = s.pool.QueryRow(ctx, `
		select count(*) from unnest($1::bigint[], $2::text[]) as wanted (version, hash)
		where not exists (select from migration_text t join goose_db_version v on v.version_id = t.version and v.is_applied
			where t.version = wanted.version and t.hash = wanted.hash)`, versions, hashes).Scan(&missing)
	if errorClass(err) == "42" { // no such table, or none that we may read
		return fmt.Errorf("%w: %w", ErrOldSchema, err)
	}
	if err != nil {
		return fmt.Errorf("check schema: %w", err)
	}
	if missing > 0 {
		return fmt.Errorf("%w (%d migrations)", ErrOldSchema, missing)
	}
	return nil
}
