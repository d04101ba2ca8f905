package publiclog

import (
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

// ErrCheckpoint says that a checkpoint is not the log's: not in its form, of another log, or not signed by its key.
var ErrCheckpoint = errors.New("the checkpoint is refused")

// ErrTooFewWitnesses says that fewer witnesses signed a checkpoint than are asked for.
var ErrTooFewWitnesses = errors.New("too few witnesses signed the checkpoint")

// mostCheckpoint is the most bytes of a checkpoint that is read.
const mostCheckpoint = 64 << 10

// Checkpoint is the log at one size: everything in it, and its order, follows from the root hash.
type Checkpoint struct {
	Origin string // the log's name
	Size   int64
	Root   tlog.Hash
}

// text is the body of the signed note (C2SP tlog-checkpoint).
func (c Checkpoint) text() string {
	return c.Origin + "\n" + strconv.FormatInt(c.Size, 10) + "\n" + base64.StdEncoding.EncodeToString(c.Root[:]) + "\n"
}

// Sign writes the checkpoint as a note signed by the log; signer's name must be the origin.
func (c Checkpoint) Sign(signer note.Signer) ([]byte, error) {
	if signer.Name() != c.Origin {
		return nil, fmt.Errorf("%w: signer %q of log %q", ErrCheckpoint, signer.Name(), c.Origin)
	}
	signed, err := note.Sign(&note.Note{Text: c.text()}, signer)
	if err != nil {
		return nil, fmt.Errorf("sign checkpoint: %w", err)
	}
	return signed, nil
}

// OpenCheckpoint reads a checkpoint that log signed. It fails with ErrCheckpoint.
func OpenCheckpoint(signed []byte, log note.Verifier) (Checkpoint, error) {
	if len(signed) > mostCheckpoint {
		return Checkpoint{}, fmt.Errorf("%w: too long", ErrCheckpoint)
	}
	opened, err := note.Open(signed, note.VerifierList(log))
	if err != nil {
		return Checkpoint{}, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	c, err := parseCheckpoint(opened.Text)
	if err != nil {
		return Checkpoint{}, err
	}
	if c.Origin != log.Name() {
		return Checkpoint{}, fmt.Errorf("%w: of the log %q", ErrCheckpoint, c.Origin)
	}
	return c, nil
}

func parseCheckpoint(text string) (c Checkpoint, err error) {
	lines := strings.SplitN(text, "\n", 4)
	if len(lines) != 4 || lines[3] != "" { // we write no extensions, and accept none
		return c, fmt.Errorf("%w: not three lines", ErrCheckpoint)
	}
	c.Origin = lines[0]
	if c.Size, err = strconv.ParseInt(lines[1], 10, 64); err != nil || c.Size < 0 || strconv.FormatInt(c.Size, 10) != lines[1] {
		return c, fmt.Errorf("%w: its size is no number", ErrCheckpoint)
	}
	root, err := base64.StdEncoding.Strict().DecodeString(lines[2])
	if err != nil || len(root) != tlog.HashSize {
		return c, fmt.Errorf("%w: its root is no hash", ErrCheckpoint)
	}
	c.Root = tlog.Hash(root)
	return c, nil
}

// Policy is what a verifier asks of a checkpoint: the log's signature and those of at least Quorum of the Witnesses.
type Policy struct {
	Log       note.Verifier
	Witnesses []*Cosigner
	Quorum    int
}

// ParsePolicy reads verifier keys as a key list names them.
func ParsePolicy(log string, witnesses []string, quorum int) (Policy, error) {
	verifier, err := note.NewVerifier(log)
	if err != nil {
		return Policy{}, fmt.Errorf("the log's key: %w", err)
	}
	p := Policy{Log: verifier, Quorum: quorum}
	for _, key := range witnesses {
		witness, err := ParseCosigner(key)
		if err != nil {
			return Policy{}, err
		}
		p.Witnesses = append(p.Witnesses, witness)
	}
	if quorum < 0 || quorum > len(p.Witnesses) {
		return Policy{}, fmt.Errorf("%d witnesses cannot give %d signatures", len(p.Witnesses), quorum)
	}
	return p, nil
}

// Open reads a checkpoint and names the witnesses that signed it. It fails with ErrCheckpoint, and with ErrTooFewWitnesses beside the
// checkpoint.
func (p Policy) Open(signed []byte) (c Checkpoint, witnesses []string, err error) {
	if c, err = OpenCheckpoint(signed, p.Log); err != nil {
		return Checkpoint{}, nil, err
	}
	list := make([]note.Verifier, 0, len(p.Witnesses))
	for _, witness := range p.Witnesses {
		list = append(list, witness)
	}
	opened, err := note.Open(signed, note.VerifierList(slices.Concat(list, []note.Verifier{p.Log})...))
	if err != nil {
		return Checkpoint{}, nil, fmt.Errorf("%w: %w", ErrCheckpoint, err)
	}
	for _, signature := range opened.Sigs {
		if signature.Name != p.Log.Name() && !slices.Contains(witnesses, signature.Name) {
			witnesses = append(witnesses, signature.Name)
		}
	}
	if len(witnesses) < p.Quorum {
		return c, witnesses, fmt.Errorf("%w: %d of %d", ErrTooFewWitnesses, len(witnesses), p.Quorum)
	}
	return c, witnesses, nil
}
