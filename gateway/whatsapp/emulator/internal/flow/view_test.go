package flow_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/flow"
)

func details(t *testing.T) *flow.Screen {
	t.Helper()
	content, err := os.ReadFile("../../flowcheck/testdata/good.json")
	require.NoError(t, err)
	definition, err := flow.Parse(content)
	require.NoError(t, err)
	require.True(t, definition.Leads("DETAILS", "PHOTO"))
	require.True(t, definition.Leads("DETAILS", "DETAILS"))
	require.False(t, definition.Leads("PHOTO", "DETAILS"))
	screen, ok := definition.Screen("DETAILS")
	require.True(t, ok)
	return screen
}

func data(t *testing.T, object string) (data map[string]json.RawMessage) {
	t.Helper()
	require.NoError(t, json.Unmarshal([]byte(object), &data))
	return data
}

const given = `{"service":"Income certificate","districts":[{"id":"7","title":"Guntur"}],"wrong":false,"values":{"applicant":"Sita"}}`

func TestAScreenIsDrawnWithItsData(t *testing.T) {
	t.Parallel()
	screen := details(t)
	require.NoError(t, screen.Accepts(data(t, given)))
	view, action := screen.Draw(data(t, given), map[string]any{"married": "no"})
	items := map[string]flow.Item{}
	for _, item := range view.Items {
		items[item.Type] = item
	}
	require.Equal(t, "Income certificate", items["TextSubheading"].Text)
	require.NotContains(t, items, "TextBody", "it is not visible")
	require.Equal(t, []flow.Option{{ID: "7", Title: "Guntur"}}, items["Dropdown"].Options)
	require.Equal(t, "Sita", items["TextInput"].Value)
	require.Equal(t, "no", items["RadioButtonsGroup"].Value)
	require.Equal(t, map[string]any{"district": "7", "applicant": "Sita Devi"}, action.Fill(nil, map[string]any{"district": "7", "applicant": "Sita Devi", "else": 1}))
}

func TestDataThatTheScreenDoesNotTake(t *testing.T) {
	t.Parallel()
	screen := details(t)
	for why, object := range map[string]string{
		"missing": `{}`, "a text for a list": `{"service":"x","districts":"y","wrong":false,"values":{}}`,
		"a list for an object": `{"service":"x","districts":[],"wrong":false,"values":[]}`, "a text for a yes": `{"service":"x","districts":[],"wrong":"no","values":{}}`,
	} {
		require.Error(t, screen.Accepts(data(t, object)), why)
	}
}

func TestWhatAPhoneItselfDoesNotTake(t *testing.T) {
	t.Parallel()
	view, _ := details(t).Draw(data(t, given), nil)
	long := make([]byte, 101)
	for i := range long {
		long[i] = 'x'
	}
	kept, wrong := view.Allow(map[string]any{"district": "8", "applicant": string(long), "born": "2025-12-31", "else": 1})
	require.NotContains(t, kept, "else")
	require.Len(t, wrong, 3)
	_, wrong = view.Allow(map[string]any{"district": "7", "applicant": "Sita", "born": "2026-01-01"})
	require.Empty(t, wrong)
	_, wrong = view.Allow(nil)
	require.Equal(t, map[string]string{"district": "Required"}, wrong)
}

func TestWhatAPhoneEncryptsCannotBeOpenedByAnotherAnswer(t *testing.T) {
	t.Parallel()
	for _, bad := range []string{"", "no key", "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"} {
		_, err := flow.PublicKey([]byte(bad))
		require.ErrorIs(t, err, flow.ErrKey)
	}
	content, err := os.ReadFile("../../../../flows/testdata/flow_crypto.json")
	require.NoError(t, err)
	var vectors struct {
		Public string `json:"public_key_spki_pem"`
	}
	require.NoError(t, json.Unmarshal(content, &vectors))
	key, err := flow.PublicKey([]byte(vectors.Public))
	require.NoError(t, err)
	sealed, err := flow.Seal(key, map[string]string{"action": "ping"})
	require.NoError(t, err)
	for _, answer := range []string{"", "%%%", "AAAA", "J8s1rNDgrJ5on71w41dZJmfcYs3RIgPoKzUpS/VAc6LrhxNAvsk91QQVtAs="} {
		_, err := sealed.Open([]byte(answer))
		require.Error(t, err)
	}
}
