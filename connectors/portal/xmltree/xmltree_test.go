package xmltree_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/xmltree"
)

// requireSame holds the quick reader against etree, and tells whether it was used.
func requireSame(t testing.TB, text string) bool {
	t.Helper()
	root, ok := xmltree.Quick(text)
	if !ok {
		return false
	}
	expected, err := xmltree.ByEtree(text)
	require.NoError(t, err, "%q", text)
	require.Empty(t, cmp.Diff(expected, root), "%q", text)
	return true
}

func TestDocumentIsRead(t *testing.T) {
	t.Parallel()
	root, err := xmltree.Parse(`<?xml version="1.0" encoding="utf-16"?>
<s:a xmlns:s="urn:x" s:id='1 &amp; 2'>
 t &lt;<!-- no --><![CDATA[<b>]]><c/><d>गाँव</d> tail
</s:a>
`)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(&xmltree.Element{
		Name: "a", Text: "\n t <<b>", Attributes: []xmltree.Attribute{{Name: "s", Value: "urn:x"}, {Name: "id", Value: "1 & 2"}},
		Children: []*xmltree.Element{{Name: "c"}, {Name: "d", Text: "गाँव"}},
	}, root))
	require.Equal(t, "1 & 2", root.Attribute("id"))
	require.Empty(t, root.Attribute("none"))
}

func TestRecordedDocumentsAreReadQuickly(t *testing.T) {
	t.Parallel()
	for _, pattern := range []string{"../../*/testdata/*.xml", "../../*/*/testdata/*.xml"} {
		names, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, names)
		for _, name := range names {
			content, err := os.ReadFile(name)
			require.NoError(t, err)
			text := strings.ToValidUTF8(string(content), "?") // one is in ISO-8859-1
			require.True(t, requireSame(t, text), name)
			require.True(t, requireSame(t, strings.ReplaceAll(text, "\n", "\r\n")), name)
		}
	}
}

func TestWhatIsNoDocumentIsRefused(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"empty": "", "text": "x", "half": "<a><b>", "crossed": "<a><b></a></b>", "too deep": strings.Repeat("<a>", 65) + strings.Repeat("</a>", 65),
		"document type": "<!DOCTYPE a><a/>", "unknown reference": "<a>&nbsp;</a>", "control character": "<a>\x01</a>", "attribute without quotes": "<a b=c/>",
		"two of them": "<a></b>", "tag in an attribute": `<a b="<"/>`, "other version": `<?xml version="1.1"?><a/>`, "too many": "<a>" + strings.Repeat("<b/>", 200_001) + "</a>",
	} {
		_, err := xmltree.Parse(text)
		require.ErrorIs(t, err, xmltree.ErrMalformed, name)
	}
}

func TestWhatIsUnusualIsReadAllTheSame(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"many pieces of text": "<a>" + strings.Repeat("x<!-- -->", 1000) + "</a>", "many attributes": "<a" + attributes(1000) + "/>",
		"reference by number": "<a>&#2349;</a>", "instruction": "<a>x<?p q?></a>", "name beyond ASCII": "<a><नाम>x</नाम></a>", "attribute given twice": `<a b="1" b="2"/>`,
	} {
		_, ok := xmltree.Quick(text)
		require.False(t, ok, name)
		root, err := xmltree.Parse(text)
		require.NoError(t, err, name)
		require.Equal(t, "a", root.Name)
	}
}

func attributes(count int) string {
	var text strings.Builder
	for i := range count {
		fmt.Fprintf(&text, " a%d='1'", i)
	}
	return text.String()
}

func TestRandomDocumentsAreReadAsEtreeDoes(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(1, 2))
	quick := 0
	for range 20_000 {
		if requireSame(t, randomText(source)) {
			quick++
		}
	}
	require.Greater(t, quick, 500)
}

func randomText(source *rand.Rand) string {
	pieces := []string{
		"<a>", "</a>", "<b:c>", "</b:c>", "<d/>", "<e f='1'/>", `<g h="&amp;" i:h="2">`, "</g>", "text", " ", "\r\n", "&lt;", "&#65;", "]]>", "<![CDATA[x]]>",
		"<![CDATA[]]>", "<!-- c -->", "<!-- - -->", "<?p?>", "<a >", "</a >", "\t", "<:x>", "<x:>", "<1>", "< a>", "<a b>", "&", "<j k = '\n'/>",
	}
	var text strings.Builder
	if source.IntN(3) == 0 {
		text.WriteString(`<?xml version="1.0"?>`)
	}
	text.WriteString("<r>")
	for range source.IntN(8) {
		text.WriteString(pieces[source.IntN(len(pieces))])
	}
	text.WriteString("</r>")
	if source.IntN(8) == 0 {
		text.WriteString(pieces[source.IntN(len(pieces))])
	}
	return text.String()
}

func FuzzParse(f *testing.F) {
	source := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		f.Add(randomText(source))
	}
	f.Fuzz(func(t *testing.T, text string) {
		requireSame(t, text)
		if root, err := xmltree.Parse(text); err == nil {
			require.NotNil(t, root)
		}
	})
}

func BenchmarkParse200KB(b *testing.B) {
	text := "<R>" + strings.Repeat("<Table><Khata>12</Khata><Owner>K LAKSHMI &amp; CO</Owner></Table>", 3100) + "</R>"
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := xmltree.Parse(text); err != nil {
			b.Fatal(err)
		}
	}
}
