// Package verify says of a paper, from its PDF or from the text of its QR picture, whether it is what was issued. It needs no network
// and no database: only the key list that a verifier holds and, as far as they have it, the list of what was revoked. With the public log at
// hand it says more.
package verify

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/sign"
)

// Errors of its own; the others are those of packages seal (the QR picture), sign (the file) and publiclog (the proof).
var (
	// ErrNoProof says that a PDF is signed and carries no proof that it is in the public log.
	ErrNoProof = errors.New("the PDF carries no proof of the public log")
	// ErrBackDated says that a paper gives another moment of issue than the public log.
	ErrBackDated = errors.New("the paper gives another date of issue than the public log")
	// ErrForked says that the log that is published now does not continue the log that the paper was recorded in.
	ErrForked = errors.New("the public log was rewritten")
)

// mostDelay is how much later than its issue a paper may come into the log: what a process left behind that died is recorded when
// another one goes on.
const mostDelay = 48 * time.Hour

// mostAhead is how far clocks may differ.
const mostAhead = 10 * time.Minute

// Trust is a key list made ready.
type Trust struct {
	Keys   *seal.KeyList
	files  sign.Trust
	policy publiclog.Policy
}

// NewTrust makes a key list ready.
func NewTrust(keys *seal.KeyList) (*Trust, error) {
	t := &Trust{Keys: keys}
	var err error
	if t.files.Roots, err = pool(keys.Authorities); err != nil {
		return nil, err
	}
	if len(keys.TimeAuthorities) > 0 {
		if t.files.TimeRoots, err = pool(keys.TimeAuthorities); err != nil {
			return nil, err
		}
	}
	if t.policy, err = publiclog.ParsePolicy(keys.Log, keys.Witnesses, keys.Quorum); err != nil {
		return nil, fmt.Errorf("the key list: %w", err)
	}
	return t, nil
}

func pool(certificates [][]byte) (*x509.CertPool, error) {
	roots := x509.NewCertPool()
	for _, der := range certificates {
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, fmt.Errorf("the key list's authorities: %w", err)
		}
		roots.AddCert(certificate)
	}
	return roots, nil
}

// Result is what was found out about a paper. What was verified is filled in even if a later step failed, so that a person can be told
// what is true of it.
type Result struct {
	Seal    seal.Seal
	Status  seal.Status // as far as AsOf
	AsOf    time.Time   // of the list of revocations; zero: none was at hand
	Expired bool
	// Of a PDF only:
	Signature *sign.Signature
	Leaf      publiclog.Leaf
	Index     int64 // of the leaf
	Recorded  publiclog.Checkpoint
}

// At is what is at hand for one check.
type At struct {
	Now         time.Time
	Revocations *seal.Revocations // nil: none
}

// Text checks the text of a QR picture. It fails with the errors of seal.KeyList.Open.
func (t *Trust) Text(text string, at At) (Result, error) {
	opened, err := t.Keys.OpenText(text)
	if err != nil {
		return Result{}, err
	}
	return t.status(Result{Seal: opened}, at), nil
}

// PDF checks a file: that it is whole and signed, that its seal is the issuer's and says when it was issued, and that exactly these pages
// are in the public log. It fails with the errors of sign.Verify, seal.KeyList.Open, publiclog.Proof.Verify, and with ErrNoProof and
// ErrBackDated.
func (t *Trust) PDF(file []byte, at At) (r Result, err error) {
	signature, err := sign.Verify(file, t.files)
	if err != nil {
		return r, err
	}
	r.Signature = &signature
	if signature.Proof == nil {
		return r, ErrNoProof
	}
	proof, err := publiclog.ParseProof(signature.Proof)
	if err != nil {
		return r, err
	}
	if r.Seal, err = t.Keys.Open(proof.Seal); err != nil {
		return r, err
	}
	r = t.status(r, at)
	if r.Leaf, r.Recorded, err = proof.Verify(t.policy.Log); err != nil {
		return r, err
	}
	r.Index = proof.Index
	if err := r.matches(file, proof); err != nil {
		return r, err
	}
	return r, nil
}

// matches checks that the leaf is that of these pages and this seal.
func (r *Result) matches(file []byte, proof publiclog.Proof) error {
	if proof.Pages > int64(len(file)) {
		return fmt.Errorf("%w: more pages than the file has", publiclog.ErrProof)
	}
	claims := r.Seal.Claims
	err := r.Leaf.Opens(proof.Salt, claims.Number, claims.Version, publiclog.Hash(r.Seal.Digest()), sha256.Sum256(file[:proof.Pages]))
	if err != nil {
		return err
	}
	return BackDated(claims.Issued, r.Leaf.At)
}

// BackDated compares the moment of issue that a paper gives with that of the log. It fails with ErrBackDated.
func BackDated(issued, recorded time.Time) error {
	if late := recorded.Sub(issued); late > mostDelay || late < -mostAhead {
		return fmt.Errorf("%w: %s and %s", ErrBackDated, issued.Format(time.RFC3339), recorded.Format(time.RFC3339))
	}
	return nil
}

func (t *Trust) status(r Result, at At) Result {
	claims := r.Seal.Claims
	r.Expired = !claims.Expires.IsZero() && !at.Now.Before(claims.Expires)
	if at.Revocations != nil {
		r.Status, r.AsOf = at.Revocations.Status(claims.Document()), at.Revocations.Made
	}
	return r
}

// Published is the log as it is published now.
type Published struct {
	Checkpoint publiclog.Checkpoint
	Witnesses  []string // that signed it
}

// Log checks a verified PDF against the log that is published now: that enough witnesses signed it, that it continues the log the paper
// was recorded in, and that the paper's leaf is still there. It fails with ErrForked, publiclog.ErrCheckpoint and
// publiclog.ErrTooFewWitnesses.
func (t *Trust) Log(ctx context.Context, source publiclog.Source, r Result) (p Published, err error) {
	raw, err := source(ctx, publiclog.CheckpointPath)
	if err != nil {
		return p, err
	}
	if p.Checkpoint, p.Witnesses, err = t.policy.Open(raw); err != nil {
		return p, err
	}
	if p.Checkpoint.Size < r.Recorded.Size {
		// A copy may lag behind; then nothing speaks against the paper, and nothing for it.
		return p, fmt.Errorf("the published log has %d entries, the paper was recorded in one of %d: ask again later", p.Checkpoint.Size, r.Recorded.Size)
	}
	hashes := source.Hashes(ctx, p.Checkpoint)
	proof, err := publiclog.ProveGrowth(r.Recorded.Size, p.Checkpoint.Size, hashes)
	if err != nil {
		return p, err
	}
	if err := publiclog.CheckGrowth(proof, r.Recorded, p.Checkpoint); err != nil {
		return p, fmt.Errorf("%w: %w", ErrForked, err)
	}
	leaf, err := r.Leaf.Marshal()
	if err != nil {
		return p, err
	}
	found, err := hashes.ReadHashes([]int64{tlog.StoredHashIndex(0, r.Index)})
	if err != nil {
		return p, fmt.Errorf("read the log: %w", err)
	}
	if found[0] != tlog.Hash(publiclog.LeafHash(leaf)) {
		return p, fmt.Errorf("%w: the paper's entry is another one", ErrForked)
	}
	return p, nil
}
