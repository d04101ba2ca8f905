// Package storetest gives every test a PostgreSQL database of its own, with the hub's schema and nothing in it, so that tests run in
// parallel and leave nothing behind. It is for tests only.
//
// A database is cloned from a template that is migrated once per cluster and version of the migrations. The cluster is the one in
// JANSETU_TEST_DATABASE_URL (a superuser's), else a private one that this test process starts and that ends with it.
package storetest

import (
	"cmp"
	"context"
	"crypto/rand"
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/ephemeral"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/vault"
)

const (
	// Environment names the cluster to use instead of starting one.
	Environment = "JANSETU_TEST_DATABASE_URL"

	setupLimit = 2 * time.Minute
	dropLimit  = 20 * time.Second
	// poolSize is small, since many tests share one cluster's connections.
	poolSize = 8
)

// New returns a pool on a fresh database. At the end of the test the pool is closed and the database dropped.
func New(t testing.TB) *pgxpool.Pool {
	t.Helper()
	cfg, err := store.PoolConfig(URL(t), store.Options{MaxConnections: poolSize})
	require.NoError(t, err)
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { closePool(t, pool) })
	return pool
}

// Store returns a store on a fresh database.
func Store(t testing.TB) *store.Store {
	t.Helper()
	return store.New(New(t), Vault(t))
}

// Vault returns a vault whose keys are lost with the process. Every call gives one that can read what the others wrote.
func Vault(t testing.TB) *vault.Vault {
	t.Helper()
	kek, err := localKEK()
	require.NoError(t, err)
	v, err := vault.New(vault.Config{Tenant: "test", KEK: kek, LookupKey: []byte("a lookup key of the tests, long enough")})
	require.NoError(t, err)
	return v
}

var localKEK = sync.OnceValues(vault.NewEphemeralKEK)

// Person adds a person with a key, and a conversation with the business number "1" whose window is open.
func Person(t testing.TB, s *store.Store) (person string, conversation int64) {
	t.Helper()
	person = uuid.NewString()
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.ChangePeople(ctx, store.PeopleChange{Create: []string{person}, Conversations: []store.ConversationKey{{Person: person, PhoneNumberID: "1"}}})
	})
	require.NoError(t, err)
	err = s.Pool().QueryRow(t.Context(), `update conversation set window_expires_at = now() + interval '1 day' where person = $1 returning id`,
		person).Scan(&conversation)
	require.NoError(t, err)
	return person, conversation
}

// Request adds a request; what is empty of service, kind, portal, language and stage is that of a bill in English just received.
func Request(t testing.TB, s *store.Store, r store.Request) {
	t.Helper()
	r.Service = cmp.Or(r.Service, "electricity-bill-south")
	r.Kind, r.Portal = cmp.Or(r.Kind, "bill"), cmp.Or(r.Portal, "apspdcl")
	r.Language, r.Stage = cmp.Or(r.Language, "en"), cmp.Or(r.Stage, "received")
	if r.CreatedAt.IsZero() {
		r.CreatedAt = time.Now()
	}
	err := s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.WriteTurns(ctx, store.Turns{Requests: []store.Request{r}})
	})
	require.NoError(t, err)
}

// URL returns the address of a fresh database, for a test that connects by itself. The database is dropped at the end of the test.
func URL(t testing.TB) string {
	t.Helper()
	admin, err := cluster()
	require.NoError(t, err, "start PostgreSQL for tests")
	ctx, cancel := context.WithTimeout(t.Context(), setupLimit)
	defer cancel()
	template, err := ensureTemplate(ctx, admin)
	require.NoError(t, err)

	name := "test_" + strings.ToLower(rand.Text()[:16])
	require.NoError(t, execute(ctx, admin, "CREATE DATABASE "+name+" TEMPLATE "+template))
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), dropLimit)
		defer cancel()
		if err := execute(ctx, admin, "DROP DATABASE IF EXISTS "+name+" WITH (FORCE)"); err != nil {
			t.Logf("test database %s stays behind: %v", name, err)
		}
	})
	return databaseURL(admin, name)
}

// cluster returns an administrator's URL, the same one throughout the process.
var cluster = sync.OnceValues(func() (string, error) {
	if given := os.Getenv(Environment); given != "" {
		return given, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), setupLimit)
	defer cancel()
	started, err := ephemeral.Postgres(ctx, nil)
	if err != nil {
		return "", err
	}
	return started.URL(), nil
})

// closePool fails the test when a connection was never given back, instead of waiting for it for ever.
func closePool(t testing.TB, pool *pgxpool.Pool) {
	t.Helper()
	closed := make(chan struct{})
	go func() {
		pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(dropLimit):
		t.Errorf("%d connections of the test's pool were never released", pool.Stat().AcquiredConns())
	}
}

func execute(ctx context.Context, admin, statement string) error {
	conn, err := pgx.Connect(ctx, admin)
	if err != nil {
		return fmt.Errorf("connect to the test cluster: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is in flight
	if _, err := conn.Exec(ctx, statement); err != nil {
		return fmt.Errorf("%s: %w", statement, err)
	}
	return nil
}

// databaseURL is the administrator's URL with another database.
func databaseURL(admin, name string) string {
	u, err := url.Parse(admin)
	if err != nil {
		return admin // pgx has connected with it already
	}
	u.Path = "/" + name
	return u.String()
}
