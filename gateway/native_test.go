package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/color"
	"image/jpeg"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/store/storetest"
)

// formPhones is a gateway with the real dialog, whose forms are published with the emulator.
type formPhones struct {
	*phones

	services *catalog.Catalog
	keys     *flows.Keys
	endpoint string
	read     int64
}

func newFormPhones(t *testing.T) *formPhones {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(services)
	require.NoError(t, err)
	key, err := flows.GenerateDevelopmentKey()
	require.NoError(t, err)
	keys, err := flows.ParseKeys(false, key)
	require.NoError(t, err)
	p := newPhones(t, func(c *gateway.Config) {
		c.Dialog, c.Services, c.Workflows = engine, services, map[catalog.Kind]string{catalog.KindApplication: "Application"}
		c.Flows = &gateway.Flows{Keys: keys, Account: "1", Inspector: upload.NewInspector(upload.Limits{}, nil), Texts: services, Language: "en",
			Refresh: 20 * time.Millisecond}
	})
	f := &formPhones{phones: p, services: services, keys: keys, endpoint: p.url + "/flows"}
	f.publish(func(flows.Step) {})
	p.citizen(citizen)
	return f
}

func (f *formPhones) publish(told func(flows.Step)) {
	f.t.Helper()
	service, ok := f.services.Service("income-certificate")
	require.True(f.t, ok)
	plan := flows.Plan([]*catalog.Service{service}, f.services.Languages(), f.services, func(id string) []catalog.Field {
		if id == service.ID {
			return service.Form
		}
		return nil
	})
	require.Len(f.t, plan, len(f.services.Languages()))
	require.NoError(f.t, flows.Publish(f.t.Context(), flows.PublishConfig{Meta: f.client, Account: "1", Number: number, Endpoint: f.endpoint, Keys: f.keys},
		plan, told))
}

// says sends a text and returns the answer.
func (f *formPhones) says(text string) emulator.Message {
	f.t.Helper()
	_, err := f.meta.Write(citizen, emulator.Text(text))
	require.NoError(f.t, err)
	return f.next()
}

// next is the next message of the business.
func (f *formPhones) next() emulator.Message {
	f.t.Helper()
	ctx, cancel := context.WithTimeout(f.t.Context(), patience)
	defer cancel()
	replies, err := f.meta.WaitReply(ctx, citizen, f.read)
	require.NoError(f.t, err)
	require.Len(f.t, replies, 1)
	f.read = replies[0].Seq
	return replies[0]
}

// arrives says hello and agrees, and returns when forms are offered.
func (f *formPhones) arrives(language string) {
	f.t.Helper()
	f.says("Hi")
	f.says(language)
	f.says("yes")
	require.Eventually(f.t, func() bool {
		_, metrics := f.get("/metrics")
		return strings.Contains(metrics, "jansetu_flows_published 3")
	}, patience, 10*time.Millisecond)
}

// offered asks for the income certificate until the form is offered.
func (f *formPhones) offered() emulator.Message {
	f.t.Helper()
	offer := f.says("income certificate")
	require.Contains(f.t, string(offer.Content), `"type":"flow"`, "%s", offer.Content)
	return offer
}

func photo(t testing.TB) []byte {
	t.Helper()
	picture := image.NewGray(image.Rect(0, 0, 300, 400))
	for y := range 400 {
		for x := range 300 {
			picture.SetGray(x, y, color.Gray{Y: uint8((x*y)%200 + 40)})
		}
	}
	var encoded bytes.Buffer
	require.NoError(t, jpeg.Encode(&encoded, picture, nil))
	return encoded.Bytes()
}

// filled is everything that the income certificate asks for.
func (f *formPhones) filled() map[string]any {
	f.t.Helper()
	file, err := f.meta.AddMedia("image/jpeg", "IMG_1.jpg", photo(f.t))
	require.NoError(f.t, err)
	return map[string]any{
		"salutation": "Smt", "applicant_name": "Sita Devi", "father_name": "Rama Rao", "pin_code": "521151", "district": "Krishna", "annual_income": "90000",
		"purpose": "Scholarship", "mobile": "98480 12345", "identity": file.ID, "income_proof": file.ID, "declaration": true,
	}
}

func textOf(m emulator.Message) string {
	var content struct {
		Body json.RawMessage `json:"body"`
	}
	_ = json.Unmarshal(m.Content, &content)
	var text string
	if json.Unmarshal(content.Body, &text) != nil {
		var inner struct {
			Text string `json:"text"`
		}
		_ = json.Unmarshal(content.Body, &inner)
		text = inner.Text
	}
	return text
}

func TestAFormIsFilledInInsideWhatsAppAndOpensTheSummary(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	offer := f.offered()
	require.Contains(t, textOf(offer), "1. Smt (Mrs)", "the first question can be answered here")
	require.NotContains(t, string(offer.Content), citizen, "the token names nobody")
	require.NoError(t, f.meta.FillFlow(t.Context(), citizen, f.filled()))
	summary := textOf(f.next())
	for _, said := range []string{"Name: Sita Devi", "PIN code: 521151", "District: Krishna", "Mobile number: 98480 12345", "Voter ID card: received", "Declaration: I declare it"} {
		require.Contains(t, strings.ToLower(summary), strings.ToLower(said))
	}
	f.paperCanBeFetched()
	started := f.says("yes")
	require.Contains(t, textOf(started), "JS-")
	require.Equal(t, "start Application "+referenceIn(textOf(started)), f.temporal.next(t))
	messages, err := f.meta.Chat(citizen, 0)
	require.NoError(t, err)
	sent := 0
	for _, m := range messages {
		if m.Seq >= offer.Seq && m.From == "business" {
			sent++
		}
	}
	t.Logf("from the wish to the confirmed request: %d messages of ours", sent)
	require.Equal(t, 3, sent)
}

func referenceIn(text string) string {
	at := strings.Index(text, "JS-")
	return text[at : at+len("JS-XXXX-XXXX")]
}

// paperCanBeFetched looks that what came in the form is an ordinary paper of the channel from then on, made anew as every paper is.
func (f *formPhones) paperCanBeFetched() {
	f.t.Helper()
	var paper string
	storetest.Reveal(f.t, f.store)
	require.NoError(f.t, f.pool.QueryRow(f.t.Context(), `select session #>> '{draft,answers,identity}' from plain_conversation`).Scan(&paper))
	media, err := f.client.Download(f.t.Context(), number, paper, 1<<20)
	require.NoError(f.t, err)
	require.Equal(f.t, "image/jpeg", media.MIMEType)
	picture, _, err := image.Decode(bytes.NewReader(media.Content))
	require.NoError(f.t, err)
	require.Equal(f.t, image.Pt(300, 400), picture.Bounds().Size())
}

func TestWhatIsWrongIsToldAtTheFieldInTheCitizensLanguage(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("తెలుగు")
	f.offered()
	answers := f.filled()
	answers["pin_code"] = "52115"
	answers["father_name"] = "2345 6789 0124"
	err := f.meta.FillFlow(t.Context(), citizen, answers)
	require.ErrorIs(t, err, emulator.ErrNotFilled)
	require.ErrorContains(t, err, "PAGE_A")
	require.ErrorContains(t, err, "521151", "the reason in Telugu names an example")
	require.ErrorContains(t, err, "ఆధార్ నంబరు")
	require.Zero(t, f.count(`select count(*) from plain_conversation where session::text like '%6789%'`))
	require.Equal(t, 1, f.count(`select count(*) from plain_conversation where session #>> '{draft,answers,applicant_name}' = 'Sita Devi'`), "the rest is kept")
	require.NoError(t, f.meta.FillFlow(t.Context(), citizen, f.filled()), "the same form, opened again")
	require.Contains(t, textOf(f.next()), "Sita Devi")
}

func TestAFormThatIsClosedHalfwayGoesOnInTheChat(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	f.offered()
	shown, err := f.meta.OpenFlow(t.Context(), citizen, "")
	require.NoError(t, err)
	page := f.filled()
	shown, err = f.meta.PressFlow(t.Context(), shown.Form, page)
	require.NoError(t, err)
	require.Equal(t, "PAGE_B", shown.View.Screen)
	shown, err = f.meta.BackFlow(t.Context(), shown.Form)
	require.NoError(t, err)
	require.Equal(t, "PAGE_A", shown.View.Screen)
	f.meta.CloseFlow(shown.Form)
	require.Contains(t, textOf(f.says("Smt")), "How much does your whole family earn", "the five of the first page are answered")
}

func TestAFormIsUsedOnce(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	offer := f.offered()
	require.NoError(t, f.meta.FillFlow(t.Context(), citizen, f.filled()))
	f.next()
	shown, err := f.meta.OpenFlow(t.Context(), citizen, offer.ID)
	require.NoError(t, err)
	require.Contains(t, shown.Over, "go on in the chat")
	_, err = f.meta.OpenFlow(t.Context(), citizen, offer.ID)
	require.ErrorIs(t, err, emulator.ErrFormOver, "the phone switched its button off")
	_, err = f.meta.Write(citizen, emulator.FlowReply(offer.ID, `{"flow_token":"`+tokenOf(t, offer)+`"}`))
	require.NoError(t, err)
	require.Contains(t, textOf(f.next()), "used already")
}

func tokenOf(t *testing.T, offer emulator.Message) string {
	t.Helper()
	var content struct {
		Action struct {
			Parameters struct {
				Token string `json:"flow_token"`
			} `json:"parameters"`
		} `json:"action"`
	}
	require.NoError(t, json.Unmarshal(offer.Content, &content))
	return content.Action.Parameters.Token
}

func TestAnotherPersonsTokenFillsNothing(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	token := tokenOf(t, f.offered())
	const other = "919900000002"
	f.citizen(other)
	for _, text := range []string{"Hi", "English", "yes"} {
		f.hears(other, f.write(other, text))
	}
	reply, err := f.meta.Write(other, emulator.FlowReply("", `{"flow_token":"`+token+`","applicant_name":"Sita Devi"}`))
	require.NoError(t, err)
	require.Contains(t, textOf(f.hears(other, reply.Seq)), "used already")
}

func TestAFlowThatMetaDoesNotTakeIsAskedInTheChat(t *testing.T) {
	t.Parallel()
	for _, status := range []string{"BLOCKED", "THROTTLED"} {
		t.Run(status, func(t *testing.T) {
			t.Parallel()
			f := newFormPhones(t)
			f.arrives("English")
			listed, err := f.client.Flows(t.Context(), "1")
			require.NoError(t, err)
			for _, flow := range listed {
				require.NoError(t, f.meta.SetFlowStatus(flow.ID, status))
			}
			question := f.says("income certificate")
			require.NotContains(t, string(question.Content), `"type":"flow"`)
			require.Contains(t, string(question.Content), `"type":"button"`, "with the buttons of the chat")
		})
	}
}

func TestAPhoneThatIsTooOldForFormsIsAskedInTheChat(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	f.meta.SetFaults(emulator.Faults{Fail: emulator.CodeFault{Next: 1, Code: 131026}})
	question := f.says("income certificate")
	require.NotContains(t, string(question.Content), `"type":"flow"`)
	require.Contains(t, string(question.Content), `"type":"button"`)
	f.eventually(1, `select count(*) from outbox where attempts = 2 and state = 'accepted'`)
	_, err := f.meta.Press(citizen, "Smt (Mrs)")
	require.NoError(t, err)
	require.Contains(t, textOf(f.next()), "full name")
}

func TestOnePhoneThatIsTooOldDoesNotTakeTheFormFromOthers(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	f.meta.SetFaults(emulator.Faults{Refuse: emulator.CodeFault{Next: 1, Code: 131026}})
	require.NotContains(t, string(f.says("income certificate").Content), `"type":"flow"`)
	const other = "919900000002"
	f.citizen(other)
	var offer emulator.Message
	for _, text := range []string{"Hi", "English", "yes", "income certificate"} {
		offer = f.hears(other, f.write(other, text))
	}
	require.Contains(t, string(offer.Content), `"type":"flow"`)
}

func TestFlowsThatEndWithoutTheEndpointStillFillTheForm(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.arrives("English")
	offer := f.offered()
	ended := `{"flow_token":"` + tokenOf(t, offer) + `","salutation":"Smt","applicant_name":"Sita Devi","pin_code":"1"}`
	_, err := f.meta.Write(citizen, emulator.FlowReply(offer.ID, ended))
	require.NoError(t, err)
	answer := textOf(f.next())
	require.Contains(t, answer, "PIN code", "what was wrong is said")
	require.Contains(t, answer, "name of your father", "what is missing is asked")
	for _, odd := range []string{`[]`, `"x"`, `{"flow_token":7}`, `{`, ``} {
		_, err := f.meta.Write(citizen, emulator.FlowReply(offer.ID, odd))
		require.NoError(t, err)
		require.NotEmpty(t, textOf(f.next()), "every message has an answer")
	}
}

func TestPublishingTwiceDoesItOnce(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.publish(func(step flows.Step) {
		require.Empty(t, step.Done)
		require.Equal(t, whatsapp.FlowPublished, step.Status)
	})
}

func TestPublishedFlowsMoveWithTheGateway(t *testing.T) {
	t.Parallel()
	f := newFormPhones(t)
	f.endpoint = "https://hub.example/flows"
	moved := 0
	f.publish(func(step flows.Step) {
		require.Equal(t, "moved", step.Done)
		moved++
	})
	require.Equal(t, 3, moved)
	listed, err := f.client.Flows(t.Context(), "1")
	require.NoError(t, err)
	for _, flow := range listed {
		require.Equal(t, whatsapp.FlowPublished, flow.Status)
		require.Equal(t, f.endpoint, flow.Endpoint)
	}
	f.publish(func(step flows.Step) { require.Empty(t, step.Done) })
}
