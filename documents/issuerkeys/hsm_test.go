//go:build pkcs11

package issuerkeys_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/ThalesGroup/crypto11"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/sign"
)

const (
	pin   = "1234"
	label = "jansetu-issuer"
)

// newToken makes a SoftHSM token with two key pairs that never leave it.
func newToken(t *testing.T) (module string, sealing, signing crypto11.Signer) {
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
	configuration := filepath.Join(folder, "softhsm2.conf")
	require.NoError(t, os.WriteFile(configuration, []byte("directories.tokendir = "+folder+"\nobjectstore.backend = file\nlog.level = ERROR\n"), 0o600))
	t.Setenv("SOFTHSM2_CONF", configuration)
	made, err := exec.CommandContext(t.Context(), "softhsm2-util", "--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", pin).CombinedOutput()
	require.NoError(t, err, string(made))
	hsm, err := crypto11.Configure(&crypto11.Config{Path: module, TokenLabel: label, Pin: pin})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, hsm.Close()) })
	sealing, err = hsm.GenerateECDSAKeyPairWithLabel([]byte("1"), []byte("seal"), elliptic.P256())
	require.NoError(t, err)
	signing, err = hsm.GenerateRSAKeyPairWithLabel([]byte("2"), []byte("document"), 2048)
	require.NoError(t, err)
	return module, sealing, signing
}

func TestAnHSMSealsAndSigns(t *testing.T) {
	module, sealing, signing := newToken(t)
	folder := filepath.Join(t.TempDir(), "issuer")
	require.NoError(t, issuerkeys.Create(folder, options()))

	// The keys of the folder are replaced by those of the token; the list names the new ones.
	authority := certify(t, folder, signing)
	_, err := issuerkeys.ChangeList(folder, func(list *seal.KeyList) error {
		public, err := x509.MarshalPKIXPublicKey(sealing.Public())
		require.NoError(t, err)
		key, err := x509.ParsePKIXPublicKey(public)
		require.NoError(t, err)
		return addKey(list, key, authority)
	})
	require.NoError(t, err)
	text, err := os.ReadFile(filepath.Join(folder, "issuer.yaml"))
	require.NoError(t, err)
	uri := "pkcs11:token=" + label + ";object=NAME?module-path=" + module
	moved := strings.NewReplacer("seal.pem", `"`+strings.Replace(uri, "NAME", "seal", 1)+`"`, "document.pem",
		`"`+strings.Replace(uri, "NAME", "document", 1)+`"`).Replace(string(text))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "issuer.yaml"), []byte(moved), 0o600))

	keys, err := issuerkeys.Open(folder, pin)
	require.NoError(t, err)
	sealed, err := seal.New(keys.Seal, claims())
	require.NoError(t, err)
	_, err = keys.List.Open(sealed.Raw)
	require.NoError(t, err)
	file, err := keys.Signer.Sign(t.Context(), page(), []byte("a proof"), time.Now())
	require.NoError(t, err)
	roots := x509.NewCertPool()
	certificate, err := x509.ParseCertificate(authority)
	require.NoError(t, err)
	roots.AddCert(certificate)
	_, err = sign.Verify(file, sign.Trust{Roots: roots})
	require.NoError(t, err)

	gone := strings.Replace(moved, "object=seal", "object=gone", 1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "issuer.yaml"), []byte(gone), 0o600))
	_, err = issuerkeys.Open(folder, pin)
	require.ErrorContains(t, err, "gone")
}

// certify writes a certificate for the token's key, and answers its authority's.
func certify(t *testing.T, folder string, key crypto11.Signer) (authority []byte) {
	t.Helper()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Test department"}, NotBefore: time.Now().Add(-time.Hour),
		NotAfter: time.Now().AddDate(1, 0, 0), KeyUsage: x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	require.NoError(t, err)
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	require.NoError(t, os.WriteFile(filepath.Join(folder, "document-chain.pem"), chain, 0o600))
	return der
}

func page() []byte { return issuetest.Page("Income certificate") }

func addKey(list *seal.KeyList, key any, authority []byte) error {
	public, ok := key.(*ecdsa.PublicKey)
	if !ok {
		return os.ErrInvalid
	}
	list.Keys = append(list.Keys, seal.Key{Public: public, From: time.Now().Add(-time.Minute)})
	list.Authorities = append(list.Authorities, authority)
	return nil
}
