package vault

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead"
	"github.com/tink-crypto/tink-go/v2/insecurecleartextkeyset"
	"github.com/tink-crypto/tink-go/v2/keyset"
)

// ErrOpenToOthers says that others than the owner may read the file of a local key-encryption key.
var ErrOpenToOthers = errors.New("the key file may be read by others; set its mode to 0600")

const ownerOnly = 0o600

// OpenLocalKEK opens the keyset in a file, made with mode 0600 when it does not exist. It is for development. It fails with
// ErrOpenToOthers.
func OpenLocalKEK(path string) (KEK, error) {
	content, err := readLocal(path)
	if errors.Is(err, fs.ErrNotExist) {
		if err := makeLocal(path); err != nil {
			return KEK{}, fmt.Errorf("make key file: %w", err)
		}
		content, err = readLocal(path)
	}
	if err != nil {
		return KEK{}, err
	}
	handle, err := insecurecleartextkeyset.Read(keyset.NewJSONReader(bytes.NewReader(content)))
	if err != nil {
		return KEK{}, fmt.Errorf("read key file: %w", err)
	}
	return localKEK(handle)
}

func localKEK(handle *keyset.Handle) (KEK, error) {
	primary, err := handle.Primary()
	if err != nil {
		return KEK{}, fmt.Errorf("read key file: %w", err)
	}
	primitive, err := aead.New(handle)
	if err != nil {
		return KEK{}, fmt.Errorf("read key file: %w", err)
	}
	// The file may be moved; its key's id stays.
	return KEK{ID: fmt.Sprintf("local:%08x", primary.KeyID()), AEAD: contextual{primitive}, local: true}, nil
}

// NewEphemeralKEK makes a key-encryption key that is lost with the process: for tests and measurements.
func NewEphemeralKEK() (KEK, error) {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return KEK{}, fmt.Errorf("make key: %w", err)
	}
	return localKEK(handle)
}

// DestroyLocalKEK removes the key file at a URI. Any other key-encryption key is destroyed at its key service, where the hub has no right to. It
// tells whether the URI was a file's.
func DestroyLocalKEK(uri string) (local bool, err error) {
	path, local := strings.CutPrefix(uri, SchemeFile)
	if !local {
		return false, nil
	}
	if err := os.Remove(path); err != nil {
		return true, fmt.Errorf("remove key file: %w", err)
	}
	return true, nil
}

func readLocal(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	if info.Mode().Perm()&^ownerOnly != 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrOpenToOthers)
	}
	content, err := os.ReadFile(path) //nolint:gosec // the operator names it
	if err != nil {
		return nil, fmt.Errorf("read key file: %w", err)
	}
	return content, nil
}

// makeLocal makes the whole file or none. When two processes make it at once, both use the first one's.
func makeLocal(path string) error {
	handle, err := keyset.NewHandle(aead.AES256GCMKeyTemplate())
	if err != nil {
		return err
	}
	var content bytes.Buffer
	if err := insecurecleartextkeyset.Write(handle, keyset.NewJSONWriter(&content)); err != nil {
		return err
	}
	file, err := os.CreateTemp(filepath.Dir(path), ".kek-*") // with mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }()
	_, err = file.Write(content.Bytes())
	if err := errors.Join(err, file.Sync(), file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
