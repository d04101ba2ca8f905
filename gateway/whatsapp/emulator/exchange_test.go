package emulator_test

import (
	"context"
	"encoding/json"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const menuWithButtons = `{"messaging_product":"whatsapp","to":"+919800000001","type":"interactive","interactive":{"type":"button",
	"body":{"text":"భాష"},"action":{"buttons":[
	{"type":"reply","reply":{"id":"lang:te","title":"తెలుగు"}},{"type":"reply","reply":{"id":"lang:en","title":"English"}}]}}}`

const menuWithList = `{"messaging_product":"whatsapp","to":"+919800000001","type":"interactive","interactive":{"type":"list",
	"body":{"text":"Menu"},"action":{"button":"Choose","sections":[{"rows":[{"id":"svc:bill","title":"Pay a bill","description":"Electricity"}]}]}}}`

func TestACitizensTextReachesTheBusiness(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	sent := w.write(t, emulator.Text("నమస్కారం 🙏"))
	w.settle(t)

	told := w.business.values(t)
	require.Len(t, told, 1)
	require.Equal(t, numberID, told[0].Metadata.PhoneNumberID)
	require.Equal(t, "Asha", told[0].Contacts[0].Profile.Name)
	require.Equal(t, asha, *told[0].Contacts[0].WaID)
	message := told[0].Messages[0]
	require.Equal(t, sent.ID, message["id"])
	require.Equal(t, asha, message["from"])
	require.Equal(t, told[0].Contacts[0].UserID, message["from_user_id"])
	require.Equal(t, map[string]any{"body": "నమస్కారం 🙏"}, message["text"])
	require.IsType(t, "", message["timestamp"], "unix seconds as a string")
}

func TestWebhooksAreSignedInMetasEscapedForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("అ a/b 🙏"))
	w.write(t, emulator.Text("అ a/b 🙏"))
	w.write(t, emulator.Text("అ a/b 🙏"))
	w.settle(t)
	require.Len(t, w.business.messages(t), 3, "the business end refuses a wrong signature")
	slashes := 0
	for _, body := range w.business.bodies {
		require.Contains(t, string(body), `\u0c05 a`)
		require.Contains(t, string(body), `\ud83d\ude4f`)
		if json.Valid(body) && len(body) > 0 && containsEscapedSlash(body) {
			slashes++
		}
	}
	require.Equal(t, 1, slashes, "some bodies escape slashes too")
}

func containsEscapedSlash(body []byte) bool {
	for i := range len(body) - 1 {
		if body[i] == '\\' && body[i+1] == '/' {
			return true
		}
	}
	return false
}

func TestAHiddenNumberIsLeftOutEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hidden, err := w.AddPhone(emulator.Phone{Number: asha, Name: "Asha", Hidden: true})
	require.NoError(t, err)
	w.write(t, emulator.Text("Hi"))
	code, answer := w.send(t, `{"messaging_product":"whatsapp","recipient":"`+hidden.UserID+`","type":"text","text":{"body":"Hello"}}`)
	require.Equal(t, http.StatusOK, code, "%v", answer)
	require.Equal(t, []any{map[string]any{"input": hidden.UserID, "user_id": hidden.UserID}}, answer["contacts"])
	w.settle(t)

	for _, message := range w.business.messages(t) {
		require.NotContains(t, message, "from")
		require.Equal(t, hidden.UserID, message["from_user_id"])
	}
	for _, v := range w.business.values(t) {
		require.Nil(t, v.Contacts[0].WaID)
	}
	require.Len(t, w.business.statuses(t), 2)
	for _, s := range w.business.statuses(t) {
		require.Nil(t, s.RecipientID)
		require.Equal(t, hidden.UserID, s.UserID)
	}
	for _, body := range w.business.bodies {
		require.NotContains(t, string(body), asha)
	}
}

func TestStatusesCarryTheCallbackDataAndOnePrice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	id := w.accepted(t, textTo("+"+asha, "Hello"))
	require.NoError(t, w.Open(asha, ""))
	require.NoError(t, w.Open(asha, ""), "opening twice reads once")
	w.settle(t)

	seen := map[string]status{}
	for _, s := range w.business.statuses(t) {
		require.Equal(t, id, s.ID)
		require.Equal(t, "outbox-7", s.Callback)
		seen[s.Status] = s
	}
	require.Len(t, w.business.statuses(t), 3)
	require.Equal(t, "service", seen["sent"].Pricing["category"])
	require.Contains(t, seen, "delivered")
	require.Nil(t, seen["read"].Pricing)
}

func TestPressingAnswersTheNewestOffer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	buttons := w.accepted(t, menuWithButtons)
	list := w.accepted(t, menuWithList)
	_, err := w.Press(asha, "తెలుగు")
	require.NoError(t, err)
	_, err = w.Press(asha, "svc:bill")
	require.NoError(t, err)
	_, err = w.Press(asha, "Nothing")
	require.ErrorIs(t, err, emulator.ErrNoSuchButton)
	w.settle(t)

	byContext := map[any]any{}
	for _, message := range w.business.messages(t) {
		if replied, ok := message["context"].(map[string]any); ok {
			require.Equal(t, "919000000000", replied["from"])
			byContext[replied["id"]] = message["interactive"]
		}
	}
	require.Equal(t, map[string]any{"type": "button_reply", "button_reply": map[string]any{"id": "lang:te", "title": "తెలుగు"}}, byContext[buttons])
	require.Equal(t, map[string]any{"type": "list_reply", "list_reply": map[string]any{
		"id": "svc:bill", "title": "Pay a bill", "description": "Electricity",
	}}, byContext[list])
}

func TestTemplatesGoOutsideTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code, answer := w.send(t, `{"messaging_product":"whatsapp","to":"`+asha+`","type":"template","template":{"name":"case_update","language":{"code":"te"},
		"components":[{"type":"body","parameters":[{"type":"text","parameter_name":"ticket","text":"PB-1"}]}]}}`)
	require.Equal(t, http.StatusOK, code, "%v", answer)
	messages, err := w.Chat(asha, 0)
	require.NoError(t, err)
	require.JSONEq(t, `{"category":"utility","body":"PB-1 సిద్ధం"}`, string(messages[0].Content))
}

func TestReadReceiptMarksEarlierMessagesAndShowsTyping(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	events, cancel := w.Events(100, func(string) bool { return true })
	defer cancel()
	w.write(t, emulator.Text("one"))
	second := w.write(t, emulator.Text("two"))
	code, answer := w.send(t, `{"messaging_product":"whatsapp","status":"read","message_id":"`+second.ID+`","typing_indicator":{"type":"text"}}`)
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, map[string]any{"success": true}, answer)

	messages, err := w.Chat(asha, 0)
	require.NoError(t, err)
	for _, m := range messages {
		require.Equal(t, "read", string(m.Status))
	}
	for event := range events {
		if event.Kind == "typing" {
			return
		}
	}
}

func TestAWaitingReaderGetsTheReplyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	got := make(chan []emulator.Message, 1)
	go func() {
		replies, err := w.WaitReply(t.Context(), asha, 0)
		if err == nil {
			got <- replies
		}
		close(got)
	}()
	id := w.accepted(t, textTo("+"+asha, "Hello"))
	require.Equal(t, id, (<-got)[0].ID)

	expired, cancel := context.WithTimeout(t.Context(), time.Millisecond)
	defer cancel()
	_, err := w.WaitReply(expired, asha, 99)
	require.ErrorIs(t, err, context.DeadlineExceeded)
}

func TestEveryKindOfCitizenMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.SetPublicURL("http://127.0.0.1:1")
	image, err := w.AddMedia("image/png", "card.png", []byte("png"))
	require.NoError(t, err)
	voice, err := w.AddMedia("audio/ogg; codecs=opus", "", []byte("ogg"))
	require.NoError(t, err)
	kinds := []emulator.Incoming{
		emulator.Location(16.5, 80.6), emulator.MediaMessage("image", image.ID, "card"), emulator.MediaMessage("document", image.ID, ""),
		{Type: "audio", Content: json.RawMessage(`{"id":"` + voice.ID + `","voice":true}`)},
		{Type: "sticker", Content: json.RawMessage(`{"id":"` + image.ID + `"}`)},
		{Type: "contacts", Content: json.RawMessage(`[{"name":{"formatted_name":"R"}}]`)},
		{Type: "reaction", Content: json.RawMessage(`{"message_id":"wamid.x","emoji":"👍"}`)},
		emulator.FlowReply("wamid.flow", `{"flow_token":"t"}`), {Type: "unsupported"}, {Type: "hologram", Content: json.RawMessage(`{}`)},
	}
	for _, in := range kinds {
		w.write(t, in)
	}
	w.settle(t)
	byType := map[any]map[string]any{}
	for _, m := range w.business.messages(t) {
		byType[m["type"]] = m
	}
	require.Len(t, byType, len(kinds))
	require.Subset(t, byType["image"]["image"], map[string]any{"id": image.ID, "caption": "card", "mime_type": "image/png", "sha256": image.SHA256})
	require.Contains(t, byType["image"]["image"], "url")
	require.Subset(t, byType["document"]["document"], map[string]any{"filename": "card.png"})
	require.Subset(t, byType["audio"]["audio"], map[string]any{"voice": true})
	require.Contains(t, byType["unsupported"], "errors")

	_, err = w.Write(asha, emulator.Incoming{Type: "text"})
	require.ErrorIs(t, err, emulator.ErrIncoming)
	_, err = w.Write(asha, emulator.MediaMessage("image", "0", ""))
	require.ErrorIs(t, err, emulator.ErrIncoming)
}

func TestANewNumberBringsANewUserIDAndKeepsTheChat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, err := w.AddPhone(emulator.Phone{Number: asha, Name: "Asha"})
	require.NoError(t, err)
	first := w.write(t, emulator.Text("Hi"))
	w.write(t, emulator.Incoming{Type: "system", Content: json.RawMessage(`{"type":"user_changed_number","wa_id":"919800000099"}`)})
	w.settle(t)

	var system map[string]any
	for _, v := range w.business.values(t) {
		if v.Messages[0]["type"] == "system" {
			require.Empty(t, v.Contacts)
			require.Equal(t, asha, v.Messages[0]["from"])
			system, _ = v.Messages[0]["system"].(map[string]any)
		}
	}
	require.Equal(t, "919800000099", system["wa_id"])
	require.Equal(t, before.UserID, system["previous_user_id"])
	require.NotEqual(t, before.UserID, system["user_id"])

	_, answer := w.send(t, textTo("+"+asha, "still there?"))
	require.Equal(t, 131026, errorCode(answer))
	w.accepted(t, textTo("+919800000099", "Hello"))
	code, _ := w.send(t, `{"messaging_product":"whatsapp","status":"read","message_id":"`+first.ID+`"}`)
	require.Equal(t, http.StatusOK, code, "messages from before the change can still be read")
}

func TestNumbersAreDialledAsMetaDoes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	for _, to := range []string{"+919800000001", "919800000001", "9800000001", "+91 98000-00001"} {
		w.accepted(t, textTo(to, "x"))
	}
}
