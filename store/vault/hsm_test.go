//go:build pkcs11

package vault_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/ThalesGroup/crypto11"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/vault"
)

const (
	pin   = "1234"
	label = "jansetu"
)

// newToken makes a SoftHSM token with an AES-256 key that never leaves it, and answers the module's path.
func newToken(t *testing.T) (module string) {
	t.Helper()
	for _, path := range []string{
		"/usr/lib/softhsm/libsofthsm2.so", "/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so", "/usr/lib/aarch64-linux-gnu/softhsm/libsofthsm2.so",
		"/opt/homebrew/lib/softhsm/libsofthsm2.so", "/usr/local/lib/softhsm/libsofthsm2.so",
	} {
		if _, err := os.Stat(path); err == nil {
			module = path
		}
	}
	require.NotEmpty(t, module, "SoftHSM is missing: apt-get install softhsm2 (make test-hsm does), or brew install softhsm")
	folder := t.TempDir()
	settings := filepath.Join(folder, "softhsm2.conf")
	require.NoError(t, os.WriteFile(settings, []byte("directories.tokendir = "+folder+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600))
	t.Setenv("SOFTHSM2_CONF", settings)
	made, err := exec.CommandContext(t.Context(), "softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", pin).CombinedOutput()
	require.NoError(t, err, string(made))
	hsm, err := crypto11.Configure(&crypto11.Config{Path: module, TokenLabel: label, Pin: pin})
	require.NoError(t, err)
	_, err = hsm.GenerateSecretKeyWithLabel([]byte("kek-1"), []byte("kek"), 256, crypto11.CipherAES)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, hsm.Close()) })
	return module
}

func TestAnHSMKeepsThePersonsKeys(t *testing.T) {
	module := newToken(t)
	uri := vault.SchemePKCS11 + "token=" + label + ";object=kek?module-path=" + module
	kek, err := vault.OpenKEK(t.Context(), uri, vault.Credentials{Token: pin})
	require.NoError(t, err)
	wrapped, key := newKey(t, newVault(t, vault.Config{KEK: kek}))
	sealed, err := key.Seal([]byte("secret"), vault.Place{})
	require.NoError(t, err)

	other := newVault(t, vault.Config{KEK: kek})
	keys, err := other.Unwrap(t.Context(), wrapped)
	require.NoError(t, err)
	plain, err := keys[0].Open(sealed, vault.Place{})
	require.NoError(t, err)
	require.Equal(t, "secret", string(plain))

	damaged := wrapped
	damaged.Wrapped = append([]byte(nil), wrapped.Wrapped...)
	damaged.Wrapped[len(damaged.Wrapped)/2] ^= 1
	_, err = newVault(t, vault.Config{KEK: kek}).Unwrap(t.Context(), damaged)
	require.Error(t, err)

	_, err = vault.OpenKEK(t.Context(), vault.SchemePKCS11+"token="+label+";object=other?module-path="+module, vault.Credentials{Token: pin})
	require.ErrorContains(t, err, "not found")
	_, err = vault.OpenKEK(t.Context(), vault.SchemePKCS11+"token="+label, vault.Credentials{Token: pin})
	require.ErrorContains(t, err, "no object")
}
