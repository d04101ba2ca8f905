package whatsapp_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp"
)

func body(content string) []byte {
	return []byte(`{"entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1"},` + content + `}}]}]}`)
}

func TestMessagesByType(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		json string
		want whatsapp.Message
	}{
		{"text", `"type":"text","text":{"body":"hi"}`, whatsapp.Message{Kind: whatsapp.KindText, Text: "hi"}},
		{"text without body", `"type":"text"`, whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"image", `"type":"image","image":{"id":"m","mime_type":"image/png","caption":"my bill"}`,
			whatsapp.Message{Kind: whatsapp.KindImage, MediaID: "m", MIMEType: "image/png", Text: "my bill"}},
		{"image that could not be fetched", `"type":"image","errors":[{"code":131052}]`, whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"old voice note", `"type":"voice","voice":{"id":"m","mime_type":"audio/ogg"}`,
			whatsapp.Message{Kind: whatsapp.KindAudio, MediaID: "m", MIMEType: "audio/ogg"}},
		{"button", `"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"a","title":"A"}}`,
			whatsapp.Message{Kind: whatsapp.KindChoice, ChoiceID: "a", Text: "A"}},
		{"list row", `"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a","title":"A","description":"d"}},"context":{"id":"q"}`,
			whatsapp.Message{Kind: whatsapp.KindChoice, ChoiceID: "a", Text: "A", QuotedID: "q"}},
		{"form", `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"flow_token\":\"t\"}"}},"context":{"id":"q"}`,
			whatsapp.Message{Kind: whatsapp.KindForm, Form: `{"flow_token":"t"}`, QuotedID: "q"}},
		{"form that says nothing", `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":null}}`,
			whatsapp.Message{Kind: whatsapp.KindForm}},
		{"form of endless length", `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","response_json":"` + strings.Repeat("x", 1<<17) + `"}}`,
			whatsapp.Message{Kind: whatsapp.KindForm}},
		{"address that nobody asked for", `"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"address_message","response_json":"{}"}}`,
			whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"template button", `"type":"button","button":{"payload":"a","text":"A"}`, whatsapp.Message{Kind: whatsapp.KindChoice, ChoiceID: "a", Text: "A"}},
		{"interactive without its part", `"type":"interactive"`, whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"location as strings", `"type":"location","location":{"latitude":"17.38","longitude":78.48,"name":"Home"}`,
			whatsapp.Message{Kind: whatsapp.KindLocation, Latitude: 17.38, Longitude: 78.48, Text: "Home"}},
		{"location off the earth", `"type":"location","location":{"latitude":1738,"longitude":78.48}`, whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"order", `"type":"order","order":{"product_items":[{"quantity":"2"}]}`, whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"never seen", `"type":"hologram","hologram":[]`, whatsapp.Message{Kind: whatsapp.KindUnsupported}},
		{"milliseconds", `"type":"text","text":{"body":"hi"},"timestamp":1750000000123`,
			whatsapp.Message{Kind: whatsapp.KindText, Text: "hi", Time: time.UnixMilli(1750000000123).UTC()}},
		{"seconds", `"type":"text","text":{"body":"hi"},"timestamp":"1750000000"`,
			whatsapp.Message{Kind: whatsapp.KindText, Text: "hi", Time: time.Unix(1750000000, 0).UTC()}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.want.ID, test.want.PhoneNumberID, test.want.From.Phone = "w", "1", "9199"
			delivery := whatsapp.Parse(body(`"messages":[{"id":"w","from":"9199",` + test.json + `}]`))
			require.Len(t, delivery.Messages, 1)
			require.Empty(t, cmp.Diff(test.want, delivery.Messages[0]))
		})
	}
}

func TestContactsArePairedByIDNotByPosition(t *testing.T) {
	t.Parallel()
	delivery := whatsapp.Parse(body(`"contacts":[{"wa_id":"2","profile":{"name":"Two"},"user_id":"IN.2"},{"wa_id":"1","profile":{"name":"One"}},{}],
		"messages":[{"id":"a","from":"1"},{"id":"b","from":"2"},{"id":"c","from_user_id":"IN.2"},{"id":"d","from":"3"}]`))
	names := make([]string, 0, 4)
	for _, message := range delivery.Messages {
		names = append(names, message.ProfileName)
	}
	require.Equal(t, []string{"One", "Two", "Two", ""}, names)
	require.Equal(t, whatsapp.Sender{UserID: "IN.2", Phone: "2"}, delivery.Messages[2].From)
}

func TestWhatIsLeftOutIsCounted(t *testing.T) {
	t.Parallel()
	tests := map[whatsapp.Ignored]string{
		whatsapp.IgnoredBody:       `{"entry":[`,
		whatsapp.IgnoredField:      `{"entry":[{"changes":[{"field":"group_lifecycle_update","value":{}}]}]}`,
		whatsapp.IgnoredNoNumber:   `{"entry":[{"changes":[{"field":"messages","value":{"messages":[{"id":"a","from":"1"}]}}]}]}`,
		whatsapp.IgnoredNoID:       string(body(`"messages":[{"from":"1"}]`)),
		whatsapp.IgnoredNoSender:   string(body(`"messages":[{"id":"a"}]`)),
		whatsapp.IgnoredGroup:      string(body(`"messages":[{"id":"a","from":"1","group_id":"g"}]`)),
		whatsapp.IgnoredReaction:   string(body(`"messages":[{"id":"a","from":"1","type":"reaction"}]`)),
		whatsapp.IgnoredEdit:       string(body(`"messages":[{"id":"a","from":"1","type":"edit"}]`)),
		whatsapp.IgnoredRevoke:     string(body(`"messages":[{"id":"a","from":"1","type":"revoke"}]`)),
		whatsapp.IgnoredPayment:    string(body(`"statuses":[{"id":"a","type":"payment","status":"captured"}]`)),
		whatsapp.IgnoredStatus:     string(body(`"statuses":[{"id":"a","status":"warning"}]`)),
		whatsapp.IgnoredValueError: string(body(`"errors":[{"code":131000}]`)),
		whatsapp.IgnoredItem:       string(body(`"messages":[7]`)),
	}
	for reason, content := range tests {
		delivery := whatsapp.Parse([]byte(content))
		require.NotZero(t, delivery.Ignored[reason], reason)
		require.Empty(t, delivery.Messages, reason)
		require.Empty(t, delivery.Statuses, reason)
	}
}

func TestStatuses(t *testing.T) {
	t.Parallel()
	delivery := whatsapp.Parse(body(`"statuses":[{"id":"w","status":"failed","timestamp":"1750000000","biz_opaque_callback_data":"7.1",
		"errors":[{"code":131049,"error_data":{"details":"held"}}]},{"id":"v","status":"read","type":"message"}]`))
	want := []whatsapp.Status{
		{PhoneNumberID: "1", MessageID: "w", State: whatsapp.DeliveryFailed, Time: time.Unix(1750000000, 0).UTC(), Callback: "7.1", ErrorCode: 131049, ErrorDetails: "held"},
		{PhoneNumberID: "1", MessageID: "v", State: whatsapp.DeliveryRead},
	}
	require.Empty(t, cmp.Diff(want, delivery.Statuses))
}

func TestASystemMessageNamesOldAndNew(t *testing.T) {
	t.Parallel()
	content, err := os.ReadFile("testdata/meta/webhooks/system_message.json")
	require.NoError(t, err)
	delivery := whatsapp.Parse(content)
	require.Equal(t, whatsapp.Sender{Phone: "16505551234"}, delivery.Messages[0].From)
	require.Equal(t, "12195555358", delivery.Messages[0].Change.To.Phone)
}

// FuzzParse checks that no body makes the parser fail, and that what it gives can be stored.
func FuzzParse(f *testing.F) {
	samples, err := filepath.Glob("testdata/meta/webhooks/*.json")
	require.NoError(f, err)
	for _, name := range samples {
		content, err := os.ReadFile(name)
		require.NoError(f, err)
		f.Add(content)
	}
	f.Add(body(`"messages":[{"id":"a","from":"1","type":"text","text":{"body":"\u0000\ud800"}}]`))
	f.Fuzz(func(t *testing.T, content []byte) {
		delivery := whatsapp.Parse(content)
		for i := range delivery.Messages {
			message := &delivery.Messages[i]
			all := fmt.Sprint(*message)
			require.True(t, utf8.ValidString(all))
			require.False(t, strings.ContainsRune(all, 0))
			require.NotEmpty(t, message.ID)
			require.True(t, message.From.Known())
		}
	})
}
