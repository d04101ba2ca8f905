package vault_test

import (
	"encoding/base64"
	"encoding/json"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/vault"
)

// transit is the part of HashiCorp Vault's and OpenBao's transit engine that encrypts and decrypts
// (https://developer.hashicorp.com/vault/api-docs/secret/transit).
type transit struct {
	sealed atomic.Bool // Vault's word for being away
	held   map[string][2]string
}

func (s *transit) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Plaintext      string `json:"plaintext"`
		Ciphertext     string `json:"ciphertext"`
		AssociatedData string `json:"associated_data"`
	}
	_ = json.NewDecoder(r.Body).Decode(&asked)
	answer := map[string]string{}
	switch {
	case s.sealed.Load():
		http.Error(w, `{"errors":["Vault is sealed"]}`, http.StatusServiceUnavailable)
		return
	case r.Header.Get("X-Vault-Token") != "token":
		http.Error(w, `{"errors":["permission denied"]}`, http.StatusForbidden)
		return
	case r.URL.Path == "/v1/transit/encrypt/jansetu":
		answer["ciphertext"] = "vault:v1:" + uuid.NewString()
		s.held[answer["ciphertext"]] = [2]string{asked.Plaintext, asked.AssociatedData}
	case r.URL.Path == "/v1/transit/decrypt/jansetu" && s.held[asked.Ciphertext][1] == asked.AssociatedData:
		answer["plaintext"] = s.held[asked.Ciphertext][0]
	default:
		http.Error(w, `{"errors":["cipher: message authentication failed"]}`, http.StatusBadRequest)
		return
	}
	_ = json.NewEncoder(w).Encode(map[string]any{"data": answer})
}

func newTransit(t *testing.T, token string) (*transit, vault.KEK) {
	t.Helper()
	s := &transit{held: map[string][2]string{}}
	server := httptest.NewTLSServer(s)
	t.Cleanup(server.Close)
	authority := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(authority, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: server.Certificate().Raw}), 0o600))
	trusted, err := vault.TrustOnly(authority)
	require.NoError(t, err)
	uri := vault.SchemeVault + strings.TrimPrefix(server.URL, "https://") + "/transit/keys/jansetu"
	kek, err := vault.OpenKEK(t.Context(), uri, vault.Credentials{Token: token, TLS: trusted})
	require.NoError(t, err)
	require.Equal(t, uri, kek.ID)
	return s, kek
}

func TestHashiCorpVaultKeepsThePersonsKeys(t *testing.T) {
	t.Parallel()
	server, kek := newTransit(t, "token")
	wrapped, key := newKey(t, newVault(t, vault.Config{KEK: kek}))
	sealed, err := key.Seal([]byte("secret"), vault.Place{})
	require.NoError(t, err)
	other := newVault(t, vault.Config{KEK: kek})
	keys, err := other.Unwrap(t.Context(), wrapped)
	require.NoError(t, err)
	plain, err := keys[0].Open(sealed, vault.Place{})
	require.NoError(t, err)
	require.Equal(t, "secret", string(plain))
	for _, asked := range server.held {
		bound, err := base64.StdEncoding.DecodeString(asked[1])
		require.NoError(t, err)
		require.Equal(t, "andhra|person_key|wrapped|"+wrapped.Person, string(bound))
	}
	stolen := wrapped
	stolen.Person = uuid.NewString()
	_, err = other.Unwrap(t.Context(), stolen)
	require.Error(t, err, "the service refuses another person's key")
}

func TestAKeyServiceThatIsAwayIsNotAnUnreadableKey(t *testing.T) {
	t.Parallel()
	server, kek := newTransit(t, "token")
	v := newVault(t, vault.Config{KEK: kek})
	wrapped, _ := newKey(t, v)
	server.sealed.Store(true)
	_, err := v.Unwrap(t.Context(), wrapped)
	require.Error(t, err)
	require.NotErrorIs(t, err, vault.ErrUnreadable, "or citizens would be turned away for good")
	_, _, err = v.Create(t.Context(), uuid.NewString())
	require.Error(t, err)
}

func TestAWrongTokenIsRefused(t *testing.T) {
	t.Parallel()
	_, kek := newTransit(t, "guessed")
	_, _, err := newVault(t, vault.Config{KEK: kek}).Create(t.Context(), uuid.NewString())
	require.ErrorContains(t, err, "permission denied")
}

func TestAWSIsAskedByItsKeysName(t *testing.T) {
	t.Parallel()
	const uri = vault.SchemeAWS + "arn:aws:kms:ap-south-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"
	kek, err := vault.OpenKEK(t.Context(), uri, vault.Credentials{})
	require.NoError(t, err, "nothing is called yet")
	require.Equal(t, uri, kek.ID)
	_, err = vault.OpenKEK(t.Context(), vault.SchemeAWS+"nonsense", vault.Credentials{})
	require.Error(t, err)
}

func TestAKeyServiceOfAnAuthorityThatIsNotTrustedIsNotSpokenTo(t *testing.T) {
	t.Parallel()
	server, kek := newTransit(t, "token")
	strange, err := vault.OpenKEK(t.Context(), kek.ID, vault.Credentials{Token: "token"})
	require.NoError(t, err)
	_, _, err = newVault(t, vault.Config{KEK: strange}).Create(t.Context(), uuid.NewString())
	require.ErrorContains(t, err, "certificate")
	require.Empty(t, server.held)
	empty := filepath.Join(t.TempDir(), "ca.pem")
	require.NoError(t, os.WriteFile(empty, []byte("nothing"), 0o600))
	_, err = vault.TrustOnly(empty)
	require.Error(t, err)
}
