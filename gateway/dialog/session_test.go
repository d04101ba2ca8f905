package dialog_test

import (
	"encoding/json"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/dialog"
)

// atIncome is a session in the middle of a form, three answers given.
func atIncome(t *testing.T) dialog.Session {
	t.Helper()
	k := newTalk(t)
	k.walk("> hi\n> [English]\n> yes\n> income certificate\n> Sita Devi\n> 2\n> 50000")
	session := dialog.DecodeSession(k.stored)
	require.Equal(t, "remark", session.Draft.Field)
	return session
}

// TestAStoredSessionThatNoLongerFits goes to the menu, says so, and keeps what the citizen gave.
func TestAStoredSessionThatNoLongerFits(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*dialog.Session){
		"a renamed step":          func(s *dialog.Session) { s.Step = "formular" },
		"an older version":        func(s *dialog.Session) { s.Version = 0 },
		"a newer version":         func(s *dialog.Session) { s.Version = 99 },
		"a field that is gone":    func(s *dialog.Session) { s.Draft.Field = "caste" },
		"another form":            func(s *dialog.Session) { s.Draft.Form = "old"; s.Fingerprint = "old" },
		"a category that is gone": func(s *dialog.Session) { s.Step, s.Category = dialog.StepCategory, "gone" },
		"a return to nowhere":     func(s *dialog.Session) { s.Step, s.Return = dialog.StepLanguage, "nowhere" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			session := atIncome(t)
			spoil(&session)
			next, effects := testEngine(t).Step(session, typed("4"), dialog.Facts{})
			require.Equal(t, dialog.StepMenu, next.Step)
			require.Equal(t, catalog.Language("en"), next.Language)
			require.Equal(t, dialog.NoticeVersion, next.Consent)
			require.Nil(t, next.Draft)
			require.Len(t, next.Parked, 1)
			require.Equal(t, map[string]string{"applicant": "Sita Devi", "relation": "child", "income": "50000.00"}, next.Parked[0].Answers)
			if name != "a return to nowhere" {
				require.Contains(t, textOf(t, effects), "We have changed something here")
			}
			require.Contains(t, textOf(t, effects), "How can we help?")
		})
	}
}

func TestAnAnswerThatNoLongerPassesIsAskedAgain(t *testing.T) {
	t.Parallel()
	files := copyFiles(t)
	papers := "states/setu/services/papers.yaml"
	stricter := strings.Replace(string(files[papers].Data), `min: "0"`, `min: "60000"`, 1)
	files[papers] = &fstest.MapFile{Data: []byte(stricter)}
	loaded, err := catalog.Load(files, "setu")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(loaded)
	require.NoError(t, err)

	session, _ := engine.Step(atIncome(t), typed("hi"), dialog.Facts{})
	require.Equal(t, map[string]string{"applicant": "Sita Devi", "relation": "child"}, session.Parked[0].Answers)
	session, effects := engine.Step(session, typed("1"), dialog.Facts{})
	require.Equal(t, "income", session.Draft.Field)
	require.Contains(t, textOf(t, effects), "What is the yearly income?")
	session, effects = engine.Step(session, typed("70000"), dialog.Facts{})
	require.Equal(t, "remark", session.Draft.Field)
	require.NotContains(t, textOf(t, effects), "changed")
}

func TestAFormOfAServiceThatIsGoneIsLeft(t *testing.T) {
	t.Parallel()
	session := atIncome(t)
	session.Draft.Service = "gone"
	session.Parked = []dialog.Draft{*session.Draft}
	next, effects := testEngine(t).Step(session, typed("4"), dialog.Facts{})
	require.Equal(t, dialog.StepMenu, next.Step)
	require.Empty(t, next.Parked)
	require.Contains(t, textOf(t, effects), "We have changed something here")
}

func TestAnotherCatalogDisturbsNobodyWhoseFormIsTheSame(t *testing.T) {
	t.Parallel()
	session := atIncome(t)
	session.Fingerprint = "of another release"
	next, effects := testEngine(t).Step(session, typed("none"), dialog.Facts{})
	require.Equal(t, "proof", next.Draft.Field)
	require.NotContains(t, textOf(t, effects), "changed")
}

func TestAForgottenDraftIsDropped(t *testing.T) {
	t.Parallel()
	engine := testEngine(t)
	session, _ := engine.Step(atIncome(t), typed("cancel"), dialog.Facts{})
	require.Len(t, session.Parked, 1)
	later := typed("hi")
	later.Time = firstDay.Add(40 * 24 * time.Hour)
	session, _ = engine.Step(session, later, dialog.Facts{})
	require.Empty(t, session.Parked)
}

func TestANewNoticeIsAgreedToAndTheFormGoesOn(t *testing.T) {
	t.Parallel()
	engine := testEngine(t)
	session := atIncome(t)
	session.Consent = "2019-01"
	session, effects := engine.Step(session, typed("no remark"), dialog.Facts{})
	require.Contains(t, textOf(t, effects), "Do you agree?")
	session, effects = engine.Step(session, typed("yes"), dialog.Facts{})
	require.Contains(t, textOf(t, effects), "Anything to add?")
	require.Equal(t, "remark", session.Draft.Field)
}

func TestDecodeSessionSalvagesWhatItCan(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stored string
		want   dialog.Session
	}{
		"nothing":       {"", dialog.Session{}},
		"no JSON":       {"{", dialog.Session{}},
		"another shape": {`["menu"]`, dialog.Session{}},
		"too long":      {`{"language":"te","query":"` + strings.Repeat("a", 70_000) + `"}`, dialog.Session{}},
		"unknown field": {`{"version":1,"language":"te","mood":"good"}`, dialog.Session{Version: 1, Language: "te"}},
		"a field of another type": {
			`{"version":1,"language":"te","consent":"2026-11","step":7,"drafts":2,"parked":[{"id":"a"}]}`,
			dialog.Session{Version: -1, Language: "te", Consent: "2026-11", Drafts: 2, Parked: []dialog.Draft{{ID: "a"}}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, dialog.DecodeSession([]byte(test.stored)))
		})
	}
}

func TestADamagedSessionKeepsLanguageAndConsent(t *testing.T) {
	t.Parallel()
	stored := `{"version":1,"language":"te","consent":"` + dialog.NoticeVersion + `","step":7}`
	next, effects := testEngine(t).Step(dialog.DecodeSession([]byte(stored)), typed("1"), dialog.Facts{})
	require.Equal(t, dialog.StepMenu, next.Step)
	require.Contains(t, textOf(t, effects), "ఇక్కడ కొన్ని మార్పులు చేశాం")
}

func TestStepDoesNotChangeTheSessionGiven(t *testing.T) {
	t.Parallel()
	session := atIncome(t)
	before, err := json.Marshal(session)
	require.NoError(t, err)
	for _, text := range []string{"a remark", "menu", "back", "cancel"} {
		testEngine(t).Step(session, typed(text), dialog.Facts{})
	}
	after, err := json.Marshal(session)
	require.NoError(t, err)
	require.JSONEq(t, string(before), string(after))
}

func typed(text string) dialog.Event {
	return dialog.Event{Kind: dialog.EventText, Text: text, Time: firstDay.Add(time.Hour), NewReference: "JS-1000"}
}

func textOf(t *testing.T, effects []dialog.Effect) string {
	t.Helper()
	for _, effect := range effects {
		if reply, ok := effect.(dialog.Reply); ok {
			return reply.Bubble.Text
		}
	}
	t.Fatal("no reply")
	return ""
}
