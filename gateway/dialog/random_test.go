package dialog_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
)

// TestWhateverIsSent in any order: every turn has one valid reply, and the words that always work do, at every step.
func TestWhateverIsSent(t *testing.T) {
	t.Parallel()
	seen := map[dialog.Step]bool{}
	for seed := range uint64(16) {
		r := rand.New(rand.NewPCG(seed, 7))
		k := newTalk(t)
		started := map[string]bool{}
		for range 100 {
			k.facts = randomFacts(r)
			event := k.randomEvent(r)
			for _, effect := range k.send(event) {
				if start, ok := effect.(dialog.StartRequest); ok {
					require.False(t, started[start.Reference])
					require.Equal(t, dialog.NoticeVersion, dialog.DecodeSession(k.stored).Consent)
					started[start.Reference] = true
				}
			}
			session := dialog.DecodeSession(k.stored)
			seen[session.Step] = true
			requireRoundTrip(t, session)
			k.requireWordsWork(session)
		}
	}
	require.Len(t, seen, 16, "steps reached: %v", seen)
}

func requireRoundTrip(t *testing.T, session dialog.Session) {
	t.Helper()
	stored, err := json.Marshal(session)
	require.NoError(t, err)
	again, err := json.Marshal(dialog.DecodeSession(stored))
	require.NoError(t, err)
	require.Equal(t, string(stored), string(again))
}

// requireWordsWork tries each word at this very step.
func (k *talk) requireWordsWork(session dialog.Session) {
	k.t.Helper()
	ready := session.Language != "" && (session.Consent == dialog.NoticeVersion || session.Declined)
	for word, step := range map[string]dialog.Step{
		"menu": dialog.StepMenu, "మెనూ": dialog.StepMenu, "नमस्ते": dialog.StepMenu, "HELLO!!": dialog.StepMenu,
		"bhasha": dialog.StepLanguage, "language": dialog.StepLanguage,
		"help": session.Step, "సహాయం": session.Step, "cancel": "", "रद्द": "", "back": "", "venakki": "", "status": "", "స్థితి": "",
	} {
		next, effects := k.engine.Step(session, typed(word), k.facts)
		replies := 0
		for _, effect := range effects {
			if reply, ok := effect.(dialog.Reply); ok {
				require.NoError(k.t, bubble.Validate(reply.Bubble))
				replies++
			}
		}
		require.Equal(k.t, 1, replies, "%s at %s", word, session.Step)
		if ready && step != "" {
			require.Contains(k.t, []dialog.Step{step, fallback(step)}, next.Step, "%s at %s", word, session.Step)
		}
	}
}

// fallback is where help may lead when what a step was about is gone from the facts.
func fallback(step dialog.Step) dialog.Step {
	if slices.Contains([]dialog.Step{dialog.StepRequest, dialog.StepStop, dialog.StepRequests, dialog.StepWhich}, step) {
		return dialog.StepMenu
	}
	return step
}

func (k *talk) randomEvent(r *rand.Rand) dialog.Event {
	texts := []string{
		"hi", "1", "2", "3", "౧", "yes", "no", "हाँ", "వద్దు", "Sita", "112233", "50000", "income certificate", "bijli ka bill", "thing", "status",
		"back", "cancel", "language", "telugu", "హిందీ", "pay now", "", "👍", "\x00\xff", "Skip", "more", "south bill", "మెనూ", "ok thanks",
		"60, 100000", "70\n2. -", "later", "vi", "5 Jan 1990", "-", "Raju 40 m", "more",
	}
	kinds := []string{"(voice)", "(image)", "(pdf)", "(exe)", "(place)", "(place)", "(pdf)", "(sticker)"}
	ids := []string{
		"", ":", "d", "d:::", "q", "q:q1:pay", "q:q2:x", "svc:income", "svc:bill-south", "svc:elders", "eligible:elders-guide", "eligible:elders-guide", "svc:elders-guide", "media:stamp-guide:video", "qp:q1:1", "qp:q0:x", "cat:many:7", "stop:JS-1", "stop-yes:JS-1",
		"req:JS-2", "requests", "drafts", "resume:x", "answer:q1", "answer:q2", "lang:xx", "menu:9", "agree:2026-12", "decline:2026-12", "agree:2026-11", "notice", "erase", "erase-yes", "erase-finish", "erase-cancel", "erase-no",
	}
	ids = slices.AppendSeq(ids, maps.Values(k.past))
	slices.Sort(ids)
	shown := choicesOf(k.last)
	switch n := r.IntN(20); {
	case n < 6:
		return dialog.Event{Kind: dialog.EventText, Text: texts[r.IntN(len(texts))]}
	case n < 7:
		return dialog.Event{Kind: dialog.EventText, Text: texts[r.IntN(len(texts))], QuotedQuestion: fmt.Sprint("q", r.IntN(4))}
	case n < 9:
		return dialog.Event{Kind: dialog.EventChoice, Choice: ids[r.IntN(len(ids))], Text: "title"}
	case n < 12:
		return k.event(kinds[r.IntN(len(kinds))])
	case len(shown) > 0:
		choice := shown[r.IntN(len(shown))]
		return dialog.Event{Kind: dialog.EventChoice, Choice: choice.ID, Text: choice.Title}
	}
	return dialog.Event{Kind: dialog.EventText, Text: "112233"}
}

func randomFacts(r *rand.Rand) dialog.Facts {
	var facts dialog.Facts
	for i := range r.IntN(4) {
		open := r.IntN(2) == 0
		facts.Requests = append(facts.Requests, dialog.RequestFact{
			Reference: fmt.Sprint("JS-", i), ServiceID: []string{"bill-south", "income", "gone"}[r.IntN(3)], Stage: "stage.x",
			Open: open, Cancellable: open && r.IntN(4) > 0, Link: []string{"", "", "", "https://pay.example/1"}[r.IntN(4)], UpdatedAt: firstDay,
		})
		states := []dialog.RefundState{dialog.RefundAsked, dialog.RefundOnItsWay, dialog.RefundDone, dialog.RefundHeldUp}
		for range max(0, r.IntN(7)-3) {
			facts.Requests[i].Refunds = append(facts.Requests[i].Refunds, dialog.RefundFact{
				Amount: "₹12,34,567.00", State: states[r.IntN(len(states))], Why: []string{"", "money.paid_late"}[r.IntN(2)],
				Due: firstDay.AddDate(0, 0, r.IntN(20)-10), Number: "rfnd_FP8QHiV938haTz",
			})
		}
	}
	asked := []string{
		"Pay? | pay=Pay now | cancel=Cancel", "Meter? | @digits min=4 max=6", "Why? | @text max=40", "Photo? | @document", "Where? | @location",
		"Letters? | @text | ^c1 | another=Another | stop=Stop", "Which? | *24", "Since? | @date | never=Never",
	}
	for i := range r.IntN(3) {
		facts.Questions = append(facts.Questions, question(fmt.Sprint("q", i), fmt.Sprint("JS-", i), "bill-south", asked[r.IntN(len(asked))]))
	}
	return facts
}

func FuzzStep(f *testing.F) {
	engine := testEngine(f)
	f.Add("hi", "text", "", []byte(nil))
	f.Add("१", "choice", "d:a:choose:b:c", []byte(`{"version":1,"language":"hi","consent":"2026-11","step":"form","draft":{"id":"a","service":"income"}}`))
	f.Add("pay", "text", "q:q0:pay", []byte(`{"version":1,"language":"te","declined":true,"step":"stop","request":"JS-0","seen":["q0"]}`))
	f.Fuzz(func(t *testing.T, text, kind, id string, stored []byte) {
		facts := randomFacts(rand.New(rand.NewPCG(uint64(len(text)), uint64(len(id)))))
		event := dialog.Event{Kind: dialog.EventKind(kind), Text: text, Choice: id, QuotedQuestion: id, MediaID: id, MIMEType: text, NewReference: "JS-1"}
		session, effects := engine.Step(dialog.DecodeSession(stored), event, facts)
		requireOneReply(t, event, effects)
		session, effects = engine.Step(session, event, facts)
		requireOneReply(t, event, effects)
		next, _ := engine.Step(session, typed("menu"), facts)
		require.Contains(t, []dialog.Step{dialog.StepMenu, dialog.StepLanguage, dialog.StepConsent}, next.Step)
	})
}

func requireOneReply(t *testing.T, event dialog.Event, effects []dialog.Effect) {
	t.Helper()
	replies := 0
	for _, effect := range effects {
		if reply, ok := effect.(dialog.Reply); ok {
			require.NoError(t, bubble.Validate(reply.Bubble))
			replies++
		}
	}
	if event.Kind != dialog.EventReaction {
		require.Equal(t, 1, replies)
	}
}

func BenchmarkStep(b *testing.B) {
	for name, text := range map[string]string{"menu": "hi", "search": "bijli ka bill", "nothing": "xyzzy plugh", "answer": "112233"} {
		b.Run(name, func(b *testing.B) {
			k := newTalk(b)
			k.walk("> hi\n> [हिन्दी]\n> haan\n> hi")
			if name == "answer" {
				k.walk("> south bill")
			}
			session := dialog.DecodeSession(k.stored)
			for b.Loop() {
				k.engine.Step(session, typed(text), dialog.Facts{})
			}
		})
	}
}
