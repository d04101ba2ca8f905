package store_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
)

// patience is how long a slow machine may take; whoever does not hear keeps a key for minutes.
const patience = 20 * time.Second

// town has processes that share a database and a key-encryption key, each with a pool and a vault of its own.
type town struct {
	t     *testing.T
	kek   vault.KEK
	ahead atomic.Int64 // of their clocks, nanoseconds

	processes int
}

func newTown(t *testing.T) *town {
	t.Helper()
	kek, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	return &town{t: t, kek: kek}
}

func (w *town) process(databaseURL string) *store.Store {
	w.t.Helper()
	keys, err := vault.New(vault.Config{Tenant: "test", KEK: w.kek, LookupKey: []byte("a lookup key of the tests, long enough"),
		Now: func() time.Time { return time.Now().Add(time.Duration(w.ahead.Load())) }})
	require.NoError(w.t, err)
	w.processes++
	address, err := url.Parse(databaseURL)
	require.NoError(w.t, err)
	query := address.Query()
	query.Set("application_name", fmt.Sprintf("process %d", w.processes))
	address.RawQuery = query.Encode()
	s, err := store.Open(w.t.Context(), address.String(), keys, store.Options{MaxConnections: 3})
	require.NoError(w.t, err)
	w.t.Cleanup(s.Close)
	return s
}

// settle waits until a process hears of destroyed keys, and lets so much time pass that it keeps keys long.
func (w *town) settle(s *store.Store) {
	w.t.Helper()
	require.Eventually(w.t, func() bool {
		var listening bool
		err := s.Pool().QueryRow(w.t.Context(), `select exists (select from pg_stat_activity where datname = current_database()
			and application_name = current_setting('application_name') and query like 'select pg_notify%')`).Scan(&listening)
		return err == nil && listening
	}, patience, 10*time.Millisecond)
	w.ahead.Add(int64(time.Minute))
}

// reads tells whether a process can still read a person's data.
func reads(t *testing.T, s *store.Store, person string) bool {
	t.Helper()
	_, err := s.Key(t.Context(), person)
	if err != nil {
		require.ErrorIs(t, err, vault.ErrErased)
	}
	return err == nil
}

func TestADestroyedKeyIsForgottenEverywhereAtOnce(t *testing.T) {
	t.Parallel()
	databaseURL := storetest.URL(t)
	w := newTown(t)
	worker, gateway := w.process(databaseURL), w.process(databaseURL)
	person, _ := storetest.Person(t, worker)
	stranger, _ := storetest.Person(t, worker)
	w.settle(gateway)
	w.settle(worker)
	require.True(t, reads(t, gateway, person))
	require.True(t, reads(t, worker, person))
	require.NoError(t, worker.DestroyKey(t.Context(), person))
	destroyed := time.Now()
	require.False(t, reads(t, worker, person), "at once where it was done")
	require.Eventually(t, func() bool { return !reads(t, gateway, person) }, patience, 5*time.Millisecond)
	t.Logf("the other process forgot it after %v", time.Since(destroyed).Round(time.Millisecond))
	require.True(t, reads(t, gateway, stranger))
}

// TestAProcessThatIsCutOffForgetsByItself lets nothing through between a process's listening connection and PostgreSQL, while its others work.
func TestAProcessThatIsCutOffForgetsByItself(t *testing.T) {
	t.Parallel()
	databaseURL := storetest.URL(t)
	w := newTown(t)
	worker := w.process(databaseURL)
	person, _ := storetest.Person(t, worker)
	wire := newWire(t, databaseURL)
	gateway := w.process(wire.url)
	t.Cleanup(wire.close)
	w.settle(gateway)
	require.True(t, reads(t, gateway, person))
	wire.cut()
	require.NoError(t, worker.DestroyKey(t.Context(), person))
	destroyed := time.Now()
	wire.mend() // new connections work; those there were stay dead, without a word
	require.Eventually(t, func() bool {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		_, err := gateway.Key(ctx, person)
		return err != nil
	}, patience, 20*time.Millisecond)
	t.Logf("a process that was cut off forgot it after %v", time.Since(destroyed).Round(time.Millisecond))
}

// wire is a network between a process and PostgreSQL.
type wire struct {
	url string

	mu    sync.Mutex
	dead  chan struct{} // closed: what is connected carries nothing any more
	over  chan struct{} // closed: the test is over
	conns []net.Conn
}

func newWire(t *testing.T, databaseURL string) *wire {
	t.Helper()
	target, err := url.Parse(databaseURL)
	require.NoError(t, err)
	var listening net.ListenConfig
	listener, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { _ = listener.Close() })
	w, host := &wire{dead: make(chan struct{}), over: make(chan struct{})}, target.Host
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go w.carry(conn, host)
		}
	}()
	target.Host = listener.Addr().String()
	w.url = target.String()
	return w
}

func (w *wire) carry(conn net.Conn, host string) {
	var dialer net.Dialer
	server, err := dialer.DialContext(context.Background(), "tcp", host)
	if err != nil {
		_ = conn.Close()
		return
	}
	w.mu.Lock()
	dead := w.dead
	w.conns = append(w.conns, conn, server)
	w.mu.Unlock()
	for _, pair := range [][2]net.Conn{{conn, server}, {server, conn}} {
		go func() {
			defer func() { _, _ = pair[0].Close(), pair[1].Close() }()
			_, _ = io.Copy(pair[0], &mortal{pair[1], dead, w.over})
		}()
	}
}

// mortal is a connection that reads for ever, and nothing, once it is dead.
type mortal struct {
	net.Conn

	dead, over chan struct{}
}

func (m *mortal) Read(p []byte) (int, error) {
	n, err := m.Conn.Read(p)
	select {
	case <-m.dead:
		<-m.over // a cable that was pulled out says nothing
		return 0, io.EOF
	default:
		return n, err
	}
}

func (w *wire) cut() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.dead)
}

func (w *wire) mend() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.dead = make(chan struct{})
}

func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.over)
	for _, conn := range w.conns {
		_ = conn.Close()
	}
}
