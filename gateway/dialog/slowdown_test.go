package dialog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
)

func TestWhoSendsTooMuchIsToldInTheirLanguage(t *testing.T) {
	t.Parallel()
	engine := testEngine(t)
	for language, part := range map[string]string{"": "1100", "en": "very many messages", "te": "చాలా సందేశాలు", "hi": "बहुत सारे संदेश"} {
		said := engine.SlowDown(dialog.Session{Language: catalog.Language(language)})
		require.NoError(t, bubble.Validate(said))
		require.Contains(t, said.Text, part)
		require.Contains(t, said.Text, "1100")
	}
}
