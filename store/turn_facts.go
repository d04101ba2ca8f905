package store

import (
	"encoding/json"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// storedFacts are TurnFacts as they are stored.
type storedFacts struct {
	conversations []storedConversation
	requests      []storedRequestFact
	questions     []storedQuestionFact
	quoted        []storedQuoted
}

type storedQuoted struct {
	Conversation int64
	Message      []byte
	Question     string
}

type storedConversation struct {
	Person          string
	PhoneNumberID   string
	ID              int64
	Session         []byte
	WindowExpiresAt time.Time
}

type storedRequestFact struct {
	Person    string
	Reference string
	Service   string
	Stage     string
	Detail    []byte
	Open      bool
	CreatedAt time.Time
	UpdatedAt time.Time
	Link      string
	Paid      bool
	Papers    []PaperFact
	Refunds   []RefundFact
}

type storedQuestionFact struct {
	Conversation int64
	ID           string
	Reference    string
	Service      string
	Bubble       []byte
	Choices      []byte
	Field        []byte
}

func (f *storedFacts) read(results pgx.BatchResults, quoted bool) (err error) {
	if f.conversations, err = collect(results, pgx.RowToStructByPos[storedConversation], "lock conversations"); err != nil {
		return err
	}
	if f.requests, err = collect(results, pgx.RowToStructByPos[storedRequestFact], "read requests"); err != nil {
		return err
	}
	if f.questions, err = collect(results, pgx.RowToStructByPos[storedQuestionFact], "read questions"); err != nil {
		return err
	}
	if quoted {
		f.quoted, err = collect(results, pgx.RowToStructByPos[storedQuoted], "read quoted questions")
	}
	return err
}

func (f *storedFacts) ciphertexts() [][]byte {
	sealed := make([][]byte, 0, len(f.conversations)+len(f.requests)+len(f.questions))
	for i := range f.conversations {
		sealed = append(sealed, f.conversations[i].Session)
	}
	for i := range f.requests {
		sealed = append(sealed, f.requests[i].Detail)
	}
	for i := range f.questions {
		sealed = append(sealed, f.questions[i].Bubble, f.questions[i].Choices)
		if f.questions[i].Field != nil {
			sealed = append(sealed, f.questions[i].Field)
		}
	}
	return sealed
}

func (f *storedFacts) open(ring *keyring, facts TurnFacts) (_ TurnFacts, err error) {
	for i := range f.conversations {
		stored := &f.conversations[i]
		c := Conversation{ConversationKey: ConversationKey{Person: stored.Person, PhoneNumberID: stored.PhoneNumberID}, ID: stored.ID,
			WindowExpiresAt: stored.WindowExpiresAt}
		if c.Session, err = ring.readable(stored.Session, placeOfSession(c.ConversationKey)); err != nil {
			return facts, err
		}
		facts.Conversations = append(facts.Conversations, c)
	}
	for i := range f.requests {
		fact, err := f.requests[i].open(ring)
		if err != nil {
			return facts, err
		}
		facts.Requests = append(facts.Requests, fact)
	}
	for i := range f.questions {
		fact, err := f.questions[i].open(ring)
		if err != nil {
			return facts, err
		}
		if fact.Bubble != nil && fact.Choices != nil {
			facts.Questions = append(facts.Questions, fact)
		}
	}
	return facts, nil
}

// nameQuoted gives the messages back the ids by which they were asked for.
func (tx *Tx) nameQuoted(stored []storedQuoted, ids []string) []QuotedQuestion {
	byHash := make(map[string]string, len(ids))
	for _, id := range ids {
		byHash[string(tx.messageHash(id))] = id
	}
	quoted := make([]QuotedQuestion, len(stored))
	for i, q := range stored {
		quoted[i] = QuotedQuestion{Conversation: q.Conversation, WAMID: byHash[string(q.Message)], Question: q.Question}
	}
	return quoted
}

func (r *storedRequestFact) open(ring *keyring) (RequestFact, error) {
	detail, err := ring.readable(r.Detail, placeInRequest("detail", r.Reference))
	return RequestFact{Person: r.Person, Reference: r.Reference, Service: r.Service, Stage: r.Stage, Detail: string(detail), Open: r.Open,
		CreatedAt: r.CreatedAt, UpdatedAt: r.UpdatedAt, Link: r.Link, Paid: r.Paid, Papers: r.Papers, Refunds: r.Refunds}, err
}

func (q *storedQuestionFact) open(ring *keyring) (fact QuestionFact, err error) {
	fact = QuestionFact{Conversation: q.Conversation, ID: q.ID, Reference: q.Reference, Service: q.Service}
	if fact.Bubble, err = ring.readable(q.Bubble, placeInQuestion("bubble", q.ID)); err != nil {
		return fact, err
	}
	if fact.Choices, err = ring.readable(q.Choices, placeInQuestion("choices", q.ID)); err != nil || q.Field == nil {
		return fact, err
	}
	fact.Field, err = ring.readable(q.Field, placeInQuestion("field", q.ID))
	return fact, err
}

// readable is open for what a turn can do without: nil when it cannot be read any more.
func (r *keyring) readable(sealed []byte, at vault.Place) (json.RawMessage, error) {
	plain, err := r.open(sealed, at)
	if IsUnreadable(err) {
		return nil, nil
	}
	return plain, err
}
