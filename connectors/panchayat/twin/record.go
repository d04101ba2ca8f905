package twin

import (
	"fmt"
	"slices"
)

// Postings is what was really paid, oldest first.
func (t *Twin) Postings() []Posting {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.postings)
}

// DoublePostings counts payments of a demand that was paid before. It must stay
// zero whatever the faults.
func (t *Twin) DoublePostings() int {
	return repeated(t.Postings(), func(posting Posting) string { return posting.District + " " + posting.Demand })
}

// Applications is what was really applied for, oldest first.
func (t *Twin) Applications() []Application {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.applications)
}

// DoubleApplications counts applications under a reference used before. It must
// stay zero whatever the faults: the servers themselves do not check.
func (t *Twin) DoubleApplications() int {
	return repeated(t.Applications(), func(application Application) string { return application.Reference })
}

func repeated[T any](list []T, key func(T) string) int {
	seen, count := map[string]bool{}, 0
	for _, item := range list {
		if seen[key(item)] {
			count++
		}
		seen[key(item)] = true
	}
	return count
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 32)
	for _, house := range Houses() {
		lines = append(lines, fmt.Sprintf("house %s  %-18s %s", house.Number, house.Owner, house.About))
	}
	for _, service := range services() {
		lines = append(lines, fmt.Sprintf("certificate %s  %s", service.number, service.name))
	}
	for _, posting := range t.Postings() {
		lines = append(lines, fmt.Sprintf("paid %s  %s  %s  %s  ₹%s  %s", posting.At.In(indianTime).Format(dateTimeLayout),
			posting.District, posting.Account, posting.Demand, rupees(posting.Paise), posting.Receipt))
	}
	for _, application := range t.Applications() {
		state, _ := t.standing(application)
		lines = append(lines, fmt.Sprintf("applied %s  %s  type %s  %s  now: %s", application.At.In(indianTime).Format(dateTimeLayout),
			application.Number, application.Type, application.Reference, state))
	}
	return append(lines, fmt.Sprintf("paid twice: %d", t.DoublePostings()), fmt.Sprintf("applied twice: %d", t.DoubleApplications()))
}
