package whatsapp_test

import (
	"encoding/base64"
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp"
)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/vectors/webhook_signature.json")
	require.NoError(t, err)
	var vectors struct {
		Secret string `json:"app_secret"`
		Cases  []struct {
			Name      string `json:"name"`
			Body      string `json:"raw_body_base64"`
			Signature string `json:"x_hub_signature_256"`
		} `json:"cases"`
	}
	require.NoError(t, json.Unmarshal(content, &vectors))
	require.NotEmpty(t, vectors.Cases)
	for _, vector := range vectors.Cases {
		t.Run(vector.Name, func(t *testing.T) {
			t.Parallel()
			body, err := base64.StdEncoding.DecodeString(vector.Body)
			require.NoError(t, err)
			require.Equal(t, vector.Signature, whatsapp.Sign(body, vectors.Secret))
			require.True(t, whatsapp.VerifySignature(body, vector.Signature, vectors.Secret))
			require.True(t, whatsapp.VerifySignature(body, vector.Signature, "new secret", vectors.Secret), "while a secret is replaced")
			require.False(t, whatsapp.VerifySignature(append(body, ' '), vector.Signature, vectors.Secret))
		})
	}
}

func TestWhatIsNoSignature(t *testing.T) {
	t.Parallel()
	body := []byte("{}")
	good := whatsapp.Sign(body, "secret")
	for name, header := range map[string]string{"empty": "", "no prefix": good[len("sha256="):], "short": good[:20], "not hex": "sha256=zz", "sha1": "sha1=" + good[7:]} {
		require.False(t, whatsapp.VerifySignature(body, header, "secret"), name)
	}
	require.False(t, whatsapp.VerifySignature(body, whatsapp.Sign(body, ""), ""), "an empty secret verifies nothing")
}
