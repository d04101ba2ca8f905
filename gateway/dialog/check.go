package dialog

import (
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textCheckAsk   catalog.TextKey = "dialog.check.ask"
	textCheckTaken catalog.TextKey = "dialog.check.taken"
	textCheckAway  catalog.TextKey = "dialog.check.away"

	buttonCheck     catalog.TextKey = "button.dialog.check"
	buttonCheckMore catalog.TextKey = "button.dialog.check_more"
)

func checkTexts() []catalog.TextSpec {
	return []catalog.TextSpec{{Key: textCheckAsk}, {Key: textCheckTaken}, {Key: textCheckAway}, {Key: buttonCheck}, {Key: buttonCheckMore}}
}

// CheckPaper asks whether a paper is genuine: a photo or PDF that was sent, or the number or code that was typed. What is found is said in
// a message of its own.
type CheckPaper struct {
	MediaID  string // empty: Text is set
	Text     string
	Language catalog.Language
}

func (CheckPaper) effect() {}

// checkRow offers the check in the menu, where papers can be checked.
func (t *turn) checkRow() []bubble.Choice {
	if !t.facts.ChecksPapers {
		return nil
	}
	return []bubble.Choice{t.button(buttonCheck, verbCheck)}
}

func (t *turn) askForPaper() {
	t.leave()
	if !t.facts.ChecksPapers {
		t.note(textCheckAway, nil)
		t.session.Step = StepMenu
		t.rest()
		return
	}
	t.open(StepCheck)
}

func (t *turn) showCheck() {
	t.reply(t.text(textCheckAsk, nil), []bubble.Choice{t.button(buttonMenu, verbMenu)})
}

// takesPaper is whether something sent is the paper that we asked to see; a question that was asked since comes first.
func (t *turn) takesPaper(given Given) bool {
	return t.session.Step == StepCheck && t.facts.ChecksPapers && given.isPaper() && len(t.fresh()) == 0
}

// checkPaper stays at the step, so that several papers can be sent one after the other.
func (t *turn) checkPaper(effect CheckPaper) {
	effect.Language = t.lang()
	t.effects = append(t.effects, effect)
	t.reply(t.text(textCheckTaken, nil), nil)
}

// takeCheck takes a typed number of a paper, or what a scanner read; anything else is what it is elsewhere.
func (t *turn) takeCheck(text string) {
	if t.facts.ChecksPapers && len(t.fresh()) == 0 && looksLikePaper(text) {
		t.checkPaper(CheckPaper{Text: strings.TrimSpace(text)})
		return
	}
	t.takeOpen(text)
}

// looksLikePaper is whether a text is a number as papers have it, four groups of four, or the address in a code.
func looksLikePaper(text string) bool {
	const length, longest, pathOfCode = 16, 2100, "/V/"
	if len(text) <= longest && strings.Contains(text, pathOfCode) {
		return true
	}
	signs, digits := 0, 0
	for _, r := range strings.ToUpper(text) {
		switch {
		case r >= '0' && r <= '9':
			digits++
			signs++
		case r >= 'A' && r <= 'Z':
			signs++
		case !strings.ContainsRune(" -–—.", r):
			return false
		}
	}
	return signs == length && digits > 0
}

// Checked is what was found out about a paper, with how to go on.
func (e *Engine) Checked(lang catalog.Language, found string) bubble.Bubble {
	return bubble.Ask(found, e.catalog.Text(lang, buttonChoose, nil), []bubble.Choice{
		{ID: choiceID(verbCheck), Title: e.catalog.Text(lang, buttonCheckMore, nil)},
		{ID: choiceID(verbMenu), Title: e.catalog.Text(lang, buttonMenu, nil)},
	})
}
