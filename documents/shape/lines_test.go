package shape_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"unicode"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

const fontFolder = "../../deploy/documents"

func fonts(t testing.TB) *shape.Fonts {
	t.Helper()
	loaded, err := shape.LoadFonts(os.DirFS(fontFolder), "fonts")
	require.NoError(t, err)
	return loaded
}

// samples have what is hard in each script: conjuncts of three consonants, reph, vowel signs drawn before their consonant, split vowel
// signs, marks under marks, joiners, nuktas.
var samples = []struct{ name, language, text string }{
	{"English", "en", "Certificate No. AP/2026-1127 (₹1,24,000.00) – “Office” AVATAR fi"},
	{"Hindi", "hi", "क्षत्रिय प्रमाण पत्र श्रीमती नियुक्ति हिन्दी ज्ञान द्वितीय राष्ट्रीय कर्त्तव्य र्\u200dहास ड़ ढ़ क़ ॐ।"},
	{"Marathi", "mr", "महाराष्ट्र शासन उत्पन्नाचा दाखला ज्येष्ठ ऱ्हास दर्\u200dया लक्ष्मी शेतकऱ्यांच्या १२३४५"},
	{"Telugu", "te", "ధృవీకరణ పత్రం శ్రీకృష్ణ ప్రభుత్వం రాష్ట్రం స్త్రీ క్ష్మి జ్ఞానం లక్ష్మీ నిర్ణయం తహశీల్దారు హైదరాబాద్\u200cలో"},
	{"Odia", "or", "ପ୍ରମାଣପତ୍ର ସ୍ୱାସ୍ଥ୍ୟ କ୍ଷେତ୍ର ଓଡ଼ିଶା ରାଷ୍ଟ୍ର ଲକ୍ଷ୍ମୀ ନାହିଁ ବାର୍ଷିକ କର୍ତ୍ତୃପକ୍ଷ କୋଣାର୍କ ୧୨୩୪"},
	{"Punjabi", "pa", "ਸਰਟੀਫਿਕੇਟ ਸ੍ਰੀ ਗੁਰੂ ਪੰਜਾਬ ਪ੍ਰਮਾਣ ਜ਼ਿਲ੍ਹਾ ਸ਼ਿਕਾਇਤ ਮੁੱਖ ਮੰਤਰੀ ਸ੍ਵੈ ਪੜ੍ਹੋ ਹੋਵੇ"},
	{"Tamil", "ta", "சான்றிதழ் தமிழ்நாடு அரசு ஸ்ரீ லக்ஷ்மி கொடுக்கப்பட்டது போக்குவரத்து வௌவால் ஹௌரா ஷீலா"},
}

// hb-shape is HarfBuzz itself; its package is libharfbuzz-bin.
func TestGlyphsAndPlacesAreThoseOfHarfBuzz(t *testing.T) {
	t.Parallel()
	installed.Program(t, "hb-shape")
	loaded := fonts(t)
	for _, sample := range samples {
		for weight, name := range map[shape.Weight]string{shape.Regular: "Regular", shape.Bold: "Bold"} {
			t.Run(sample.name+" "+name, func(t *testing.T) {
				t.Parallel()
				line, err := loaded.Line(sample.text, shape.Style{Weight: weight, Size: 10, Language: sample.language})
				require.NoError(t, err)
				require.Equal(t, sample.text, line.Text())
				for _, run := range line.Runs {
					require.Equal(t, harfBuzz(t, run, sample.language), run.Glyphs, run.Text)
				}
			})
		}
	}
}

func TestWordsShapedAloneAreThoseOfTheWholeLine(t *testing.T) {
	t.Parallel()
	loaded := fonts(t)
	for _, sample := range samples {
		style := shape.Style{Size: 10, Language: sample.language}
		whole, err := loaded.Line(sample.text, style)
		require.NoError(t, err)
		lines, err := loaded.Lines(sample.text, style, 10_000)
		require.NoError(t, err)
		require.Len(t, lines, 1, sample.name)
		require.InDelta(t, whole.Width, lines[0].Width, 0.5, sample.name)
		require.Equal(t, sample.text, lines[0].Text())
	}
}

var scriptOfFont = map[string]string{
	"NotoSans": "Latn", "NotoSansDevanagari": "Deva", "NotoSansTelugu": "Telu", "NotoSansOriya": "Orya", "NotoSansGurmukhi": "Guru", "NotoSansTamil": "Taml",
}

func harfBuzz(t *testing.T, run pdf.Run, language string) []pdf.Glyph {
	t.Helper()
	family, _, _ := strings.Cut(run.Font.Name(), "-")
	file := filepath.Join(fontFolder, "fonts", run.Font.Name()+".ttf")
	command := exec.CommandContext(t.Context(), "hb-shape", "--output-format=json", "--no-glyph-names", "--cluster-level=0", "--direction=ltr",
		"--script="+scriptOfFont[family], "--language="+language, "--font-file="+file)
	command.Stdin = strings.NewReader(run.Text)
	var failed bytes.Buffer
	command.Stderr = &failed
	out, err := command.Output()
	require.NoError(t, err, failed.String())
	var shaped []struct{ G, Cl, Ax, Dx, Dy int }
	require.NoError(t, json.Unmarshal(out, &shaped), string(out))
	runes := []rune(run.Text)
	glyphs := make([]pdf.Glyph, len(shaped))
	for i, each := range shaped {
		glyphs[i] = pdf.Glyph{ID: each.G, Cluster: len(string(runes[:each.Cl])), Advance: each.Ax, XOffset: each.Dx, YOffset: each.Dy}
	}
	return glyphs
}

func TestLinesBreakWhereUnicodeAllows(t *testing.T) {
	t.Parallel()
	style := shape.Style{Size: 10, Language: "te"}
	for name, test := range map[string]struct {
		text  string
		width float64
		lines []string
	}{
		"between words":               {"శ్రీకృష్ణ ప్రభుత్వం రాష్ట్రం", 45, []string{"శ్రీకృష్ణ ", "ప్రభుత్వం ", "రాష్ట్రం"}},
		"at a line feed":              {"ఒకటి\nరెండు", 500, []string{"ఒకటి", "రెండు"}},
		"an empty line stays":         {"a\n\nb", 500, []string{"a", "", "b"}},
		"never inside an amount":      {"మొత్తం ₹1,24,000.00 చెల్లింపు", 75, []string{"మొత్తం ", "₹1,24,000.00 ", "చెల్లింపు"}},
		"a syllable is never divided": {"స్త్రీస్త్రీస్త్రీ", 12, []string{"స్త్రీ", "స్త్రీ", "స్త్రీ"}},
		"control characters go":       {"a\u202eb\u0007c\td", 500, []string{"abc d"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines, err := fonts(t).Lines(test.text, style, test.width)
			require.NoError(t, err)
			got := make([]string, len(lines))
			for i, line := range lines {
				got[i] = line.Text()
			}
			require.Equal(t, test.lines, got)
		})
	}
}

func TestScriptsMixOnOneLine(t *testing.T) {
	t.Parallel()
	line, err := fonts(t).Line("ఆదాయ ధృవీకరణ (Income certificate) नं. 12।", shape.Style{Size: 10, Language: "te"})
	require.NoError(t, err)
	var parts []string
	for _, run := range line.Runs {
		parts = append(parts, strings.TrimPrefix(run.Font.Name(), "NotoSans")+":"+strconv.Quote(run.Text))
	}
	require.Equal(t, []string{
		`Telugu-Regular:"ఆదాయ ధృవీకరణ "`, `-Regular:"(Income certificate) "`, `Devanagari-Regular:"नं"`, `-Regular:". 12"`, `Devanagari-Regular:"।"`,
	}, parts)
}

// Noto Sans Oriya 2.000 set these signs beside their letter.
func TestASignOverALetterTakesNoRoom(t *testing.T) {
	t.Parallel()
	style := shape.Style{Size: 10, Language: "or"}
	for with, without := range map[string]string{"ନାହିଁ": "ନାହ", "ବାର୍ଷିକ": "ବାଷକ", "ମାର୍ଗ": "ମାଗ"} {
		signed, err := fonts(t).Line(with, style)
		require.NoError(t, err)
		bare, err := fonts(t).Line(without, style)
		require.NoError(t, err)
		require.InDelta(t, bare.Width, signed.Width, 0.01, with)
	}
}

func TestWhatNoFontWritesIsSaid(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"മലയാളം", "نام", "🙂", "中"} {
		_, err := fonts(t).Line("Name "+text, shape.Style{Size: 10, Language: "en"})
		var unwritable *shape.UnwritableError
		require.ErrorAs(t, err, &unwritable, text)
	}
}

// Names and addresses come from outside: any text is written whole, on lines that fit, or refused.
func FuzzLines(f *testing.F) {
	for _, sample := range samples {
		f.Add(sample.text, sample.language, 60.0)
	}
	f.Add("\u0d4d\u200d\u0c4d \u0901\u0902", "te", 5.0)
	loaded := fonts(f)
	f.Fuzz(func(t *testing.T, text, language string, width float64) {
		if len(text) > 2000 || len(language) > 10 || !(width > 1 && width < 1000) {
			return
		}
		lines, err := loaded.Lines(text, shape.Style{Size: 10, Language: language}, width)
		if err != nil {
			var unwritable *shape.UnwritableError
			require.ErrorAs(t, err, &unwritable)
			return
		}
		var written strings.Builder
		for _, line := range lines {
			written.WriteString(line.Text())
			require.True(t, line.Width <= width+0.01 || !strings.Contains(strings.TrimSpace(line.Text()), " "), "a line of several words fits")
		}
		require.Equal(t, letters(text), letters(written.String()))
	})
}

// letters leave out spaces and what is not written.
func letters(text string) string {
	return strings.Map(func(char rune) rune {
		if unicode.IsLetter(char) || unicode.IsDigit(char) {
			return char
		}
		return -1
	}, strings.ToValidUTF8(text, ""))
}
