// Package store is PostgreSQL: the tables, and the few questions and changes the rest of the hub needs of them.
// It knows rows, transactions and order; it knows no HTTP, no Temporal, no dialog, and keeps payloads as the JSON it was given.
// What is personal is encrypted on its way in and read on its way out, each person's under their own key: callers see plain values.
package store

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/vault"
)

// Options tune the connection pool. The zero value is usable.
type Options struct {
	MaxConnections int32         // 0: 12
	ConnectTimeout time.Duration // 0: 2 s
	Role           access.Role   // under which every connection works; empty: what the user may do
}

// Store is a pool of connections to one database. It is safe for concurrent use.
type Store struct {
	pool   *pgxpool.Pool
	vault  *vault.Vault
	people *people
	stop   func() // ends what Open began; may be nil
}

// Open prepares a pool for databaseURL, and from then on hears on one more connection which persons' keys other processes destroy. It does not wait
// for PostgreSQL: a store whose PostgreSQL is away works as soon as it is back.
func Open(ctx context.Context, databaseURL string, keys *vault.Vault, opts Options) (*Store, error) {
	config, err := PoolConfig(databaseURL, opts)
	if err != nil {
		return nil, err
	}
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("open database pool: %w", err)
	}
	s := New(pool, keys)
	s.stop = s.watchKeys(context.WithoutCancel(ctx))
	return s, nil
}

// PoolConfig is how Open makes its pool, for who adds to it.
func PoolConfig(databaseURL string, opts Options) (*pgxpool.Config, error) {
	config, err := pgxpool.ParseConfig(databaseURL)
	if err != nil {
		return nil, fmt.Errorf("parse database url: %w", err)
	}
	config.MaxConns = orDefault(opts.MaxConnections, 12)
	config.ConnConfig.ConnectTimeout = orDefault(opts.ConnectTimeout, 2*time.Second)
	config.AfterConnect = func(ctx context.Context, conn *pgx.Conn) error {
		if _, err := conn.Exec(ctx, onePlan); err != nil {
			return fmt.Errorf("keep plans: %w", err)
		}
		if opts.Role == "" {
			return nil
		}
		return access.As(opts.Role)(ctx, conn)
	}
	return config, nil
}

// onePlan has PostgreSQL plan each prepared statement once. The store's statements find their rows by keys and by partial indexes whose
// conditions they spell out, so that no value changes the plan; left to itself, PostgreSQL plans those with arrays anew each time. Nor may it
// matter how much is stored when the plan is made: whole tables are read, and joined, only where there is no other way. What that is said to
// cost is no reason to compile a plan.
const onePlan = `select set_config('plan_cache_mode', 'force_generic_plan', false), set_config('enable_seqscan', 'off', false),
	set_config('enable_hashjoin', 'off', false), set_config('enable_mergejoin', 'off', false), set_config('jit', 'off', false)`

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// New wraps a pool that the caller made, and the vault of the persons' keys.
func New(pool *pgxpool.Pool, keys *vault.Vault) *Store {
	return &Store{pool: pool, vault: keys, people: newPeople()}
}

// ring reads and writes outside a transaction.
func (s *Store) ring() *keyring { return newKeyring(s.vault, s.pool) }

// Close closes the pool; it waits for connections in use.
func (s *Store) Close() {
	if s.stop != nil {
		s.stop()
	}
	s.pool.Close()
}

// Pool gives the pool, for read-only questions of operators and tests.
func (s *Store) Pool() *pgxpool.Pool { return s.pool }

// Ping says whether PostgreSQL answers.
func (s *Store) Ping(ctx context.Context) error {
	if err := s.pool.Ping(ctx); err != nil {
		return fmt.Errorf("ping postgresql: %w", err)
	}
	return nil
}

// Tx is one transaction. Everything done through it is visible together or not at all.
type Tx struct {
	*transaction

	ring   *keyring
	people *people
	merged bool // persons
}

// WithTx runs f in one transaction and commits it. An error or a panic in f rolls back; f's error is
// returned as it is, unless what f had put off failed before: then that is.
func (s *Store) WithTx(ctx context.Context, f func(ctx context.Context, tx *Tx) error) error {
	made, err := begin(ctx, s.pool)
	if err != nil {
		return fmt.Errorf("begin transaction: %w", err)
	}
	defer made.release(ctx)
	tx := &Tx{transaction: made, ring: newKeyring(s.vault, made), people: s.people}
	if err := f(ctx, tx); err != nil {
		return fmt.Errorf("transaction: %w", cmp.Or(made.err, err))
	}
	if err := made.commit(ctx); err != nil {
		return fmt.Errorf("commit transaction: %w", err)
	}
	if tx.merged {
		s.people.forget()
	}
	return nil
}

// IsData says whether err is PostgreSQL's refusal of the data itself: the same statement would fail again, another
// citizen's would not (classes 22 and 23 of the PostgreSQL error codes, and 54, a limit exceeded); or that what is stored is unreadable.
func IsData(err error) bool {
	if IsUnreadable(err) {
		return true
	}
	switch errorClass(err) {
	case "22", "23", "54":
		return true
	}
	return false
}

// IsConflict says whether err came from two transactions in each other's way (serialization, deadlock, or both creating
// the same row): the same work succeeds when done again.
func IsConflict(err error) bool {
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return false
	}
	return pg.Code[:2] == "40" || pg.Code == uniqueViolation
}

func errorClass(err error) string {
	var pg *pgconn.PgError
	if errors.As(err, &pg) && len(pg.Code) == 5 {
		return pg.Code[:2]
	}
	return ""
}
