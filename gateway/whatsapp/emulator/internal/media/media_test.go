package media_test

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/media"
)

func content(t *testing.T, s *media.Store, id string) string {
	t.Helper()
	file, err := s.Open(id)
	require.NoError(t, err)
	defer func() { require.NoError(t, file.Close()) }()
	all, err := io.ReadAll(file)
	require.NoError(t, err)
	return string(all)
}

func TestFilesAreKept(t *testing.T) {
	t.Parallel()
	for name, dir := range map[string]string{"in memory": "", "in a folder": t.TempDir()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, err := media.Open(dir)
			require.NoError(t, err)
			f, err := s.Add("text/plain", "../../etc/notes.txt", []byte("abc"))
			require.NoError(t, err)
			require.Equal(t, "notes.txt", f.Filename, "a file name is never a path")
			require.Equal(t, "ungWv48Bz+pBQUDeXa4iI7ADYaOWF3qctBD/YfIAFa0=", f.SHA256)
			require.Equal(t, "abc", content(t, s, f.ID))
			require.NoError(t, s.Delete(f.ID))
			_, err = s.Get(f.ID)
			require.ErrorIs(t, err, media.ErrNotFound)
			require.ErrorIs(t, s.Delete(f.ID), media.ErrNotFound)
			_, err = s.Open("../journal")
			require.ErrorIs(t, err, media.ErrNotFound)
		})
	}
}

func TestAFolderIsReadAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	first, err := media.Open(dir)
	require.NoError(t, err)
	f, err := first.Add("text/plain", "", []byte("abc"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "1.bin"), []byte("never described"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "2.json"), []byte("{torn"), 0o600))

	second, err := media.Open(dir)
	require.NoError(t, err)
	again, err := second.Get(f.ID)
	require.NoError(t, err)
	require.Equal(t, f, again)
	require.Equal(t, "abc", content(t, second, f.ID))
}
