package emulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func uploadForm(t *testing.T, product, mimeType string, content []byte) (contentType string, body []byte) {
	t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	require.NoError(t, writer.WriteField("messaging_product", product))
	require.NoError(t, writer.WriteField("type", mimeType))
	part, err := writer.CreatePart(textproto.MIMEHeader{
		"Content-Disposition": {`form-data; name="file"; filename="receipt.pdf"`}, "Content-Type": {mimeType},
	})
	require.NoError(t, err)
	_, err = part.Write(content)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return writer.FormDataContentType(), form.Bytes()
}

func TestMediaGoesUpAndComesDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	contentType, form := uploadForm(t, "whatsapp", "application/pdf", []byte("%PDF-1.4 receipt"))
	code, answer := w.request(t, http.MethodPost, "/v23.0/"+numberID+"/media", contentType, form)
	require.Equal(t, http.StatusOK, code, "%v", answer)
	id, ok := answer["id"].(string)
	require.True(t, ok)

	w.accepted(t, `{"messaging_product":"whatsapp","to":"`+asha+`","type":"document","document":{"id":"`+id+`","filename":"bill.pdf"}}`)
	messages, err := w.Chat(asha, 1)
	require.NoError(t, err)
	require.Equal(t, int64(16), messages[0].Media[0].Size)

	_, answer = w.request(t, http.MethodGet, "/v23.0/"+id+"?phone_number_id="+numberID, "", nil)
	require.Equal(t, "application/pdf", answer["mime_type"])
	address, ok := answer["url"].(string)
	require.True(t, ok)
	require.Equal(t, "%PDF-1.4 receipt", w.download(t, address, accessToken, http.StatusOK))
	w.download(t, address, "stolen", http.StatusUnauthorized)
	w.download(t, address+"0", accessToken, http.StatusNotFound)

	_, answer = w.request(t, http.MethodDelete, "/v23.0/"+id, "", nil)
	require.Equal(t, map[string]any{"success": true}, answer)
	_, answer = w.request(t, http.MethodGet, "/v23.0/"+id, "", nil)
	require.Equal(t, 100, errorCode(answer))
}

func (w *world) download(t *testing.T, address, token string, wantStatus int) string {
	t.Helper()
	parsed, err := url.Parse(address)
	require.NoError(t, err)
	require.Equal(t, w.server.Listener.Addr().String(), parsed.Host)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := w.server.Client().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(t, wantStatus, resp.StatusCode)
	content, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return string(content)
}

func TestUploadsOutsideTheLimitsAreRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := map[string]struct {
		product, mimeType string
		size, code        int
	}{
		"a program":          {"whatsapp", "application/x-msdownload", 10, 100},
		"a page":             {"whatsapp", "text/html", 10, 100},
		"no product":         {"", "image/png", 10, 100},
		"a picture too big":  {"whatsapp", "image/png", 5<<20 + 1, 131053},
		"a sticker too big":  {"whatsapp", "image/webp", 500<<10 + 1, 131053},
		"an empty file":      {"whatsapp", "image/png", 0, 131053},
		"a voice too big":    {"whatsapp", "audio/ogg", 16<<20 + 1, 131053},
		"not a type at all":  {"whatsapp", "///", 10, 100},
		"unknown office doc": {"whatsapp", "application/vnd.oasis.opendocument.text", 10, 100},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			contentType, form := uploadForm(t, c.product, c.mimeType, make([]byte, c.size))
			_, answer := w.request(t, http.MethodPost, "/v23.0/"+numberID+"/media", contentType, form)
			require.Equal(t, c.code, errorCode(answer), "%v", answer)
		})
	}
}

func TestNumberFields(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, answer := w.request(t, http.MethodGet, "/v23.0/"+numberID+"?fields=verified_name,throughput", "", nil)
	raw, err := json.Marshal(answer)
	require.NoError(t, err)
	require.JSONEq(t, `{"id":"`+numberID+`","verified_name":"Mana Seva","throughput":{"level":"STANDARD"}}`, string(raw))
	_, answer = w.request(t, http.MethodGet, "/v23.0/"+numberID+"?fields=moon", "", nil)
	require.Equal(t, 100, errorCode(answer))
}

func TestMediaBehindALinkIsFetched(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	files := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/how.mp4" {
			http.NotFound(answer, r)
			return
		}
		answer.Header().Set("Content-Type", "video/mp4")
		_, _ = io.WriteString(answer, "moving pictures")
	}))
	t.Cleanup(files.Close)
	video := func(address string) string {
		return `{"messaging_product":"whatsapp","to":"` + asha + `","type":"interactive","interactive":{"type":"button",
			"header":{"type":"video","video":{"link":"` + address + `"}},"body":{"text":"How to apply"},
			"action":{"buttons":[{"type":"reply","reply":{"id":"menu","title":"Menu"}}]}}}`
	}
	w.accepted(t, video(files.URL+"/how.mp4"))
	w.accepted(t, video("https://media.example/how.mp4"))
	w.accepted(t, video(files.URL+"/gone.mp4"))
	w.settle(t)
	messages, err := w.Chat(asha, 1)
	require.NoError(t, err)
	require.Len(t, messages, 2, "what cannot be fetched does not arrive")
	require.Equal(t, "video/mp4", messages[0].Media[0].MIME)
	require.Equal(t, int64(len("moving pictures")), messages[0].Media[0].Size)
	require.Empty(t, messages[1].Media, "an address that is not to be fetched stays a link")
	told := w.business.statuses(t)
	failed := slices.IndexFunc(told, func(s status) bool { return s.Status == "failed" })
	require.GreaterOrEqual(t, failed, 0)
	require.Equal(t, 131053, told[failed].Errors[0].Code)
}
