package simulate

import "github.com/jansetu/jansetu/catalog"

// Person, Habit and Stored are what tests of this package look into.
type (
	Person = person
	Stored = stored
)

// People invents the town.
func People(seed uint64, citizens, days int, languages []catalog.Language) []Person {
	return people(seed, citizens, days, languages, theKinds)
}

// Kinds is how many kinds of errands there are.
func Kinds() int { return len(theKinds) }

// Habits is how many habits there are.
func Habits() int { return len(chances) }

// CountRequests judges where requests stand.
func (r *Report) CountRequests(requests map[string]Stored, rests map[string][]string) {
	r.countRequests(requests, rests)
}

// At is a stored request.
func At(stage string, open bool) Stored {
	return stored{service: "of-a-kind", stage: stage, open: open}
}
