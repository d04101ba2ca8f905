package shape_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/shape"
)

func TestKnownWordsLookAsOthers(t *testing.T) {
	t.Parallel()
	plain, knowing := fonts(t), fonts(t)
	for _, sample := range samples {
		knowing.Know(sample.text, sample.language)
	}
	for _, sample := range samples {
		for _, weight := range []shape.Weight{shape.Regular, shape.Bold} {
			for _, size := range []float64{10, 10, 7.5} { // kept, as kept, in another size
				style := shape.Style{Weight: weight, Size: size, Language: sample.language}
				want, err := plain.Lines(sample.text, style, 60)
				require.NoError(t, err)
				got, err := knowing.Lines(sample.text, style, 60)
				require.NoError(t, err)
				require.Equal(t, texts(want), texts(got), sample.name)
				for i := range want {
					require.Equal(t, want[i].Width, got[i].Width, sample.name) //nolint:testifylint // the same to the last bit
					for r, run := range want[i].Runs {
						require.Equal(t, run.Font.Name(), got[i].Runs[r].Font.Name(), sample.name)
						require.Equal(t, run.Glyphs, got[i].Runs[r].Glyphs, sample.name)
					}
				}
			}
		}
	}
}

// Its lines are kept in a few widths only; in the others it looks no different.
func TestAKnownTextFitsAnyWidth(t *testing.T) {
	t.Parallel()
	plain, knowing := fonts(t), fonts(t)
	const text, language = "శ్రీకృష్ణ ప్రభుత్వం రాష్ట్రం reference number", "te-IN"
	knowing.Know(text, language)
	for range 2 {
		for width := 40.0; width < 240; width += 5 {
			style := shape.Style{Size: 10, Language: language}
			want, err := plain.Lines(text, style, width)
			require.NoError(t, err)
			got, err := knowing.Lines(text, style, width)
			require.NoError(t, err)
			require.Equal(t, texts(want), texts(got))
		}
	}
}

func texts(lines []shape.Line) []string {
	texts := make([]string, len(lines))
	for i, line := range lines {
		texts[i] = line.Text()
	}
	return texts
}

func TestWhatIsAnnouncedToACloneIsNotKnownToTheOthers(t *testing.T) {
	t.Parallel()
	loaded := fonts(t)
	loaded.Know("Paid", "te-IN")
	clone := loaded.Clone()
	clone.Know("APSPDCL", "te-IN")
	for _, fonts := range []*shape.Fonts{loaded, clone} {
		_, err := fonts.Lines("Lakshmi paid APSPDCL", shape.Style{Size: 10, Language: "te-IN"}, 200)
		require.NoError(t, err)
	}
	announced, kept := loaded.Announced()
	require.ElementsMatch(t, []string{"Paid", "Paid"}, announced, "in two weights")
	require.Empty(t, kept)
	announced, kept = clone.Announced()
	require.ElementsMatch(t, []string{"Paid", "Paid", "APSPDCL", "APSPDCL"}, announced)
	require.ElementsMatch(t, []string{"APSPDCL"}, kept)
}

// What a document says of a person is not kept, however many documents there are.
func TestOnlyAnnouncedWordsAreKept(t *testing.T) {
	t.Parallel()
	loaded := fonts(t)
	style := shape.Style{Size: 10, Language: "te-IN"}
	loaded.Know("పేరు: {name}\nPaid 🙂", "te-IN")
	loaded.Know("Paid", "te-IN")
	announced, kept := loaded.Announced()
	require.ElementsMatch(t, []string{"పేరు", "పేరు", ": ", ": ", "{name}", "{name}", "Paid", "Paid"}, announced, "in two weights; no font writes what is left out")
	require.Empty(t, kept, "what no document has needed")
	for _, name := range []string{"కొత్తపల్లి లక్ష్మీదేవి", "K LAKSHMI DEVI", "1134100025678"} {
		_, err := loaded.Lines("పేరు: "+name, style, 60)
		require.NoError(t, err)
	}
	after, kept := loaded.Announced()
	require.Len(t, after, len(announced))
	require.ElementsMatch(t, []string{"పేరు", ": "}, kept)
}
