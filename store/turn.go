package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Conversation is one person's talk with one business number, locked by the transaction that read it.
type Conversation struct {
	ConversationKey
	ID              int64
	Session         json.RawMessage // nil: never written
	WindowExpiresAt time.Time       // end of the customer service window
}

// RequestFact is a request as the citizen may hear of it.
type RequestFact struct {
	Person    string
	Reference string
	Service   string
	Stage     string
	Detail    string
	Open      bool
	CreatedAt time.Time
	UpdatedAt time.Time
	Link      string // of the payment page, while it takes money; empty: none
	Paid      bool   // what was asked for last has come
	// Papers are what the citizen was given for it and what still counts, newest first, at most 3.
	Papers []PaperFact
	// Refunds are what of its money goes back, or went: first what is not through, then the newest, at most 3.
	Refunds []RefundFact
}

// RefundFact is money of a request that goes back to who paid.
type RefundFact struct {
	Purpose  string    `json:"purpose"` // why
	Amount   int64     `json:"amount"`  // paise
	State    string    `json:"state"`   // due, pending, processed or failed
	Number   string    `json:"number"`  // the gateway's refund id; empty: not known yet
	BookedAt time.Time `json:"booked_at"`
}

// PaperFact names a document that can be sent again.
type PaperFact struct {
	ID       string `json:"id"`
	Filename string `json:"filename"`
	MIMEType string `json:"mime_type"`
}

// keptPapers are the kinds of document that a citizen is sent again on asking: not captchas, copies of data or proofs of consent.
var keptPapers = []string{"receipt", "ticket", "certificate", "acknowledgement", "record", "appeal"}

// QuestionFact is an open question of a running request.
type QuestionFact struct {
	Conversation int64
	ID           string
	Reference    string
	Service      string
	Bubble       json.RawMessage
	Choices      json.RawMessage
	Field        json.RawMessage // nil: none
}

// QuotedQuestion says which question a message that we sent asked.
type QuotedQuestion struct {
	Conversation int64
	WAMID        string
	Question     string
}

// TurnFacts is what turns need to know.
type TurnFacts struct {
	Conversations []Conversation
	Requests      []RequestFact  // newest first, at most 10 of a person
	Questions     []QuestionFact // oldest first, at most 10 of a conversation
	Quoted        []QuotedQuestion
}

// LockConversations locks the conversations, which must exist, and reads what their turns need to know. quoted are the
// wamids that the messages quote. What cannot be read any more is left out: a session begins afresh, a question is not there.
func (tx *Tx) LockConversations(ctx context.Context, keys []ConversationKey, quoted []string) (facts TurnFacts, err error) {
	persons, numbers := conversationColumns(keys)
	batch := &pgx.Batch{}
	batch.Queue(`
		select person::text, phone_number_id, id, session, window_expires_at from conversation
		where (person, phone_number_id) in (select * from unnest($1::text[]::uuid[], $2::text[]))
		order by id for update`, persons, numbers)
	batch.Queue(`
		select p.id::text, r.reference, r.service, r.stage, r.detail, r.open, r.created_at, r.updated_at, coalesce(o.link_url, ''),
			coalesce(o.paid, false), coalesce(d.papers, '[]'), coalesce(f.refunds, '[]')
		from (select distinct unnest($1::text[]::uuid[]) as id) p
		cross join lateral (select * from request where person = p.id order by created_at desc limit 10) r
		left join lateral (
			select case when state = 'awaiting' and expires_at > now() then link_url end as link_url, state = 'paid' as paid
			from payment_order where request = r.reference and r.open order by created_at desc limit 1) o on true
		left join lateral (
			select json_agg(json_build_object('id', id, 'filename', filename, 'mime_type', mime_type) order by created_at desc) as papers from (
				select d.id, d.filename, d.mime_type, d.created_at from document d left join issued_document i on i.document = d.id
				where d.request = r.reference and d.kind = any($2) and coalesce(i.state = 'valid', true)
				order by d.created_at desc limit 3) newest) d on true
		left join lateral (
			select json_agg(json_build_object('purpose', purpose, 'amount', amount, 'state', state, 'number', provider_refund, 'booked_at', created_at)
				order by done, created_at desc, id) as refunds from (
				select f.*, f.state = 'processed' as done from payment_order p join refund f on f.order_id = p.id
				where p.request = r.reference order by done, f.created_at desc, f.id limit 3) owed_first) f on true`, persons, keptPapers)
	batch.Queue(`
		select c.id, q.id, q.request, r.service, q.bubble, q.choices, q.field from conversation c
		cross join lateral (select * from question where conversation = c.id and state = 'open' order by created_at limit 10) q
		join request r on r.reference = q.request
		where (c.person, c.phone_number_id) in (select * from unnest($1::text[]::uuid[], $2::text[]))`, persons, numbers)
	if len(quoted) > 0 {
		batch.Queue(`
			select o.conversation, o.wamid, q.id from outbox o join question q on q.id = split_part(substr(o.dedupe, 10), '#', 1)
			where o.wamid = any($1::bytea[]) and o.dedupe like 'question:%'`, tx.messageHashes(quoted))
	}
	var stored storedFacts
	results := tx.SendBatch(ctx, batch)
	if err := closeBatch(results, stored.read(results, len(quoted) > 0)); err != nil {
		return facts, err
	}
	if err := tx.ring.loadFor(ctx, stored.ciphertexts()...); err != nil {
		return facts, err
	}
	facts.Quoted = tx.nameQuoted(stored.quoted, quoted)
	return stored.open(tx.ring, facts)
}

// AnsweredQuestion is a question with what was chosen, or what was given to its field.
type AnsweredQuestion struct {
	Person string // who answered
	ID     string
	Choice string
	Value  string
}

// Turns is everything that a batch of turns changed.
type Turns struct {
	Conversations []Conversation // with the new session and window
	Outbox        []OutboxRow    // in the order in which they are to be sent
	Requests      []Request
	Answered      []AnsweredQuestion
	Consents      []Consent
	Erasures      []Erasure
}

// WriteTurns writes what the turns changed, and frees the messages that waited for these citizens to write. It is the transaction's last
// statement: consents go into the audit log, as audit.Append says.
func (tx *Tx) WriteTurns(ctx context.Context, turns Turns) error {
	if err := tx.ring.load(ctx, turns.persons()...); err != nil {
		return err
	}
	batch := &pgx.Batch{}
	err := errors.Join(tx.queueConversations(batch, turns.Conversations), tx.queueRequests(batch, turns.Requests),
		tx.queueOutbox(batch, turns.Outbox), tx.queueAnswers(batch, turns.Answered))
	if err != nil {
		return fmt.Errorf("encrypt turns: %w", err)
	}
	tx.queueConsents(batch, turns.Consents)
	queueErasures(batch, turns.Erasures)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("write turns: %w", err)
	}
	return tx.auditConsents(ctx, turns.Consents)
}

func (t *Turns) persons() []string {
	persons := make([]string, 0, len(t.Conversations)+len(t.Outbox))
	for i := range t.Conversations {
		persons = append(persons, t.Conversations[i].Person)
	}
	for i := range t.Outbox {
		persons = append(persons, t.Outbox[i].Person)
	}
	for i := range t.Requests {
		persons = append(persons, t.Requests[i].Person)
	}
	for _, answered := range t.Answered {
		persons = append(persons, answered.Person)
	}
	return persons
}

func (tx *Tx) queueConversations(batch *pgx.Batch, conversations []Conversation) (err error) {
	ids := make([]int64, len(conversations))
	sessions := make([][]byte, len(conversations))
	windows := make([]time.Time, len(conversations))
	for i := range conversations {
		c := &conversations[i]
		ids[i], windows[i] = c.ID, c.WindowExpiresAt
		if sessions[i], err = tx.ring.seal(c.Person, c.Session, placeOfSession(c.ConversationKey)); err != nil {
			return err
		}
	}
	batch.Queue(`
		update conversation c set session = u.session, window_expires_at = u.expires_at, updated_at = now()
		from unnest($1::bigint[], $2::bytea[], $3::timestamptz[]) u (id, session, expires_at) where c.id = u.id`,
		ids, sessions, windows)
	batch.Queue(`
		with freed as (update outbox set state = 'queued', state_at = now()
			where state = 'waiting' and conversation = any($1::bigint[]) returning lane)
		update outbox_lane set version = version + 1, ready_at = coalesce(ready_at, now())
		where lane = any(array(select lane from freed))`, ids)
	return nil
}

func (tx *Tx) queueRequests(batch *pgx.Batch, requests []Request) error {
	for i := range requests {
		r := &requests[i]
		plain, err := json.Marshal(r.Answers)
		if err != nil {
			return fmt.Errorf("encode answers: %w", err)
		}
		answers, err := tx.ring.seal(r.Person, plain, placeInRequest("answers", r.Reference))
		if err != nil {
			return err
		}
		batch.Queue(`
			insert into request (reference, person, conversation, service, kind, portal, department, language, answers, stage, created_at)
			values ($1, $2::text::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
			r.Reference, r.Person, r.Conversation, r.Service, r.Kind, r.Portal, r.Department, r.Language, answers, r.Stage, r.CreatedAt)
	}
	return nil
}

func (tx *Tx) queueOutbox(batch *pgx.Batch, rows []OutboxRow) error {
	if len(rows) == 0 {
		return nil
	}
	columns := outboxColumns{}
	for i := range rows {
		if err := columns.add(tx.ring, &rows[i]); err != nil {
			return err
		}
	}
	batch.Queue(`
		insert into outbox (lane, kind, conversation, seal, payload, template, dedupe)
		select lane, kind, nullif(conversation, 0), seal, payload, template, nullif(dedupe, '')
		from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bytea[], $6::bytea[], $7::text[]) with ordinality
			u (lane, kind, conversation, seal, payload, template, dedupe, place)
		order by place on conflict (dedupe) do nothing`,
		columns.lanes, columns.kinds, columns.conversations, columns.seals, columns.payloads, columns.templates, columns.dedupes)
	// Lanes are locked in one order by every transaction: no deadlocks.
	batch.Queue(`
		insert into outbox_lane (lane, sender, ready_at)
		select distinct on (lane) lane, sender, now() from unnest($1::text[], $2::text[]) u (lane, sender) order by lane
		on conflict (lane) do update set version = outbox_lane.version + 1, ready_at = coalesce(outbox_lane.ready_at, now())`,
		columns.lanes, columns.senders)
	return nil
}

type outboxColumns struct {
	lanes, senders, kinds, dedupes []string
	conversations, seals           []int64
	payloads, templates            [][]byte
}

func (c *outboxColumns) add(ring *keyring, row *OutboxRow) error {
	sealed, err := row.seal(ring)
	if err != nil {
		return err
	}
	c.lanes = append(c.lanes, row.Lane)
	c.senders = append(c.senders, row.Sender)
	c.kinds = append(c.kinds, row.Kind)
	c.conversations = append(c.conversations, row.Conversation)
	c.seals = append(c.seals, sealed.seal)
	c.payloads = append(c.payloads, sealed.payload)
	c.templates = append(c.templates, sealed.template)
	c.dedupes = append(c.dedupes, row.Dedupe)
	return nil
}

func (tx *Tx) queueAnswers(batch *pgx.Batch, answered []AnsweredQuestion) error {
	for _, answer := range answered {
		given := answer.Choice
		if given == "" {
			given = answer.Value
		}
		choice, err := tx.ring.seal(answer.Person, []byte(given), placeInQuestion("answer", answer.ID))
		if err != nil {
			return err
		}
		batch.Queue(`
			update question set state = 'answered', answer = $2, closed_at = now() where id = $1 and state = 'open'`, answer.ID, choice)
	}
	return nil
}
