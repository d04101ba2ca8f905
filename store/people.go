package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"
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
	sorted := slices.Clone(messageIDs)
	slices.Sort(sorted) // every transaction inserts in the same order: no deadlocks
	portfolios, kinds, values := identityColumns(keys)
	batch := &pgx.Batch{}
	batch.Queue(`
		insert into inbox (channel, message_id) select $1, id from unnest($2::text[]) id
		on conflict do nothing returning message_id`, channel, sorted)
	batch.Queue(`
		select i.portfolio, i.kind, i.value, i.person::text, p.trust <> 'unverified', i.last_seen < now() - interval '1 day',
			coalesce((select b.value from channel_identity b where b.person = i.person and b.portfolio = i.portfolio
				and b.kind = 'bsuid' and b.valid_to is null limit 1), '')
		from unnest($1::text[], $2::text[], $3::text[]) k (portfolio, kind, value)
		join channel_identity i on i.portfolio = k.portfolio and i.kind = k.kind and i.value = k.value and i.valid_to is null
		join person p on p.id = i.person`, portfolios, kinds, values)
	results := tx.SendBatch(ctx, batch)
	fresh, err := collect(results, pgx.RowTo[string], "note messages")
	if err != nil {
		return nil, nil, closeBatch(results, err)
	}
	identities, err := collect(results, scanIdentity, "read identities")
	return markFresh(messageIDs, fresh), identities, closeBatch(results, err)
}

func markFresh(messageIDs, inserted []string) []bool {
	left := make(map[string]bool, len(inserted))
	for _, id := range inserted {
		left[id] = true
	}
	fresh := make([]bool, len(messageIDs))
	for i, id := range messageIDs {
		fresh[i] = left[id]
		delete(left, id) // the same id twice in one batch is new once
	}
	return fresh
}

func scanIdentity(row pgx.CollectableRow) (i Identity, err error) {
	err = row.Scan(&i.Portfolio, &i.Kind, &i.Value, &i.Person, &i.Verified, &i.Stale, &i.BSUID)
	return i, err
}

func identityColumns(keys []IdentityKey) (portfolios, kinds, values []string) {
	for _, key := range keys {
		portfolios = append(portfolios, key.Portfolio)
		kinds = append(kinds, string(key.Kind))
		values = append(values, key.Value)
	}
	return portfolios, kinds, values
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
	change.queuePersons(batch)
	change.queueIdentities(batch)
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

func (change *PeopleChange) queuePersons(batch *pgx.Batch) {
	if len(change.Create) > 0 {
		batch.Queue(`insert into person (id) select unnest($1::text[]::uuid[])`, change.Create)
	}
	if len(change.Distrust) > 0 {
		batch.Queue(`update person set trust = 'unverified' where id = any($1::text[]::uuid[])`, change.Distrust)
	}
	for _, merge := range change.Merge {
		batch.Queue(`update person set merged_into = $2::text::uuid where id = $1::text::uuid or merged_into = $1::text::uuid`, merge.From, merge.Into)
		batch.Queue(`update request set person = $2::text::uuid where person = $1::text::uuid`, merge.From, merge.Into)
	}
}

func (change *PeopleChange) queueIdentities(batch *pgx.Batch) {
	slices.SortFunc(change.Close, compareIdentityKeys)
	slices.SortFunc(change.Add, func(a, b Identity) int { return compareIdentityKeys(a.IdentityKey, b.IdentityKey) })
	const named = `(portfolio, kind, value) in (select * from unnest($1::text[], $2::text[], $3::text[])) and valid_to is null`
	if len(change.Close) > 0 {
		portfolios, kinds, values := identityColumns(change.Close)
		batch.Queue(`update channel_identity set valid_to = now() where `+named, portfolios, kinds, values)
	}
	if len(change.Seen) > 0 {
		portfolios, kinds, values := identityColumns(change.Seen)
		batch.Queue(`update channel_identity set last_seen = now() where `+named, portfolios, kinds, values)
	}
	if len(change.Add) > 0 {
		persons := make([]string, len(change.Add))
		keys := make([]IdentityKey, len(change.Add))
		for i, identity := range change.Add {
			persons[i], keys[i] = identity.Person, identity.IdentityKey
		}
		portfolios, kinds, values := identityColumns(keys)
		batch.Queue(`
			insert into channel_identity (person, portfolio, kind, value)
			select * from unnest($4::text[]::uuid[], $1::text[], $2::text[], $3::text[])`, portfolios, kinds, values, persons)
	}
}

func conversationColumns(keys []ConversationKey) (persons, numbers []string) {
	for _, key := range keys {
		persons = append(persons, key.Person)
		numbers = append(numbers, key.PhoneNumberID)
	}
	return persons, numbers
}
