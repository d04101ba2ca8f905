package sound_test

import (
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog/sound"
)

func TestWordsThatSoundAlikeHaveOneSkeleton(t *testing.T) {
	t.Parallel()
	for _, alike := range [][]string{
		{"bijli", "bijlee", "BIJALI", "बिजली", "ਬਿਜਲੀ", "ବିଜୁଳି", "బిజిలీ"},
		{"certificate", "సర్టిఫికెట్", "सर्टिफिकेट", "sartifiket", "ସାର୍ଟିଫିକେଟ", "ਸਰਟੀਫਿਕੇਟ", "sertificat"},
		{"praman", "pramaan", "प्रमाण", "ପ୍ରମାଣ", "ప్రమాణ"},
		{"pension", "pention", "pensan", "पेंशन", "పెన్షన్", "ପେନସନ", "ਪੈਨਸ਼ਨ"},
		{"Lakshmi", "Laxmi", "लक्ष्मी", "లక్ష్మి", "ଲକ୍ଷ୍ମୀ"},
		{"zameen", "jamin", "ज़मीन", "ਜ਼ਮੀਨ", "జమీన్", "ଜମିନ"},
		{"vidhva", "vidhwa", "bidhba", "विधवा", "ବିଧବା"},
		{"income", "inkam", "इनकम", "ఇన్\u200cకమ్", "enkum"},
		{"Bhubaneswar", "ଭୁବନେଶ୍ୱର", "ଭୁବନେଶ୍ଵର", "ଭୁବନେଶ୍ବର"},
		{"yojana", "योजना", "యోజన"}, {"jojana", "ଯୋଜନା"},
		{"chalan", "challan", "चालान", "చలాన్", "ଚାଲାଣ", "ਚਲਾਨ"},
	} {
		for _, word := range alike {
			require.Equal(t, sound.Skeleton(alike[0]), sound.Skeleton(word), word)
		}
	}
}

func TestTheFormTellsShortWordsApart(t *testing.T) {
	t.Parallel()
	for _, alike := range [][]string{
		{"jal", "jala", "जल", "ଜଳ"}, {"ghar", "घर", "ਘਰ", "ghara"}, {"aay", "aaya", "आय"}, {"bijli", "बिजली", "ਬਿਜਲੀ"},
	} {
		for _, word := range alike {
			require.Equal(t, sound.Form(alike[0]), sound.Form(word), word)
		}
	}
	for _, apart := range [][2]string{{"pani", "pana"}, {"bill", "bal"}, {"kula", "kali"}, {"जल", "जुलाई"}} {
		require.NotEqual(t, sound.Form(apart[0]), sound.Form(apart[1]), apart)
	}
}

func TestDigitsStay(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1100", sound.Skeleton("1100"))
	require.Equal(t, "1100", sound.Form("1100"))
}

func TestDigitsOfEveryScriptAreFolded(t *testing.T) {
	t.Parallel()
	require.Equal(t, "1100 ½ a", sound.FoldDigits("౧౧00 ½ a"))
	require.Equal(t, "0192", sound.FoldDigits("०۱𝟗𝟮"), "the last two of alphabets that stand close together")
}

func FuzzSound(f *testing.F) {
	for _, seed := range []string{"", "बिजली", "ఇన్\u200cకమ్", "\u094d\u094d", "xyz", "ç", "a\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, word string) {
		if !utf8.ValidString(word) {
			return
		}
		skeleton, form := sound.Skeleton(word), sound.Form(word)
		if !utf8.ValidString(skeleton) || !utf8.ValidString(form) || len(skeleton) > 3*len(word) || len(form) > 3*len(word) {
			t.Fatalf("%q became %q and %q", word, skeleton, form)
		}
	})
}
