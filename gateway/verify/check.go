package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/sign"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
)

// MostFile is the most bytes of a file that is looked at.
const MostFile = 8 << 20

// Text checks what a code says, or a number that was typed. It fails only for what is not about the paper.
func (c *Checker) Text(ctx context.Context, text string) (Answer, error) {
	if number, ok := readNumber(text); ok {
		return c.Number(ctx, number)
	}
	return c.Code(ctx, text)
}

// Code checks the text of a code. It fails only for what is not about the paper.
func (c *Checker) Code(ctx context.Context, text string) (Answer, error) {
	trust, err := c.trust(ctx)
	if err != nil {
		return Answer{Verdict: Away}, err
	}
	found, err := trust.Text(text, verify.At{Now: c.config.Now()})
	if verdict, about := verdictOf(err); about {
		return Answer{Verdict: verdict}, nil
	}
	if err != nil {
		return Answer{Verdict: Away}, err
	}
	return c.standing(ctx, trust, found)
}

// verdictOf is what an error says about a paper.
func verdictOf(err error) (verdict Verdict, about bool) {
	switch {
	case errors.Is(err, seal.ErrNotSeal), errors.Is(err, sign.ErrUnsigned), errors.Is(err, sign.ErrUntrusted), errors.Is(err, sign.ErrPDF):
		return NotOurs, true
	case errors.Is(err, seal.ErrForged), errors.Is(err, seal.ErrUnknownKey), errors.Is(err, seal.ErrKeyNotValid):
		return Forged, true
	case errors.Is(err, sign.ErrChanged):
		return Changed, true
	case errors.Is(err, verify.ErrNoProof), errors.Is(err, verify.ErrBackDated), errors.Is(err, verify.ErrForked),
		errors.Is(err, publiclog.ErrProof), errors.Is(err, publiclog.ErrCheckpoint), errors.Is(err, publiclog.ErrLeaf):
		return LogDenies, true
	}
	return "", false
}

// standing asks the hub what became of a paper whose seal is right, and the log whether it holds it.
func (c *Checker) standing(ctx context.Context, trust *verify.Trust, found verify.Result) (Answer, error) {
	claims := found.Seal.Claims
	answer := Answer{Verdict: Valid, Kind: claims.Kind, Version: claims.Version, Claims: &claims, Key: found.Seal.Key}
	issued, err := c.issued(ctx, claims.Document())
	switch {
	case errors.Is(err, store.ErrNotIssued):
		return Answer{Verdict: NotIssued}, nil
	case err != nil:
		return Answer{Verdict: Away}, err
	}
	c.state(ctx, &answer, issued, claims.Number)
	if answer.Verdict == Valid && found.Expired {
		answer.Verdict = Expired
	}
	proof, err := c.inLog(ctx, trust, issued, claims)
	if verdict, about := verdictOf(err); about {
		return Answer{Verdict: verdict}, nil
	}
	if err != nil && !errors.Is(err, store.ErrNotInLog) {
		// The log's files may be behind or away; seal and record still stand.
		c.config.Slog.WarnContext(ctx, "the public log could not be asked", "error", err)
	}
	answer.Log = proof
	return answer, nil
}

func (c *Checker) issued(ctx context.Context, document seal.Document) (store.IssuedDocument, error) {
	fingerprint := document.Fingerprint()
	return c.config.Records.IssuedByFingerprint(ctx, fingerprint[:])
}

func (c *Checker) state(ctx context.Context, answer *Answer, issued store.IssuedDocument, number string) {
	answer.Ended = issued.EndedAt
	switch issued.State {
	case store.IssueRevoked:
		answer.Verdict = Revoked
	case store.IssueReplaced:
		answer.Verdict = Replaced
		answer.Newest = c.newest(ctx, number, issued)
	case store.IssueValid:
	}
}

// mostVersions is more corrections than any paper has.
const mostVersions = 50

func (c *Checker) newest(ctx context.Context, number string, known store.IssuedDocument) (version int) {
	version = known.Version
	for next := version + 1; next < mostVersions; next++ {
		if _, err := c.issued(ctx, seal.Document{Number: number, Version: next}); err != nil {
			break
		}
		version = next
	}
	return version
}

// Number says what kind of paper has a number, and whether its newest version counts: nothing of what it says.
func (c *Checker) Number(ctx context.Context, number string) (Answer, error) {
	number, ok := readNumber(number)
	if !ok {
		return Answer{Verdict: Unknown}, nil
	}
	first, err := c.issued(ctx, seal.Document{Number: number, Version: 1})
	switch {
	case errors.Is(err, store.ErrNotIssued):
		return Answer{Verdict: Unknown}, nil
	case err != nil:
		return Answer{Verdict: Away}, err
	}
	newest := first
	if first.State == store.IssueReplaced {
		if newest, err = c.issued(ctx, seal.Document{Number: number, Version: c.newest(ctx, number, first)}); err != nil {
			return Answer{Verdict: Away}, err
		}
	}
	answer := Answer{Verdict: Valid, Kind: newest.Kind, Version: newest.Version, Ended: newest.EndedAt}
	if newest.State == store.IssueRevoked {
		answer.Verdict = Revoked
	}
	return answer, nil
}

const (
	numberLetters = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
	numberGroup   = 4
	numberLength  = 16
)

// readNumber reads a number as people type it: in small letters, with or without the dashes.
func readNumber(text string) (string, bool) {
	var letters strings.Builder
	const longest = 64
	if len(text) > longest {
		return "", false
	}
	for _, letter := range strings.ToUpper(text) {
		switch {
		case strings.ContainsRune(" -–—.\t\r\n", letter):
		case strings.ContainsRune(numberLetters, letter):
			if letters.Len() > 0 && letters.Len()%(numberGroup+1) == numberGroup {
				letters.WriteByte('-')
			}
			letters.WriteRune(letter)
		default:
			return "", false
		}
	}
	return letters.String(), letters.Len() == numberLength+numberLength/numberGroup-1
}

// File checks a file that somebody sent: a PDF of ours, or a photo or scan with the code on it. It fails only for what is not about the
// paper. Nothing of the file is kept.
func (c *Checker) File(ctx context.Context, content []byte) (Answer, error) {
	if len(content) > MostFile {
		return Answer{Verdict: TooLarge}, nil
	}
	select {
	case c.slots <- struct{}{}:
		defer func() { <-c.slots }()
	case <-ctx.Done():
		return Answer{Verdict: Away}, fmt.Errorf("wait for others' papers: %w", ctx.Err())
	}
	if bytes.HasPrefix(content, []byte("%PDF-")) {
		return c.pdf(ctx, content)
	}
	return c.photo(ctx, content)
}

func (c *Checker) photo(ctx context.Context, content []byte) (Answer, error) {
	texts, err := readCodes(ctx, content)
	switch {
	case errors.Is(err, errTooLarge):
		return Answer{Verdict: TooLarge}, nil
	case errors.Is(err, errNoPicture):
		return Answer{Verdict: Unread}, nil
	case err != nil:
		return Answer{Verdict: Away}, err
	}
	return c.codes(ctx, texts)
}

// codes checks the first code that is one of ours.
func (c *Checker) codes(ctx context.Context, texts []string) (Answer, error) {
	if len(texts) == 0 {
		return Answer{Verdict: Unread}, nil
	}
	best := Answer{Verdict: NotOurs}
	for _, text := range texts {
		answer, err := c.Code(ctx, text)
		if err != nil {
			return answer, err
		}
		if answer.Verdict != NotOurs {
			answer.Copy = true
			return answer, nil
		}
	}
	return best, nil
}

func (c *Checker) pdf(ctx context.Context, file []byte) (Answer, error) {
	trust, err := c.trust(ctx)
	if err != nil {
		return Answer{Verdict: Away}, err
	}
	found, err := trust.PDF(file, verify.At{Now: c.config.Now()})
	switch verdict, about := verdictOf(err); {
	case about && errors.Is(err, sign.ErrUnsigned):
		return c.scanned(ctx, file) // printed and scanned: the code still speaks
	case about && verdict == NotOurs:
		return c.unproven(ctx, file, NotOurs)
	case about:
		return c.unproven(ctx, file, verdict)
	case err != nil:
		return Answer{Verdict: Away}, err
	}
	answer, err := c.standing(ctx, trust, found)
	if err != nil || !answer.Verdict.Genuine() {
		return answer, err
	}
	answer.File = &FileProof{Signer: found.Signature.Signer.Subject.CommonName, Signed: found.Signature.At, Stamped: found.Signature.Stamped}
	return answer, nil
}

// scanned checks the code on the first page of a PDF that nobody signed.
func (c *Checker) scanned(ctx context.Context, file []byte) (Answer, error) {
	texts, err := c.codesOf(ctx, file)
	switch {
	case err != nil:
		return Answer{Verdict: Away}, err
	case len(texts) == 0:
		return Answer{Verdict: NotOurs}, nil
	}
	return c.codes(ctx, texts)
}

// unproven says of a file that does not hold what its code says, as far as the code can still be read.
func (c *Checker) unproven(ctx context.Context, file []byte, verdict Verdict) (Answer, error) {
	answer := Answer{Verdict: verdict}
	texts, err := c.codesOf(ctx, file)
	if err != nil {
		return Answer{Verdict: Away}, err
	}
	read, err := c.codes(ctx, texts)
	if err != nil || read.Claims == nil {
		return answer, err
	}
	if verdict == NotOurs {
		// Our code on a file that somebody else made or damaged.
		answer.Verdict = Changed
	}
	answer.Kind, answer.Version, answer.Claims, answer.Key = read.Kind, read.Version, read.Claims, read.Key
	answer.Missing = c.missing(ctx, file, *read.Claims)
	return answer, nil
}
