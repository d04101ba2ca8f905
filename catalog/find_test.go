package catalog_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestFindUnderstandsScriptsSpellingsAndPoliteWords(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)
	for typed, want := range map[string]string{
		"bijli ka bill":            "electricity-bill",
		"bijlee ka bil bharna hai": "electricity-bill",
		"BIJLI BILL!!":             "electricity-bill",
		"करंट बिल":                 "electricity-bill",
		"मुझे बिजली का बिल भरना है":       "electricity-bill",
		"కరెంటు బిల్లు":                   "electricity-bill",
		"నాకు కరెంట్ బిల్లు కట్టాలి అండి": "electricity-bill",
		"karentu billu kattali":            "electricity-bill",
		"karent bill":                      "electricity-bill",
		"కరెట్ బిల్లు":                     "electricity-bill",
		"पेशन":                             "pension-status",
		"elektricity bil":                  "electricity-bill",
		"apspdcl":                          "electricity-bill-south",
		"APEPDCL bill":                     "electricity-bill-east",
		"i want income certificate please": "income-certificate",
		"incom certificat":                 "income-certificate",
		"aadaya dhruvikarana patram":       "income-certificate",
		"आय प्रमाण पत्र":                   "income-certificate",
		"aay praman patr":                  "income-certificate",
		"kula dhruvikarana patram":         "caste-certificate",
		"కులం సర్టిఫికెట్":                 "caste-certificate",
		"pention status":                   "pension-status",
		"पेंशन":                            "pension-status",
		"రేషన్ కార్డు":                     "ration-card-new",
		"reshan card":                      "ration-card-new",
		"ration card lo peru cherchali":    "ration-card-add-member",
		"draiving lisens":                  "driving-licence",
		"firyadu cheyyali":                 "grievance",
		"shikayat":                         "grievance",
		"birth certificate":                "birth-certificate",
		"janam praman patra":               "birth-certificate",
		"అన్నవరం":                          "temple-annavaram",
		"house tax":                        "property-tax",
		"పట్టాదార్ పాస్ బుక్": "mutation-passbook",
		"ట్రాఫిక్ చలాన్":      "e-challan",
		"bus ticket book": "bus-ticket",
		"जल कर":           "water-charges",
		"నీటి బిల్లు":     "water-charges",
		"చనిపోయిన సర్టిఫికెట్": "death-certificate",
		"meter kaalipoyindi":       "electricity-meter",
		"sadaram certificate slot": "sadarem-slot",
		"मेरी बस कहाँ है":          "bus-tracking",
	} {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			matches := loaded.Find(typed, 3)
			require.NotEmpty(t, matches)
			require.Contains(t, matches[0].Service.ID, want, "score %.2f", matches[0].Score)
			require.GreaterOrEqual(t, matches[0].Score, 0.5)
		})
	}
}

func TestFindRefusesToGuess(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)
	for _, typed := range []string{"", "   ", "😀😀", "1", "what is the weather tomorrow", "cricket score", "मौसम कैसा है", "ok thanks", "नमस्ते", "సినిమా"} {
		meant := loaded.Understand(typed, 3)
		require.False(t, meant.Sure, "%q -> %+v", typed, meant.Matches)
	}
}

func TestFindGivesTheBestFirstAndNoMoreThanAsked(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)

	matches := loaded.Find("certificate", 5)
	require.Len(t, matches, 5)
	for i := 1; i < len(matches); i++ {
		require.GreaterOrEqual(t, matches[i-1].Score, matches[i].Score)
	}
	require.Empty(t, loaded.Find("certificate", 0))
	require.Empty(t, loaded.Find("certificate", -1))
}

func TestFindCategoryByItsTitleInAnyLanguage(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)
	for typed, want := range map[string]string{
		"Electricity": "electricity", "బిజ్లీ": "electricity", "కరెంట్": "electricity", "ration  card": "ration", "ज़मीन और जायदाद": "land",
	} {
		category, ok := loaded.FindCategory(typed)
		require.True(t, ok, typed)
		require.Equal(t, want, category.ID)
	}
	_, ok := loaded.FindCategory("")
	require.False(t, ok)
	_, ok = loaded.FindCategory("electricity bill")
	require.False(t, ok)
}

func FuzzFind(f *testing.F) {
	loaded := andhra(f)
	for _, seed := range []string{"bijli ka bill", "కరెంటు", "आय", "\u200d\u200c", "a\xff\xfe", strings.Repeat("క్", 400), "1234567890123"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		for _, match := range loaded.Find(typed, 5) {
			if match.Service == nil || !(match.Score > 0 && match.Score <= 1) {
				t.Fatalf("%q gave %+v", typed, match)
			}
		}
		loaded.FindCategory(typed)
	})
}

func BenchmarkFind(b *testing.B) {
	loaded := andhra(b)
	for _, typed := range []string{"bijli ka bill", "naku incom certificat kavali"} {
		b.Run(typed, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				loaded.Find(typed, 3)
			}
		})
	}
}
