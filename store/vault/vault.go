// Package vault holds the key of each person, and what is encrypted under it. A person's key is a tink keyset, kept by others only
// as a WrappedKey: encrypted by a key-encryption key that lives in a KMS, an HSM or, in development, a local file. Destroying the
// wrapped key makes everything under it unreadable for good.
//
// It is cryptography and a cache in memory: it knows no SQL, no Temporal, and not what it encrypts.
package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/google/uuid"
	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/keyset"
	"github.com/tink-crypto/tink-go/v2/tink"
)

// What a caller decides on. Any other error is the key service's: try again later.
var (
	// ErrUnreadable says that a ciphertext was not made under this key for this place, or is damaged.
	ErrUnreadable = errors.New("ciphertext cannot be read")
	// ErrErased says that the person's key was destroyed.
	ErrErased = errors.New("person's key was destroyed")
	// ErrUnknownKEK says that a key was wrapped by a key-encryption key that is not configured.
	ErrUnknownKEK = errors.New("key-encryption key is not configured")
)

const (
	// LeastLookupKey is how many bytes Config.LookupKey must have.
	LeastLookupKey = 32

	defaultCapacity = 10_000
	defaultLifetime = 5 * time.Minute
	wrapDeadline    = 3 * time.Second // of one call of the key service
	wrapsAtOnce     = 32
)

// Config is what a vault needs. Capacity, Lifetime and Now have defaults.
type Config struct {
	Tenant    string // bound into every ciphertext
	KEK       KEK    // wraps new keys
	Former    []KEK  // still unwrap old ones, until they are rotated
	LookupKey []byte // of the keyed hashes; at least LeastLookupKey bytes
	// Capacity is how many persons' keys are kept in memory, about 4 KB each; default 10,000.
	Capacity int
	// Lifetime is how long a key is kept before it is asked for again; default 5 minutes. Where nobody calls [Vault.Hear], it is also how long a
	// destroyed key may go on working in another process.
	Lifetime time.Duration
	Now      func() time.Time // default time.Now
}

// Vault makes, unwraps and remembers keys. It is safe for concurrent use.
type Vault struct {
	tenant string
	kek    KEK
	keks   map[string]KEK
	lookup []byte
	secret []byte // Config.LookupKey
	cache  *cache
}

// New checks the configuration and makes a vault. It calls no key service.
func New(config Config) (*Vault, error) {
	switch {
	case config.Tenant == "":
		return nil, errors.New("vault: no tenant")
	case config.KEK.AEAD == nil || config.KEK.ID == "":
		return nil, errors.New("vault: no key-encryption key")
	case len(config.LookupKey) < LeastLookupKey:
		return nil, fmt.Errorf("vault: the lookup key must have at least %d bytes", LeastLookupKey)
	}
	if config.Capacity == 0 {
		config.Capacity = defaultCapacity
	}
	if config.Lifetime == 0 {
		config.Lifetime = defaultLifetime
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	v := &Vault{tenant: config.Tenant, kek: config.KEK, keks: map[string]KEK{config.KEK.ID: config.KEK},
		lookup: lookupKey(config.LookupKey), secret: config.LookupKey,
		cache: newCache(config.Capacity, config.Lifetime, config.Now)}
	for _, former := range config.Former {
		v.keks[former.ID] = former
	}
	return v, nil
}

// WrappedKey is a person's key as it is stored.
type WrappedKey struct {
	Person  string // a UUID
	KEK     string // the id of the key-encryption key that wrapped it
	Wrapped []byte
}

// KEK is the id of the key-encryption key that wraps new keys.
func (v *Vault) KEK() string { return v.kek.ID }

// Create makes a key for each person. The keys are not remembered: they count when they are stored.
func (v *Vault) Create(ctx context.Context, persons ...string) ([]WrappedKey, []*Key, error) {
	wrapped, keys := make([]WrappedKey, len(persons)), make([]*Key, len(persons))
	err := each(len(persons), func(i int) (err error) {
		wrapped[i], keys[i], err = v.create(ctx, persons[i])
		return err
	})
	return wrapped, keys, err
}

func (v *Vault) create(ctx context.Context, person string) (WrappedKey, *Key, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return WrappedKey{}, nil, fmt.Errorf("make key: %w", err)
	}
	key, err := v.newKey(person, handle)
	if err != nil {
		return WrappedKey{}, nil, err
	}
	wrapped, err := v.wrap(ctx, person, handle)
	return wrapped, key, err
}

func (v *Vault) newKey(person string, handle *keyset.Handle) (*Key, error) {
	id, err := uuid.Parse(person)
	if err != nil {
		return nil, fmt.Errorf("key of a person: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return nil, fmt.Errorf("read key: %w", err)
	}
	return &Key{id: id, tenant: v.tenant, aead: primitive}, nil
}

func (v *Vault) wrap(ctx context.Context, person string, handle *keyset.Handle) (WrappedKey, error) {
	ctx, cancel := context.WithTimeout(ctx, wrapDeadline)
	defer cancel()
	var buffer bytes.Buffer
	if err := handle.WriteWithContext(ctx, keyset.NewBinaryWriter(&buffer), v.kek.AEAD, v.wrapContext(person)); err != nil {
		return WrappedKey{}, fmt.Errorf("wrap key: %w", err)
	}
	return WrappedKey{Person: person, KEK: v.kek.ID, Wrapped: buffer.Bytes()}, nil
}

// wrapContext keeps a wrapped key from being given to another person.
func (v *Vault) wrapContext(person string) []byte {
	return associated(v.tenant, Place{Table: "person_key", Column: "wrapped", Row: person})
}

func (v *Vault) unwrap(ctx context.Context, w WrappedKey) (*keyset.Handle, error) {
	kek, known := v.keks[w.KEK]
	if !known {
		return nil, fmt.Errorf("%w: %s", ErrUnknownKEK, w.KEK)
	}
	ctx, cancel := context.WithTimeout(ctx, wrapDeadline)
	defer cancel()
	handle, err := keyset.ReadWithContext(ctx, keyset.NewBinaryReader(bytes.NewReader(w.Wrapped)), kek.AEAD, v.wrapContext(w.Person))
	if err != nil && kek.local {
		return nil, fmt.Errorf("unwrap key: %w: %w", ErrUnreadable, err)
	}
	if err != nil {
		return nil, fmt.Errorf("unwrap key: %w", err)
	}
	return handle, nil
}

// Unwrap reads keys, in the order given, and remembers them. It fails with ErrUnknownKEK, and with ErrUnreadable for a key that
// is damaged or another person's.
func (v *Vault) Unwrap(ctx context.Context, wrapped ...WrappedKey) ([]*Key, error) {
	keys := make([]*Key, len(wrapped))
	err := each(len(wrapped), func(i int) error {
		if known, cached := v.cache.get(wrapped[i].Person); cached {
			keys[i] = known
			return nil
		}
		handle, err := v.unwrap(ctx, wrapped[i])
		if err != nil {
			return err
		}
		if keys[i], err = v.newKey(wrapped[i].Person, handle); err == nil {
			v.cache.put(wrapped[i].Person, keys[i])
		}
		return err
	})
	return keys, err
}

// Rewrap gives the same keys wrapped by the current key-encryption key, in the order given. It fails with ErrUnknownKEK and
// ErrUnreadable.
func (v *Vault) Rewrap(ctx context.Context, wrapped ...WrappedKey) ([]WrappedKey, error) {
	again := make([]WrappedKey, len(wrapped))
	err := each(len(wrapped), func(i int) error {
		handle, err := v.unwrap(ctx, wrapped[i])
		if err == nil {
			again[i], err = v.wrap(ctx, wrapped[i].Person, handle)
		}
		return err
	})
	return again, err
}

// Cached gives a person's key if it is remembered.
func (v *Vault) Cached(person string) (*Key, bool) { return v.cache.get(person) }

// Forget drops a person's key from memory, because it was destroyed: for a minute it is not taken again either.
func (v *Vault) Forget(person string) { v.cache.drop(person) }

// Hear tells the vault whether it is told of every key that is destroyed anywhere. When that begins, everything is forgotten; while it is not so,
// and just after it began, keys are kept for a second only.
func (v *Vault) Hear(hears bool) { v.cache.hear(hears) }

// each runs do for 0 … n-1, some at once, and returns one of the errors: with a remote key service most of the time is waiting.
func each(n int, do func(i int) error) error {
	if n == 1 {
		return do(0)
	}
	var (
		wait  sync.WaitGroup
		once  sync.Once
		first error
		slots = make(chan struct{}, wrapsAtOnce)
	)
	for i := range n {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if err := do(i); err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	wait.Wait()
	return first
}

// contextual lets a primitive without deadlines be used as one with.
type contextual struct{ tink.AEAD }

func (c contextual) EncryptWithContext(_ context.Context, plaintext, associatedData []byte) ([]byte, error) {
	return c.Encrypt(plaintext, associatedData) // as if it were the primitive's own
}

func (c contextual) DecryptWithContext(_ context.Context, ciphertext, associatedData []byte) ([]byte, error) {
	return c.Decrypt(ciphertext, associatedData) // as if it were the primitive's own
}
