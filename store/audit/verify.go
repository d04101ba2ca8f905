package audit

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// origin is what the first entry follows.
const origin = "jansetu audit"

// mostFaults is how many faults a verification lists; one is as bad as a thousand.
const mostFaults = 100

// Checkpoint is the end of the log at some time. Kept where the database's owner cannot reach it, it shows even a log that was written
// anew from there on.
type Checkpoint struct {
	Seq  int64
	Hash []byte
}

// String is "seq:hash", the hash in hex.
func (c Checkpoint) String() string {
	return strconv.FormatInt(c.Seq, 10) + ":" + hex.EncodeToString(c.Hash)
}

// ParseCheckpoint reads what [Checkpoint.String] wrote.
func ParseCheckpoint(text string) (Checkpoint, error) {
	number, hash, _ := strings.Cut(strings.TrimSpace(text), ":")
	seq, numberErr := strconv.ParseInt(number, 10, 64)
	sum, hashErr := hex.DecodeString(hash)
	if numberErr != nil || hashErr != nil || seq < 0 || len(sum) != sha256.Size {
		return Checkpoint{}, errors.New("a checkpoint is a number, a colon and 64 hexadecimal digits")
	}
	return Checkpoint{Seq: seq, Hash: sum}, nil
}

// Fault is one place at which the log is not what was written.
type Fault struct {
	Seq    int64
	Reason string
}

// Report is the result of a verification.
type Report struct {
	Entries int64
	End     Checkpoint
	Faults  []Fault // empty: the log is whole; at most 100
}

// Latest reads where the log ends.
func Latest(ctx context.Context, in Database) (end Checkpoint, err error) {
	if err := in.QueryRow(ctx, `select seq, hash from audit_head`).Scan(&end.Seq, &end.Hash); err != nil {
		return Checkpoint{}, fmt.Errorf("read the end of the audit log: %w", err)
	}
	return end, nil
}

// Verify reads the whole log and reports every entry that was changed, is missing, or stands elsewhere than where it was written, and
// every checkpoint that the log contradicts. Run it in a repeatable-read transaction while others append.
func Verify(ctx context.Context, in Database, known ...Checkpoint) (Report, error) {
	end, err := Latest(ctx, in)
	if errors.Is(err, pgx.ErrNoRows) {
		end = Checkpoint{Seq: -1} // contradicts whatever is found
	} else if err != nil {
		return Report{}, err
	}
	start := sha256.Sum256([]byte(origin))
	v := verification{last: Checkpoint{Hash: start[:]}, known: map[int64][]Checkpoint{}}
	for _, checkpoint := range known {
		v.known[checkpoint.Seq] = append(v.known[checkpoint.Seq], checkpoint)
	}
	v.compare()
	if err := v.read(ctx, in); err != nil {
		return Report{}, err
	}
	v.finish(end)
	return v.report, nil
}

// verification walks the chain.
type verification struct {
	report Report
	last   Checkpoint
	at     time.Time
	known  map[int64][]Checkpoint // not yet compared
}

// link is a row with its place in the chain.
type link struct {
	Recorded

	previous, hash []byte
}

func (v *verification) read(ctx context.Context, in Database) error {
	rows, err := in.Query(ctx, `select seq, at, actor, via, action, person::text, object, reason, previous, hash from audit_entry order by seq`)
	if err != nil {
		return fmt.Errorf("read the audit log: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var l link
		var person *string
		if err := rows.Scan(&l.Seq, &l.At, &l.Actor, &l.Via, &l.Action, &person, &l.Object, &l.Reason, &l.previous, &l.hash); err != nil {
			return fmt.Errorf("read the audit log: %w", err)
		}
		v.take(&l, person)
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("read the audit log: %w", err)
	}
	return nil
}

// take goes on from the hash that is stored, so that one fault does not make faults of all that follows.
func (v *verification) take(l *link, person *string) {
	if l.Seq != v.last.Seq+1 {
		v.fault(v.last.Seq+1, fmt.Sprintf("entries %d to %d are missing", v.last.Seq+1, l.Seq-1))
	} else if !bytes.Equal(l.previous, v.last.Hash) {
		v.fault(l.Seq, "does not follow the entry before it")
	}
	if !bytes.Equal(l.hash, l.sum(person)) {
		v.fault(l.Seq, "was changed")
	}
	if l.At.Before(v.at) {
		v.fault(l.Seq, "is older than the entry before it")
	}
	v.report.Entries++
	v.last, v.at = Checkpoint{Seq: l.Seq, Hash: l.hash}, l.At
	v.compare()
}

// sum is the hash that the row should have: SHA-256 over the hash before, and the fields, each with its length in front.
func (l *link) sum(person *string) []byte {
	canonical := bytes.Clone(l.previous)
	canonical = binary.BigEndian.AppendUint64(canonical, uint64(l.Seq)) //nolint:gosec // two's complement, as int8send
	canonical = binary.BigEndian.AppendUint64(canonical, uint64(l.At.UnixMicro()))
	for _, field := range []*string{&l.Actor, &l.Via, (*string)(&l.Action), person, &l.Object, &l.Reason} {
		if field == nil {
			canonical = binary.BigEndian.AppendUint32(canonical, 0xffffffff)
			continue
		}
		canonical = binary.BigEndian.AppendUint32(canonical, uint32(len(*field))) //nolint:gosec // columns are limited to 500 characters
		canonical = append(canonical, *field...)
	}
	sum := sha256.Sum256(canonical)
	return sum[:]
}

func (v *verification) compare() {
	for _, checkpoint := range v.known[v.last.Seq] {
		if !bytes.Equal(checkpoint.Hash, v.last.Hash) {
			v.fault(v.last.Seq, "is not the entry of the checkpoint")
		}
	}
	delete(v.known, v.last.Seq)
}

func (v *verification) finish(end Checkpoint) {
	if end.Seq != v.last.Seq || !bytes.Equal(end.Hash, v.last.Hash) {
		v.fault(v.last.Seq, fmt.Sprintf("the log should end at entry %d", end.Seq))
	}
	for seq := range v.known {
		v.fault(seq, "the entry of a checkpoint is missing")
	}
	v.report.End = v.last
}

func (v *verification) fault(seq int64, reason string) {
	if len(v.report.Faults) < mostFaults {
		v.report.Faults = append(v.report.Faults, Fault{Seq: seq, Reason: reason})
	}
}
