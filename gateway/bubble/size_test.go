package bubble_test

import (
	"math/rand/v2"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/bubble"
)

func TestSizeCountsAsMetaMightCount(t *testing.T) {
	t.Parallel()
	for text, size := range map[string]int{
		"":          0,
		"abc":       3,
		"e\u0301":   1, // composed by NFC
		"ప్రభుత్వం": 9,
		"🙂":         2, // a surrogate pair
		"क्षत्रिय":  8,
		"ଓଡ଼ିଶା":    6, // NFC keeps the nukta of ଡ଼ apart
	} {
		require.Equal(t, size, bubble.Size(text), text)
	}
}

func TestShortenNeverCutsAWord(t *testing.T) {
	t.Parallel()
	for _, text := range prose {
		words := map[string]bool{}
		for word := range strings.FieldsSeq(text) {
			words[strings.TrimFunc(word, unicode.IsPunct)] = true
		}
		for limit := 20; limit < bubble.Size(text); limit++ {
			short := bubble.Shorten(text, limit)
			require.True(t, bubble.Fits(short, limit))
			for word := range strings.FieldsSeq(strings.TrimSuffix(short, "…")) {
				require.True(t, words[strings.TrimFunc(word, unicode.IsPunct)], "%q of %q", word, short)
			}
		}
	}
}

func TestAWordLongerThanTheLimitIsCutBetweenAksharas(t *testing.T) {
	t.Parallel()
	require.Equal(t, "క్షక్ష…", bubble.Shorten("క్షక్షక్షక్ష", 8), "the third క్ష would be halved")
	require.Equal(t, "त्र्य…", bubble.Shorten("त्र्यत्र्यत्र्य", 9))
}

func TestSplitKeepsEveryWordInOrder(t *testing.T) {
	t.Parallel()
	for _, text := range prose {
		long := strings.Repeat(text+"\n\n", 30)
		parts := bubble.Split(long, 300)
		require.Greater(t, len(parts), 1)
		for _, part := range parts {
			require.True(t, bubble.Fits(part, 300))
		}
		require.Equal(t, strings.Fields(long), strings.Fields(strings.Join(parts, " ")))
	}
	require.Len(t, bubble.Split(strings.Repeat("మాట ", 3000), bubble.MaxText), 3)
}

// prose is heavy in conjuncts: the text that naive limits halve.
var prose = []string{
	"విద్యుత్ బిల్లు చెల్లింపు కోసం సర్వీస్ నంబర్ ఇవ్వండి, ప్రభుత్వ ధృవీకరణ పత్రాలు తర్వాత జోడించండి.",
	"विद्युत बिल का भुगतान करने के लिए उपभोक्ता संख्या लिखिए, प्रमाण पत्र बाद में संलग्न कीजिए।",
	"ବିଦ୍ୟୁତ୍ ବିଲ୍ ପୈଠ କରିବା ପାଇଁ ଗ୍ରାହକ ସଂଖ୍ୟା ଲେଖନ୍ତୁ, ପ୍ରମାଣପତ୍ର ପରେ ଯୋଡ଼ନ୍ତୁ।",
	"Please send the service number printed at the top left of your bill, and keep the receipt.",
}

// randomText makes text from words, lone marks, joiners, emoji and new lines.
func randomText(r *rand.Rand, most int) string {
	pieces := append(strings.Fields(strings.Join(prose, " ")),
		"\n\n", "\n", "్", "\u200d", "\u200c", "👩‍👩‍👧‍👦", "e\u0301", "ଡ଼", "\x00", "\xff", strings.Repeat("ప్ర", 40), "1", " ", "*_~")
	var text strings.Builder
	for range r.IntN(most + 1) {
		text.WriteString(pieces[r.IntN(len(pieces))])
		if r.IntN(4) > 0 {
			text.WriteString(" ")
		}
	}
	return text.String()
}

func TestEveryConstructedBubbleIsValid(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 2))
	for range 150 {
		list := make([]bubble.Choice, 0, 14)
		for range r.IntN(14) {
			list = append(list, bubble.Choice{ID: randomText(r, 2), Title: randomText(r, 6), Description: randomText(r, 10)})
		}
		text := randomText(r, []int{3, 60, 300, 1500}[r.IntN(4)])
		made := []bubble.Bubble{
			bubble.Ask(text, randomText(r, 3), list), bubble.WithLink(text, randomText(r, 4), "https://example.org/"+randomText(r, 2)),
			bubble.WithDocument(text, bubble.Document{ID: "d", Filename: "f", MIMEType: "m"}), bubble.AskLocation(text), bubble.Say(text),
		}
		for _, b := range made {
			require.NoError(t, bubble.Validate(b))
		}
	}
}

func FuzzAsk(f *testing.F) {
	for _, text := range prose {
		f.Add(text, text, "c:1", 2)
	}
	f.Fuzz(func(t *testing.T, text, title, id string, n int) {
		list := make([]bubble.Choice, 0, 21)
		list = append(list, bubble.Choice{ID: id, Title: title, Description: text})
		for range min(max(n, 0), 20) {
			list = append(list, bubble.Choice{ID: id + "x", Title: title + "x"})
		}
		require.NoError(t, bubble.Validate(bubble.Ask(text, title, list)))
		require.NoError(t, bubble.Validate(bubble.WithLink(text, title, id)))
		for _, part := range bubble.Split(text, 50) {
			require.True(t, bubble.Fits(part, 50))
		}
	})
}
