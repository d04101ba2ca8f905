package markup_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors/portal/markup"
)

// find is the first element with the id.
func find(t testing.TB, root *html.Node, id string) *html.Node {
	t.Helper()
	for node := range root.Descendants() {
		for _, attribute := range node.Attr {
			if attribute.Key == "id" && attribute.Val == id {
				return node
			}
		}
	}
	t.Fatalf("no element %s", id)
	return nil
}

func written(t testing.TB, node *html.Node) string {
	t.Helper()
	var text strings.Builder
	require.NoError(t, html.Render(&text, node))
	return text.String()
}

func TestPiecesTakeThePlaceOfOthers(t *testing.T) {
	t.Parallel()
	page, err := markup.Parse(`<div id="around">a<p id="inner">b</p>c</div>`)
	require.NoError(t, err)
	copied := markup.Clone(page)
	around := find(t, page, "around")
	require.NoError(t, markup.Replace(find(t, page, "inner"), `<i>1</i>2`))
	require.Equal(t, `<div id="around">a<i>1</i>2c</div>`, written(t, around))
	require.NoError(t, markup.SetInner(around, `<b>3</b>`))
	require.Equal(t, `<div id="around"><b>3</b></div>`, written(t, around))
	require.Equal(t, `<div id="around">a<p id="inner">b</p>c</div>`, written(t, find(t, copied, "around")), "the copy has its own nodes")
}

func TestPieceThatCannotBeReadLeavesThePageAsItIs(t *testing.T) {
	t.Parallel()
	page, err := markup.Parse(`<div id="around"><p id="inner">b</p></div>`)
	require.NoError(t, err)
	deep := strings.Repeat("<div>", 1000)
	require.Error(t, markup.Replace(find(t, page, "inner"), deep))
	require.Error(t, markup.SetInner(find(t, page, "around"), deep))
	require.Equal(t, `<div id="around"><p id="inner">b</p></div>`, written(t, find(t, page, "around")))
}

func TestCloneIsTheSame(t *testing.T) {
	t.Parallel()
	for name, text := range pages(t) {
		page, err := markup.Parse(text)
		require.NoError(t, err)
		require.Equal(t, outline(page), outline(markup.Clone(page)), name)
	}
	require.Equal(t, atom.Div, markup.Clone(&html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"}).DataAtom)
}
