package sign_test

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/sign"
)

// settings are what `openssl ts -reply` asks for.
const settings = `
[tsa]
default_tsa = one
[one]
dir = .
serial = $dir/serial
crypto_device = builtin
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
ess_cert_id_alg = sha256
`

// stampTwin is a time-stamping authority behind HTTP: OpenSSL's, so that it is not our own reading of RFC 3161. spoil may change an answer.
func stampTwin(t *testing.T, spoil func([]byte) []byte, usage ...x509.ExtKeyUsage) *sign.TimeAuthority {
	t.Helper()
	folder, root, key := t.TempDir(), stampRoot(t), rsaKey(t)
	certificate := root.issueStamping(t, key, usage...)
	der, err := x509.MarshalPKCS8PrivateKey(key)
	require.NoError(t, err)
	write := func(name string, content []byte) {
		require.NoError(t, os.WriteFile(filepath.Join(folder, name), content, 0o600))
	}
	write("settings", []byte(settings))
	write("serial", []byte("01\n"))
	write("key.pem", pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	writePEM(t, filepath.Join(folder, "tsa.pem"), certificate)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		query, err := io.ReadAll(r.Body)
		if err != nil || r.Header.Get("Content-Type") != "application/timestamp-query" {
			http.Error(w, "no query", http.StatusBadRequest)
			return
		}
		work := t.TempDir()
		if err := os.WriteFile(filepath.Join(work, "query"), query, 0o600); err != nil {
			http.Error(w, "no room", http.StatusInternalServerError)
			return
		}
		command := exec.CommandContext(r.Context(), "openssl", "ts", "-reply", "-config", "settings", "-section", "one", "-queryfile",
			filepath.Join(work, "query"), "-signer", "tsa.pem", "-inkey", "key.pem", "-out", filepath.Join(work, "reply"))
		command.Dir = folder
		if said, err := command.CombinedOutput(); err != nil {
			http.Error(w, string(said), http.StatusInternalServerError)
			return
		}
		reply, err := os.ReadFile(filepath.Join(work, "reply"))
		if err != nil {
			http.Error(w, "no reply", http.StatusInternalServerError)
			return
		}
		_, _ = w.Write(spoil(reply))
	}))
	t.Cleanup(server.Close)
	return &sign.TimeAuthority{URL: server.URL, Roots: root.pool()}
}

func asIs(raw []byte) []byte { return raw }

// refusal is status 2 in the place of 0: rejection (RFC 3161, 2.4.2).
func refusal(raw []byte) []byte {
	raw[8] = 2
	return raw
}

func TestATimestampSaysWhenItWasSigned(t *testing.T) {
	t.Parallel()
	root, stamps := newAuthority(t), stampTwin(t, asIs, x509.ExtKeyUsageTimeStamping)
	file, err := newSigner(t, root, ecKey(t), stamps).Sign(t.Context(), plainPDF(""), nil, issuedAt)
	require.NoError(t, err)
	found, err := sign.Verify(file, sign.Trust{Roots: root.pool(), TimeRoots: stamps.Roots})
	require.NoError(t, err)
	require.WithinDuration(t, time.Now(), found.Stamped, time.Minute)
	_, err = sign.Verify(file, sign.Trust{Roots: root.pool(), TimeRoots: newAuthority(t).pool()})
	require.ErrorIs(t, err, sign.ErrChanged, "a timestamp of an authority that nobody knows")

	path := filepath.Join(t.TempDir(), "stamped.pdf")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	require.Contains(t, run(t, "pdfsig", "-nocert", path), "Signature is Valid")
	message, _ := takeApart(t, path)
	der := filepath.Join(t.TempDir(), "message.der")
	require.NoError(t, os.WriteFile(der, message, 0o600))
	require.Contains(t, run(t, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", der), "id-smime-aa-timeStampToken")
}

// What the signature cannot cover, the timestamp's own signature does: every byte of what is signed and of the token is tried.
func TestOneChangedByteOfAStampedFileIsFound(t *testing.T) {
	t.Parallel()
	root, stamps := newAuthority(t), stampTwin(t, asIs, x509.ExtKeyUsageTimeStamping)
	file, err := newSigner(t, root, ecKey(t), stamps).Sign(t.Context(), plainPDF(""), []byte("a proof"), issuedAt)
	require.NoError(t, err)
	trust := sign.Trust{Roots: root.pool(), TimeRoots: stamps.Roots}
	for at := range file {
		changed := bytes.Clone(file)
		changed[at] ^= 1
		_, err := sign.Verify(changed, trust)
		require.Error(t, err, "byte %d of %d: %s|%s", at, len(file), file[max(0, at-20):at], changed[at:min(len(file), at+20)])
	}
}

func TestWithoutAGoodTimestampNothingIsSigned(t *testing.T) {
	t.Parallel()
	flipped := func(at func(int) int) func([]byte) []byte {
		return func(raw []byte) []byte {
			raw[at(len(raw))] ^= 1
			return raw
		}
	}
	var old []byte
	for name, stamps := range map[string]*sign.TimeAuthority{
		"a changed token":          stampTwin(t, flipped(func(n int) int { return n - 3 }), x509.ExtKeyUsageTimeStamping),
		"a refusal":                stampTwin(t, refusal, x509.ExtKeyUsageTimeStamping),
		"no answer that is one":    stampTwin(t, func([]byte) []byte { return []byte("no") }, x509.ExtKeyUsageTimeStamping),
		"an answer without end":    stampTwin(t, func([]byte) []byte { return make([]byte, 1<<20) }, x509.ExtKeyUsageTimeStamping),
		"nobody there":             {URL: "http://127.0.0.1:1"},
		"a certificate for others": stampTwin(t, asIs, x509.ExtKeyUsageClientAuth),
		"an answer to another question": stampTwin(t, func(raw []byte) []byte {
			if old == nil {
				old = raw
			}
			return old
		}, x509.ExtKeyUsageTimeStamping),
	} {
		signer := newSigner(t, newAuthority(t), ecKey(t), stamps)
		_, _ = signer.Sign(t.Context(), plainPDF(""), nil, issuedAt)
		_, err := signer.Sign(t.Context(), plainPDF(""), nil, issuedAt)
		require.Error(t, err, name)
	}
}
