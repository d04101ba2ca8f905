package publish

import (
	"bytes"
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
)

// Witness is a program of another department that signs checkpoints (C2SP tlog-witness).
type Witness struct {
	URL    string // /add-checkpoint stands below it
	Key    *publiclog.Cosigner
	Client *http.Client // nil: one with a deadline
}

const (
	witnessLimit = 20 * time.Second // it reads the new entries before it signs
	mostAnswer   = 16 << 10
)

// ErrWitnessRefused says that a witness did not sign, and why.
var ErrWitnessRefused = errors.New("a witness refused the checkpoint")

// cosigned adds the witnesses' signatures. It fails when fewer than the quorum sign.
func (p *Publisher) cosigned(ctx context.Context, before, now publiclog.Checkpoint, proof []tlog.Hash, signed []byte) ([]byte, error) {
	var (
		wait  sync.WaitGroup
		lines = make([][]byte, len(p.config.Witnesses))
		errs  = make([]error, len(p.config.Witnesses))
	)
	for i, witness := range p.config.Witnesses {
		wait.Go(func() {
			lines[i], errs[i] = p.ask(ctx, witness, before.Size, now, proof, signed)
			p.seen.answered(witness.Key.Name(), errs[i])
		})
	}
	wait.Wait()
	count := 0
	for _, line := range lines {
		if line != nil {
			signed = append(bytes.Clone(signed), line...)
			count++
		}
	}
	err := errors.Join(errs...)
	if count < p.config.Quorum {
		return nil, fmt.Errorf("%w: %d of %d (%s): %w", publiclog.ErrTooFewWitnesses, count, p.config.Quorum,
			strings.Join(names(p.config.Witnesses), ", "), err)
	}
	if err != nil {
		p.config.Slog.WarnContext(ctx, "a witness did not sign", "size", now.Size, "error", err)
	}
	return signed, nil
}

// ask asks one witness; one that knows another size than we think says so, and is asked again from there.
func (p *Publisher) ask(ctx context.Context, w Witness, from int64, now publiclog.Checkpoint, proof []tlog.Hash, signed []byte) ([]byte, error) {
	for range 2 {
		status, answer, err := w.post(ctx, addCheckpoint(from, proof, signed))
		if err != nil {
			return nil, fmt.Errorf("ask witness %s: %w", w.Key.Name(), err)
		}
		switch {
		case status == http.StatusOK:
			return w.verified(answer, signed)
		case status != http.StatusConflict:
			return nil, fmt.Errorf("%w: %s: %s", ErrWitnessRefused, w.Key.Name(), strings.TrimSpace(string(answer)))
		}
		if from, err = strconv.ParseInt(strings.TrimSpace(string(answer)), 10, 64); err != nil || from < 0 || from > now.Size {
			return nil, fmt.Errorf("%w: %s knows a log of %q entries, this one has %d", ErrWitnessRefused, w.Key.Name(), answer, now.Size)
		}
		if proof, err = publiclog.ProveGrowth(from, now.Size, p.hashes(ctx)); err != nil {
			return nil, err
		}
	}
	return nil, fmt.Errorf("%w: %s: it knows another size each time", ErrWitnessRefused, w.Key.Name())
}

func addCheckpoint(from int64, proof []tlog.Hash, signed []byte) []byte {
	var body bytes.Buffer
	fmt.Fprintf(&body, "old %d\n", from)
	for _, hash := range proof {
		body.WriteString(base64.StdEncoding.EncodeToString(hash[:]) + "\n")
	}
	body.WriteByte('\n')
	body.Write(signed)
	return body.Bytes()
}

func (w Witness) post(ctx context.Context, body []byte) (status int, answer []byte, err error) {
	ctx, cancel := context.WithTimeout(ctx, witnessLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, strings.TrimSuffix(w.URL, "/")+"/add-checkpoint", bytes.NewReader(body))
	if err != nil {
		return 0, nil, err
	}
	client := w.Client
	if client == nil {
		client = &http.Client{Timeout: witnessLimit}
	}
	response, err := client.Do(request)
	if err != nil {
		return 0, nil, err
	}
	defer func() { _ = response.Body.Close() }()
	answer, err = io.ReadAll(io.LimitReader(response.Body, mostAnswer))
	return response.StatusCode, answer, err
}

// verified keeps only a signature of the witness under this checkpoint.
func (w Witness) verified(answer, signed []byte) ([]byte, error) {
	body, _, found := bytes.Cut(signed, []byte("\n\n"))
	if !found {
		return nil, publiclog.ErrCheckpoint
	}
	opened, err := note.Open(append(append(bytes.Clone(body), "\n\n"...), answer...), note.VerifierList(w.Key))
	if err != nil {
		return nil, fmt.Errorf("%w: %s answered something else than its signature: %w", ErrWitnessRefused, w.Key.Name(), err)
	}
	signature := opened.Sigs[0]
	return fmt.Appendf(nil, "— %s %s\n", signature.Name, signature.Base64), nil
}
