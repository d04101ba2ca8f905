package dialog

import (
	"strconv"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textWithdrawn       catalog.TextKey = "dialog.withdraw.done"
	textWithdrawNothing catalog.TextKey = "dialog.withdraw.nothing"
	textWithdrawOpen    catalog.TextKey = "dialog.withdraw.open"
	textMyDataComing    catalog.TextKey = "dialog.mydata.coming"
	textEraseAsk        catalog.TextKey = "dialog.erase.ask"
	textEraseOpen       catalog.TextKey = "dialog.erase.open"
	textEraseNow        catalog.TextKey = "dialog.erase.now"
	textEraseLater      catalog.TextKey = "dialog.erase.later"
	textEraseKept       catalog.TextKey = "dialog.erase.kept"

	buttonErase       catalog.TextKey = "button.dialog.erase"
	buttonEraseNow    catalog.TextKey = "button.dialog.erase_now"
	buttonEraseFinish catalog.TextKey = "button.dialog.erase_finish"
	buttonEraseCancel catalog.TextKey = "button.dialog.erase_cancel"
	buttonEraseKeep   catalog.TextKey = "button.dialog.erase_keep"
)

// rightsTexts are the texts of what a citizen may ask about their own data.
func rightsTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textWithdrawOpen, Placeholders: []string{"count"}},
		{Key: textEraseAsk, Placeholders: []string{"helpline"}},
		{Key: textEraseOpen, Placeholders: []string{"count"}},
		{Key: textWithdrawn}, {Key: textWithdrawNothing}, {Key: textMyDataComing}, {Key: textEraseNow}, {Key: textEraseLater},
		{Key: textEraseKept}, {Key: buttonErase}, {Key: buttonEraseNow}, {Key: buttonEraseFinish}, {Key: buttonEraseCancel},
		{Key: buttonEraseKeep},
	}
}

// SendData asks for everything that is held about the citizen, as a summary and a file.
type SendData struct{ Language catalog.Language }

// EraseData asks that everything that is held about the citizen and that no law makes us keep be made unreadable for good.
type EraseData struct {
	Language catalog.Language
	// CancelOpen cancels running requests first; without it they are finished first.
	CancelOpen bool
}

func (SendData) effect()  {}
func (EraseData) effect() {}

// sendData needs no consent: it is about what is there already.
func (t *turn) sendData() {
	t.leave()
	t.effects = append(t.effects, SendData{Language: t.lang()})
	t.note(textMyDataComing, nil)
	t.rest()
}

// withdraw takes the agreement back at once: giving it took one press, taking it back takes one word.
func (t *turn) withdraw() {
	if !t.agreed() {
		t.note(textWithdrawNothing, nil)
		t.rest()
		return
	}
	t.forgetAgreement()
	if open := len(t.openRequests()); open > 0 {
		t.note(textWithdrawOpen, catalog.Args{"count": strconv.Itoa(open)})
	}
	t.reply(t.text(textWithdrawn, nil), []bubble.Choice{
		t.button(buttonErase, verbErase), t.agreeButton(), t.button(buttonMenu, verbMenu),
	})
}

// forgetAgreement keeps of the session what is needed to go on talking, and drops drafts: they are answers.
func (t *turn) forgetAgreement() {
	if t.agreed() {
		t.effects = append(t.effects, t.consent(t.lang(), false))
	}
	t.session = Session{
		Version: sessionVersion, Fingerprint: t.fingerprint, Language: t.session.Language, Declined: true, Step: StepMenu,
		Confirmed: t.session.Confirmed, Drafts: t.session.Drafts,
	}
}

func (t *turn) askToErase() {
	t.leave()
	t.open(StepErase)
}

func (t *turn) showErase() {
	t.note(textEraseAsk, t.helpline())
	open := len(t.openRequests())
	if open == 0 {
		t.reply("", []bubble.Choice{t.button(buttonEraseNow, verbEraseYes), t.button(buttonEraseKeep, verbEraseNo)})
		return
	}
	t.reply(t.text(textEraseOpen, catalog.Args{"count": strconv.Itoa(open)}), []bubble.Choice{
		t.button(buttonEraseFinish, verbEraseFinish), t.button(buttonEraseCancel, verbEraseCancel), t.button(buttonEraseKeep, verbEraseNo),
	})
}

// pressEraseYes erases only where we have just asked, and only while there is nothing to finish; else it asks again.
func (t *turn) pressEraseYes() {
	if t.session.Step != StepErase || len(t.openRequests()) > 0 {
		t.askToErase()
		return
	}
	t.erase(textEraseNow, false)
}

func (t *turn) pressEraseOpen(cancel bool) {
	switch {
	case t.session.Step != StepErase:
		t.askToErase()
	case cancel:
		t.erase(textEraseNow, true)
	default:
		t.erase(textEraseLater, false)
	}
}

// erase also takes the agreement back, so that nothing new begins while the erasure waits for what is open.
func (t *turn) erase(said catalog.TextKey, cancel bool) {
	t.effects = append(t.effects, EraseData{Language: t.lang(), CancelOpen: cancel})
	t.forgetAgreement()
	t.note(said, nil)
	t.rest()
}

func (t *turn) pressEraseNo() {
	if t.session.Step != StepErase {
		t.earlier()
		return
	}
	t.session.Step = StepMenu
	t.note(textEraseKept, nil)
	t.rest()
}

// takeErase takes a typed yes only where it can mean one thing.
func (t *turn) takeErase(text string) {
	switch w := t.wordIn(text); {
	case w == wordYes && len(t.openRequests()) == 0:
		t.pressEraseYes()
	case w == wordNo:
		t.pressEraseNo()
	case w == wordYes:
		t.again()
	default:
		t.takeOpen(text)
	}
}
