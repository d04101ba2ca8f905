package webform_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/webform"
)

func FuzzSqueeze(f *testing.F) {
	for _, text := range []string{"", " ", "a", "a b", "a  b", " a", "a ", "a\u00a0b", "a\u2003b", "a\u0085", "खाता संख्या", "ପ୍ଲଟ\t7", "a\u3000", "\u1680"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		require.Equal(t, strings.Join(strings.Fields(text), " "), webform.Squeeze(text))
	})
}

func TestTextOfAnElementIsAllThatIsReadInIt(t *testing.T) {
	t.Parallel()
	page, err := webform.ParseText("<table><tr><td id='plain'> 12 </td><td id='nested'>a <b>b</b>\n c</td><td id='empty'></td></tr></table>", nil)
	require.NoError(t, err)
	for id, expected := range map[string]string{"plain": "12", "nested": "a b c", "empty": ""} {
		node := page.Document.Find("#" + id).Get(0)
		require.Equal(t, expected, webform.NodeText(node))
		require.Equal(t, id, webform.Attribute(node, "id"))
		require.Empty(t, webform.Attribute(node, "class"))
	}
}
