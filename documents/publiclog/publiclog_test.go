package publiclog_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"github.com/jansetu/jansetu/documents/publiclog"
)

const origin = "jansetu.example.gov.in/log"

func newLog(t testing.TB) (note.Signer, note.Verifier) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	signer, text, err := publiclog.NewLogSigner(origin, key)
	require.NoError(t, err)
	verifier, err := note.NewVerifier(text)
	require.NoError(t, err)
	return signer, verifier
}

func leaf(kind publiclog.Kind) publiclog.Leaf {
	l := publiclog.Leaf{Kind: kind, At: time.Unix(1_790_000_000, 0).UTC(), Document: publiclog.Hash{1}}
	if kind == publiclog.Issued {
		l.Slot, l.Content = publiclog.Hash{2}, publiclog.Hash{3}
	}
	return l
}

func TestALeafHasOneForm(t *testing.T) {
	t.Parallel()
	for _, kind := range []publiclog.Kind{publiclog.Issued, publiclog.Revoked, publiclog.Replaced} {
		raw, err := leaf(kind).Marshal()
		require.NoError(t, err)
		read, err := publiclog.ParseLeaf(raw)
		require.NoError(t, err)
		require.Equal(t, leaf(kind), read)
		_, err = publiclog.ParseLeaf(append(raw, 0))
		require.ErrorIs(t, err, publiclog.ErrLeaf)
	}
	_, err := publiclog.ParseLeaf([]byte{0xa0})
	require.ErrorIs(t, err, publiclog.ErrLeaf)
}

func TestACommitmentSaysNothingWithoutItsSalt(t *testing.T) {
	t.Parallel()
	one, two := publiclog.NewSalt(), publiclog.NewSalt()
	require.NotEqual(t, one.Document("N", 1), two.Document("N", 1), "the same document under another salt")
	require.NotEqual(t, one.Document("N", 1), one.Document("N", 2))
	require.NotEqual(t, one.Content(publiclog.Hash{1}, publiclog.Hash{2}), one.Content(publiclog.Hash{2}, publiclog.Hash{1}))
	l := publiclog.Leaf{Kind: publiclog.Issued, Document: one.Document("N", 1), Content: one.Content(publiclog.Hash{1}, publiclog.Hash{2})}
	require.NoError(t, l.Opens(one, "N", 1, publiclog.Hash{1}, publiclog.Hash{2}))
	require.ErrorIs(t, l.Opens(two, "N", 1, publiclog.Hash{1}, publiclog.Hash{2}), publiclog.ErrProof)
	require.ErrorIs(t, l.Opens(one, "N", 2, publiclog.Hash{1}, publiclog.Hash{2}), publiclog.ErrProof)
	require.ErrorIs(t, l.Opens(one, "N", 1, publiclog.Hash{1}, publiclog.Hash{1}), publiclog.ErrProof)
	l.Kind = publiclog.Revoked
	require.ErrorIs(t, l.Opens(one, "N", 1, publiclog.Hash{1}, publiclog.Hash{2}), publiclog.ErrProof)
}

func TestFilesStandWhereC2SPSays(t *testing.T) {
	t.Parallel()
	for tile, want := range map[tlog.Tile]string{
		{H: 8, L: 0, N: 0, W: 256}:          "tile/0/000",
		{H: 8, L: 0, N: 5, W: 17}:           "tile/0/005.p/17",
		{H: 8, L: 1, N: 1234067, W: 256}:    "tile/1/x001/x234/067",
		{H: 8, L: 2, N: 1234067, W: 8}:      "tile/2/x001/x234/067.p/8",
		publiclog.Entries(1234067, 256):     "tile/entries/x001/x234/067",
		publiclog.Entries(0, 1):             "tile/entries/000.p/1",
		{H: 8, L: 0, N: 1000, W: 256}:       "tile/0/x001/000",
		publiclog.Entries(999_999_999, 256): "tile/entries/x999/x999/999",
	} {
		require.Equal(t, want, publiclog.TilePath(tile))
		require.True(t, publiclog.IsTilePath(want), want)
	}
	for _, other := range []string{"", "tile/", "tile/../x", "tile/0/..", "/etc/passwd", "tile/0/000/../../x", "tile//0", "tile/0/abc", "log.pem"} {
		require.False(t, publiclog.IsTilePath(other), other)
	}
}

func TestOnlyTheLogsOwnCheckpointIsOpened(t *testing.T) {
	t.Parallel()
	signer, verifier := newLog(t)
	_, stranger := newLog(t)
	checkpoint := publiclog.Checkpoint{Origin: origin, Size: 7, Root: tlog.Hash{9}}
	signed, err := checkpoint.Sign(signer)
	require.NoError(t, err)
	opened, err := publiclog.OpenCheckpoint(signed, verifier)
	require.NoError(t, err)
	require.Equal(t, checkpoint, opened)
	for name, text := range map[string]string{
		"another size": strings.Replace(string(signed), "\n7\n", "\n8\n", 1), "cut": string(signed[:20]), "empty": "",
	} {
		_, err := publiclog.OpenCheckpoint([]byte(text), verifier)
		require.ErrorIs(t, err, publiclog.ErrCheckpoint, name)
	}
	_, err = publiclog.OpenCheckpoint(signed, stranger)
	require.ErrorIs(t, err, publiclog.ErrCheckpoint)
	for name, text := range map[string]string{
		"an extension": origin + "\n7\n" + strings.Repeat("A", 43) + "=\nmore\n", "no size": origin + "\nx\n" + strings.Repeat("A", 43) + "=\n",
		"a size with a zero before it": origin + "\n07\n" + strings.Repeat("A", 43) + "=\n", "no root": origin + "\n7\nAAAA\n",
		"another log's name": "other.example/log\n7\n" + strings.Repeat("A", 43) + "=\n",
	} {
		signed, err := note.Sign(&note.Note{Text: text}, signer)
		require.NoError(t, err)
		_, err = publiclog.OpenCheckpoint(signed, verifier)
		require.ErrorIs(t, err, publiclog.ErrCheckpoint, name)
	}
}

func TestAWitnessKeyIsReadAsItIsWritten(t *testing.T) {
	t.Parallel()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	require.NoError(t, err)
	_, cosigner, err := publiclog.NewCosignatureSigner("w.example.org", key, time.Now)
	require.NoError(t, err)
	read, err := publiclog.ParseCosigner(cosigner.String())
	require.NoError(t, err)
	require.Equal(t, cosigner, read)
	for _, other := range []string{"", "w", strings.Replace(cosigner.String(), "w.", "v.", 1), cosigner.String() + "A"} {
		_, err := publiclog.ParseCosigner(other)
		require.ErrorIs(t, err, publiclog.ErrCosigner, other)
	}
	_, verifier := newLog(t)
	_, err = publiclog.ParsePolicy("no key", nil, 0)
	require.Error(t, err)
	require.Equal(t, origin, verifier.Name())
}

// What a log or a file shows is read without harm, and only in its one form.
func FuzzParse(f *testing.F) {
	raw, err := leaf(publiclog.Issued).Marshal()
	require.NoError(f, err)
	proof, err := publiclog.Proof{Leaf: raw, Path: []tlog.Hash{{1}}, Checkpoint: []byte("x"), Seal: []byte("y")}.Marshal()
	require.NoError(f, err)
	f.Add(raw)
	f.Add(proof)
	f.Add(publiclog.Bundle([][]byte{raw, raw}))
	f.Fuzz(func(t *testing.T, raw []byte) {
		if read, err := publiclog.ParseLeaf(raw); err == nil {
			again, err := read.Marshal()
			require.NoError(t, err)
			require.Equal(t, raw, again)
		}
		if read, err := publiclog.ParseProof(raw); err == nil {
			_, err := read.Marshal()
			require.NoError(t, err)
		}
		for count := range 3 {
			if leaves, err := publiclog.ParseBundle(raw, count); err == nil {
				require.Equal(t, string(raw), string(publiclog.Bundle(leaves)))
			}
		}
	})
}
