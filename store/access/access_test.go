package access_test

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	_ "github.com/jackc/pgx/v5/stdlib"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/storetest"
)

const (
	lakshmi = "01900000-0000-7000-8000-000000000001"
	ravi    = "01900000-0000-7000-8000-000000000002"
)

// filled has two persons with a request each, at two departments.
func filled(t *testing.T) *pgxpool.Pool {
	t.Helper()
	pool := storetest.New(t)
	_, err := pool.Exec(t.Context(), `
		insert into person (id) values ('`+lakshmi+`'), ('`+ravi+`');
		insert into conversation (person, phone_number_id, window_expires_at) select id, 'n', now() from person;
		insert into request (reference, person, conversation, service, kind, portal, department, language, answers, stage, created_at)
		select case p.id when '`+lakshmi+`' then 'JS-L' else 'JS-R' end, p.id, c.id, 's', 'bill', 'p',
			case p.id when '`+lakshmi+`' then 'energy' else 'revenue' end, 'te', '{}', 'received', now()
		from person p join conversation c on c.person = p.id where p.id in ('`+lakshmi+`', '`+ravi+`')`)
	require.NoError(t, err)
	return pool
}

func within(t *testing.T, pool *pgxpool.Pool, scope access.Scope, statement string) (tag int64, err error) {
	t.Helper()
	err = access.Within(t.Context(), pool, scope, func(ctx context.Context, tx pgx.Tx) error {
		result, err := tx.Exec(ctx, statement)
		tag = result.RowsAffected()
		return err
	})
	return tag, err
}

func TestWhatEachRoleMustNotDo(t *testing.T) {
	t.Parallel()
	pool := filled(t)
	everybody := []string{
		`update audit_entry set reason = ''`, `delete from audit_entry`, `truncate audit_entry`, `update audit_head set seq = 0`,
		`insert into audit_entry select * from audit_entry`, `delete from ledger_entry`, `update ledger_entry set amount = 1`,
		`delete from payment_event`, `delete from person`, `delete from person_key`, `delete from approval`, `truncate request`, `drop table request`,
		`create table mine (x int)`, `alter table request disable row level security`, `alter table audit_entry disable trigger all`,
		`update access_version set hash = ''`, `create role somebody`,
		`update request set reference = 'x'`, `update channel_identity set value = 'x'`, `delete from request`, `delete from consent`,
		`delete from log_entry`, `update log_hash set hash = hash`, `truncate log_checkpoint`, `delete from issued_document`, `update issued_document set slot = slot`,
		`update consent set given = true`, `update payment_order set amount = 1`, `update refund set amount = 1`,
	}
	tests := map[access.Role][]string{
		access.Gateway: {`insert into log_entry (leaf) values ('x')`, `update issued_document set state = 'valid'`, `update person_key set kek = 'mine'`, `delete from channel_identity`, `delete from document`, `insert into document select * from document`,
			`select * from audit_entry`, `select * from approval`, `select * from operator_lock`, `update request set answers = answers`,
			`update request set stage = 'x'`, `insert into ledger_account values ('mine')`},
		access.Worker: {`insert into request select * from request`, `insert into person values (gen_random_uuid())`, `delete from inbox`,
			`select * from operator_lock`, `select * from audit_entry`, `update approval set approved = true`, `insert into consent (notice) select notice from consent`},
		access.Operator: {`select answers from request`, `select detail from request`, `select * from request`, `select value from channel_identity`,
			`select session from conversation`, `select payload from outbox`, `select template from outbox`, `select bubble from question`,
			`select content from document`, `select wrapped from person_key`, `select raw from payment_event`, `update request set stage = 'done'`,
			`update portal_state set state = 'works'`, `update outbox set state = 'queued'`, `insert into refund select * from refund`, `update payment_order set state = 'paid'`, `select * from audit_entry`},
		access.Desk: {`select * from conversation`, `select * from channel_identity`, `select payload from outbox`, `update request set stage = 'x'`,
			`select * from audit_entry`, `select * from operator_lock`, `insert into approval (id) values ('x')`, `select * from refund`},
		access.Department: {`select answers from request`, `select person from request`, `select * from person`, `select * from document`,
			`select * from outbox`, `select * from payment_order`, `update request set stage = 'x'`, `select * from person_key`, `select * from approval`,
			`select * from request_at_desk('JS-L')`},
		access.Auditor: {`select * from request`, `select * from person`, `select * from person_key`, `select wrapped from person_key`, `select * from outbox`,
			`select * from document`, `select * from conversation`, `select * from channel_identity`, `update approval set approved = true`,
			`select * from request_at_desk('JS-L')`},
	}
	for role, own := range tests {
		for _, statement := range slices.Concat(everybody, own) {
			_, err := within(t, pool, access.Scope{Role: role, Person: lakshmi, Department: "energy"}, statement)
			require.Error(t, err, "%s: %s", role, statement)
			refused := strings.Contains(err.Error(), "permission denied") || strings.Contains(err.Error(), "must be owner")
			require.True(t, refused, "%s: %s: %v", role, statement, err)
		}
	}
}

func TestWhatTheHubMustBeAbleToDo(t *testing.T) {
	t.Parallel()
	pool := filled(t)
	tests := map[access.Role][]string{
		access.Gateway: {
			`insert into person (id) values (gen_random_uuid())`, `update person set trust = 'unverified'`,
			`update channel_identity set valid_to = now()`, `select from conversation for update`, `update conversation set session = null`,
			`delete from inbox`, `update request set person = person`, `update outbox set state = 'queued'`, `update outbox_lane set version = 2`,
			`update question set state = 'answered'`, `select from payment_order for update`, `update payment_order set state = 'paid' where false`,
			`select * from document`, `insert into erasure (id, person, cancel_open, requested_at) select 'e', id, true, now() from person limit 1`,
			`insert into notice (hash, version, language, content) values (sha256('x'), 'v', 'te', 'x')`, `listen outbox`, `select * from portal_state`,
		},
		access.Worker: {
			`update request set stage = 'x', detail = null, open = true`, `update request set answers = answers, forgotten_at = now()`,
			`select from request for update skip locked`, `update conversation set session = null`, `select from outbox for update skip locked`,
			`delete from outbox where false`, `select from document for update skip locked`, `delete from document`, `delete from question`,
			`delete from channel_identity`, `update person_key set wrapped = null, destroyed_at = now()`, `update payment_event set raw = null`,
			`update erasure set erased_at = now()`, `select * from consent`, `select * from notice`, `insert into outbox_lane (lane, sender) values ('l', 's')`,
			`update refund set state = 'pending'`, `select * from ledger_account`,
			`insert into portal_state values ('p', 'works', now(), current_timestamp, 1, '', '')`, `update portal_state set state = 'down'`,
		},
	}
	for role, statements := range tests {
		for _, statement := range statements {
			_, err := within(t, pool, access.Scope{Role: role}, statement)
			require.NoError(t, err, "%s: %s", role, statement)
		}
	}
}

func TestRowsThatEachRoleSees(t *testing.T) {
	t.Parallel()
	pool := filled(t)
	tests := []struct {
		name  string
		scope access.Scope
		rows  int64
	}{
		{"the gateway sees all", access.Scope{Role: access.Gateway}, 2},
		{"the worker sees all", access.Scope{Role: access.Worker}, 2},
		{"an operator sees all", access.Scope{Role: access.Operator}, 2},
		{"a desk sees whom it serves", access.Scope{Role: access.Desk, Person: lakshmi}, 1},
		{"a desk that serves nobody sees nobody", access.Scope{Role: access.Desk}, 0},
		{"a desk does not see by department", access.Scope{Role: access.Desk, Department: "energy"}, 0},
		{"a department sees its own", access.Scope{Role: access.Department, Department: "revenue"}, 1},
		{"a viewer of no department sees none", access.Scope{Role: access.Department}, 0},
		{"a department does not see by person", access.Scope{Role: access.Department, Person: lakshmi}, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			rows, err := within(t, pool, test.scope, `select reference from request`)
			require.NoError(t, err)
			require.Equal(t, test.rows, rows)
		})
	}
}

func TestTheScopeEndsWithItsTransaction(t *testing.T) {
	t.Parallel()
	pool := filled(t)
	conn, err := pool.Acquire(t.Context())
	require.NoError(t, err)
	defer conn.Release()
	tx, err := conn.Begin(t.Context())
	require.NoError(t, err)
	require.NoError(t, tx.Commit(t.Context()))
	_, err = within(t, pool, access.Scope{Role: access.Desk, Person: lakshmi}, `select reference from request`)
	require.NoError(t, err)
	rows, err := within(t, pool, access.Scope{Role: access.Desk}, `select reference from request`)
	require.NoError(t, err)
	require.Zero(t, rows)
}

func TestTwoPeopleMustAgree(t *testing.T) {
	t.Parallel()
	pool := filled(t)
	asha, bala := access.Scope{Role: access.Operator, Subject: "asha"}, access.Scope{Role: access.Operator, Subject: "bala"}
	const ask = `insert into approval (id, action, object, reason, requested_by, expires_at) values ('1', 'refund', 'JS-L', 'why', 'asha', now() + interval '1 hour')`
	_, err := within(t, pool, bala, ask)
	require.ErrorContains(t, err, "row-level security", "nobody asks in another's name")
	_, err = within(t, pool, asha, ask)
	require.NoError(t, err)
	for _, test := range []struct {
		name, statement string
		by              access.Scope
	}{
		{"one approves one's own", `update approval set decided_by = 'asha', decided_at = now(), approved = true`, asha},
		{"one approves in another's name", `update approval set decided_by = 'bala', decided_at = now(), approved = true`, asha},
		{"used before it is approved", `update approval set used_at = now(), used_for = 'x'`, bala},
		{"another object is slipped in", `update approval set object = 'JS-R'`, bala},
	} {
		_, err := within(t, pool, test.by, test.statement)
		require.Error(t, err, test.name)
	}
	_, err = within(t, pool, bala, `update approval set decided_by = 'bala', decided_at = now(), approved = true`)
	require.NoError(t, err)
	_, err = within(t, pool, bala, `update approval set approved = false`)
	require.Error(t, err, "a decision stands")
	_, err = within(t, pool, asha, `update approval set used_at = now(), used_for = 'x'`)
	require.NoError(t, err)
	_, err = within(t, pool, asha, `update approval set used_at = now(), used_for = 'x'`)
	require.Error(t, err, "used once")
}

// TestEveryTableIsDecidedOn fails for a new table without a line in grants.sql.
func TestEveryTableIsDecidedOn(t *testing.T) {
	t.Parallel()
	pool := storetest.New(t)
	rows, err := pool.Query(t.Context(), `
		select c.relname, c.relrowsecurity, exists (select from information_schema.role_table_grants g where g.table_name = c.relname
				and g.grantee like 'jansetu\_%' and g.grantee <> 'jansetu_owner')
			or exists (select from information_schema.column_privileges g where g.table_name = c.relname
				and g.grantee like 'jansetu\_%' and g.grantee <> 'jansetu_owner')
		from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and c.relname <> 'goose_db_version'`)
	require.NoError(t, err)
	tables, err := pgx.CollectRows(rows, pgx.RowToStructByPos[struct {
		Name             string
		Secured, Decided bool
	}])
	require.NoError(t, err)
	require.NotEmpty(t, tables)
	for _, table := range tables {
		require.True(t, table.Secured, "%s has no row-level security", table.Name)
		require.True(t, table.Decided, "%s: no role may use it; decide in store/access/grants.sql", table.Name)
	}
	var open int
	require.NoError(t, pool.QueryRow(t.Context(), `select count(*) from information_schema.role_table_grants
		where table_schema = 'public' and grantee = 'PUBLIC'`).Scan(&open))
	require.Zero(t, open, "what everybody may do")
}

func TestApplyingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t)
	require.NoError(t, store.Migrate(t.Context(), url))
	db, err := sql.Open("pgx", url)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), `update access_version set hash = 'of an older version'`)
	require.NoError(t, err)
	require.NoError(t, access.Apply(t.Context(), db))
	require.NoError(t, access.Apply(t.Context(), db))
	var hash string
	require.NoError(t, db.QueryRowContext(t.Context(), `select hash from access_version`).Scan(&hash))
	require.Contains(t, hash, access.Hash())
}

func TestAConnectionWorksUnderItsRole(t *testing.T) {
	t.Parallel()
	config, err := pgxpool.ParseConfig(storetest.URL(t))
	require.NoError(t, err)
	config.AfterConnect = access.As(access.Auditor)
	pool, err := pgxpool.NewWithConfig(t.Context(), config)
	require.NoError(t, err)
	defer pool.Close()
	_, err = pool.Exec(t.Context(), `select * from request`)
	require.ErrorContains(t, err, "permission denied")
	var via string
	require.NoError(t, pool.QueryRow(t.Context(), `select audit_append('{asha}', '{audit.read}', '{null}', '{""}', '{""}')::text`).Scan(&via))
	require.NoError(t, pool.QueryRow(t.Context(), `select via from audit_entry`).Scan(&via))
	require.Equal(t, fmt.Sprint(access.Auditor), via, "the log says through which role")
}
