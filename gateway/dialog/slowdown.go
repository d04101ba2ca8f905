package dialog

import (
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const textLimitSlow catalog.TextKey = "dialog.limit.slow"

// SlowDown is what the gateway says once, in the citizen's language, to someone who sends more messages than can be answered.
func (e *Engine) SlowDown(session Session) bubble.Bubble {
	lang := session.Language
	if lang == "" {
		lang = e.languages[0]
	}
	return bubble.Say(e.catalog.Text(lang, textLimitSlow, catalog.Args{"helpline": e.catalog.State().Helpline}))
}
