package dialog

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textConsentDetails catalog.TextKey = "dialog.consent.details"
	buttonReadMore     catalog.TextKey = "button.dialog.read_more"
)

// NoticeText is the consent notice as a citizen could read it: the notice, a blank line, and what "read more" says.
type NoticeText string

// Hash is the SHA-256 of the text in lower-case hex.
func (n NoticeText) Hash() string {
	sum := sha256.Sum256([]byte(n))
	return hex.EncodeToString(sum[:])
}

// String names the text without repeating it.
func (n NoticeText) String() string { return n.Hash()[:12] }

// stamp tells in a button which text stood above it.
func (n NoticeText) stamp() string { return n.Hash()[:12] }

func noticeTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textConsentNotice, Placeholders: []string{"state", "days"}},
		{Key: textConsentDetails, Placeholders: []string{"helpline", "version"}},
		{Key: buttonReadMore},
	}
}

func (e *Engine) noticeArgs(lang catalog.Language) catalog.Args {
	state := e.catalog.State()
	return catalog.Args{"state": state.Title.In(lang), "days": strconv.Itoa(state.Retention.Days), "helpline": state.Helpline,
		"version": NoticeVersion}
}

func (e *Engine) notice(lang catalog.Language) NoticeText {
	args := e.noticeArgs(lang)
	return NoticeText(e.catalog.Text(lang, textConsentNotice, args) + "\n\n" + e.catalog.Text(lang, textConsentDetails, args))
}

// noticeShown finds in which language a notice stood above a button, by its stamp; without a stamp it is the language of now.
func (t *turn) noticeShown(stamp string) (catalog.Language, bool) {
	if stamp == "" {
		return t.lang(), true
	}
	for _, lang := range t.languages {
		if t.notice(lang).stamp() == stamp {
			return lang, true
		}
	}
	return "", false
}

func (t *turn) consent(lang catalog.Language, given bool) RecordConsent {
	return RecordConsent{Notice: NoticeVersion, Language: lang, Shown: t.notice(lang), Given: given}
}

func (t *turn) showConsent() {
	t.reply(t.text(textConsentNotice, t.noticeArgs(t.lang())), append(t.consentButtons(), t.button(buttonReadMore, verbNotice)))
}

func (t *turn) consentButtons() []bubble.Choice {
	return []bubble.Choice{t.agreeButton(), t.button(buttonDecline, verbDecline, NoticeVersion, t.notice(t.lang()).stamp())}
}

func (t *turn) agreeButton() bubble.Choice {
	return t.button(buttonAgree, verbAgree, NoticeVersion, t.notice(t.lang()).stamp())
}

// readMore shows the rest of the notice, to newcomers and to those who agreed long ago.
func (t *turn) readMore() {
	details := t.text(textConsentDetails, t.noticeArgs(t.lang()))
	switch {
	case t.session.Language == "":
		t.again()
	case t.session.Step == StepConsent:
		t.reply(details, t.consentButtons())
	default:
		t.notes = append(t.notes, details)
		t.rest()
	}
}
