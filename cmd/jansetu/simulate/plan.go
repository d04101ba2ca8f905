package simulate

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"github.com/jansetu/jansetu/catalog"
)

// habit is something that people do.
type habit string

// The habits.
const (
	habitPicture     habit = "sends a picture where text is asked"
	habitTypo        habit = "mistypes the number first"
	habitChangesMind habit = "says no at the end and begins again"
	habitLate        habit = "answers late"
	habitOldButton   habit = "presses an old button again"
	habitPaysTwice   habit = "pays twice"
	habitFailsFirst  habit = "fails to pay and tries again"
	habitSlowBank    habit = "has a bank that takes its time"
	habitChats       habit = "asks something else in the middle"
	habitGivesBack   habit = "gives a ticket back"
	habitRunsAway    habit = "never pays"
	habitOwnDigits   habit = "types digits of their own script"
	habitUnclear     habit = "leaves the officer with a question"
	habitNotEntitled habit = "applies for what they have no right to"
)

// chances are how common each habit is, in hundredths, in a fixed order so that a seed gives the same town for ever.
var chances = []struct {
	habit     habit
	hundredth int
}{
	{habitPicture, 15}, {habitTypo, 20}, {habitChangesMind, 10}, {habitLate, 15}, {habitOldButton, 25}, {habitPaysTwice, 10},
	{habitFailsFirst, 15}, {habitSlowBank, 10}, {habitChats, 20}, {habitRunsAway, 5}, {habitGivesBack, 30},
	{habitOwnDigits, 40}, {habitUnclear, 20}, {habitNotEntitled, 10},
}

// person is one invented citizen, with what they will do.
type person struct {
	Number   string
	Name     string
	Language catalog.Language
	Errands  []errand // one a day
}

// errand is what a citizen wants of one day.
type errand struct {
	Kind   kind
	Nth    int // of the town, for what is to be of its own: an account, a place
	Habits map[habit]bool
}

// Names of the town: invented, common ones.
const (
	firstNames = "Sita Ramu Lakshmi Venkat Anjali Suresh Padma Ravi Kavitha Imran Fatima Joseph Asha Kiran Meena Gopal"
	lastNames  = "Devi Rao Reddy Naidu Kumar Begum Prasad Raju Das Chowdary"
)

// people invents the town: the same seed gives the same citizens, whatever else happens. Every kind is somebody's errand, if there are
// as many errands.
func people(seed uint64, citizens, days int, languages []catalog.Language, kinds []kind) []person {
	random := rand.New(rand.NewPCG(seed, 0x6a616e73657475)) //nolint:gosec // a town is repeatable, not secret
	town := make([]person, citizens)
	order := random.Perm(len(kinds))
	for i := range town {
		town[i] = person{
			Number:   fmt.Sprintf("9198%08d", i),
			Name:     oneOf(random, firstNames) + " " + oneOf(random, lastNames),
			Language: languages[random.IntN(len(languages))],
		}
		for day := range days {
			nth := day*citizens + i
			chosen := random.IntN(len(kinds))
			if nth < len(order) {
				chosen = order[nth]
			}
			town[i].Errands = append(town[i].Errands, errand{Kind: kinds[chosen], Nth: nth, Habits: habits(random)})
		}
	}
	return town
}

func habits(random *rand.Rand) map[habit]bool {
	chosen := map[habit]bool{}
	for _, each := range chances {
		if random.IntN(100) < each.hundredth {
			chosen[each.habit] = true
		}
	}
	return chosen
}

func oneOf(random *rand.Rand, words string) string {
	all := strings.Fields(words)
	return all[random.IntN(len(all))]
}
