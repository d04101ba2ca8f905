package whatsapp_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// mediaAPI serves one file and says about it what the test wants.
type mediaAPI struct {
	server   *httptest.Server
	about    string // %s is the server's address
	content  []byte
	status   int
	tokens   int // requests for content that carried the token
	redirect string
}

func newMediaAPI(t *testing.T, content []byte) *mediaAPI {
	t.Helper()
	sum := sha256.Sum256(content)
	api := &mediaAPI{content: content, status: http.StatusOK}
	api.about = `{"url":"%s/file","mime_type":"image/jpeg","sha256":"` + hex.EncodeToString(sum[:]) + fmt.Sprintf(`","file_size":%d}`, len(content))
	api.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.Header.Get("Authorization") != "Bearer secret":
			w.WriteHeader(http.StatusUnauthorized)
		case r.URL.Path == "/v23.0/m1" && r.URL.Query().Get("phone_number_id") == "n1":
			_, _ = io.WriteString(w, strings.ReplaceAll(api.about, "%s", api.server.URL))
		case r.URL.Path == "/file":
			api.tokens++
			if api.redirect != "" {
				http.Redirect(w, r, api.redirect, http.StatusFound)
				return
			}
			w.WriteHeader(api.status)
			_, _ = w.Write(api.content)
		default:
			w.WriteHeader(http.StatusBadRequest)
			_, _ = io.WriteString(w, `{"error":{"code":100,"fbtrace_id":"t"}}`)
		}
	}))
	t.Cleanup(api.server.Close)
	return api
}

func (a *mediaAPI) download(t *testing.T, media string, limit int) (whatsapp.Media, error) {
	t.Helper()
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: a.server.URL, Version: "v23.0", AccessToken: "secret", Timeout: 5 * time.Second})
	require.NoError(t, err)
	return client.Download(t.Context(), "n1", media, limit)
}

func TestMediaIsFetchedAndChecked(t *testing.T) {
	t.Parallel()
	api := newMediaAPI(t, []byte("a photo"))
	media, err := api.download(t, "m1", 100)
	require.NoError(t, err)
	require.Equal(t, whatsapp.Media{MIMEType: "image/jpeg", Content: []byte("a photo")}, media)
	sum := sha256.Sum256([]byte("a photo"))
	api.about = `{"url":"%s/file","sha256":"` + base64.StdEncoding.EncodeToString(sum[:]) + `"}`
	_, err = api.download(t, "m1", 7)
	require.NoError(t, err, "in base64, without a size, exactly at the limit")
}

func TestMediaThatIsNotTaken(t *testing.T) {
	t.Parallel()
	addresses := []string{
		"http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "https://evil.example/file", "http://lookaside.fbsbx.com/file",
		"https://lookaside.fbsbx.com.evil.example/file", "https://evillookaside.fbsbx.com@evil.example/", "https://xfbcdn.net/file",
		"https://user@lookaside.fbsbx.com/file", "https://lookaside.fbsbx.com:8443/file", "//lookaside.fbsbx.com/file", "%%zz", "",
	}
	for _, address := range addresses {
		api := newMediaAPI(t, []byte("x"))
		api.about = `{"url":"` + address + `","sha256":""}`
		_, err := api.download(t, "m1", 100)
		require.ErrorIs(t, err, whatsapp.ErrMediaAddress, address)
		require.Zero(t, api.tokens)
	}
	tests := []struct {
		name   string
		media  string
		change func(*mediaAPI)
		want   error
	}{
		{"unknown", "m2", func(*mediaAPI) {}, whatsapp.ErrMediaGone},
		{"an id that is a path", "../other", func(*mediaAPI) {}, whatsapp.ErrMediaGone},
		{"the address has expired", "m1", func(a *mediaAPI) { a.status = http.StatusNotFound }, whatsapp.ErrMediaGone},
		{"changed on the way", "m1", func(a *mediaAPI) { a.content = []byte("another") }, whatsapp.ErrMediaChanged},
		{"said to be large", "m1", func(a *mediaAPI) { a.about = `{"url":"%s/file","file_size":104857600}` }, whatsapp.ErrMediaTooLarge},
		{"large without saying so", "m1", func(a *mediaAPI) { a.content = bytes.Repeat([]byte("x"), 5000) }, whatsapp.ErrMediaTooLarge},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			api := newMediaAPI(t, []byte("a photo"))
			test.change(api)
			_, err := api.download(t, test.media, 1000)
			require.ErrorIs(t, err, test.want)
		})
	}
	api := newMediaAPI(t, []byte("x"))
	api.redirect = "http://169.254.169.254/"
	_, err := api.download(t, "m1", 100)
	require.Error(t, err, "nobody is followed elsewhere")
	require.NotErrorIs(t, err, whatsapp.ErrMediaGone)
	require.NotContains(t, err.Error(), "secret")
}
