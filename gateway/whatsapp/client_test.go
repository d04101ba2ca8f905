package whatsapp_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// graph answers every call in one way and remembers the last.
type graph struct {
	*httptest.Server

	request *http.Request
	body    []byte
}

func newGraph(t *testing.T, status int, answer string) (*graph, *whatsapp.Client) {
	t.Helper()
	g := &graph{}
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		g.request = r
		g.body, _ = io.ReadAll(r.Body)
		if status == 0 {
			panic(http.ErrAbortHandler)
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(g.Close)
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: g.URL, Version: "v23.0", AccessToken: "token", ProofSecret: "secret", Timeout: 20 * time.Second})
	require.NoError(t, err)
	return g, client
}

const accepted = `{"messaging_product":"whatsapp","messages":[{"id":"wamid.1"}]}`

func message(b bubble.Bubble) whatsapp.Outgoing {
	return whatsapp.Outgoing{PhoneNumberID: "106", To: whatsapp.Sender{Phone: "9199"}, Bubble: b}
}

// TestBodiesHaveMetasShapes compares what we send with Meta's own examples, value by value where a sample's placeholders are given, and
// without what the sample has and we never send.
func TestBodiesHaveMetasShapes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		sample string
		out    whatsapp.Outgoing
		unused [][]string // paths of the sample that we do not send
	}{
		{"send_text_message.json", message(bubble.Bubble{Text: "text-message-content"}), nil},
		{"send_reply_button.json", message(bubble.Bubble{Text: "<BUTTON_TEXT>", Buttons: []bubble.Choice{
			{ID: "<UNIQUE_BUTTON_ID_1>", Title: "<BUTTON_TITLE_1>"}, {ID: "<UNIQUE_BUTTON_ID_2>", Title: "<BUTTON_TITLE_2>"}}}), nil},
		{"send_list_message.json", message(bubble.Bubble{Text: "<BODY_TEXT>", List: &bubble.List{Label: "<BUTTON_TEXT>", Sections: []bubble.Section{
			{Title: "<LIST_SECTION_1_TITLE>", Rows: []bubble.Choice{
				{ID: "<LIST_SECTION_1_ROW_1_ID>", Title: "<SECTION_1_ROW_1_TITLE>", Description: "<SECTION_1_ROW_1_DESC>"},
				{ID: "<LIST_SECTION_1_ROW_2_ID>", Title: "<SECTION_1_ROW_2_TITLE>", Description: "<SECTION_1_ROW_2_DESC>"}}},
			{Title: "<LIST_SECTION_2_TITLE>", Rows: []bubble.Choice{
				{ID: "<LIST_SECTION_2_ROW_1_ID>", Title: "<SECTION_2_ROW_1_TITLE>", Description: "<SECTION_2_ROW_1_DESC>"},
				{ID: "<LIST_SECTION_2_ROW_2_ID>", Title: "<SECTION_2_ROW_2_TITLE>", Description: "<SECTION_2_ROW_2_DESC>"}}}}}}),
			[][]string{{"interactive", "header"}, {"interactive", "footer"}}},
		{"send_document_message_by_id.json", whatsapp.Outgoing{PhoneNumberID: "106", To: whatsapp.Sender{Phone: "9199"}, MediaID: "<DOCUMENT_OBJECT_ID>",
			Bubble: bubble.Bubble{Text: "<DOCUMENT_CAPTION_TO_SEND>", Document: &bubble.Document{Filename: "<DOCUMENT_FILENAME>"}}}, nil},
		{"send_image_message_by_id.json", whatsapp.Outgoing{PhoneNumberID: "106", To: whatsapp.Sender{Phone: "9199"}, MediaID: "<IMAGE_OBJECT_ID>",
			Bubble: bubble.Bubble{Picture: &bubble.Document{ID: "d"}}}, nil},
		{"send_video_message_by_id.json", whatsapp.Outgoing{PhoneNumberID: "106", To: whatsapp.Sender{Phone: "9199"}, MediaID: "<VIDEO_OBJECT_ID>",
			Bubble: bubble.Bubble{Text: "<VIDEO_CAPTION_TEXT>", Video: &bubble.Video{File: &bubble.Document{ID: "d"}}}}, nil},
		{"send_video_message_by_url.json", message(bubble.Bubble{Text: "<VIDEO_CAPTION_TEXT>", Video: &bubble.Video{URL: "<http(s)://video-url>"}}), nil},
	}
	for _, test := range tests {
		t.Run(test.sample, func(t *testing.T) {
			t.Parallel()
			server, client := newGraph(t, http.StatusOK, accepted)
			_, err := client.Send(t.Context(), test.out)
			require.NoError(t, err)
			content, err := os.ReadFile("testdata/meta/sends/" + test.sample)
			require.NoError(t, err)
			var want, got map[string]any
			require.NoError(t, json.Unmarshal(content, &want))
			require.NoError(t, json.Unmarshal(server.body, &got))
			want["to"] = "+9199"
			for _, path := range test.unused {
				delete(want[path[0]].(map[string]any), path[1])
			}
			require.Empty(t, cmp.Diff(want, got))
		})
	}
}

func TestOtherBodies(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		out  whatsapp.Outgoing
		want string
	}{
		{"a link", message(bubble.Bubble{Text: "Pay", Link: &bubble.Link{Label: "Open", URL: "https://pay"}}),
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9199","type":"interactive","interactive":{"type":"cta_url",
			"body":{"text":"Pay"},"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://pay"}}}}`},
		{"a picture above buttons", whatsapp.Outgoing{PhoneNumberID: "1", To: whatsapp.Sender{Phone: "9199"}, MediaID: "77", Bubble: bubble.Bubble{
			Text: "Which letters?", Picture: &bubble.Document{ID: "d"}, Buttons: []bubble.Choice{{ID: "stop", Title: "Stop"}}}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9199","type":"interactive","interactive":{"type":"button",
			"header":{"type":"image","image":{"id":"77"}},"body":{"text":"Which letters?"},
			"action":{"buttons":[{"type":"reply","reply":{"id":"stop","title":"Stop"}}]}}}`},
		{"a video above a link", message(bubble.Bubble{Text: "See", Video: &bubble.Video{URL: "https://v/1.mp4"}, Link: &bubble.Link{Label: "Open", URL: "https://x"}}),
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9199","type":"interactive","interactive":{"type":"cta_url",
			"header":{"type":"video","video":{"link":"https://v/1.mp4"}},"body":{"text":"See"},
			"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://x"}}}}`},
		{"a location request", message(bubble.Bubble{Text: "Where?", Location: true}),
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9199","type":"interactive","interactive":{
			"type":"location_request_message","body":{"text":"Where?"},"action":{"name":"send_location"}}}`},
		{"to a user id, with our id", whatsapp.Outgoing{PhoneNumberID: "1", To: whatsapp.Sender{UserID: "IN.1"}, Callback: "7.1", Bubble: bubble.Bubble{Text: "x"}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"IN.1","biz_opaque_callback_data":"7.1","type":"text",
			"text":{"body":"x","preview_url":false}}`},
		{"a template", whatsapp.Outgoing{PhoneNumberID: "1", To: whatsapp.Sender{Phone: "9199"},
			Template: &whatsapp.Template{Name: "update", Language: "te", Params: []string{"JS-1", "paid"}}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+9199","type":"template","template":{"name":"update",
			"language":{"code":"te"},"components":[{"type":"body","parameters":[{"type":"text","text":"JS-1"},{"type":"text","text":"paid"}]}]}}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server, client := newGraph(t, http.StatusOK, accepted)
			wamid, err := client.Send(t.Context(), test.out)
			require.NoError(t, err)
			require.Equal(t, "wamid.1", wamid)
			require.JSONEq(t, test.want, string(server.body))
		})
	}
}

func TestACallCarriesTheTokenAndItsProof(t *testing.T) {
	t.Parallel()
	server, client := newGraph(t, http.StatusOK, accepted)
	_, err := client.Send(t.Context(), message(bubble.Bubble{Text: "x"}))
	require.NoError(t, err)
	require.Equal(t, "/v23.0/106/messages", server.request.URL.Path)
	require.Equal(t, "Bearer token", server.request.Header.Get("Authorization"))
	// HMAC-SHA256 of "token" under "secret", made with openssl.
	require.Equal(t, "e941110e3d2bfe82621f0e3e1434730d7305d106c5f68c87165d0b27a4611a4a", server.request.URL.Query().Get("appsecret_proof"))
}

func TestRefusalsAndUnknownOutcomes(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		status int
		answer string
		class  whatsapp.Class // empty: unknown outcome
	}{
		{"Meta's error", 400, `{"error":{"code":131047,"error_data":{"details":"d"},"fbtrace_id":"t"}}`, whatsapp.ClassWindow},
		{"an unheard-of code with 5xx", 500, `{"error":{"code":424242}}`, whatsapp.ClassTransient},
		{"an unheard-of code", 400, `{"error":{"code":424242}}`, whatsapp.ClassUnknown},
		{"something in between is away", 502, `<html>`, whatsapp.ClassUnreachable},
		{"something in between throttles", 429, ``, whatsapp.ClassThrottle},
		{"a redirect is not followed", 302, ``, whatsapp.ClassUnknown},
		{"something in between timed out", 504, ``, ""},
		{"the connection ended", 0, ``, ""},
		{"an answer that is cut off", 200, `{"messages":[{"i`, ""},
		{"an answer without id", 200, `{"messages":[]}`, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			_, client := newGraph(t, test.status, test.answer)
			_, err := client.Send(t.Context(), message(bubble.Bubble{Text: "x"}))
			if test.class == "" {
				require.ErrorIs(t, err, whatsapp.ErrUnknownOutcome)
				return
			}
			var refused *whatsapp.APIError
			require.ErrorAs(t, err, &refused)
			require.Equal(t, test.class, refused.Class)
			require.NotErrorIs(t, err, whatsapp.ErrUnknownOutcome)
		})
	}
}

func TestAServerThatIsAwayWasCertainlyNotTold(t *testing.T) {
	t.Parallel()
	server, client := newGraph(t, http.StatusOK, accepted)
	server.Close()
	_, err := client.Send(t.Context(), message(bubble.Bubble{Text: "x"}))
	var refused *whatsapp.APIError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, whatsapp.ClassUnreachable, refused.Class)
	require.NotContains(t, err.Error(), "appsecret_proof")
}

func TestATimeoutIsAnUnknownOutcome(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	t.Cleanup(server.Close)
	t.Cleanup(func() { close(release) })
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: server.URL, Version: "v1", AccessToken: "t", Timeout: 30 * time.Millisecond})
	require.NoError(t, err)
	_, err = client.Send(t.Context(), message(bubble.Bubble{Text: "x"}))
	require.ErrorIs(t, err, whatsapp.ErrUnknownOutcome)
}

func TestAnUploadIsOneForm(t *testing.T) {
	t.Parallel()
	server, client := newGraph(t, http.StatusOK, `{"id":"media-1"}`)
	id, err := client.Upload(t.Context(), "106", whatsapp.File{Name: "రసీదు \"1\".pdf", MIMEType: "application/pdf", Content: []byte("%PDF")})
	require.NoError(t, err)
	require.Equal(t, "media-1", id)
	require.Equal(t, "/v23.0/106/media", server.request.URL.Path)
	require.Contains(t, string(server.body), "Content-Type: application/pdf\r\n\r\n%PDF")
	require.Contains(t, string(server.body), "name=\"messaging_product\"\r\n\r\nwhatsapp")
}

func TestEveryCodeHasAClass(t *testing.T) {
	t.Parallel()
	tests := map[int]whatsapp.Class{190: whatsapp.ClassToken, 200: whatsapp.ClassToken, 299: whatsapp.ClassToken, 300: whatsapp.ClassUnknown,
		131031: whatsapp.ClassAccount, 130429: whatsapp.ClassThrottle, 131056: whatsapp.ClassPair, 131048: whatsapp.ClassSpam,
		133016: whatsapp.ClassRegistration, 131016: whatsapp.ClassTransient, 131053: whatsapp.ClassMedia, 131047: whatsapp.ClassWindow,
		131026: whatsapp.ClassUndeliverable, 131049: whatsapp.ClassHeldBack, 100: whatsapp.ClassRequest, 137000: whatsapp.ClassIdentity,
		132001: whatsapp.ClassTemplate, 132068: whatsapp.ClassFlow}
	for code, class := range tests {
		require.Equal(t, class, whatsapp.ClassOf(code), code)
	}
}

func TestAClientNeedsAddressAndToken(t *testing.T) {
	t.Parallel()
	_, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: "not an address", Version: "v1", AccessToken: "t"})
	require.Error(t, err)
	_, err = whatsapp.NewClient(whatsapp.ClientConfig{URL: "https://graph.facebook.com"})
	require.Error(t, err)
}
