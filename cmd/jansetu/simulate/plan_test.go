package simulate_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/simulate"
)

func TestTheSameSeedGivesTheSameCitizens(t *testing.T) {
	t.Parallel()
	languages := []catalog.Language{"en", "te", "hi"}
	first := simulate.People(42, 50, 3, languages)
	require.Equal(t, first, simulate.People(42, 50, 3, languages))
	require.NotEqual(t, first, simulate.People(43, 50, 3, languages))

	errands, kinds, spoken, had := map[int]bool{}, map[string]bool{}, map[catalog.Language]bool{}, map[string]bool{}
	for _, citizen := range first {
		spoken[citizen.Language] = true
		for _, errand := range citizen.Errands {
			require.False(t, errands[errand.Nth], "every errand has an account of its own")
			errands[errand.Nth], kinds[string(errand.Kind)] = true, true
			for h := range errand.Habits {
				had[string(h)] = true
			}
		}
	}
	require.Len(t, errands, 150)
	require.Len(t, kinds, simulate.Kinds())
	require.Len(t, spoken, len(languages))
	require.Len(t, had, simulate.Habits(), "a town of this size has every habit")
}

func TestAReportSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	right := simulate.Report{Requests: map[string]int{"done": 1}}
	require.True(t, right.Exact())
	for name, wrong := range map[string]simulate.Report{
		"lost": {Lost: []string{"JS-1"}}, "doubled": {Doubled: []string{"JS-1"}}, "unaccounted": {Unaccounted: []string{"1 paisa"}},
		"stuck": {Stuck: []string{"JS-1"}},
	} {
		require.False(t, wrong.Exact(), name)
	}
	stuck := simulate.Report{Requests: map[string]int{}}
	stuck.CountRequests(map[string]simulate.Stored{
		"JS-1": simulate.At("posting", true), "JS-2": simulate.At("with_officer", true), "JS-3": simulate.At("done", false), "JS-4": simulate.At("awaiting_payment", true), "JS-7": simulate.At("challenge", true),
		"JS-5": simulate.At("booked", true), "JS-6": simulate.At("in_progress", true),
	}, map[string][]string{"of-a-kind": {"booked"}, "of-another": {"in_progress"}})
	require.ElementsMatch(t, []string{"JS-1 stands at posting", "JS-6 stands at in_progress", "JS-7 stands at challenge"}, stuck.Stuck)
	require.Equal(t, 1, stuck.WithOfficer)
}
