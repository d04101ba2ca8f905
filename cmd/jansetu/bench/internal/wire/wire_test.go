package wire_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

var (
	business = wire.Business{AccountID: "1", PhoneNumberID: "106540352242922", DisplayNumber: "15550783881"}
	sita     = wire.Sender{Phone: "919900000001", UserID: "IN.1", Name: "సీత 😀"}
)

func TestAMessageBodyIsMetasShapeInEscapedUnicode(t *testing.T) {
	t.Parallel()
	body := business.MessageBody("wamid.1", time.Unix(1749416383, 0), sita, wire.Message{Text: "<కరెంట్ బిల్లు>"})
	require.NotContains(t, string(body), "క")
	require.Contains(t, string(body), `\u0c15`)
	require.Contains(t, string(body), `\ud83d\ude00`, "outside the basic plane: a surrogate pair")
	require.JSONEq(t, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"display_phone_number":"15550783881","phone_number_id":"106540352242922"},
		"contacts":[{"profile":{"name":"సీత 😀"},"wa_id":"919900000001","user_id":"IN.1"}],
		"messages":[{"from":"919900000001","from_user_id":"IN.1","id":"wamid.1","timestamp":"1749416383","type":"text",
			"text":{"body":"<కరెంట్ బిల్లు>"}}]}}]}]}`, string(body))
}

func TestAPressedChoiceCarriesTheIDOfTheReply(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		message wire.Message
		kind    string
		want    string
	}{
		"button": {
			wire.Message{ChoiceID: "a~sig", ChoiceTitle: "Yes", InReplyTo: "wamid.9"}, "button",
			`{"type":"button_reply","button_reply":{"id":"a~sig","title":"Yes"}}`,
		},
		"list row": {
			wire.Message{ChoiceID: "b~sig", ChoiceTitle: "Bills", FromList: true, InReplyTo: "wamid.9"}, "list row",
			`{"type":"list_reply","list_reply":{"id":"b~sig","title":"Bills"}}`,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.kind, test.message.Kind())
			var body struct {
				Entry []struct {
					Changes []struct {
						Value struct {
							Messages []struct {
								Context     map[string]string `json:"context"`
								Interactive json.RawMessage   `json:"interactive"`
							} `json:"messages"`
						} `json:"value"`
					} `json:"changes"`
				} `json:"entry"`
			}
			require.NoError(t, json.Unmarshal(business.MessageBody("wamid.2", time.Unix(0, 0), sita, test.message), &body))
			message := body.Entry[0].Changes[0].Value.Messages[0]
			require.JSONEq(t, test.want, string(message.Interactive))
			require.Equal(t, "wamid.9", message.Context["id"])
		})
	}
}

func TestStatusesTravelTogether(t *testing.T) {
	t.Parallel()
	body := business.StatusBody([]wire.Status{
		{MessageID: "wamid.1", Value: "sent", At: time.Unix(5, 0), To: sita, CallbackData: "17"},
		{MessageID: "wamid.1", Value: "read", At: time.Unix(6, 0), To: sita, CallbackData: "17"},
	})
	require.Contains(t, string(body), `"biz_opaque_callback_data":"17"`)
	require.Contains(t, string(body), `"status":"sent"`)
	require.Contains(t, string(body), `"status":"read"`)
}

func TestASignatureIsWhatOpenSSLComputes(t *testing.T) {
	t.Parallel()
	// printf '%s' '{"a":1}' | openssl dgst -sha256 -hmac secret
	require.Equal(t, "sha256=aa9e2e3575f5d7098b6caccd790888c36d5fdb63342a73bada2d6a51747a8494", wire.Sign("secret", []byte(`{"a":1}`)))
}

func TestReadsWhatAReplyOffers(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		body string
		want wire.Send
	}{
		"text": {
			`{"messaging_product":"whatsapp","to":"+919900000001","type":"text","text":{"body":"hello"},"biz_opaque_callback_data":"17"}`,
			wire.Send{Phone: "+919900000001", Text: "hello", CallbackData: "17"},
		},
		"buttons": {
			`{"recipient":"IN.1","type":"interactive","interactive":{"type":"button","body":{"text":"Pay?"},
				"action":{"buttons":[{"type":"reply","reply":{"id":"y","title":"Yes"}},{"type":"reply","reply":{"id":"n","title":"No"}}]}}}`,
			wire.Send{UserID: "IN.1", Text: "Pay?", Choices: []wire.Choice{{ID: "y", Title: "Yes"}, {ID: "n", Title: "No"}}},
		},
		"list": {
			`{"to":"1","type":"interactive","interactive":{"type":"list","body":{"text":"Menu"},"action":{"button":"Choose",
				"sections":[{"title":"A","rows":[{"id":"1","title":"Bills"}]},{"title":"B","rows":[{"id":"2","title":"Land","description":"d"}]}]}}}`,
			wire.Send{Phone: "1", Text: "Menu", List: true, Choices: []wire.Choice{{ID: "1", Title: "Bills"}, {ID: "2", Title: "Land"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := wire.ParseSend([]byte(test.body))
			require.NoError(t, err)
			require.Equal(t, test.want, got)
		})
	}
}

func TestAReadReceiptIsNoReply(t *testing.T) {
	t.Parallel()
	_, err := wire.ParseSend([]byte(`{"messaging_product":"whatsapp","status":"read","message_id":"wamid.1"}`))
	require.ErrorIs(t, err, wire.ErrNotAMessage)
}

func TestTheAnswerToASendNamesTheMessage(t *testing.T) {
	t.Parallel()
	id, err := wire.ParseAccepted([]byte(`{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.7"}]}`))
	require.NoError(t, err)
	require.Equal(t, "wamid.7", id)
	_, err = wire.ParseAccepted([]byte(`{"messages":[]}`))
	require.Error(t, err)
}

func FuzzParseSend(f *testing.F) {
	f.Add([]byte(`{"to":"1","type":"text","text":{"body":"x"}}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		_, _ = wire.ParseSend(body)
		_, _ = wire.ParseAccepted(body)
	})
}
