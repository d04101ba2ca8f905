package dialog

import (
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// Apology is what the gateway says, in the citizen's language, when a turn failed on our side and the session stayed as it was.
func (e *Engine) Apology(session Session) bubble.Bubble {
	lang := session.Language
	if lang == "" {
		lang = e.languages[0]
	}
	return bubble.Say(e.catalog.Text(lang, textApology, catalog.Args{"helpline": e.catalog.State().Helpline}))
}
