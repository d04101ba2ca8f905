package sign_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/sign"
)

// Anybody may send us a file to verify: whatever it is, it is refused without harm.
func FuzzVerify(f *testing.F) {
	root := newAuthority(f)
	signer := newSigner(f, root, ecKey(f), nil)
	file, err := signer.Sign(f.Context(), plainPDF("/Annots[7 0 R]", "<</Type/Annot>>"), []byte("a proof"), issuedAt)
	require.NoError(f, err)
	f.Add(file)
	f.Add(plainPDF("/X(%not a comment \\) ( ) )"))
	f.Add([]byte("%PDF-1.7\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Size 1>>\nstartxref\n9\n%%EOF"))
	trust := sign.Trust{Roots: newAuthority(f).pool()}
	f.Fuzz(func(t *testing.T, raw []byte) {
		_, err := sign.Verify(raw, trust)
		require.Error(t, err, "nobody but us can make a file that is trusted")
		if signed, err := signer.Sign(t.Context(), raw, nil, issuedAt); err == nil {
			_, err := sign.Verify(signed, sign.Trust{Roots: root.pool()})
			require.NoError(t, err, "what can be signed can be verified")
		}
	})
}
