package storetest

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/vault"
)

// Open decrypts a value that was read from its column.
func Open(t testing.TB, s *store.Store, sealed []byte, at vault.Place) []byte {
	t.Helper()
	if sealed == nil {
		return nil
	}
	person, err := vault.KeyOf(sealed)
	require.NoError(t, err)
	key, err := s.Key(t.Context(), person)
	require.NoError(t, err)
	plain, err := key.Open(sealed, at)
	require.NoError(t, err)
	return plain
}

// OutboxRow is a row of the outbox in plain.
type OutboxRow struct {
	ID       int64
	Kind     string
	Payload  []byte
	Template []byte // nil: none
}

// Outbox reads the whole outbox, in the order of ids.
func Outbox(t testing.TB, s *store.Store) []OutboxRow {
	t.Helper()
	rows, err := s.Pool().Query(t.Context(), `select id, kind, seal, payload, template from outbox order by id`)
	require.NoError(t, err)
	defer rows.Close()
	var all []OutboxRow
	for rows.Next() {
		var row OutboxRow
		var seal int64
		require.NoError(t, rows.Scan(&row.ID, &row.Kind, &seal, &row.Payload, &row.Template))
		name := strconv.FormatInt(seal, 16)
		row.Payload = Open(t, s, row.Payload, vault.Place{Table: "outbox", Column: "payload", Row: name})
		row.Template = Open(t, s, row.Template, vault.Place{Table: "outbox", Column: "template", Row: name})
		all = append(all, row)
	}
	require.NoError(t, rows.Err())
	return all
}

// Reveal makes the tables plain_outbox (id, payload) and plain_conversation (id, session), as jsonb, for a test that asks in SQL.
func Reveal(t testing.TB, s *store.Store) {
	t.Helper()
	rows := Outbox(t, s)
	ids, payloads := make([]int64, 0, len(rows)), make([]string, 0, len(rows))
	for _, row := range rows {
		ids, payloads = append(ids, row.ID), append(payloads, string(row.Payload))
	}
	talks, sessions := sessions(t, s)
	for _, statement := range []string{
		`create table if not exists plain_outbox (id bigint, payload jsonb)`,
		`create table if not exists plain_conversation (id bigint, session jsonb)`,
		`truncate plain_outbox, plain_conversation`,
	} {
		_, err := s.Pool().Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	for table, columns := range map[string][2]any{"plain_outbox": {ids, payloads}, "plain_conversation": {talks, sessions}} {
		_, err := s.Pool().Exec(t.Context(), `insert into `+table+` select id, text::jsonb from unnest($1::bigint[], $2::text[]) u (id, text)`,
			columns[0], columns[1])
		require.NoError(t, err)
	}
}

func sessions(t testing.TB, s *store.Store) (ids []int64, texts []string) {
	t.Helper()
	rows, err := s.Pool().Query(t.Context(), `select id, person::text || '|' || phone_number_id, session from conversation where session is not null`)
	require.NoError(t, err)
	defer rows.Close()
	ids, texts = []int64{}, []string{}
	for rows.Next() {
		var id int64
		var row string
		var sealed []byte
		require.NoError(t, rows.Scan(&id, &row, &sealed))
		ids = append(ids, id)
		texts = append(texts, string(Open(t, s, sealed, vault.Place{Table: "conversation", Column: "session", Row: row})))
	}
	require.NoError(t, rows.Err())
	return ids, texts
}
