package dialog

import (
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// decided is whether the citizen has agreed to the present notice, or declined.
func (t *turn) decided() bool { return t.agreed() || t.session.Declined }

func (t *turn) agreed() bool { return t.session.Consent == NoticeVersion }

// showLanguages greets in every language, since we do not know one yet.
func (t *turn) showLanguages() {
	lines := make([]string, 0, len(t.languages))
	choices := make([]bubble.Choice, 0, len(t.languages))
	for _, lang := range t.languages {
		line := t.catalog.Text(lang, textLanguageChoose, nil)
		if t.session.Language == "" {
			state := catalog.Args{"state": t.catalog.State().Title.In(lang)}
			line = t.catalog.Text(lang, textGreeting, state) + " " + line
		}
		lines = append(lines, line)
		choices = append(choices, bubble.Choice{
			ID: choiceID(verbLanguage, string(lang)), Title: t.catalog.LanguageName(lang),
		})
	}
	t.reply(strings.Join(lines, "\n\n"), choices)
}

func (t *turn) takeLanguage(text string) {
	if t.picks(text) || t.picksLanguage(text) {
		return
	}
	t.wishFor(text)
	t.again()
}

// picksLanguage takes the name of a language, in that language or in English as its code's texts give it.
func (t *turn) picksLanguage(text string) bool {
	typed := fold(text)
	for _, lang := range t.languages {
		if typed != "" && (typed == fold(t.catalog.LanguageName(lang)) || t.languageWords[typed] == lang) {
			t.setLanguage(lang)
			return true
		}
	}
	return false
}

func (t *turn) askLanguage() {
	if t.session.Step != StepLanguage {
		t.session.Return = t.session.Step
	}
	t.open(StepLanguage)
}

func (t *turn) pressLanguage(args []string) {
	chosen := catalog.Language(arg(args, 0))
	for _, lang := range t.languages {
		if lang == chosen {
			t.setLanguage(lang)
			return
		}
	}
	t.askLanguage()
}

func (t *turn) setLanguage(lang catalog.Language) {
	t.session.Language = lang
	t.leaveLanguage()
}

// leaveLanguage goes on where the change of language came from.
func (t *turn) leaveLanguage() {
	to := t.session.Step
	if to == StepLanguage {
		to = StepMenu
	}
	if t.session.Return != "" {
		to = t.session.Return
	}
	t.session.Return = ""
	t.open(to)
}

func (t *turn) takeConsent(text string) {
	switch w := t.wordIn(text); {
	case w == wordYes:
		t.pressAgree([]string{NoticeVersion})
	case w == wordNo:
		t.pressDecline([]string{NoticeVersion})
	case t.picks(text) || t.picksLanguage(text):
	default:
		t.wishFor(text)
		t.note(textConsentNeeded, nil)
		t.again()
	}
}

// wishFor remembers what a newcomer typed, so that they need not type it again after consent.
func (t *turn) wishFor(text string) {
	_, isNumber := typedNumber(text)
	if fold(text) == "" || isNumber || t.wordIn(text) != "" {
		return
	}
	t.session.Wish = Wish{Text: bubble.Shorten(text, maxWish)}
}

func (t *turn) pressAgree(args []string) {
	lang, shown := t.noticeShown(arg(args, 1))
	switch {
	case t.session.Language == "" || arg(args, 0) != NoticeVersion || !shown:
		t.earlier()
	case t.agreed():
		t.note(textConsentGiven, nil)
		t.rest()
	default:
		t.session.Consent, t.session.Declined = NoticeVersion, false
		t.effects = append(t.effects, t.consent(lang, true))
		t.note(textConsentThanks, nil)
		t.fulfilWish()
	}
}

func (t *turn) pressDecline(args []string) {
	lang, shown := t.noticeShown(arg(args, 1))
	switch {
	case t.session.Language == "" || arg(args, 0) != NoticeVersion || !shown || t.agreed():
		t.earlier()
	default:
		t.effects = append(t.effects, t.consent(lang, false))
		t.session = Session{
			Version: sessionVersion, Fingerprint: t.fingerprint, Language: t.session.Language, Declined: true, Step: StepMenu,
		}
		t.reply(t.text(textConsentDeclined, t.helpline()), []bubble.Choice{t.button(buttonMenu, verbMenu), t.agreeButton()})
	}
}

func (t *turn) fulfilWish() {
	wish := t.session.Wish
	t.session.Wish = Wish{}
	t.session.Step = StepMenu
	service, ok := t.catalog.Service(wish.Service)
	switch {
	case ok && wish.Eligibility:
		t.beginEligibility(service)
	case ok:
		t.begin(service)
	case t.draftFits():
		t.advance()
	case wish.Text != "":
		t.understand(wish.Text)
	default:
		t.open(StepMenu)
	}
}
