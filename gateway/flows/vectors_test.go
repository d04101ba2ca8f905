package flows_test

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// cryptoVectors are requests of phones and their answers, made with OpenSSL.
type cryptoVectors struct {
	AppSecret string `json:"app_secret"`
	PKCS8     string `json:"private_key_pkcs8_pem"`
	PKCS1     string `json:"private_key_pkcs1_pem"`
	Public    string `json:"public_key_spki_pem"`
	Cases     []struct {
		Name      string `json:"name"`
		HTTP      int    `json:"expect_http"`
		Body      string `json:"request_body_raw"`
		Signature string `json:"x_hub_signature_256"`
		Request   string `json:"request_plaintext"`
		Response  string `json:"response_plaintext"`
		Answer    string `json:"response_body_base64"`
	} `json:"cases"`
}

func readVectors(t testing.TB) cryptoVectors {
	t.Helper()
	content, err := os.ReadFile("testdata/flow_crypto.json")
	require.NoError(t, err)
	var vectors cryptoVectors
	require.NoError(t, json.Unmarshal(content, &vectors))
	require.Len(t, vectors.Cases, 10)
	return vectors
}

func TestEveryVectorOfTheEndpoint(t *testing.T) {
	t.Parallel()
	vectors := readVectors(t)
	for _, encoded := range []string{vectors.PKCS8, vectors.PKCS1} {
		keys, err := flows.ParseKeys(true, []byte(encoded))
		require.NoError(t, err)
		public, err := keys.PublicPEM()
		require.NoError(t, err)
		require.Equal(t, vectors.Public, string(public))
		for _, vector := range vectors.Cases {
			signed := whatsapp.VerifySignature([]byte(vector.Body), vector.Signature, vectors.AppSecret)
			require.Equal(t, vector.HTTP != 432, signed, vector.Name)
			plain, sealer, err := keys.Decrypt([]byte(vector.Body))
			switch vector.HTTP {
			case http.StatusOK:
				require.NoError(t, err, vector.Name)
				require.Equal(t, vector.Request, string(plain), vector.Name)
				require.Equal(t, vector.Answer, sealer.Seal([]byte(vector.Response)), vector.Name)
			case http.StatusMisdirectedRequest:
				require.ErrorIs(t, err, flows.ErrUndecryptable, vector.Name)
			}
		}
	}
}

func TestAKeyThatIsBeingReplacedStillOpens(t *testing.T) {
	t.Parallel()
	vectors := readVectors(t)
	fresh, err := flows.GenerateDevelopmentKey()
	require.NoError(t, err)
	keys, err := flows.ParseKeys(false, fresh, []byte(vectors.PKCS8))
	require.NoError(t, err)
	plain, _, err := keys.Decrypt([]byte(vectors.Cases[0].Body))
	require.NoError(t, err)
	require.Equal(t, vectors.Cases[0].Request, string(plain))
}

func TestProductionRefusesTheKeyOfDevelopment(t *testing.T) {
	t.Parallel()
	made, err := flows.GenerateDevelopmentKey()
	require.NoError(t, err)
	_, err = flows.ParseKeys(true, made)
	require.ErrorIs(t, err, flows.ErrDevelopmentKey)
	_, err = flows.ParseKeys(true, []byte("no key"))
	require.Error(t, err)
	_, err = flows.ParseKeys(true)
	require.Error(t, err)
}

func TestEveryVectorOfAFormsMedia(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/flow_media.json")
	require.NoError(t, err)
	var vectors struct {
		Cases []struct {
			Name   string          `json:"name"`
			Expect string          `json:"expect"`
			File   string          `json:"cdn_file_base64"`
			Plain  string          `json:"plaintext_base64"`
			Media  json.RawMessage `json:"media"`
		} `json:"cases"`
	}
	require.NoError(t, json.Unmarshal(content, &vectors))
	require.Len(t, vectors.Cases, 8)
	for _, vector := range vectors.Cases {
		file, err := base64.StdEncoding.DecodeString(vector.File)
		require.NoError(t, err)
		plain, err := flows.OpenMedia(vector.Media, file)
		if vector.Expect == "error" {
			require.ErrorIs(t, err, flows.ErrMediaAltered, vector.Name)
			continue
		}
		require.NoError(t, err, vector.Name)
		require.Equal(t, vector.Plain, base64.StdEncoding.EncodeToString(plain), vector.Name)
	}
}

func FuzzDecrypt(f *testing.F) {
	vectors := readVectors(f)
	keys, err := flows.ParseKeys(true, []byte(vectors.PKCS8))
	require.NoError(f, err)
	for _, vector := range vectors.Cases {
		f.Add([]byte(vector.Body))
	}
	f.Add([]byte(`{"initial_vector":"AAAAAAAAAAAAAAAAAAAAAA=="}`))
	f.Fuzz(func(t *testing.T, body []byte) {
		plain, sealer, err := keys.Decrypt(body)
		if err != nil {
			require.Nil(t, plain)
			return
		}
		require.NotEmpty(t, sealer.Seal(plain))
	})
}

func FuzzOpenMedia(f *testing.F) {
	f.Add([]byte(`{"encryption_metadata":{}}`), []byte("short"))
	f.Add([]byte(`{"encryption_metadata":{"iv":"oHOopFEnzHLH25XXyks+rQ=="}}`), make([]byte, 64))
	f.Fuzz(func(_ *testing.T, described, file []byte) { _, _ = flows.OpenMedia(described, file) })
}
