package grievance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

func listed(language catalog.Language) []namedCategory {
	return []namedCategory{
		name(connectors.Category{Code: "Lamp", Name: "Streetlight Not Working", Keywords: []string{"streetlight", "light", "pole", "electric"}},
			catalog.Text{"en": "Street light not working", "te": "వీధి లైటు వెలగట్లేదు", "hi": "गली की बत्ती बंद"}, language),
		name(connectors.Category{Code: "Blocked", Name: "Overflowing Or Blocked Drain", Keywords: []string{"drain", "block", "water"}},
			catalog.Text{"en": "Blocked drain", "te": "కాలువ నిండిపోయింది", "hi": "नाली जाम है"}, language),
		name(connectors.Category{Code: "Cleaning", Name: "Cleaning Of Drains", Keywords: []string{"drain", "clean"}}, nil, language),
		name(connectors.Category{Code: "Sewage", Name: "Sewage", Keywords: []string{"water", "drain"}}, nil, language),
	}
}

func TestACategoryIsFoundByWhatPeopleCallIt(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]struct {
		exact  string
		offers []string
		all    bool
	}{
		"Street light not working":       {exact: "Lamp"},
		"వీధి లైటు వెలగట్లేదు":           {exact: "Lamp"},
		"लाइट नहीं, गली की बत्ती बंद है": {offers: []string{"Lamp"}},
		"drain": {offers: []string{"Blocked", "Cleaning", "Sewage"}},
		"లైటు":  {offers: []string{"Lamp"}},
		"light": {offers: []string{"Lamp"}},
		"the drain near my house is blocked since a": {offers: []string{"Blocked", "Cleaning", "Sewage"}},
		"sewage":         {exact: "Sewage"},
		"elephants":      {all: true},
		"":               {all: true},
		"''; drop table": {all: true},
	} {
		t.Run(typed, func(t *testing.T) {
			t.Parallel()
			matched := match(listed("te"), typed)
			var exact string
			if matched.Exact != nil {
				exact = matched.Exact.Code
			}
			require.Equal(t, want.exact, exact)
			require.Equal(t, want.all, matched.All)
			var offers []string
			for _, category := range matched.Candidates {
				offers = append(offers, category.Code)
				require.Empty(t, category.Keywords)
			}
			if want.all {
				require.Len(t, offers, 4)
				return
			}
			require.Equal(t, want.offers, offers)
		})
	}
}

func TestACategoryIsShownInTheCitizensLanguage(t *testing.T) {
	t.Parallel()
	require.Equal(t, "వీధి లైటు వెలగట్లేదు", match(listed("te"), "light").Candidates[0].Name)
	require.Equal(t, "गली की बत्ती बंद", match(listed("hi"), "light").Candidates[0].Name)
}

func FuzzMatch(f *testing.F) {
	f.Add("లైటు drain")
	f.Add("")
	f.Fuzz(func(t *testing.T, typed string) {
		matched := match(listed("en"), typed)
		require.LessOrEqual(t, len(matched.Candidates), 9)
		require.True(t, matched.Exact != nil || len(matched.Candidates) > 0)
	})
}
