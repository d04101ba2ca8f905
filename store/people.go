package store

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// IdentityKind is what sort of name a channel has for a person.
type IdentityKind string

// The identity kinds.
const (
	IdentityBSUID       IdentityKind = "bsuid"
	IdentityParentBSUID IdentityKind = "parent_bsuid"
	IdentityPhone       IdentityKind = "phone"
)

// IdentityKey names a person within a business portfolio.
type IdentityKey struct {
	Portfolio string
	Kind      IdentityKind
	Value     string
}

func compareIdentityKeys(a, b IdentityKey) int {
	return strings.Compare(a.Portfolio+"\x00"+string(a.Kind)+"\x00"+a.Value, b.Portfolio+"\x00"+string(b.Kind)+"\x00"+b.Value)
}

// Identity is a current name of a person.
type Identity struct {
	IdentityKey
	Person   string
	BSUID    string // the person's current BSUID in this portfolio; empty: none known
	Verified bool   // the person has proved who they are
	Stale    bool   // not seen for a day: worth recording that it was seen again
}

// Merge says that one person turned out to be another.
type Merge struct{ From, Into string }

// PeopleChange is what a batch of messages taught us about people.
type PeopleChange struct {
	Create        []string // persons
	Close         []IdentityKey
	Add           []Identity
	Distrust      []string // persons whose number or keys changed
	Merge         []Merge
	Seen          []IdentityKey
	Conversations []ConversationKey // that must exist afterwards
}

// ConversationKey names a conversation by who talks.
type ConversationKey struct {
	Person        string
	PhoneNumberID string
}

// OpenTurns notes which of the messages are new (false: delivered before) and reads the current identities among keys.
// Two transactions with the same message wait for each other.
func (tx *Tx) OpenTurns(ctx context.Context, channel string, messageIDs []string, keys []IdentityKey) ([]bool, []Identity, error) {
	hashes := tx.messageHashes(messageIDs)
	sorted := slices.Clone(hashes)
	slices.SortFunc(sorted, bytes.Compare) // every transaction inserts in the same order: no deadlocks
	named := make(map[string]IdentityKey, len(keys))
	for _, key := range keys {
		named[string(tx.lookup(key))] = key
	}
	batch := &pgx.Batch{}
	batch.Queue(`
		insert into inbox (channel, message_id) select $1, id from unnest($2::bytea[]) id
		on conflict do nothing returning message_id`, channel, sorted)
	batch.Queue(`
		select i.lookup, p.trust <> 'unverified', i.last_seen < now() - interval '1 day', b.lookup, b.value, k.person::text, k.kek, k.wrapped
		from unnest($1::bytea[]) u (lookup)
		join channel_identity i on i.lookup = u.lookup and i.valid_to is null
		join person p on p.id = i.person
		join person_key k on k.person = i.person
		left join lateral (select lookup, value from channel_identity c where c.person = i.person and c.portfolio = i.portfolio
			and c.kind = 'bsuid' and c.valid_to is null limit 1) b on true`, tx.lookups(keys))
	results := tx.SendBatch(ctx, batch)
	fresh, err := collect(results, pgx.RowTo[[]byte], "note messages")
	if err != nil {
		return nil, nil, closeBatch(results, err)
	}
	stored, err := collect(results, scanIdentity, "read identities")
	if err := closeBatch(results, err); err != nil {
		return nil, nil, err
	}
	identities, err := tx.openIdentities(ctx, named, stored)
	return markFresh(hashes, fresh), identities, err
}

// lookup is how an identity is found: its value is encrypted.
func (tx *Tx) lookup(key IdentityKey) []byte {
	return tx.ring.vault.Lookup("channel_identity", key.Portfolio, string(key.Kind), key.Value)
}

func (tx *Tx) lookups(keys []IdentityKey) [][]byte {
	lookups := make([][]byte, len(keys))
	for i, key := range keys {
		lookups[i] = tx.lookup(key)
	}
	return lookups
}

// storedIdentity is an identity with its person's key, as they are stored.
type storedIdentity struct {
	lookup          []byte
	verified, stale bool
	bsuidLookup     []byte
	bsuid           []byte
	key             vault.WrappedKey
}

func scanIdentity(row pgx.CollectableRow) (i storedIdentity, err error) {
	err = row.Scan(&i.lookup, &i.verified, &i.stale, &i.bsuidLookup, &i.bsuid, &i.key.Person, &i.key.KEK, &i.key.Wrapped)
	return i, err
}

// openIdentities makes the persons' keys ready, which the rest of the transaction needs too.
func (tx *Tx) openIdentities(ctx context.Context, named map[string]IdentityKey, stored []storedIdentity) ([]Identity, error) {
	keys := make(map[string]vault.WrappedKey, len(stored))
	for i := range stored {
		keys[stored[i].key.Person] = stored[i].key
	}
	if err := tx.ring.unwrap(ctx, slices.Collect(maps.Values(keys))); err != nil {
		return nil, err
	}
	identities := make([]Identity, len(stored))
	for i := range stored {
		each := &stored[i]
		bsuid, err := tx.ring.open(each.bsuid, placeOfIdentity(each.bsuidLookup))
		if err != nil {
			return nil, fmt.Errorf("read identity: %w", err)
		}
		identities[i] = Identity{IdentityKey: named[string(each.lookup)], Person: each.key.Person, BSUID: string(bsuid),
			Verified: each.verified, Stale: each.stale}
	}
	return identities, nil
}

func markFresh(hashes, inserted [][]byte) []bool {
	left := make(map[string]bool, len(inserted))
	for _, hash := range inserted {
		left[string(hash)] = true
	}
	fresh := make([]bool, len(hashes))
	for i, hash := range hashes {
		fresh[i] = left[string(hash)]
		delete(left, string(hash)) // the same id twice in one batch is new once
	}
	return fresh
}

// collect reads the next result of a batch.
func collect[T any](results pgx.BatchResults, scan pgx.RowToFunc[T], doing string) ([]T, error) {
	rows, err := results.Query()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	values, err := pgx.CollectRows(rows, scan)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", doing, err)
	}
	return values, nil
}

func closeBatch(results pgx.BatchResults, err error) error {
	if closeErr := results.Close(); err == nil && closeErr != nil {
		return fmt.Errorf("end batch: %w", closeErr)
	}
	return err
}

// ChangePeople applies what was learnt. Two transactions that name the same person for the first time are in each other's
// way: one fails with an error for which IsConflict is true, and succeeds when done again.
func (tx *Tx) ChangePeople(ctx context.Context, change PeopleChange) error {
	batch := &pgx.Batch{}
	if err := tx.queuePersons(ctx, batch, &change); err != nil {
		return err
	}
	if err := tx.queueIdentities(ctx, batch, &change); err != nil {
		return err
	}
	if len(change.Conversations) > 0 {
		persons, numbers := conversationColumns(change.Conversations)
		batch.Queue(`
			insert into conversation (person, phone_number_id, window_expires_at)
			select k.person, k.number, now() from unnest($1::text[]::uuid[], $2::text[]) k (person, number)
			on conflict do nothing`, persons, numbers)
	}
	if batch.Len() == 0 {
		return nil
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("change people: %w", err)
	}
	return nil
}

func (tx *Tx) queuePersons(ctx context.Context, batch *pgx.Batch, change *PeopleChange) error {
	if len(change.Create) > 0 {
		keks, wrapped, err := tx.createKeys(ctx, change.Create)
		if err != nil {
			return err
		}
		batch.Queue(`insert into person (id) select unnest($1::text[]::uuid[])`, change.Create)
		batch.Queue(`insert into person_key (person, kek, wrapped) select * from unnest($1::text[]::uuid[], $2::text[], $3::bytea[])`,
			change.Create, keks, wrapped)
	}
	if len(change.Distrust) > 0 {
		batch.Queue(`update person set trust = 'unverified' where id = any($1::text[]::uuid[])`, change.Distrust)
	}
	tx.merged = tx.merged || len(change.Merge) > 0
	for _, merge := range change.Merge {
		batch.Queue(`update person set merged_into = $2::text::uuid where id = $1::text::uuid or merged_into = $1::text::uuid`, merge.From, merge.Into)
		batch.Queue(`update request set person = $2::text::uuid where person = $1::text::uuid`, merge.From, merge.Into)
	}
	return nil
}

func (tx *Tx) queueIdentities(ctx context.Context, batch *pgx.Batch, change *PeopleChange) error {
	slices.SortFunc(change.Close, compareIdentityKeys)
	slices.SortFunc(change.Add, func(a, b Identity) int { return compareIdentityKeys(a.IdentityKey, b.IdentityKey) })
	const named = `lookup = any($1::bytea[]) and valid_to is null`
	if len(change.Close) > 0 {
		batch.Queue(`update channel_identity set valid_to = now() where `+named, tx.lookups(change.Close))
	}
	if len(change.Seen) > 0 {
		batch.Queue(`update channel_identity set last_seen = now() where `+named, tx.lookups(change.Seen))
	}
	if len(change.Add) == 0 {
		return nil
	}
	columns, err := tx.identityColumns(ctx, change.Add)
	if err != nil {
		return err
	}
	batch.Queue(`
		insert into channel_identity (person, portfolio, kind, lookup, value)
		select * from unnest($1::text[]::uuid[], $2::text[], $3::text[], $4::bytea[], $5::bytea[])`,
		columns.persons, columns.portfolios, columns.kinds, columns.lookups, columns.values)
	return nil
}

type identityColumns struct {
	persons, portfolios, kinds []string
	lookups, values            [][]byte
}

func (tx *Tx) identityColumns(ctx context.Context, identities []Identity) (c identityColumns, err error) {
	for i := range identities {
		c.persons = append(c.persons, identities[i].Person)
	}
	if err := tx.ring.load(ctx, c.persons...); err != nil {
		return c, err
	}
	for i := range identities {
		each := &identities[i]
		lookup := tx.lookup(each.IdentityKey)
		value, err := tx.ring.seal(each.Person, []byte(each.Value), placeOfIdentity(lookup))
		if err != nil {
			return c, fmt.Errorf("encrypt identity: %w", err)
		}
		c.portfolios, c.kinds = append(c.portfolios, each.Portfolio), append(c.kinds, string(each.Kind))
		c.lookups, c.values = append(c.lookups, lookup), append(c.values, value)
	}
	return c, nil
}

func conversationColumns(keys []ConversationKey) (persons, numbers []string) {
	for _, key := range keys {
		persons = append(persons, key.Person)
		numbers = append(numbers, key.PhoneNumberID)
	}
	return persons, numbers
}
