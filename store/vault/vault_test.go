package vault_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/vault"
)

const lookupKey = "a lookup key of the tests, long enough"

func newKEK(t testing.TB) vault.KEK {
	t.Helper()
	kek, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	return kek
}

func newVault(t testing.TB, config vault.Config) *vault.Vault {
	t.Helper()
	config.LookupKey = []byte(lookupKey)
	if config.Tenant == "" {
		config.Tenant = "andhra"
	}
	if config.KEK.AEAD == nil {
		config.KEK = newKEK(t)
	}
	v, err := vault.New(config)
	require.NoError(t, err)
	return v
}

func newKey(t testing.TB, v *vault.Vault) (vault.WrappedKey, *vault.Key) {
	t.Helper()
	wrapped, keys, err := v.Create(t.Context(), uuid.NewString())
	require.NoError(t, err)
	return wrapped[0], keys[0]
}

func TestWhatIsSealedReadsOnlyInItsPlaceUnderItsKey(t *testing.T) {
	t.Parallel()
	kek := newKEK(t)
	v := newVault(t, vault.Config{KEK: kek})
	_, key := newKey(t, v)
	_, stranger := newKey(t, v)
	place := vault.Place{Table: "request", Column: "answers", Row: "JS-1"}
	sealed, err := key.Seal([]byte("12 Temple Street"), place)
	require.NoError(t, err)
	require.NotContains(t, string(sealed), "Temple")

	plain, err := key.Open(sealed, place)
	require.NoError(t, err)
	require.Equal(t, "12 Temple Street", string(plain))
	whose, err := vault.KeyOf(sealed)
	require.NoError(t, err)
	require.Equal(t, key.Person(), whose)

	for name, elsewhere := range map[string]vault.Place{
		"table":  {Table: "outbox", Column: "answers", Row: "JS-1"},
		"column": {Table: "request", Column: "detail", Row: "JS-1"},
		"row":    {Table: "request", Column: "answers", Row: "JS-2"},
	} {
		_, err := key.Open(sealed, elsewhere)
		require.ErrorIs(t, err, vault.ErrUnreadable, "another %s", name)
	}
	_, err = stranger.Open(sealed, place)
	require.ErrorIs(t, err, vault.ErrUnreadable, "another person")
	for i := range sealed {
		damaged := append([]byte(nil), sealed...)
		damaged[i] ^= 1
		_, err := key.Open(damaged, place)
		require.ErrorIs(t, err, vault.ErrUnreadable, "byte %d", i)
	}
}

func TestAnotherTenantReadsNothing(t *testing.T) {
	t.Parallel()
	kek := newKEK(t)
	andhra, odisha := newVault(t, vault.Config{KEK: kek}), newVault(t, vault.Config{KEK: kek, Tenant: "odisha"})
	wrapped, _ := newKey(t, andhra)
	_, err := odisha.Unwrap(t.Context(), wrapped)
	require.ErrorIs(t, err, vault.ErrUnreadable)
	require.NotEqual(t, andhra.Lookup("phone", "9199"), odisha.Lookup("phone", "9199"))
}

func TestNullStaysNullAndEmptyStaysEmpty(t *testing.T) {
	t.Parallel()
	_, key := newKey(t, newVault(t, vault.Config{}))
	for _, plain := range [][]byte{nil, {}} {
		sealed, err := key.Seal(plain, vault.Place{})
		require.NoError(t, err)
		opened, err := key.Open(sealed, vault.Place{})
		require.NoError(t, err)
		require.Equal(t, plain, opened)
	}
}

func TestAWrappedKeyIsItsPersonsOnly(t *testing.T) {
	t.Parallel()
	kek := newKEK(t)
	wrapped, key := newKey(t, newVault(t, vault.Config{KEK: kek}))
	sealed, err := key.Seal([]byte("secret"), vault.Place{})
	require.NoError(t, err)
	other := newVault(t, vault.Config{KEK: kek}) // another process
	keys, err := other.Unwrap(t.Context(), wrapped)
	require.NoError(t, err)
	plain, err := keys[0].Open(sealed, vault.Place{})
	require.NoError(t, err)
	require.Equal(t, "secret", string(plain))

	wrapped.Person = uuid.NewString()
	_, err = other.Unwrap(t.Context(), wrapped)
	require.ErrorIs(t, err, vault.ErrUnreadable)
}

func TestRotationKeepsWhatWasSealed(t *testing.T) {
	t.Parallel()
	before, after := newKEK(t), newKEK(t)
	wrapped, key := newKey(t, newVault(t, vault.Config{KEK: before}))
	sealed, err := key.Seal([]byte("old"), vault.Place{})
	require.NoError(t, err)

	_, err = newVault(t, vault.Config{KEK: after}).Unwrap(t.Context(), wrapped)
	require.ErrorIs(t, err, vault.ErrUnknownKEK)
	during := newVault(t, vault.Config{KEK: after, Former: []vault.KEK{before}})
	rewrapped, err := during.Rewrap(t.Context(), wrapped)
	require.NoError(t, err)
	require.Equal(t, after.ID, rewrapped[0].KEK)

	keys, err := newVault(t, vault.Config{KEK: after}).Unwrap(t.Context(), rewrapped...)
	require.NoError(t, err)
	plain, err := keys[0].Open(sealed, vault.Place{})
	require.NoError(t, err)
	require.Equal(t, "old", string(plain))
}

func TestKeysAreRememberedForAWhileAndNotTooMany(t *testing.T) {
	t.Parallel()
	kek := newKEK(t)
	counted := &counting{KEK: kek}
	counted.AEAD = counted
	counted.inner = kek.AEAD
	clock := time.Now()
	v := newVault(t, vault.Config{KEK: counted.KEK, Capacity: 2, Lifetime: time.Minute, Now: func() time.Time { return clock }})
	var wrapped []vault.WrappedKey
	for range 3 {
		each, _ := newKey(t, v)
		wrapped = append(wrapped, each)
	}
	unwrap := func(i int) int64 {
		before := counted.decryptions.Load()
		_, err := v.Unwrap(t.Context(), wrapped[i])
		require.NoError(t, err)
		return counted.decryptions.Load() - before
	}
	require.EqualValues(t, 1, unwrap(0))
	require.EqualValues(t, 0, unwrap(0), "remembered")
	unwrap(1)
	unwrap(2)
	require.EqualValues(t, 1, unwrap(0), "the one used longest ago gave way")
	v.Forget(wrapped[0].Person)
	require.EqualValues(t, 1, unwrap(0), "forgotten when told")
	clock = clock.Add(time.Hour)
	require.EqualValues(t, 1, unwrap(0), "forgotten after a while")
}

// counting counts what is asked of a key service, and can be away.
type counting struct {
	vault.KEK

	inner interface {
		EncryptWithContext(ctx context.Context, plaintext, associatedData []byte) ([]byte, error)
		DecryptWithContext(ctx context.Context, ciphertext, associatedData []byte) ([]byte, error)
	}
	decryptions atomic.Int64
}

func (c *counting) EncryptWithContext(ctx context.Context, plaintext, associatedData []byte) ([]byte, error) {
	return c.inner.EncryptWithContext(ctx, plaintext, associatedData)
}

func (c *counting) DecryptWithContext(ctx context.Context, ciphertext, associatedData []byte) ([]byte, error) {
	c.decryptions.Add(1)
	return c.inner.DecryptWithContext(ctx, ciphertext, associatedData)
}

func TestLookupsFindTheSameAndTellNothing(t *testing.T) {
	t.Parallel()
	v := newVault(t, vault.Config{})
	first := v.Lookup("p", "phone", "9199")
	require.Equal(t, first, v.Lookup("p", "phone", "9199"))
	require.NotEqual(t, v.Lookup("p", "phone", "9199"), v.Lookup("p", "phone", "9198"))
	require.NotEqual(t, v.Lookup("a", "bc"), v.Lookup("ab", "c"))
	require.Len(t, v.Lookup("x"), 32)
}

func TestALocalKeyFileIsItsOwnersOnly(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "kek.json")
	made, err := vault.OpenKEK(t.Context(), vault.SchemeFile+path, vault.Credentials{})
	require.NoError(t, err)
	info, err := os.Stat(path)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	again, err := vault.OpenLocalKEK(path)
	require.NoError(t, err)
	require.Equal(t, made.ID, again.ID)
	require.NoError(t, os.Chmod(path, 0o640))
	_, err = vault.OpenLocalKEK(path)
	require.ErrorIs(t, err, vault.ErrOpenToOthers)
}

func TestAnUnknownKeyServiceIsRefused(t *testing.T) {
	t.Parallel()
	_, err := vault.OpenKEK(t.Context(), "https://kms.example", vault.Credentials{})
	require.ErrorIs(t, err, vault.ErrScheme)
}

func TestAVaultNeedsEverything(t *testing.T) {
	t.Parallel()
	kek := newKEK(t)
	for name, config := range map[string]vault.Config{
		"tenant":     {KEK: kek, LookupKey: []byte(lookupKey)},
		"kek":        {Tenant: "andhra", LookupKey: []byte(lookupKey)},
		"lookup key": {Tenant: "andhra", KEK: kek, LookupKey: []byte("short")},
	} {
		_, err := vault.New(config)
		require.Error(t, err, name)
	}
}

func FuzzOpen(f *testing.F) {
	v := newVault(f, vault.Config{})
	_, key := newKey(f, v)
	sealed, err := key.Seal([]byte("text"), vault.Place{})
	require.NoError(f, err)
	f.Add(sealed)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		if _, err := key.Open(data, vault.Place{Row: "elsewhere"}); err != nil && !errors.Is(err, vault.ErrUnreadable) {
			t.Fatal(err)
		}
	})
}

func BenchmarkCreate(b *testing.B) {
	v := newVault(b, vault.Config{})
	for b.Loop() {
		newKey(b, v)
	}
}

func BenchmarkUnwrap(b *testing.B) {
	v := newVault(b, vault.Config{})
	wrapped, _ := newKey(b, v)
	for b.Loop() {
		v.Forget(wrapped.Person)
		_, err := v.Unwrap(b.Context(), wrapped)
		require.NoError(b, err)
	}
}

func BenchmarkSealAndOpenOneKilobyte(b *testing.B) {
	_, key := newKey(b, newVault(b, vault.Config{}))
	plain := make([]byte, 1024)
	for b.Loop() {
		sealed, err := key.Seal(plain, vault.Place{Table: "t", Column: "c", Row: "r"})
		require.NoError(b, err)
		_, err = key.Open(sealed, vault.Place{Table: "t", Column: "c", Row: "r"})
		require.NoError(b, err)
	}
}

func TestAKeyIsKeptForASecondOnlyWhileItsDestructionMayBeMissed(t *testing.T) {
	t.Parallel()
	clock := time.Now()
	v := newVault(t, vault.Config{Now: func() time.Time { return clock }})
	wrapped, _ := newKey(t, v)
	cachedAfter := func(d time.Duration) bool {
		_, err := v.Unwrap(t.Context(), wrapped)
		require.NoError(t, err)
		clock = clock.Add(d)
		_, cached := v.Cached(wrapped.Person)
		return cached
	}
	require.True(t, cachedAfter(2*time.Second), "nobody watches: its lifetime holds")
	v.Hear(true)
	_, cached := v.Cached(wrapped.Person)
	require.False(t, cached, "what was missed before is not trusted")
	require.False(t, cachedAfter(2*time.Second), "a key read before may come just after")
	clock = clock.Add(time.Minute)
	require.True(t, cachedAfter(2*time.Second))
	v.Hear(false)
	_, cached = v.Cached(wrapped.Person)
	require.False(t, cached)
	require.True(t, cachedAfter(500*time.Millisecond))
	require.False(t, cachedAfter(2*time.Second))
}

func TestADestroyedKeyIsNotTakenAgainFromWhoReadItJustBefore(t *testing.T) {
	t.Parallel()
	v := newVault(t, vault.Config{})
	wrapped, _ := newKey(t, v)
	v.Forget(wrapped.Person)
	_, err := v.Unwrap(t.Context(), wrapped)
	require.NoError(t, err)
	_, cached := v.Cached(wrapped.Person)
	require.False(t, cached)
}
