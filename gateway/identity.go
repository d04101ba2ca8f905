package gateway

import (
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/identitynumber"
	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// expecter is a dialog that can say whether a number answers the question that a session stands at.
type expecter interface {
	Expects(session dialog.Session, facts dialog.Facts, digits string) bool
}

// mask removes Aadhaar and card numbers from everything in the event that a citizen wrote, before the dialog sees it and anything
// is stored. A file's name is only looked at: nothing keeps it.
func (b *batch) mask(event *dialog.Event, t *talk, m *whatsapp.Message) {
	context := identitynumber.Context{Known: []string{m.From.Phone}}
	if asked, ok := b.dialog.(expecter); ok {
		context.Wanted = func(digits string) bool { return asked.Expects(t.session, t.facts, digits) }
	}
	text, found := identitynumber.Redact(m.Text, context)
	event.Text = firstRunes(text, maxDialogText)
	event.ProfileName, _ = identitynumber.Redact(event.ProfileName, identitynumber.Context{})
	_, inName := identitynumber.Redact(m.FileName, identitynumber.Context{})
	for _, kind := range append(found, inName...) {
		b.metrics.masked.WithLabelValues(string(kind)).Inc()
		event.Redacted = redaction(kind)
	}
}

func redaction(kind identitynumber.Kind) dialog.Redaction {
	if kind == identitynumber.Card {
		return dialog.RedactedCard
	}
	return dialog.RedactedAadhaar
}
