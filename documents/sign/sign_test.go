package sign_test

import (
	"bytes"
	"crypto"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/sign"
)

func TestWhatWasSignedIsVerified(t *testing.T) {
	t.Parallel()
	for name, pages := range map[string][]byte{
		"plain":                      plainPDF(""),
		"with annotations":           plainPDF("/Annots[7 0 R]", "<</Type/Annot/Subtype/Link/Rect[0 0 10 10]/Border[0 0 0]>>"),
		"with indirect annotations":  plainPDF("/Annots 8 0 R", "<</Type/Annot/Subtype/Link/Rect[0 0 10 10]/Border[0 0 0]>>", "[7 0 R]"),
		"with a comment in a string": plainPDF("/X(%not a comment \\) ( ) )"),
	} {
		for kind, key := range map[string]crypto.Signer{"ECDSA": ecKey(t), "RSA": rsaKey(t)} {
			t.Run(name+" "+kind, func(t *testing.T) {
				t.Parallel()
				root := newAuthority(t)
				file, err := newSigner(t, root, key, nil).Sign(t.Context(), pages, []byte("a proof"), issuedAt)
				require.NoError(t, err)
				require.True(t, bytes.HasPrefix(file, pages), "the pages stay as they are")
				found, err := sign.Verify(file, sign.Trust{Roots: root.pool()})
				require.NoError(t, err)
				require.Equal(t, "a proof", string(found.Proof))
				require.Equal(t, issuedAt, found.At)
				require.Zero(t, found.Stamped)
				require.Equal(t, "Tahasildar, Test", found.Signer.Subject.CommonName)
			})
		}
	}
}

// Every byte of a signed file, one at a time: text, tables, proof, dictionary, certificate, signature, padding.
func TestOneChangedByteAnywhereIsFound(t *testing.T) {
	t.Parallel()
	root := newAuthority(t)
	file, err := newSigner(t, root, ecKey(t), nil).Sign(t.Context(), plainPDF(""), []byte("a proof"), issuedAt)
	require.NoError(t, err)
	trust := sign.Trust{Roots: root.pool()}
	_, err = sign.Verify(file, trust)
	require.NoError(t, err)
	for at := range file {
		for _, flip := range []byte{0x01, 0x20, 0x80} {
			changed := bytes.Clone(file)
			changed[at] ^= flip
			_, err := sign.Verify(changed, trust)
			require.Error(t, err, "byte %d of %d, %q for %q: %s", at, len(file), changed[at], file[at], file[max(0, at-20):min(len(file), at+20)])
		}
	}
}

func TestWhatIsNotOurSignatureIsNamed(t *testing.T) {
	t.Parallel()
	root := newAuthority(t)
	pages := plainPDF("")
	file, err := newSigner(t, root, ecKey(t), nil).Sign(t.Context(), pages, nil, issuedAt)
	require.NoError(t, err)
	for name, test := range map[string]struct {
		file []byte
		want error
	}{
		"unsigned":             {pages, sign.ErrUnsigned},
		"something appended":   {append(bytes.Clone(file), "\n"...), sign.ErrChanged},
		"cut off":              {file[:len(file)-200], sign.ErrPDF},
		"empty":                {nil, sign.ErrPDF},
		"no PDF":               {[]byte("GIF89a"), sign.ErrPDF},
		"tables in a circle":   {[]byte("%PDF-1.7\nxref\n0 0\ntrailer\n<</Prev 9>>\nstartxref\n9\n%%EOF"), sign.ErrPDF},
		"nested without end":   {[]byte("%PDF-1.7\nxref\n0 0\ntrailer\n" + strings.Repeat("<</A ", 5000) + "\nstartxref\n9\n%%EOF"), sign.ErrPDF},
		"a text of the letter": {bytes.Replace(file, []byte("Income certificate) Tj"), []byte("Salary certificate) Tj"), 1), sign.ErrChanged},
	} {
		_, err := sign.Verify(test.file, sign.Trust{Roots: root.pool()})
		require.ErrorIs(t, err, test.want, name)
	}
	_, err = sign.Verify(file, sign.Trust{Roots: newAuthority(t).pool()})
	require.ErrorIs(t, err, sign.ErrUntrusted)
	_, err = sign.Verify(file, sign.Trust{})
	require.ErrorIs(t, err, sign.ErrUntrusted, "no roots are not the system's roots")
	_, err = newSigner(t, root, ecKey(t), nil).Sign(t.Context(), file, nil, issuedAt)
	require.ErrorIs(t, err, sign.ErrPDF, "a signed file is not signed again")
	_, err = newSigner(t, root, ecKey(t), nil).Sign(t.Context(), pages, nil, issuedAt.AddDate(5, 0, 0))
	require.ErrorContains(t, err, "not valid at")
}

// signedFile leaves a signed file and the root's certificate for the programs of others.
func signedFile(t *testing.T, stamps *sign.TimeAuthority) (folder string) {
	t.Helper()
	root := newAuthority(t)
	file, err := newSigner(t, root, ecKey(t), stamps).Sign(t.Context(), plainPDF(""), []byte("a proof"), issuedAt)
	require.NoError(t, err)
	folder = t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "signed.pdf"), file, 0o600))
	writePEM(t, filepath.Join(folder, "root.pem"), root.certificate)
	return folder
}

func TestPdfsigAgrees(t *testing.T) {
	t.Parallel()
	folder := signedFile(t, nil)
	said := run(t, "pdfsig", "-nocert", filepath.Join(folder, "signed.pdf"))
	require.Contains(t, said, "Signature is Valid")
	require.Contains(t, said, "Total document signed")
	require.Contains(t, said, "ETSI.CAdES.detached")

	file, err := os.ReadFile(filepath.Join(folder, "signed.pdf"))
	require.NoError(t, err)
	changed := bytes.Replace(file, []byte("Income certificate) Tj"), []byte("Income certificatf) Tj"), 1)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "changed.pdf"), changed, 0o600))
	require.Contains(t, run(t, "pdfsig", "-nocert", filepath.Join(folder, "changed.pdf")), "Digest Mismatch")
}

func TestOpenSSLAgreesThatItIsCAdES(t *testing.T) {
	t.Parallel()
	folder := signedFile(t, nil)
	message, content := takeApart(t, filepath.Join(folder, "signed.pdf"))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "message.der"), message, 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "content"), content, 0o600))
	said := run(t, "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", filepath.Join(folder, "message.der"),
		"-content", filepath.Join(folder, "content"), "-CAfile", filepath.Join(folder, "root.pem"), "-purpose", "any", "-attime", attime,
		"-out", os.DevNull)
	require.Contains(t, said, "CAdES Verification successful")
	shown := run(t, "openssl", "cms", "-cmsout", "-print", "-inform", "DER", "-in", filepath.Join(folder, "message.der"))
	require.NotContains(t, shown, "signingTime", "EN 319 142-1: the time stands in /M")
	require.Contains(t, shown, "id-smime-aa-signingCertificateV2")
}

func TestTheStructureIsSound(t *testing.T) {
	t.Parallel()
	require.Contains(t, run(t, "qpdf", "--check", filepath.Join(signedFile(t, nil), "signed.pdf")), "No syntax or stream encoding errors")
}

func run(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), program, arguments...).CombinedOutput()
	if err != nil {
		t.Logf("%s: %v", program, err) // pdfsig fails for a signer it does not trust
	}
	return string(said)
}
