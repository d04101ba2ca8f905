package markup_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/jansetu/jansetu/connectors/portal/markup"
)

// pages are the recorded pages of every connector.
func pages(t testing.TB) map[string]string {
	t.Helper()
	found := map[string]string{}
	for _, pattern := range []string{"../../*/testdata/*.html", "../../*/*/testdata/*.html"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		for _, name := range names {
			content, err := os.ReadFile(name)
			require.NoError(t, err)
			found[name] = string(content)
		}
	}
	require.Greater(t, len(found), 30)
	return found
}

// outline writes a tree down with everything that a reader of it can see.
func outline(nodes ...*html.Node) string {
	var written strings.Builder
	var write func(node *html.Node, depth int)
	write = func(node *html.Node, depth int) {
		fmt.Fprintf(&written, "%*s%d %d %q %q %q\n", depth, "", node.Type, node.DataAtom, node.Data, node.Namespace, node.Attr)
		last := (*html.Node)(nil)
		for child := node.FirstChild; child != nil; child = child.NextSibling {
			if child.Parent != node || child.PrevSibling != last {
				written.WriteString("badly linked\n")
			}
			last = child
			write(child, depth+1)
		}
		if node.LastChild != last {
			written.WriteString("badly linked\n")
		}
	}
	for _, node := range nodes {
		write(node, 0)
	}
	return written.String()
}

// requireSame holds what the quick builder makes of a text against the standard's
// parser, and tells whether it was used.
func requireSame(t testing.TB, text string) bool {
	t.Helper()
	document, quick := markup.QuickDocument(text)
	if quick {
		expected, err := html.Parse(strings.NewReader(text))
		require.NoError(t, err)
		require.Equal(t, outline(expected), outline(document), "page %q", text)
	}
	for _, name := range []atom.Atom{atom.Div, atom.Td, atom.Form} {
		context := &html.Node{Type: html.ElementNode, DataAtom: name, Data: name.String()}
		nodes, made := markup.QuickFragment(text, context)
		if made {
			expected, err := html.ParseFragment(strings.NewReader(text), context)
			require.NoError(t, err)
			require.Equal(t, outline(expected...), outline(nodes...), "inside %s: %q", name, text)
		}
		quick = quick || made
	}
	return quick
}

func TestRecordedPagesAreReadAsTheStandardSays(t *testing.T) {
	t.Parallel()
	quick, all := 0, pages(t)
	for name, text := range all {
		if requireSame(t, text) {
			quick++
		} else {
			t.Logf("%s is read by the standard's parser", name)
		}
		requireSame(t, strings.ReplaceAll(text, "\n", "\r\n"))
	}
	require.Greater(t, quick, len(all)/2)
}

func TestPiecesAreReadQuickly(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"end tags left out":          "<ul><li>one<li>two</ul><select><option>a<option selected>b</select><table><tr><td>x<td>y<tr><th>z</table>",
		"references":                 `<a href="x?a=1&amp;b=2&c=3&copy=4">R&amp;D &#2349; &nbsp; &unknown; AT&T</a>`,
		"attributes without quotes":  "<INPUT TYPE=text NAME=a value='1' disabled><br/>",
		"attribute given twice":      `<div id="a" ID="b">x</div>`,
		"script with a tag in it":    "<script>if (a < b) document.write('<div>')</script><style>a > b {}</style>",
		"script in a comment":        "<script><!--\nalert('x')\n//--></script>",
		"text area":                  "<textarea name=a>\n&lt;b> </b></textarea>",
		"less than in text":          "<p>a < b and 3<4</p>",
		"paragraph before a block":   "<p>one<p>two<div>three</div>",
		"page":                       "<!DOCTYPE html>\n<html lang=hi><head><title>x</title></head>\n<body class=b>\n<p>नमस्ते</p></body>\n</html>\n",
		"page of XHTML":              `<?xml version="1.0"?><!DOCTYPE html><html xmlns="http://www.w3.org/1999/xhtml"><head/><body><div>x</div></body></html>`,
		"definition list":            "<dl><dt>a<dd>b<dt>c</dl>",
		"comment":                    "<div><!-- a & b --></div>",
		"formatting with attributes": `<font size=2 color=red face="a">x</font>`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.True(t, requireSame(t, text), "left to the standard's parser")
		})
	}
}

func TestDisorderIsLeftToTheStandard(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"text in a table":          "<table>x<tr><td>y</table>",
		"form around rows":         "<table><form><tr><td><input></td></tr></form></table>",
		"crossed tags":             "<b><i>x</b></i>",
		"table in a paragraph":     "<p><table></table>",
		"form in a form":           "<form><form></form></form>",
		"link in a link":           "<a href=x><a href=y>z</a></a>",
		"end without a start":      "<div></span></div>",
		"end that is missing":      "<div><span>x</div>",
		"list item of an outer":    "<ul><li><span><li>x</span></ul>",
		"element with other rules": "<svg><path/></svg>",
		"NUL":                      "<div>\x00</div>",
		"tag that is cut":          "<div><input name=",
		"body twice":               "<body><div></div><body id=x>",
		"hidden end of a script":   "<script><!-- <script> </script> --></script>",
		"declaration in the body":  "<div><![CDATA[x]]></div>",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, quick := markup.QuickDocument(text)
			require.False(t, quick)
			read, err := markup.Parse(text)
			require.NoError(t, err)
			expected, err := html.Parse(strings.NewReader(text))
			require.NoError(t, err)
			require.Equal(t, outline(expected), outline(read))
		})
	}
}

// Who wants to keep us busy gets no further than with the standard's parser.
func TestPagesMadeToBeSlowAreLeftToTheStandard(t *testing.T) {
	t.Parallel()
	var attributes strings.Builder
	for i := range 200 {
		fmt.Fprintf(&attributes, " a%d", i)
	}
	for name, text := range map[string]string{
		"attributes":           "<div" + attributes.String() + "></div>",
		"ends of the page":     "<div></div>" + strings.Repeat("</body> ", 100),
		"difficult references": strings.Repeat("<a href='?a&b'></a>", 2000),
	} {
		_, quick := markup.QuickDocument(text)
		require.False(t, quick, name)
	}
}

func TestPagesWithoutEndAreErrors(t *testing.T) {
	t.Parallel()
	deep := strings.Repeat("<div>", 1000)
	_, err := markup.Parse(deep)
	require.Error(t, err)
	_, err = markup.ParseFragment(deep, &html.Node{Type: html.ElementNode, DataAtom: atom.Div, Data: "div"})
	require.Error(t, err)
}

// Whatever stands in whatever order, the trees are the same.
func TestRandomPiecesAreReadAsTheStandardSays(t *testing.T) {
	t.Parallel()
	quick := 0
	source := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		if requireSame(t, randomText(source)) {
			quick++
		}
	}
	require.Greater(t, quick, 1000)
}

func randomText(source *rand.Rand) string {
	names := strings.Fields("div p span b a ul li dl dt dd table tbody thead tr td th form select option button h1 h2 font input br hr img textarea script label center marquee svg caption")
	others := []string{
		"text", " ", "\n", "&amp;", "&copy", "a<b", "<!-- c -->", "<!---->", "<!-->", "\r\n", "&#13;", "</br>", "<br/>", "<td/>", "<body>", "</body>", "</html>",
		"<input type=hidden name=x value='1&2'>", "<a href=\"?a&lt=1\">", "<li class=x>", "<OPTION VALUE=1>", "<html>", "<head>", "<title>t</title>",
		"<meta x>", "<style>a</style>", "<noscript><p></noscript>", "<!DOCTYPE html>", "<textarea>\n\nx</textarea>", "<script><!-- x --></script>",
	}
	var text strings.Builder
	var open []string
	for range 1 + source.IntN(14) {
		switch choice := source.IntN(10); {
		case choice < 4:
			name := names[source.IntN(len(names))]
			open = append(open, name)
			text.WriteString("<" + name + ">")
		case choice < 7 && len(open) > 0:
			at := len(open) - 1
			if source.IntN(8) == 0 {
				at = source.IntN(len(open))
			}
			text.WriteString("</" + open[at] + ">")
			open = append(open[:at], open[at+1:]...)
		default:
			text.WriteString(others[source.IntN(len(others))])
		}
	}
	if source.IntN(4) > 0 {
		for _, name := range slices.Backward(open) {
			text.WriteString("</" + name + ">")
		}
	}
	return text.String()
}

func FuzzParse(f *testing.F) {
	for _, text := range pages(f) {
		f.Add(text)
	}
	source := rand.New(rand.NewPCG(3, 4))
	for range 200 {
		f.Add(randomText(source))
	}
	f.Fuzz(func(t *testing.T, text string) { requireSame(t, text) })
}

func BenchmarkParse200KB(b *testing.B) {
	row := `<tr><td class="a">12</td><td><input type="hidden" name="x" value="1"> नाम &amp; पता</td></tr>`
	text := "<html><body><table>" + strings.Repeat(row, 200_000/len(row)) + "</table></body></html>"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := markup.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
