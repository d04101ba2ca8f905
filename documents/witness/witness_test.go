package witness_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/witness"
)

const origin = "jansetu.example.gov.in/log"

// book is a log in memory, with its files.
type book struct {
	signer note.Signer
	key    note.Verifier
	leaves [][]byte
	hashes []tlog.Hash
	folder string
}

func newBook(t *testing.T) *book {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	b := &book{folder: t.TempDir()}
	var verifier string
	b.signer, verifier, err = publiclog.NewLogSigner(origin, key)
	require.NoError(t, err)
	b.key, err = note.NewVerifier(verifier)
	require.NoError(t, err)
	return b
}

func (b *book) read(ids []int64) ([]tlog.Hash, error) {
	all := make([]tlog.Hash, len(ids))
	for i, id := range ids {
		if id >= int64(len(b.hashes)) {
			return nil, errors.New("no such hash")
		}
		all[i] = b.hashes[id]
	}
	return all, nil
}

// issue adds a leaf of a new document.
func (b *book) issue(t *testing.T, at time.Time) {
	t.Helper()
	salt := publiclog.NewSalt()
	b.add(t, publiclog.Leaf{Kind: publiclog.Issued, At: at, Document: salt.Document("N", 1), Slot: salt.Document("slot", 1), Content: salt.Document("c", 1)})
}

func (b *book) add(t *testing.T, leaf publiclog.Leaf) {
	t.Helper()
	raw, err := leaf.Marshal()
	require.NoError(t, err)
	grown, err := tlog.StoredHashes(int64(len(b.leaves)), raw, tlog.HashReaderFunc(b.read))
	require.NoError(t, err)
	b.leaves, b.hashes = append(b.leaves, raw), append(b.hashes, grown...)
}

// publish writes all files and answers the signed checkpoint.
func (b *book) publish(t *testing.T) []byte {
	t.Helper()
	size := int64(len(b.leaves))
	for _, tile := range publiclog.NewTiles(0, size) {
		content := publiclog.Bundle(b.leaves[min(tile.N*publiclog.TileWidth, size):min(tile.N*publiclog.TileWidth+int64(tile.W), size)])
		if tile.L >= 0 {
			var err error
			content, err = tlog.ReadTileData(tile, tlog.HashReaderFunc(b.read))
			require.NoError(t, err)
		}
		b.write(t, publiclog.TilePath(tile), content)
	}
	root, err := tlog.TreeHash(size, tlog.HashReaderFunc(b.read))
	require.NoError(t, err)
	signed, err := publiclog.Checkpoint{Origin: origin, Size: size, Root: root}.Sign(b.signer)
	require.NoError(t, err)
	b.write(t, publiclog.CheckpointPath, signed)
	return signed
}

func (b *book) write(t *testing.T, path string, content []byte) {
	t.Helper()
	full := filepath.Join(b.folder, filepath.FromSlash(path))
	require.NoError(t, os.MkdirAll(filepath.Dir(full), 0o750))
	require.NoError(t, os.WriteFile(full, content, 0o600))
}

func (b *book) watch(t *testing.T, folder string, accepted ...int64) (*witness.Witness, *publiclog.Cosigner) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, cosigner, err := publiclog.NewCosignatureSigner("witness.example.org", key, time.Now)
	require.NoError(t, err)
	w, err := witness.Open(witness.Config{
		Folder: folder, Log: b.key, Source: publiclog.Folder(b.folder), Signer: signer, Accepted: accepted,
		Slog: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	return w, cosigner
}

func TestAWitnessFollowsALogThatGrows(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	w, cosigner := b.watch(t, t.TempDir())
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	for _, size := range []int{1, 2, 255, 256, 257, 600} {
		for len(b.leaves) < size {
			b.issue(t, time.Now())
		}
		b.publish(t)
		require.NoError(t, w.Follow(t.Context()))
		require.EqualValues(t, size, w.Seen().Size)
	}
	policy := publiclog.Policy{Log: b.key, Witnesses: []*publiclog.Cosigner{cosigner}, Quorum: 1}
	checkpoint, witnesses, err := policy.Open(w.Signed())
	require.NoError(t, err)
	require.Equal(t, w.Seen(), checkpoint)
	require.Equal(t, []string{"witness.example.org"}, witnesses)
	policy.Quorum = 2
	_, _, err = policy.Open(w.Signed())
	require.ErrorIs(t, err, publiclog.ErrTooFewWitnesses)
	stranger, _, err := publiclog.Policy{Log: b.key}.Open(append(w.Signed(), "— nobody AAAAAAAA\n"...))
	require.NoError(t, err, "a stranger's signature is left out")
	require.Equal(t, checkpoint, stranger)
}

func TestAWitnessRemembersAfterARestart(t *testing.T) {
	t.Parallel()
	b, folder := newBook(t), t.TempDir()
	w, _ := b.watch(t, folder)
	for range 300 {
		b.issue(t, time.Now())
	}
	b.publish(t)
	require.NoError(t, w.Follow(t.Context()))
	seen := w.Seen()
	require.NoError(t, w.Close())

	// A crash between the leaves and the checkpoint leaves more leaves than count.
	file, err := os.OpenFile(filepath.Join(folder, "leaves"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = file.WriteString("half of a leaf")
	require.NoError(t, errors.Join(err, file.Close()))
	w, _ = b.watch(t, folder)
	require.Equal(t, seen, w.Seen())
	require.NoError(t, w.Close())

	// The log is written anew from the middle.
	forked := newBook(t)
	forked.signer, forked.key, forked.folder = b.signer, b.key, b.folder
	for range 310 {
		forked.issue(t, time.Now())
	}
	forked.publish(t)
	w, _ = b.watch(t, folder)
	require.ErrorIs(t, w.Follow(t.Context()), witness.ErrForked)
	shorter := newBook(t)
	shorter.signer, shorter.key, shorter.folder = b.signer, b.key, b.folder
	shorter.issue(t, time.Now())
	shorter.publish(t)
	require.ErrorIs(t, w.Follow(t.Context()), witness.ErrForked, "a shorter one that is no beginning")
	require.Equal(t, seen, w.Seen())
	require.NoError(t, w.Close())
	found, err := filepath.Glob(filepath.Join(folder, "evidence-fork-*"))
	require.NoError(t, err)
	require.Len(t, found, 2)
}

func TestAnOldCopyIsNoFork(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	w, _ := b.watch(t, t.TempDir())
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	b.issue(t, time.Now())
	old := b.publish(t)
	b.issue(t, time.Now())
	b.publish(t)
	require.NoError(t, w.Follow(t.Context()))
	b.write(t, publiclog.CheckpointPath, old)
	require.NoError(t, w.Follow(t.Context()))
}

func TestAMemoryThatWasChangedIsRefused(t *testing.T) {
	t.Parallel()
	b, folder := newBook(t), t.TempDir()
	w, _ := b.watch(t, folder)
	b.issue(t, time.Now())
	b.publish(t)
	require.NoError(t, w.Follow(t.Context()))
	_, err := witness.Open(witness.Config{
		Folder: folder, Log: b.key, Source: publiclog.Folder(b.folder), Signer: b.signer, Slog: slog.New(slog.DiscardHandler),
	})
	require.ErrorIs(t, err, witness.ErrInUse)
	require.NoError(t, w.Close())
	leaves, err := os.ReadFile(filepath.Join(folder, "leaves"))
	require.NoError(t, err)
	leaves[len(leaves)-1] ^= 1
	require.NoError(t, os.WriteFile(filepath.Join(folder, "leaves"), leaves, 0o600))
	_, err = witness.Open(witness.Config{
		Folder: folder, Log: b.key, Source: publiclog.Folder(b.folder), Signer: b.signer, Slog: slog.New(slog.DiscardHandler),
	})
	require.ErrorIs(t, err, witness.ErrMemoryDamaged)
}

func TestWhatMustNotBeInALogIsNotSigned(t *testing.T) {
	t.Parallel()
	salt := publiclog.NewSalt()
	leaf := publiclog.Leaf{Kind: publiclog.Issued, At: time.Now(), Document: salt.Document("N", 1), Slot: salt.Document("S", 1)}
	for name, test := range map[string]struct {
		leaf publiclog.Leaf
		want string
	}{
		"from the future":             {publiclog.Leaf{Kind: publiclog.Issued, At: time.Now().Add(time.Hour)}, "post-dated"},
		"from before the last leaf":   {publiclog.Leaf{Kind: publiclog.Issued, At: time.Now().Add(-time.Hour)}, "back-dated"},
		"the same thing again":        {publiclog.Leaf{Kind: publiclog.Issued, At: time.Now(), Slot: leaf.Slot}, "issued twice"},
		"the same number again":       {publiclog.Leaf{Kind: publiclog.Issued, At: time.Now(), Document: leaf.Document}, "a second time"},
		"the end of what never began": {publiclog.Leaf{Kind: publiclog.Revoked, At: time.Now(), Document: salt.Document("M", 1)}, "not issued"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b, folder := newBook(t), t.TempDir()
			w, _ := b.watch(t, folder)
			b.add(t, leaf)
			b.publish(t)
			require.NoError(t, w.Follow(t.Context()))
			b.add(t, test.leaf)
			b.publish(t)
			err := w.Follow(t.Context())
			require.ErrorIs(t, err, publiclog.ErrMisissued)
			require.ErrorContains(t, err, test.want)
			require.EqualValues(t, 1, w.Seen().Size, "and nothing of it is remembered")
			require.NoError(t, w.Close())

			w, _ = b.watch(t, folder, 1)
			require.NoError(t, w.Follow(t.Context()), "people looked into it and accept it")
			require.NoError(t, w.Close())
		})
	}
}

func TestTheWitnessAnswersAsC2SPSays(t *testing.T) {
	t.Parallel()
	b := newBook(t)
	w, cosigner := b.watch(t, t.TempDir())
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	server := httptest.NewServer(w.Handler())
	t.Cleanup(server.Close)
	b.issue(t, time.Now())
	signed := string(b.publish(t))
	other := newBook(t)
	other.issue(t, time.Now())

	require.Equal(t, 404, status(t, http.MethodGet, server.URL+"/checkpoint", "", nil))
	for _, test := range []struct {
		name, body string
		status     int
		answer     string
	}{
		{"no request", "hello", 400, ""},
		{"no number", "old x\n\n" + signed, 400, ""},
		{"a proof that is none", "old 0\nx\n\n" + signed, 400, ""},
		{"a log that is not watched", "old 0\n\n" + strings.Replace(signed, origin, "other.example/log", 1), 404, ""},
		{"another's signature", "old 0\n\n" + string(other.publish(t)), 403, ""},
		{"from another size", "old 1\n\n" + signed, 409, "0\n"},
		{"in order", "old 0\n\n" + signed, 200, "— witness.example.org "},
		{"the same again, from where it is", "old 1\n\n" + signed, 200, "— witness.example.org "},
		{"a wrong proof", "old 1\n" + strings.Repeat("A", 43) + "=\n\n" + signed, 422, "rewritten"},
	} {
		var answer string
		require.Equal(t, test.status, status(t, http.MethodPost, server.URL+"/add-checkpoint", test.body, &answer), test.name)
		require.Contains(t, answer, test.answer, test.name)
	}
	var newest string
	require.Equal(t, 200, status(t, http.MethodGet, server.URL+"/checkpoint", "", &newest))
	_, witnesses, err := publiclog.Policy{Log: b.key, Witnesses: []*publiclog.Cosigner{cosigner}, Quorum: 1}.Open([]byte(newest))
	require.NoError(t, err)
	require.Len(t, witnesses, 1)
}

func status(t *testing.T, method, address, body string, answer *string) int {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	require.NoError(t, err)
	response, err := (&http.Client{}).Do(request)
	require.NoError(t, err)
	defer func() { _ = response.Body.Close() }()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	if answer != nil {
		*answer = string(content)
	}
	return response.StatusCode
}
