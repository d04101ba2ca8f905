package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
)

// asks offers two buttons, and says what was pressed.
func asks(s dialog.Session, e dialog.Event, _ dialog.Facts) (dialog.Session, []dialog.Effect) {
	reply := bubble.Bubble{Text: string(e.Kind) + "/" + e.Choice + "/" + e.Text}
	if e.Text == "ask" {
		reply.Buttons = []bubble.Choice{{ID: "svc~a", Title: "Yes"}, {ID: "no", Title: "No"}}
	}
	return s, []dialog.Effect{dialog.Reply{Bubble: reply}}
}

func press(phone, id, choice, title, quoted string) string {
	return messages(fmt.Sprintf(`{"from":%q,"id":%q,"type":"interactive","context":{"id":%q},
		"interactive":{"type":"button_reply","button_reply":{"id":%q,"title":%q}}}`, phone, id, quoted, choice, title))
}

func TestAPressedButtonIsWhatWeSignedForThatConversation(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(asks))
	h.post(text("919900000001", "1", "ask"))
	signed := h.meta.next(t).Interactive.Action.Buttons[0].Reply.ID
	require.NotEqual(t, "svc~a", signed)
	answer := func(phone, id, choice string) string {
		t.Helper()
		require.Equal(t, http.StatusOK, h.post(press(phone, id, choice, "Yes", "")))
		return h.meta.next(t).Text.Body
	}
	require.Equal(t, "choice/svc~a/Yes", answer("919900000001", "2", signed))
	require.Equal(t, "choice/svc~a/Yes", answer("919900000001", "3", signed), "an old button still works")
	require.Equal(t, "text//Yes", answer("919900000001", "4", "svc~a"), "not signed")
	require.Equal(t, "text//Yes", answer("919900000001", "5", "svc~b"+signed[5:]), "another id under the signature")
	require.Equal(t, "text//Yes", answer("919900000002", "6", signed), "signed for somebody else")
}

func TestAQuestionIsAskedAndAnsweredOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		if len(f.Questions) == 0 {
			return s, []dialog.Effect{dialog.Reply{Bubble: bubble.Bubble{Text: fmt.Sprintf("%d requests", len(f.Requests))}}}
		}
		q := f.Questions[0]
		return s, []dialog.Effect{dialog.AnswerQuestion{QuestionID: q.ID, Reference: q.Reference, Choice: q.Choices[0].ID},
			dialog.Reply{Bubble: bubble.Bubble{Text: "quoted " + e.QuotedQuestion}}}
	}))
	conversation := h.conversation("919900000001")
	h.addRequest("JS-1", conversation)
	question := store.Question{ID: "JS-1/confirm", Reference: "JS-1", Conversation: conversation,
		Bubble: json.RawMessage(`{"text":"Pay?"}`), Choices: json.RawMessage(`[{"id":"yes","title":"Yes"}]`)}
	require.NoError(t, h.store.AskQuestion(t.Context(), question))
	require.NoError(t, h.store.AskQuestion(t.Context(), question))
	asked := h.meta.next(t)
	require.Equal(t, "Pay?", asked.Text.Body)
	h.eventually(1, `select count(*) from outbox where wamid = $1`, h.message(asked.ID))

	twice := messages(
		fmt.Sprintf(`{"from":"919900000001","id":"2","type":"text","text":{"body":"yes"},"context":{"id":%q}}`, asked.ID),
		`{"from":"919900000001","id":"3","type":"text","text":{"body":"yes"}}`)
	require.Equal(t, http.StatusOK, h.post(twice))
	require.Equal(t, "quoted JS-1/confirm", h.meta.next(t).Text.Body)
	require.Equal(t, "1 requests", h.meta.next(t).Text.Body)
	require.Equal(t, "signal answer JS-1", h.temporal.next(t))
	require.Equal(t, 1, h.count(`select count(*) from question where state = 'answered' and answer is not null`))
	require.Equal(t, 1, h.count(`select count(*) from outbox where kind = 'workflow_signal'`))
}

func TestWhatIsTypedPassesThroughTheFieldOfAQuestion(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		q := f.Questions[0]
		value, problem := q.Field.Check(e.Text)
		if problem != nil {
			return s, []dialog.Effect{dialog.Reply{Bubble: bubble.Bubble{Text: "again, quoted " + e.QuotedQuestion}, Question: q.ID}}
		}
		return s, []dialog.Effect{dialog.AnswerQuestion{QuestionID: q.ID, Reference: q.Reference, Value: value},
			dialog.Reply{Bubble: bubble.Bubble{Text: "quoted " + e.QuotedQuestion}}}
	}))
	conversation := h.conversation("919900000001")
	h.addRequest("JS-1", conversation)
	question := store.Question{ID: "JS-1/meter", Reference: "JS-1", Conversation: conversation, Bubble: json.RawMessage(`{"text":"Meter?"}`),
		Field: json.RawMessage(`{"id":"meter","type":"digits","min_length":4,"max_length":6}`)}
	require.NoError(t, h.store.AskQuestion(t.Context(), question))
	require.Equal(t, "Meter?", h.meta.next(t).Text.Body)
	remind := func(number int) {
		t.Helper()
		reminder := question
		reminder.Bubble = json.RawMessage(`{"text":"Meter? Please."}`)
		require.NoError(t, h.store.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.RemindOfQuestion(ctx, reminder, number) }))
	}
	remind(1)
	remind(1)
	reminded := h.meta.next(t)
	require.Equal(t, "Meter? Please.", reminded.Text.Body)
	h.eventually(1, `select count(*) from outbox where wamid = $1`, h.message(reminded.ID))

	quote := func(id, quoted, body string) string {
		return messages(fmt.Sprintf(`{"from":"919900000001","id":%q,"type":"text","text":{"body":%q},"context":{"id":%q}}`, id, body, quoted))
	}
	require.Equal(t, http.StatusOK, h.post(quote("2", reminded.ID, "12")))
	again := h.meta.next(t)
	require.Equal(t, "again, quoted JS-1/meter", again.Text.Body)
	h.eventually(1, `select count(*) from outbox where wamid = $1`, h.message(again.ID))
	require.Equal(t, http.StatusOK, h.post(quote("3", again.ID, "౧౨౩౪")))
	require.Equal(t, "quoted JS-1/meter", h.meta.next(t).Text.Body)
	require.Equal(t, "signal answer JS-1", h.temporal.next(t))

	remind(2)
	require.Equal(t, 0, h.count(`select count(*) from outbox where dedupe = $1`, store.QuestionDedupe("JS-1/meter", "2")), "it is answered")
}

func TestClosedQuestionsAreNoFacts(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, _ dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		return s, []dialog.Effect{dialog.Reply{Bubble: bubble.Bubble{Text: fmt.Sprintf("%d open", len(f.Questions))}}}
	}))
	conversation := h.conversation("919900000001")
	h.addRequest("JS-1", conversation)
	for _, id := range []string{"a", "b", "c"} {
		require.NoError(t, h.store.AskQuestion(t.Context(), store.Question{ID: id, Reference: "JS-1", Conversation: conversation, Bubble: json.RawMessage(`{"text":"?"}`)}))
		h.meta.next(t)
	}
	require.NoError(t, h.store.CloseQuestions(t.Context(), "JS-1", "b"))
	h.post(text("919900000001", "2", "x"))
	require.Equal(t, "1 open", h.meta.next(t).Text.Body)
	require.NoError(t, h.store.SetStage(t.Context(), "JS-1", store.StageUpdate{Stage: "done", Detail: "₹1", Open: false}))
	request, err := h.store.Request(t.Context(), "JS-1")
	require.NoError(t, err)
	require.Equal(t, "done", request.Stage)
	require.ErrorIs(t, h.store.SetStage(t.Context(), "JS-2", store.StageUpdate{}), store.ErrNoRequest)
}

func TestWhatIsPaidIsNotOfferedForCancelling(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, _ dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		said := fmt.Sprintf("open %t, cancellable %t", f.Requests[0].Open, f.Requests[0].Cancellable)
		return s, []dialog.Effect{dialog.Reply{Bubble: bubble.Bubble{Text: said}}}
	}))
	h.addRequest("JS-1", h.conversation("919900000001"))
	for i, stage := range []string{"awaiting_payment", "posting", "with_officer"} {
		require.NoError(t, h.store.SetStage(t.Context(), "JS-1", store.StageUpdate{Stage: stage, Open: true}))
		h.post(text("919900000001", fmt.Sprint("message ", i), "status"))
		require.Equal(t, fmt.Sprintf("open true, cancellable %t", i == 0), h.meta.next(t).Text.Body)
	}
}
