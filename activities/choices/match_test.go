package choices_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/choices"
	"github.com/jansetu/jansetu/connectors"
)

func TestWhatWasTypedIsFoundInThePortalsList(t *testing.T) {
	t.Parallel()
	stops := []connectors.Option{
		{Value: "VJA ", Label: "VIJAYAWADA"}, {Value: "VZM", Label: "VIZIANAGARAM"}, {Value: "VSP", Label: "VISAKHAPATNAM (RTC COMPLEX)"},
		{Value: "TPT", Label: "TIRUPATI"}, {Value: "TPR", Label: "TIRUPUR"}, {Value: "RJY", Label: "RAJAHMUNDRY"}, {Value: "GNT", Label: "GUNTUR"},
	}
	for typed, want := range map[string]struct {
		exact  string
		offers []string
	}{
		"Vijayawada":          {exact: "VJA "},
		"విజయవాడ":             {exact: "VJA "},
		"विजयवाड़ा":           {exact: "VJA "},
		"vijaywada":           {exact: "VJA "},
		"GNT":                 {exact: "GNT"},
		"  guntur ":           {exact: "GNT"},
		"visakhapatnam":       {offers: []string{"VSP"}},
		"tirupat":             {exact: "TPT"},
		"Tirupatti":           {exact: "TPT"},
		"Tirup":               {offers: []string{"TPT", "TPR"}},
		"Chennai":             {},
		"":                    {offers: []string{"VJA ", "VZM", "VSP", "TPT", "TPR", "RJY", "GNT"}},
		"rajamundry":          {exact: "RJY"},
		"'; drop table x; --": {},
	} {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			matched := choices.Match(stops, typed)
			var exact string
			if matched.Exact != nil {
				exact = matched.Exact.Value
			}
			require.Equal(t, want.exact, exact)
			var offers []string
			for _, option := range matched.Candidates {
				offers = append(offers, option.Value)
			}
			require.Equal(t, want.offers, offers)
		})
	}
}

func FuzzMatch(f *testing.F) {
	f.Add("విజయవాడ")
	f.Add("")
	options := []connectors.Option{{Value: "1", Label: "ఒంగోలు"}, {Value: "2", Label: "Ongole"}}
	f.Fuzz(func(t *testing.T, typed string) {
		matched := choices.Match(options, typed)
		require.LessOrEqual(t, len(matched.Candidates), 9)
	})
}
