package cloudapi_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

func TestParseKeepsWhatTheEmulatorNeeds(t *testing.T) {
	t.Parallel()
	request, err := cloudapi.Parse([]byte(`{"messaging_product":"whatsapp","to":"+9198","recipient":"IN.1","type":"document",
		"document":{"id":"7","filename":"a.pdf"},"context":{"message_id":"wamid.a"},"biz_opaque_callback_data":"o-1"}`))
	require.NoError(t, err)
	m := request.Message
	require.Equal(t, "+9198", m.To)
	require.Empty(t, m.Recipient, "to wins")
	require.Equal(t, []string{"7"}, m.MediaIDs)
	require.Equal(t, "wamid.a", m.ContextID)
	require.Equal(t, "o-1", m.CallbackData)
	require.JSONEq(t, `{"id":"7","filename":"a.pdf"}`, string(m.Content))
}

func TestParseReadReceipt(t *testing.T) {
	t.Parallel()
	request, err := cloudapi.Parse([]byte(`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.a","typing_indicator":{"type":"text"}}`))
	require.NoError(t, err)
	require.Equal(t, &cloudapi.Receipt{MessageID: "wamid.a", Typing: true}, request.Receipt)
}

func TestRenderFillsATemplate(t *testing.T) {
	t.Parallel()
	registered := cloudapi.NewTemplates([]cloudapi.Template{{
		Name: "receipt", Language: "en", Category: "UTILITY",
		Components: []cloudapi.TemplateComponent{
			{Type: "HEADER", Format: "DOCUMENT"}, {Type: "BODY", Text: "{{1}} paid {{2}}"}, {Type: "FOOTER", Text: "Mana Seva"},
			{Type: "BUTTONS", Buttons: []cloudapi.TemplateButton{{Type: "QUICK_REPLY", Text: "Menu"}, {Type: "URL", Text: "Verify", URL: "https://example.org/{{1}}"}}},
		},
	}})
	request, err := cloudapi.Parse([]byte(`{"messaging_product":"whatsapp","to":"+9198","type":"template",
		"template":{"name":"receipt","language":{"code":"en"},"components":[
		{"type":"header","parameters":[{"type":"document","document":{"id":"7","filename":"r.pdf"}}]},
		{"type":"body","parameters":[{"type":"text","text":"Asha"},
			{"type":"currency","currency":{"fallback_value":"₹ 10","code":"INR","amount_1000":10000}}]},
		{"type":"button","sub_type":"quick_reply","index":0,"parameters":[{"type":"payload","payload":"menu"}]},
		{"type":"button","sub_type":"url","index":"1","parameters":[{"type":"text","text":"r-1"}]}]}}`))
	require.NoError(t, err)
	rendered, err := registered.Render(request.Message.Template)
	require.NoError(t, err)
	require.Equal(t, "Asha paid ₹ 10", rendered.Body)
	require.Equal(t, "document", rendered.HeaderType)
	require.Equal(t, []cloudapi.RenderedButton{
		{Type: "QUICK_REPLY", Text: "Menu", Payload: "menu"}, {Type: "URL", Text: "Verify", Payload: "Verify", URL: "https://example.org/r-1"},
	}, rendered.Buttons)
}

func FuzzParse(f *testing.F) {
	samples, err := filepath.Glob("../../testdata/meta/sends/*.json")
	require.NoError(f, err)
	for _, sample := range samples {
		raw, err := os.ReadFile(sample)
		require.NoError(f, err)
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		request, err := cloudapi.Parse(body)
		if err != nil {
			var refusal *cloudapi.Error
			require.ErrorAs(t, err, &refusal, "every refusal is one of Meta's")
			require.GreaterOrEqual(t, refusal.Status(), 400)
			return
		}
		require.NotEqual(t, request.Message == nil, request.Receipt == nil)
	})
}
