package store

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// HubPerson is the person under whose key lies what belongs to nobody.
const HubPerson = "00000000-0000-0000-0000-000000000000"

// ErrNoKey says that a person has no key: there is no such person.
var ErrNoKey = errors.New("person has no key")

// IsUnreadable says whether err is about what is stored and not about how it was reached: damaged, moved to another place, or
// under a key that was destroyed. Reading it again will fail again.
func IsUnreadable(err error) bool {
	return errors.Is(err, vault.ErrUnreadable) || errors.Is(err, vault.ErrErased)
}

// keyring holds the keys that one piece of work uses, whatever the vault forgets meanwhile.
type keyring struct {
	vault  *vault.Vault
	db     querier
	keys   map[string]*vault.Key
	erased map[string]bool
}

func newKeyring(v *vault.Vault, db querier) *keyring {
	return &keyring{vault: v, db: db, keys: map[string]*vault.Key{}, erased: map[string]bool{}}
}

// load makes the keys of persons ready, with at most one question to the database. Persons without a key are left out.
func (r *keyring) load(ctx context.Context, persons ...string) error {
	missing := map[string]bool{}
	for _, person := range persons {
		if person == "" || r.keys[person] != nil || r.erased[person] {
			continue
		}
		if key, cached := r.vault.Cached(person); cached {
			r.keys[person] = key
		} else {
			missing[person] = true
		}
	}
	if len(missing) == 0 {
		return nil
	}
	if err := r.read(ctx, slices.Collect(maps.Keys(missing))); err != nil {
		return err
	}
	if missing[HubPerson] && r.keys[HubPerson] == nil {
		return r.makeHubKey(ctx)
	}
	return nil
}

func (r *keyring) read(ctx context.Context, persons []string) error {
	rows, err := r.db.Query(ctx, `select person::text, kek, wrapped from person_key where person = any($1::text[]::uuid[])`, persons)
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	stored, err := pgx.CollectRows(rows, pgx.RowToStructByPos[vault.WrappedKey])
	if err != nil {
		return fmt.Errorf("read keys: %w", err)
	}
	return r.unwrap(ctx, stored)
}

// unwrap takes keys as they are stored; one without content was destroyed.
func (r *keyring) unwrap(ctx context.Context, stored []vault.WrappedKey) error {
	var wrapped []vault.WrappedKey
	for _, each := range stored {
		if each.Wrapped == nil {
			r.erased[each.Person] = true
		} else if r.keys[each.Person] == nil {
			wrapped = append(wrapped, each)
		}
	}
	keys, err := r.vault.Unwrap(ctx, wrapped...)
	if err != nil {
		return fmt.Errorf("open keys: %w", err)
	}
	for i, key := range keys {
		r.keys[wrapped[i].Person] = key
	}
	return nil
}

// loadFor makes ready the keys that these ciphertexts were made under.
func (r *keyring) loadFor(ctx context.Context, sealed ...[]byte) error {
	persons := make([]string, 0, len(sealed))
	for _, each := range sealed {
		if person, err := vault.KeyOf(each); err == nil {
			persons = append(persons, person)
		}
	}
	return r.load(ctx, persons...)
}

// key gives a key that was loaded; it fails with vault.ErrErased and ErrNoKey.
func (r *keyring) key(person string) (*vault.Key, error) {
	switch {
	case r.keys[person] != nil:
		return r.keys[person], nil
	case r.erased[person]:
		return nil, vault.ErrErased
	}
	return nil, fmt.Errorf("%w: %s", ErrNoKey, person)
}

func (r *keyring) seal(person string, plaintext []byte, at vault.Place) ([]byte, error) {
	key, err := r.key(person)
	if err != nil {
		return nil, err
	}
	return key.Seal(plaintext, at)
}

// open reads a ciphertext whose key was loaded; it fails with vault.ErrUnreadable and vault.ErrErased.
func (r *keyring) open(sealed []byte, at vault.Place) ([]byte, error) {
	if sealed == nil {
		return nil, nil
	}
	person, err := vault.KeyOf(sealed)
	if err != nil {
		return nil, err
	}
	key, err := r.key(person)
	if errors.Is(err, ErrNoKey) {
		return nil, fmt.Errorf("%w: %w", vault.ErrUnreadable, err)
	}
	if err != nil {
		return nil, err
	}
	return key.Open(sealed, at)
}

// openOne loads and opens.
func (r *keyring) openOne(ctx context.Context, sealed []byte, at vault.Place) ([]byte, error) {
	if err := r.loadFor(ctx, sealed); err != nil {
		return nil, err
	}
	return r.open(sealed, at)
}

// sealOne loads and seals.
func (r *keyring) sealOne(ctx context.Context, person string, plaintext []byte, at vault.Place) ([]byte, error) {
	if err := r.load(ctx, person); err != nil {
		return nil, err
	}
	return r.seal(person, plaintext, at)
}

// KeyAtHand gives a person's key, for what is encrypted outside the database, if it is in memory.
func (s *Store) KeyAtHand(person string) (key *vault.Key, atHand bool) { return s.vault.Cached(person) }

// Key gives a person's key also if it is not at hand. It fails with ErrNoKey and vault.ErrErased.
func (s *Store) Key(ctx context.Context, person string) (*vault.Key, error) {
	if key, atHand := s.KeyAtHand(person); atHand {
		return key, nil
	}
	ring := s.ring()
	if err := ring.load(ctx, person); err != nil {
		return nil, err
	}
	return ring.key(person)
}

// makeHubKey makes the key of HubPerson if nobody did. It is not remembered in the vault before it was read from the database: the
// transaction that makes it may yet be rolled back.
func (r *keyring) makeHubKey(ctx context.Context) error {
	wrapped, keys, err := r.vault.Create(ctx, HubPerson)
	if err != nil {
		return fmt.Errorf("make the hub's key: %w", err)
	}
	rows, err := r.db.Query(ctx, `
		insert into person_key (person, kek, wrapped) values ($1::text::uuid, $2, $3) on conflict do nothing returning person::text`,
		HubPerson, wrapped[0].KEK, wrapped[0].Wrapped)
	if err != nil {
		return fmt.Errorf("store the hub's key: %w", err)
	}
	made, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("store the hub's key: %w", err)
	}
	if len(made) == 0 {
		return r.read(ctx, []string{HubPerson}) // somebody else was first
	}
	r.keys[HubPerson] = keys[0]
	return nil
}

// createKeys makes keys for new persons and spreads them for unnest.
func (tx *Tx) createKeys(ctx context.Context, persons []string) (keks []string, wrapped [][]byte, err error) {
	stored, keys, err := tx.ring.vault.Create(ctx, persons...)
	if err != nil {
		return nil, nil, fmt.Errorf("make keys: %w", err)
	}
	for i, each := range stored {
		keks, wrapped = append(keks, each.KEK), append(wrapped, each.Wrapped)
		tx.ring.keys[each.Person] = keys[i]
	}
	return keks, wrapped, nil
}

// DestroyKey makes everything of a person, and of those who were found to be the same one, unreadable for good, and forgets by what
// names the channels know them. What stays is the tombstone. Every other process that opened its store with [Open] hears of it at once.
// Destroying twice changes nothing.
func (s *Store) DestroyKey(ctx context.Context, person string) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.DestroyKey(ctx, person) })
}

// DestroyKey is Store.DestroyKey within a transaction.
func (tx *Tx) DestroyKey(ctx context.Context, person string) error {
	if person == HubPerson {
		return errors.New("destroy key: the hub's own key is not a person's")
	}
	rows, err := tx.Query(ctx, `
		with erased as (select id from person where id = $1::text::uuid or merged_into = $1::text::uuid),
		forgotten as (delete from channel_identity where person in (select id from erased))
		update person_key set wrapped = null, destroyed_at = now()
		where person in (select id from erased) and destroyed_at is null returning person::text`, person)
	if err != nil {
		return fmt.Errorf("destroy key: %w", err)
	}
	destroyed, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return fmt.Errorf("destroy key: %w", err)
	}
	for _, each := range destroyed {
		if _, err := tx.Exec(ctx, `select pg_notify($1, $2)`, destroyedChannel, each); err != nil {
			return fmt.Errorf("tell of the destroyed key: %w", err)
		}
		tx.ring.vault.Forget(each)
		delete(tx.ring.keys, each)
		tx.ring.erased[each] = true
	}
	return nil
}
