package journal_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/journal"
)

func open(t *testing.T, path string) (j *journal.Journal, read []string) {
	t.Helper()
	j, err := journal.Open(path, func(r journal.Record) error {
		read = append(read, r.Kind+string(r.Data))
		return nil
	}, func(write func(string, any)) { write("kept", len(read)) })
	require.NoError(t, err)
	return j, read
}

func TestJournalReadsBackAndCompacts(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	j, read := open(t, path)
	require.Empty(t, read)
	j.Append("a", 1)
	j.Append("b", "two")
	require.NoError(t, j.Close())

	j, read = open(t, path)
	require.Equal(t, []string{"kept0", "a1", `b"two"`}, read)
	require.NoError(t, j.Close())
	_, read = open(t, path)
	require.Equal(t, []string{"kept3"}, read)
}

func TestATornLineCostsOnlyItself(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "journal.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("{\"k\":\"a\",\"d\":1}\n{\"k\":\"b\",\n{\"k\":\"c\",\"d\":3}\n{\"k\":\"d\",\"d\""), 0o600))
	_, read := open(t, path)
	require.Equal(t, []string{"a1", "c3"}, read)
}

func TestNoJournalKeepsNothing(t *testing.T) {
	t.Parallel()
	var none *journal.Journal
	none.Append("a", 1)
	require.NoError(t, none.Close())
}
