package gateway_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/store"
)

// TestACaptchaIsShownAboveItsQuestionUntilItIsAnswered goes the whole way: the store, the outbox, an upload, Meta as the emulator has it, the
// dialog, and the signal to the workflow.
func TestACaptchaIsShownAboveItsQuestionUntilItIsAnswered(t *testing.T) {
	t.Parallel()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(services)
	require.NoError(t, err)
	p := newPhones(t, func(c *gateway.Config) { c.Dialog, c.Services = engine, services })
	p.citizen(citizen)
	for _, said := range []string{"Hi", "English", "yes"} {
		p.hears(citizen, p.write(citizen, said))
	}
	conversation := p.conversationOf()
	p.addRequest("JS-1", conversation)
	picture, err := p.store.AddDocument(t.Context(), store.Document{Request: "JS-1", Kind: "captcha", Filename: "c.png", MIMEType: "image/png",
		Content: []byte("\x89PNG")})
	require.NoError(t, err)

	before := p.lastSeq()
	p.ask(t, conversation, picture)
	shown := p.hears(citizen, before)
	require.Equal(t, []int64{4}, sizes(shown))
	require.Equal(t, "image", header(t, shown))

	again := p.hears(citizen, p.write(citizen, "7g"))
	require.Equal(t, []int64{4}, sizes(again), "the picture is there again, below why")
	require.Equal(t, "image", header(t, again))
	require.Contains(t, string(again.Content), "too short")

	quoting := emulator.Text("7gx2k")
	quoting.ContextID = again.ID
	written, err := p.meta.Write(citizen, quoting)
	require.NoError(t, err)
	require.Contains(t, string(p.hears(citizen, written.Seq).Content), "7gx2k")
	require.Equal(t, "signal answer JS-1", p.temporal.next(t))
}

func (p *phones) ask(t *testing.T, conversation int64, picture string) {
	t.Helper()
	const id = "JS-1/captcha-1"
	choices := []bubble.Choice{
		{ID: dialog.QuestionChoiceID(id, "another"), Title: "Another picture"}, {ID: dialog.QuestionChoiceID(id, "stop"), Title: "Stop"},
	}
	asked := bubble.WithPicture(dialog.QuestionBubble(id, "Which letters do you see?", choices, dialog.QuestionLabels{Choose: "Choose"}),
		bubble.Document{ID: picture, Filename: "c.png", MIMEType: "image/png"})
	encode := func(value any) json.RawMessage {
		encoded, err := json.Marshal(value)
		require.NoError(t, err)
		return encoded
	}
	require.NoError(t, p.store.AskQuestion(t.Context(), store.Question{ID: id, Reference: "JS-1", Conversation: conversation, Bubble: encode(asked),
		Choices: encode(choices), Field: encode(catalog.Field{ID: "captcha", Type: catalog.FieldText, MinLength: 4, MaxLength: 8})}))
}

func (p *phones) conversationOf() (id int64) {
	p.t.Helper()
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), `select id from conversation`).Scan(&id))
	return id
}

// lastSeq is the citizen's last message.
func (p *phones) lastSeq() (last int64) {
	p.t.Helper()
	messages, err := p.meta.Chat(citizen, 0)
	require.NoError(p.t, err)
	return messages[len(messages)-1].Seq
}

func sizes(m emulator.Message) []int64 {
	all := make([]int64, 0, len(m.Media))
	for _, file := range m.Media {
		all = append(all, file.Size)
	}
	return all
}

func header(t *testing.T, m emulator.Message) string {
	t.Helper()
	var content struct{ Header struct{ Type string } }
	require.NoError(t, json.Unmarshal(m.Content, &content))
	return content.Header.Type
}
