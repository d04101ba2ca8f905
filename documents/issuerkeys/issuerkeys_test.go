package issuerkeys_test

import (
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/seal"
)

func options() issuerkeys.Options {
	return issuerkeys.Options{Name: "IN-AP", Origin: "jansetu.example.gov.in/log", Holder: "Revenue Department", Now: time.Now()}
}

func claims() seal.Claims {
	return seal.Claims{Issuer: "IN-AP", Number: "N", Version: 1, Kind: "certificate", Issued: time.Now().UTC().Truncate(time.Second)}
}

func created(t *testing.T) (folder string) {
	t.Helper()
	folder = filepath.Join(t.TempDir(), "issuer")
	require.NoError(t, issuerkeys.Create(folder, options()))
	return folder
}

func TestManyWhoMakeAFolderAtOnceGetOne(t *testing.T) {
	t.Parallel()
	folder := filepath.Join(t.TempDir(), "data", "issuer")
	var wait sync.WaitGroup
	for range 8 {
		wait.Go(func() {
			if err := issuerkeys.Create(folder, options()); err != nil {
				t.Error(err)
			}
		})
	}
	wait.Wait()
	keys, err := issuerkeys.Open(folder, "")
	require.NoError(t, err)
	left, err := os.ReadDir(filepath.Dir(folder))
	require.NoError(t, err)
	require.Len(t, left, 1, "no drafts are left behind")
	require.NoError(t, issuerkeys.Create(folder, options()), "what exists stays")
	again, err := issuerkeys.Open(folder, "")
	require.NoError(t, err)
	require.Equal(t, keys.List.RootIDs(), again.List.RootIDs())
}

func TestARotatedKeySealsFromNowOn(t *testing.T) {
	t.Parallel()
	folder := created(t)
	old, err := issuerkeys.Open(folder, "")
	require.NoError(t, err)
	before, err := seal.New(old.Seal, claims())
	require.NoError(t, err)
	next := time.Now().Add(time.Hour)
	_, err = issuerkeys.RotateSeal(folder, next, false)
	require.NoError(t, err)
	keys, err := issuerkeys.Open(folder, "")
	require.NoError(t, err)
	require.EqualValues(t, 2, keys.List.Serial)
	_, err = keys.List.Open(before.Raw)
	require.NoError(t, err)
	later := claims()
	later.Issued = next.UTC().Truncate(time.Second)
	after, err := seal.New(keys.Seal, later)
	require.NoError(t, err)
	_, err = keys.List.Open(after.Raw)
	require.NoError(t, err)

	_, err = issuerkeys.RotateSeal(folder, next.Add(time.Hour), true)
	require.NoError(t, err)
	withdrawn, err := issuerkeys.Open(folder, "")
	require.NoError(t, err)
	_, err = withdrawn.List.Open(after.Raw)
	require.ErrorIs(t, err, seal.ErrKeyNotValid, "a withdrawn key's seals do not count")
	_, err = withdrawn.List.Open(before.Raw)
	require.NoError(t, err, "those of the key before do")
}

func TestAFolderThatIsNotInOrderIsRefused(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, folder string){
		"a key that others can read": func(t *testing.T, folder string) {
			t.Helper()
			require.NoError(t, os.Chmod(filepath.Join(folder, "seal.pem"), 0o644))
		},
		"a key that the list does not name": func(t *testing.T, folder string) {
			t.Helper()
			other, err := os.ReadFile(filepath.Join(created(t), "seal.pem"))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, "seal.pem"), other, 0o600))
		},
		"another log's key": func(t *testing.T, folder string) {
			t.Helper()
			other, err := os.ReadFile(filepath.Join(created(t), "log.pem"))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, "log.pem"), other, 0o600))
		},
		"another's certificate": func(t *testing.T, folder string) {
			t.Helper()
			other, err := os.ReadFile(filepath.Join(created(t), "document-chain.pem"))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(folder, "document-chain.pem"), other, 0o600))
		},
		"a setting that is not known": func(t *testing.T, folder string) {
			t.Helper()
			file, err := os.OpenFile(filepath.Join(folder, "issuer.yaml"), os.O_APPEND|os.O_WRONLY, 0)
			require.NoError(t, err)
			_, err = file.WriteString("seal_kye: x\n")
			require.NoError(t, err)
			require.NoError(t, file.Close())
		},
		"no folder": func(t *testing.T, folder string) {
			t.Helper()
			require.NoError(t, os.RemoveAll(folder))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder := created(t)
			spoil(t, folder)
			_, err := issuerkeys.Open(folder, "")
			require.Error(t, err)
		})
	}
}
