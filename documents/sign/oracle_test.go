package sign_test

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"os"
	"regexp"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"
)

// attime is a moment at which the certificates of the tests are valid, for openssl.
var attime = strconv.FormatInt(issuedAt.Unix(), 10)

func writePEM(t *testing.T, path string, certificate *x509.Certificate) {
	t.Helper()
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: certificate.Raw})
	require.NoError(t, os.WriteFile(path, text, 0o600))
}

var byteRange = regexp.MustCompile(`/ByteRange \[0 (\d+) (\d+) (\d+)`)

// takeApart reads the message and what it signs as any other program would: by the ByteRange.
func takeApart(t *testing.T, path string) (message, content []byte) {
	t.Helper()
	file, err := os.ReadFile(path)
	require.NoError(t, err)
	found := byteRange.FindSubmatch(file)
	require.NotNil(t, found)
	first, err := strconv.Atoi(string(found[1]))
	require.NoError(t, err)
	second, err := strconv.Atoi(string(found[2]))
	require.NoError(t, err)
	padded, err := hex.DecodeString(string(file[first+1 : second-1]))
	require.NoError(t, err)
	var outer asn1.RawValue
	_, err = asn1.Unmarshal(padded, &outer)
	require.NoError(t, err)
	return outer.FullBytes, bytes.Join([][]byte{file[:first], file[second:]}, nil)
}
