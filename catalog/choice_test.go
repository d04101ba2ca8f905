package catalog_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

// towns is a list that is too long to be shown at once.
func towns() catalog.Field {
	field := catalog.Field{ID: "town", Type: catalog.FieldChoose, Choices: []catalog.FieldChoice{
		{ID: "pb.amritsar", Title: catalog.Text{"en": "Amritsar", "pa": "ਅੰਮ੍ਰਿਤਸਰ", "hi": "अमृतसर"}},
		{ID: "pb.ludhiana", Title: catalog.Text{"en": "Ludhiana", "pa": "ਲੁਧਿਆਣਾ", "hi": "लुधियाना"}},
		{ID: "pb.rampura", Title: catalog.Text{"en": "Rampura"}},
		{ID: "pb.rampurphul", Title: catalog.Text{"en": "Rampur"}},
		{ID: "pb.tarntaran", Title: catalog.Text{"en": "Tarn Taran", "pa": "ਤਰਨ ਤਾਰਨ"}},
	}}
	for i := range 10 {
		field.Choices = append(field.Choices, catalog.FieldChoice{ID: fmt.Sprint("t", i), Title: catalog.Text{"en": fmt.Sprint("Ward ", i)}})
	}
	return field
}

func TestAChoiceOfALongListIsTypedAsPeopleSpellIt(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]string{
		"pb.amritsar": "pb.amritsar",
		"AMRITSAR":    "pb.amritsar",
		"amritser":    "pb.amritsar",
		"amrutsar":    "pb.amritsar",
		"ਅੰਮ੍ਰਿਤਸਰ":   "pb.amritsar",
		"ludhiyana":   "pb.ludhiana",
		"लुधियाना":    "pb.ludhiana",
		"tarantaran":  "pb.tarntaran",
		"Tarn-Taran":  "pb.tarntaran",
		"rampura":     "pb.rampura",
		"ward 3":      "t3",
		"rampoor":     "", // Rampur or Rampura
		"Patiala":     "",
		"wrd":         "",
		"ward":        "",
		"?":           "",
	} {
		field := towns()
		value, problem := field.Check(answer)
		require.Equal(t, want, value, answer)
		require.Equal(t, want == "", problem != nil, answer)
	}
}

func TestAChoiceOfAShortListIsTakenAsItIsShown(t *testing.T) {
	t.Parallel()
	field := towns()
	field.Choices = field.Choices[:5]
	_, problem := field.Check("amritser")
	require.Equal(t, catalog.TextKey("field.not_a_choice"), problem.Key)
}

func TestAnAnswerThatTwoChoicesFitIsAskedAgain(t *testing.T) {
	t.Parallel()
	field := towns()
	field.Choices = append(field.Choices, catalog.FieldChoice{ID: "other", Title: catalog.Text{"en": "Amratsar"}})
	_, problem := field.Check("amrtsr")
	require.NotNil(t, problem)
	value, problem := field.Check("Amratsar")
	require.Nil(t, problem)
	require.Equal(t, "other", value)
}
