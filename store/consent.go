package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/audit"
)

// Consent is a citizen's yes or no to the notice, or their yes taken back.
type Consent struct {
	Person       string
	Conversation int64
	Notice       string // its version
	Language     string
	Shown        string // the notice, word for word
	MessageID    string // the channel's id of the message with which they decided; kept as a keyed hash
	Given        bool
	At           time.Time
}

// queueConsents keeps each wording of the notice once.
func (tx *Tx) queueConsents(batch *pgx.Batch, consents []Consent) {
	for i := range consents {
		c := &consents[i]
		hash := sha256.Sum256([]byte(c.Shown))
		batch.Queue(`insert into notice (hash, version, language, content) values ($1, $2, $3, $4) on conflict do nothing`,
			hash[:], c.Notice, c.Language, c.Shown)
		batch.Queue(`
			insert into consent (person, conversation, notice, language, shown, message, given, at)
			values ($1::text::uuid, $2, $3, $4, $5, $6, $7, $8)`,
			c.Person, c.Conversation, c.Notice, c.Language, hash[:], tx.messageHash(c.MessageID), c.Given, c.At)
	}
}

// auditConsents puts each decision into the audit log with the hash of the wording that was shown: that it was made, on what and when can be
// proved although whoever owns the database says otherwise.
func (tx *Tx) auditConsents(ctx context.Context, consents []Consent) error {
	entries := make([]audit.Entry, len(consents))
	for i := range consents {
		c := &consents[i]
		hash := sha256.Sum256([]byte(c.Shown))
		entries[i] = audit.Entry{
			Actor: "hub/gateway", Action: audit.ConsentRefused, Person: c.Person, Object: hex.EncodeToString(hash[:]),
			Reason: fmt.Sprintf("the citizen's answer in the chat to notice %s in %s", c.Notice, c.Language),
		}
		if c.Given {
			entries[i].Action = audit.ConsentGiven
		}
	}
	return audit.Append(ctx, tx, entries...)
}
