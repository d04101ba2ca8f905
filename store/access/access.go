// Package access is who may do what in the database: the roles, their grants and the rows they see, and transactions that work under
// one of them. It holds the rules below the code: a query that forgets a condition gets no more rows than its role may see.
package access

import (
	"context"
	"crypto/sha256"
	"database/sql"
	_ "embed" // the grants
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Role is a role of the database.
type Role string

// The roles.
const (
	Owner      Role = "jansetu_owner"      // migrates, rotates keys, restores
	Gateway    Role = "jansetu_gateway"    // the gateway process
	Worker     Role = "jansetu_worker"     // the worker process
	Operator   Role = "jansetu_operator"   // keeps the hub running
	Desk       Role = "jansetu_desk"       // serves one person at a counter
	Department Role = "jansetu_department" // looks at its own department's requests
	Auditor    Role = "jansetu_auditor"    // looks at what was done
)

// Roles lists them.
func Roles() []Role { return []Role{Owner, Gateway, Worker, Operator, Desk, Department, Auditor} }

//go:embed grants.sql
var grants string

// Hash changes when the grants do.
func Hash() string {
	sum := sha256.Sum256([]byte(grants))
	return hex.EncodeToString(sum[:])
}

// applyLock is the advisory lock of the process that applies the grants.
const applyLock = 0x6a616e7365747501

// Apply makes roles, grants and row policies what this version of the hub says, unless they are already for this schema. The user must be able to
// create roles the first time, and own the tables.
func Apply(ctx context.Context, db *sql.DB) (err error) {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("apply grants: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, tx.Rollback())
		}
	}()
	if _, err := tx.ExecContext(ctx, `select pg_advisory_xact_lock($1)`, int64(applyLock)); err != nil {
		return fmt.Errorf("wait to apply grants: %w", err)
	}
	var applied, wanted string
	err = tx.QueryRowContext(ctx, `
		select coalesce((select hash from access_version), ''), $1 || ' ' || coalesce(max(version_id), 0) from goose_db_version`, Hash()).
		Scan(&applied, &wanted)
	if err != nil {
		return fmt.Errorf("read version of grants: %w", err)
	}
	if applied == wanted {
		return tx.Commit()
	}
	if _, err := tx.ExecContext(ctx, grants); err != nil {
		return fmt.Errorf("apply grants: %w", err)
	}
	_, err = tx.ExecContext(ctx, `
		insert into access_version (hash) values ($1) on conflict (single) do update set hash = excluded.hash`, wanted)
	if err != nil {
		return fmt.Errorf("note version of grants: %w", err)
	}
	return tx.Commit()
}

// As makes every connection of a pool work under a role: what the connecting user may do besides, it gives up. The user must be
// that role or a member of it.
func As(role Role) func(ctx context.Context, conn *pgx.Conn) error {
	return func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, "set role "+pgx.Identifier{string(role)}.Sanitize()); err != nil {
			return fmt.Errorf("work as %s: %w", role, err)
		}
		return nil
	}
}

// Scope is on whose behalf a transaction works.
type Scope struct {
	Role       Role
	Subject    string // who works: an operator's subject
	Person     string // whom a desk serves; empty: nobody
	Department string // whose requests a viewer sees; empty: nobody's
}

// Within runs f in one transaction under the scope's role, which sees the scope's rows only, and commits it.
func Within(ctx context.Context, pool *pgxpool.Pool, scope Scope, f func(ctx context.Context, tx pgx.Tx) error) error {
	err := pgx.BeginFunc(ctx, pool, func(tx pgx.Tx) error {
		if err := Enter(ctx, tx, scope); err != nil {
			return err
		}
		return f(ctx, tx)
	})
	if err != nil {
		return fmt.Errorf("transaction as %s: %w", scope.Role, err)
	}
	return nil
}

// Transaction is what Enter needs of one.
type Transaction interface {
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
}

// Enter makes the rest of a transaction work under a scope. The connection's user must be a member of its role.
func Enter(ctx context.Context, tx Transaction, s Scope) error {
	_, err := tx.Exec(ctx, `select set_config('jansetu.subject', $1, true), set_config('jansetu.person', $2, true),
		set_config('jansetu.department', $3, true)`, s.Subject, s.Person, s.Department)
	if err != nil {
		return fmt.Errorf("set scope: %w", err)
	}
	if _, err := tx.Exec(ctx, "set local role "+pgx.Identifier{string(s.Role)}.Sanitize()); err != nil {
		return fmt.Errorf("set role: %w", err)
	}
	return nil
}
