package audit

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// SignedCheckpoint is where the log ended at some time, signed with a key that the database does not have, and chained to the one before: the
// owner of the database can neither make one nor take one away from between others.
type SignedCheckpoint struct {
	Checkpoint

	Number    int64 // 1, 2, 3 …
	At        time.Time
	Previous  []byte // SHA-256 of the signature before; of nothing for the first
	Signature []byte // Ed25519
}

// message is what is signed.
func (c SignedCheckpoint) message() []byte {
	return fmt.Appendf(nil, "jansetu audit checkpoint v1\n%d\n%d\n%s\n%d\n%s\n", c.Number, c.Seq, hex.EncodeToString(c.Hash), c.At.UnixMicro(),
		hex.EncodeToString(c.Previous))
}

const lastCheckpoint = `select number, seq, hash, at, previous, signature from audit_checkpoint order by number desc limit 1`

// Sign adds a checkpoint of the log's end to those in the database, in its transaction, and returns it.
func Sign(ctx context.Context, tx Database, key ed25519.PrivateKey, now time.Time) (SignedCheckpoint, error) {
	end, err := Latest(ctx, tx)
	if err != nil {
		return SignedCheckpoint{}, err
	}
	signed := SignedCheckpoint{Checkpoint: end, Number: 1, At: now.UTC().Truncate(time.Microsecond)}
	rows, err := tx.Query(ctx, lastCheckpoint)
	if err != nil {
		return SignedCheckpoint{}, fmt.Errorf("read the last checkpoint: %w", err)
	}
	last, err := pgx.CollectExactlyOneRow(rows, scanCheckpoint)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return SignedCheckpoint{}, fmt.Errorf("read the last checkpoint: %w", err)
	}
	signed.Number = last.Number + 1
	previous := sha256.Sum256(last.Signature)
	signed.Previous = previous[:]
	signed.Signature = ed25519.Sign(key, signed.message())
	_, err = tx.Exec(ctx, `insert into audit_checkpoint (number, seq, hash, at, previous, signature) values ($1, $2, $3, $4, $5, $6)`,
		signed.Number, signed.Seq, signed.Hash, signed.At, signed.Previous, signed.Signature)
	if err != nil {
		return SignedCheckpoint{}, fmt.Errorf("write checkpoint: %w", err)
	}
	return signed, nil
}

func scanCheckpoint(row pgx.CollectableRow) (c SignedCheckpoint, err error) {
	err = row.Scan(&c.Number, &c.Seq, &c.Hash, &c.At, &c.Previous, &c.Signature)
	return c, err
}

// Signed are the checkpoints in the database and what is wrong with them.
type Signed struct {
	Known  []Checkpoint // for [Verify]: those whose signature is right
	Last   SignedCheckpoint
	Faults []Fault // Seq is the entry at which a checkpoint stands
}

// ReadSigned reads and checks all checkpoints: each is signed, none is missing between others, and they follow each other.
func ReadSigned(ctx context.Context, in Database, public ed25519.PublicKey) (signed Signed, err error) {
	rows, err := in.Query(ctx, `select number, seq, hash, at, previous, signature from audit_checkpoint order by number`)
	if err != nil {
		return Signed{}, fmt.Errorf("read checkpoints: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		next, err := scanCheckpoint(rows)
		if err != nil {
			return Signed{}, fmt.Errorf("read checkpoints: %w", err)
		}
		signed.add(next, public)
	}
	if err := rows.Err(); err != nil {
		return Signed{}, fmt.Errorf("read checkpoints: %w", err)
	}
	return signed, nil
}

func (s *Signed) add(next SignedCheckpoint, public ed25519.PublicKey) {
	previous := sha256.Sum256(s.Last.Signature)
	reason := ""
	switch {
	case !ed25519.Verify(public, next.message(), next.Signature):
		reason = "is not signed with the hub's key"
	case next.Number != s.Last.Number+1 || !bytes.Equal(next.Previous, previous[:]):
		reason = "does not follow the one before: one is missing"
	case next.Seq < s.Last.Seq:
		reason = "is before the one before"
	}
	if reason != "" && len(s.Faults) < mostFaults {
		s.Faults = append(s.Faults, Fault{Seq: next.Seq, Reason: fmt.Sprintf("checkpoint %d %s", next.Number, reason)})
	}
	if reason == "" {
		s.Known = append(s.Known, next.Checkpoint)
	}
	s.Last = next
}
