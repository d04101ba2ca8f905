package dialog_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
)

// offered is a talk in which the income certificate was just offered as a native form.
func offered(t *testing.T) *talk {
	t.Helper()
	k := newTalk(t)
	k.learn("shows forms")
	for _, said := range []string{"hi", "English", "yes", "income certificate"} {
		k.send(typed(said))
	}
	require.NotNil(t, k.last.Flow)
	return k
}

func (k *talk) session() dialog.Session { return dialog.DecodeSession(k.stored) }

func text(said string) dialog.FormAnswer {
	return dialog.FormAnswer{Given: dialog.Given{Kind: dialog.EventText, Text: said}}
}

func TestTheOfferSaysTheChatsQuestionAndHoldsWhatIsSentInstead(t *testing.T) {
	t.Parallel()
	k := offered(t)
	require.Contains(t, k.last.Text, "What is the applicant's name?")
	require.Contains(t, k.last.Text, k.last.Flow.Label)
	require.NotNil(t, k.last.Flow.Instead)
	require.NoError(t, bubble.Validate(*k.last.Flow.Instead))
	require.NotContains(t, k.last.Flow.Instead.Text, k.last.Flow.Label)
	require.Contains(t, k.last.Flow.Instead.Text, "What is the applicant's name?")
}

func TestWhatStandsInANativeFormIsKeptBeforeItIsSentOff(t *testing.T) {
	t.Parallel()
	k := offered(t)
	before := k.session()
	form, ok := k.engine.DraftForm(before, k.last.Flow.Token, firstDay)
	require.True(t, ok)
	require.Equal(t, "Income certificate", form.Title)
	require.Len(t, form.Fields, 6)
	after, form, problems, ok := k.engine.FillForm(before, k.last.Flow.Token, map[string]dialog.FormAnswer{
		"applicant": text("Sita Devi"), "relation": text("self"), "income": text("much"), "remark": text(" "), "nothing": text("x"),
		"proof": {Given: dialog.Given{Kind: dialog.EventDocument, MediaID: "m7", MIMEType: "image/jpeg"}},
	}, firstDay)
	require.True(t, ok)
	require.Equal(t, map[string]string{"applicant": "Sita Devi", "relation": "self", "remark": "", "proof": "m7"}, form.Answers)
	require.Len(t, problems, 1)
	require.Contains(t, problems["income"], "rupees", "the chat's own words")
	require.Empty(t, before.Draft.Answers, "the session given is not changed")
	require.Equal(t, form.Answers, after.Draft.Answers)
	require.Equal(t, before.Step, after.Step)
}

func TestANativeFormRefusesNumbersThatMustNotBeSent(t *testing.T) {
	t.Parallel()
	k := offered(t)
	for redaction, words := range map[dialog.Redaction]string{dialog.RedactedAadhaar: "Aadhaar", dialog.RedactedCard: "card number"} {
		masked := dialog.FormAnswer{Given: dialog.Given{Kind: dialog.EventText, Text: "Sita XXXX XXXX 0124"}, Redacted: redaction}
		after, _, problems, ok := k.engine.FillForm(k.session(), k.last.Flow.Token, map[string]dialog.FormAnswer{"applicant": masked}, firstDay)
		require.True(t, ok)
		require.Contains(t, problems["applicant"], words)
		require.Empty(t, after.Draft.Answers)
	}
}

func TestANativeFormIsOverOnceItWasTakenOrItsDraftIsGone(t *testing.T) {
	t.Parallel()
	over := func(t *testing.T, k *talk, key string) {
		t.Helper()
		form, ok := k.engine.DraftForm(k.session(), key, firstDay)
		require.False(t, ok)
		require.Empty(t, form.Fields)
		require.NotEmpty(t, form.Language, "what is said about it has a language")
		_, _, _, ok = k.engine.FillForm(k.session(), key, map[string]dialog.FormAnswer{"applicant": text("Sita")}, firstDay)
		require.False(t, ok)
	}
	k := offered(t)
	key := k.last.Flow.Token
	over(t, k, "")
	over(t, k, "another")
	k.send(dialog.Event{Kind: dialog.EventForm, Form: key})
	over(t, k, key)

	k = offered(t)
	key = k.last.Flow.Token
	k.send(typed("withdraw"))
	over(t, k, key)
	k.stored = []byte("{")
	over(t, k, key)
}

func TestAShortFormAndAnOldFormAreNotOffered(t *testing.T) {
	t.Parallel()
	k := newTalk(t)
	k.learn("shows forms")
	for _, said := range []string{"hi", "English", "yes", "current bill"} {
		k.send(typed(said))
		require.Nil(t, k.last.Flow, said)
	}
	fields := k.engine.NativeFields(dialog.NativeForm{Service: "income", Language: "en"})
	require.Len(t, fields, 6)
	require.Empty(t, k.engine.NativeFields(dialog.NativeForm{Service: "nothing"}))
}

// TestEveryLongFormIsOffered in every language of every state: none has a first question too long to stand above the button.
func TestEveryLongFormIsOffered(t *testing.T) {
	t.Parallel()
	states, err := fs.ReadDir(deploy.Files, "states")
	require.NoError(t, err)
	for _, state := range states {
		t.Run(state.Name(), func(t *testing.T) {
			t.Parallel()
			services, err := catalog.Load(deploy.Files, state.Name())
			require.NoError(t, err)
			engine, err := dialog.NewEngine(services)
			require.NoError(t, err)
			offered := 0
			for _, service := range services.Services() {
				for _, lang := range services.Languages() {
					if offersForm(t, engine, service, lang) {
						offered++
					}
				}
			}
			t.Logf("%d forms are offered as native ones", offered)
		})
	}
}

func offersForm(t *testing.T, engine *dialog.Engine, service *catalog.Service, lang catalog.Language) bool {
	t.Helper()
	const leastNative = 4
	fields := engine.NativeFields(dialog.NativeForm{Service: service.ID, Language: lang})
	asked := slices.DeleteFunc(slices.Clone(fields), func(f catalog.Field) bool { return f.Type == catalog.FieldLocation })
	session := dialog.Session{Version: 1, Language: lang, Consent: dialog.NoticeVersion, Step: dialog.StepMenu}
	event := dialog.Event{Kind: dialog.EventChoice, Choice: "svc:" + service.ID, Time: firstDay, NewFormKey: "key"}
	_, effects := engine.Step(session, event, dialog.Facts{NativeForm: func(dialog.NativeForm) string { return "a flow" }})
	reply, ok := effects[len(effects)-1].(dialog.Reply)
	require.True(t, ok)
	require.NoError(t, bubble.Validate(reply.Bubble))
	if want := len(asked) >= leastNative && fields[0].Type != catalog.FieldLocation && service.Eligibility == nil; want {
		require.NotNil(t, reply.Bubble.Flow, "%s in %s: %s", service.ID, lang, reply.Bubble.Text)
	}
	return reply.Bubble.Flow != nil
}

// FuzzANativeForm on whatever session is stored: every form has one answer, and what cannot be kept is not.
func FuzzANativeForm(f *testing.F) {
	engine := testEngine(f)
	draft := `{"id":"a","service":"income","form":"","flow":"k","answers":{"applicant":"Sita"}}`
	f.Add([]byte(`{"version":1,"language":"te","consent":"2026-12","step":"form","draft":`+draft+`}`), "k", "Sita")
	f.Add([]byte(`{"version":1,"language":"en","consent":"2026-12","step":"menu","parked":[`+draft+`]}`), "k", "60")
	f.Add([]byte(`{"draft":7}`), "", "\x00")
	f.Fuzz(func(t *testing.T, stored []byte, key, said string) {
		facts := dialog.Facts{NativeForm: func(dialog.NativeForm) string { return "a flow" }}
		filled := map[string]dialog.FormAnswer{"applicant": text(said), "income": text(said), "proof": text(said), "place": text(said)}
		session, form, problems, ok := engine.FillForm(dialog.DecodeSession(stored), key, filled, firstDay)
		for i := range form.Fields {
			if value, kept := form.Answers[form.Fields[i].ID]; ok && kept && value != "" {
				_, problem := form.Fields[i].Check(value)
				require.Nil(t, problem)
			}
		}
		require.LessOrEqual(t, len(problems), len(filled))
		event := dialog.Event{Kind: dialog.EventForm, Form: key, Filled: filled, NewFormKey: "next", NewReference: "JS-1", Time: firstDay}
		_, effects := engine.Step(session, event, facts)
		requireOneReply(t, event, effects)
	})
}
