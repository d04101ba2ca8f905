package emulator_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func rows(n int) string {
	list := make([]string, 0, n)
	for i := range n {
		list = append(list, fmt.Sprintf(`{"id":"r%d","title":"Row %d"}`, i, i))
	}
	return strings.Join(list, ",")
}

func button(id, title string) string {
	return fmt.Sprintf(`{"type":"reply","reply":{"id":%q,"title":%q}}`, id, title)
}

func interactive(kind, action string) string {
	return fmt.Sprintf(`"type":"interactive","interactive":{"type":%q,"body":{"text":"Choose"},"action":%s}`, kind, action)
}

func template(name, language, components string) string {
	return fmt.Sprintf(`"type":"template","template":{"name":%q,"language":{"code":%q},"components":[%s]}`, name, language, components)
}

func TestViolationsAnswerMetasCodes(t *testing.T) {
	t.Parallel()
	long := func(n int) string { return strings.Repeat("క", n) }
	body := func(n int) string {
		return fmt.Sprintf(`"type":"interactive","interactive":{"type":"button","body":{"text":%q},"action":{"buttons":[%s]}}`, long(n), button("a", "A"))
	}
	cases := map[string]struct {
		message string
		code    int
	}{
		"no body of the type":         {`"type":"text"`, 131008},
		"empty text":                  {`"type":"text","text":{"body":""}`, 131008},
		"text over 4096":              {`"type":"text","text":{"body":"` + long(4097) + `"}`, 100},
		"text counted in UTF-16":      {`"type":"text","text":{"body":"` + strings.Repeat("😀", 2049) + `"}`, 100},
		"a key nobody documents":      {`"type":"text","text":{"body":"x","colour":"red"}`, 100},
		"a number where text belongs": {`"type":"text","text":{"body":5}`, 100},
		"unknown type":                {`"type":"poll","poll":{}`, 131051},
		"group recipient":             {`"recipient_type":"group","type":"text","text":{"body":"x"}`, 100},
		"callback data over 512":      {`"biz_opaque_callback_data":"` + long(513) + `","type":"text","text":{"body":"x"}`, 100},
		"four buttons": {interactive("button", `{"buttons":[`+
			strings.Join([]string{button("a", "A"), button("b", "B"), button("c", "C"), button("d", "D")}, ",")+`]}`), 131009},
		"no buttons":                    {interactive("button", `{"buttons":[]}`), 131009},
		"button title over 20":          {interactive("button", `{"buttons":[`+button("a", long(21))+`]}`), 131009},
		"button id over 256":            {interactive("button", `{"buttons":[`+button(long(257), "A")+`]}`), 131009},
		"button id with a space around": {interactive("button", `{"buttons":[`+button(" a", "A")+`]}`), 131009},
		"two buttons alike":             {interactive("button", `{"buttons":[`+button("a", "A")+`,`+button("b", "A")+`]}`), 131009},
		"button title missing":          {interactive("button", `{"buttons":[`+button("a", "")+`]}`), 131008},
		"no action":                     {`"type":"interactive","interactive":{"type":"button","body":{"text":"x"}}`, 131008},
		"body over 1024":                {body(1025), 131009},
		"interactive without body":      {`"type":"interactive","interactive":{"type":"button","action":{"buttons":[` + button("a", "A") + `]}}`, 131008},
		"footer over 60": {`"type":"interactive","interactive":{"type":"button","body":{"text":"x"},"footer":{"text":"` +
			long(61) + `"},"action":{"buttons":[` + button("a", "A") + `]}}`, 131009},
		"header text over 60": {`"type":"interactive","interactive":{"type":"button","header":{"type":"text","text":"` +
			long(61) + `"},"body":{"text":"x"},"action":{"buttons":[` + button("a", "A") + `]}}`, 131009},
		"a list with an image header": {`"type":"interactive","interactive":{"type":"list","header":{"type":"image",` +
			`"image":{"link":"https://example.org/a.png"}},"body":{"text":"x"},"action":{"button":"Choose","sections":[{"rows":[` +
			rows(1) + `]}]}}`, 100},
		"eleven rows":        {interactive("list", `{"button":"Choose","sections":[{"rows":[`+rows(11)+`]}]}`), 131009},
		"list label over 20": {interactive("list", `{"button":"`+long(21)+`","sections":[{"rows":[`+rows(1)+`]}]}`), 131009},
		"row title over 24":  {interactive("list", `{"button":"Choose","sections":[{"rows":[{"id":"a","title":"`+long(25)+`"}]}]}`), 131009},
		"row description over 72": {interactive("list", `{"button":"Choose","sections":[{"rows":[{"id":"a","title":"A","description":"`+
			long(73)+`"}]}]}`), 131009},
		"row id over 200":      {interactive("list", `{"button":"Choose","sections":[{"rows":[{"id":"`+long(201)+`","title":"A"}]}]}`), 131009},
		"two rows with one id": {interactive("list", `{"button":"Choose","sections":[{"rows":[`+rows(1)+`,`+rows(1)+`]}]}`), 131009},
		"two sections, one without title": {interactive("list", `{"button":"Choose","sections":[{"title":"A","rows":[`+rows(1)+
			`]},{"rows":[{"id":"z","title":"Z"}]}]}`), 131008},
		"unknown interactive type":  {interactive("carousel", `{}`), 100},
		"cta without a web address": {interactive("cta_url", `{"name":"cta_url","parameters":{"display_text":"Open","url":"javascript:alert(1)"}}`), 100},
		"cta label over 20": {interactive("cta_url", `{"name":"cta_url","parameters":{"display_text":"`+long(21)+
			`","url":"https://example.org"}}`), 131009},
		"flow with neither id nor name": {interactive("flow", `{"name":"flow","parameters":{"flow_message_version":"3","flow_cta":"Open"}}`), 131008},
		"flow with empty data": {interactive("flow", `{"name":"flow","parameters":{"flow_message_version":"3","flow_id":"1","flow_cta":"Open",`+
			`"flow_action_payload":{"screen":"A","data":{}}}}`), 131009},
		"location out of the world":        {`"type":"location","location":{"latitude":91,"longitude":0}`, 131009},
		"location without longitude":       {`"type":"location","location":{"latitude":9}`, 131008},
		"media by id and link":             {`"type":"image","image":{"id":"1","link":"https://example.org/a.png"}`, 100},
		"media that was never uploaded":    {`"type":"image","image":{"id":"1"}`, 100},
		"caption over 1024":                {`"type":"image","image":{"link":"https://example.org/a.png","caption":"` + long(1025) + `"}`, 131009},
		"caption on audio":                 {`"type":"audio","audio":{"link":"https://example.org/a.ogg","caption":"x"}`, 100},
		"contact without a name":           {`"type":"contacts","contacts":[{"phones":[{"phone":"+911"}]}]`, 131008},
		"reaction to nothing":              {`"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"👍"}`, 131009},
		"reaction as a reply":              {`"context":{"message_id":"wamid.x"},"type":"reaction","reaction":{"message_id":"wamid.x","emoji":"👍"}`, 100},
		"template nobody registered":       {template("nothing", "en", ""), 132001},
		"template in another language":     {template("hello_world", "te", ""), 132001},
		"template with too many variables": {template("hello_world", "en_US", `{"type":"body","parameters":[{"type":"text","text":"x"}]}`), 132000},
		"named template by position":       {template("case_update", "te", `{"type":"body","parameters":[{"type":"text","text":"PB-1"}]}`), 132012},
		"paused template":                  {template("paused", "en", ""), 132015},
		"disabled template":                {template("disabled", "en", ""), 132016},
		"status other than read":           {`"status":"delivered","message_id":"wamid.x"`, 100},
		"read receipt of nothing":          {`"status":"read","message_id":"wamid.x"`, 131009},
		"order whose sum is wrong": {interactive("order_details", `{"name":"review_and_pay","parameters":{"reference_id":"A-1","type":"digital-goods","currency":"INR",`+
			`"total_amount":{"value":9,"offset":100},"order":{"status":"pending",`+
			`"items":[{"name":"Fee","amount":{"value":10,"offset":100},"quantity":1}],"subtotal":{"value":10,"offset":100}}}}`), 131009},
	}
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer := w.send(t, `{"messaging_product":"whatsapp","to":"+`+asha+`",`+c.message+`}`)
			require.GreaterOrEqual(t, status, 400)
			require.Equal(t, c.code, errorCode(answer), "%v", answer)
		})
	}
}

func TestWrongEnvelopesAnswerMetasCodes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	cases := map[string]struct {
		body string
		code int
	}{
		"not JSON":              {`{`, 100},
		"no messaging product":  {`{"to":"+919800000001","type":"text","text":{"body":"x"}}`, 100},
		"no recipient":          {`{"messaging_product":"whatsapp","type":"text","text":{"body":"x"}}`, 100},
		"a name for a number":   {textTo("asha", "x"), 100},
		"not on the network":    {textTo("+919811111111", "x"), 131026},
		"unknown user id":       {`{"messaging_product":"whatsapp","recipient":"IN.1","type":"text","text":{"body":"x"}}`, 131026},
		"the business itself":   {textTo("+919000000000", "x"), 131021},
		"nobody wrote in a day": {textTo("+"+asha, "x"), 131047},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, answer := w.send(t, c.body)
			require.Equal(t, c.code, errorCode(answer), "%v", answer)
		})
	}
}

func TestErrorBodyHasMetasShape(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	status, answer := w.send(t, `{"messaging_product":"whatsapp","to":"+`+asha+`","type":"text"}`)
	require.Equal(t, http.StatusBadRequest, status)
	raw, err := json.Marshal(answer["error"])
	require.NoError(t, err)
	var body struct {
		Message, Type string
		Code          int
		ErrorData     struct {
			MessagingProduct string `json:"messaging_product"`
			Details          string
		} `json:"error_data"`
		TraceID string `json:"fbtrace_id"`
	}
	require.NoError(t, json.Unmarshal(raw, &body))
	require.Equal(t, "(#131008) Required parameter is missing", body.Message)
	require.Equal(t, "OAuthException", body.Type)
	require.Equal(t, 131008, body.Code)
	require.Equal(t, "whatsapp", body.ErrorData.MessagingProduct)
	require.Equal(t, "The parameter text is required.", body.ErrorData.Details)
	require.NotEmpty(t, body.TraceID)
}

func TestTokenAndPathAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/v23.0/"+numberID+"/messages", strings.NewReader(textTo(asha, "x")))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer stolen")
	resp, err := w.server.Client().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var answer map[string]any
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	require.Equal(t, http.StatusUnauthorized, resp.StatusCode)
	require.Equal(t, 190, errorCode(answer))

	_, answer = w.request(t, http.MethodPost, "/v23.0/42/messages", "application/json", []byte(textTo(asha, "x")))
	require.Equal(t, 100, errorCode(answer), "a number of somebody else")
	_, answer = w.request(t, http.MethodPost, "/version/"+numberID+"/messages", "application/json", []byte(textTo(asha, "x")))
	require.Equal(t, 100, errorCode(answer), "no such version")
}
