package catalog

import (
	"slices"
	"time"
)

// ClockStart names the event from which a limit is counted.
type ClockStart string

// The events that start a clock.
const (
	StartsSubmitted      ClockStart = "submitted"
	StartsPapersComplete ClockStart = "papers_complete"
	StartsFeePaid        ClockStart = "fee_paid"
	StartsElsewhere      ClockStart = "elsewhere" // an event that only the department knows, such as a police report: no due day is said
)

// AfterHours says when a request that arrives while the office is closed counts as received.
type AfterHours string

// The two rules there are.
const (
	NextWorkingDay AfterHours = "next_working_day"
	SameDay        AfterHours = "same_day"
)

// ClockStop names what the clock stands still for.
type ClockStop string

// StopsQuery is a question of the department that waits for the citizen.
const StopsQuery ClockStop = "query"

// Clock is the time limit that a law or a notification sets for a service, and whose duty it is. A clock with Unknown set was looked
// for and not found: nothing is promised to the citizen.
type Clock struct {
	Unknown    bool        `yaml:"unknown" json:"unknown,omitempty"`
	Limit      Limit       `yaml:"limit" json:"limit,omitzero"`
	Starts     ClockStart  `yaml:"starts" json:"starts,omitempty"`
	AfterHours AfterHours  `yaml:"after_hours" json:"after_hours,omitempty"` // empty: NextWorkingDay
	Stops      []ClockStop `yaml:"stops" json:"stops,omitempty"`
	Extension  Limit       `yaml:"extension" json:"extension,omitzero"` // what the department may add once, with notice
	Source     string      `yaml:"source" json:"source,omitempty"`      // the Act or notification, with the year
	Officers   Officers    `yaml:"officers" json:"officers,omitzero"`
}

// Officers are those who answer for a service: the one who has to do it, and the two to whom its failure is appealed.
type Officers struct {
	Use        string   `yaml:"use" json:"-"` // in a file: the officers of common/<name>; in a loaded service it is empty
	Designated *Officer `yaml:"designated" json:"designated,omitempty"`
	Appeal     *Officer `yaml:"appeal" json:"appeal,omitempty"`
	Revision   *Officer `yaml:"revision" json:"revision,omitempty"`
}

// Officer is an office, not a person.
type Officer struct {
	Title     Text  `yaml:"title" json:"title"`
	Limit     Limit `yaml:"limit" json:"limit,omitzero"`           // of an appeal or revision: the time to file it
	DecidesIn Limit `yaml:"decides_in" json:"decides_in,omitzero"` // and the time in which it is decided
}

// clockOf takes the word unknown in place of a clock.
func clockOf(word string) (Clock, error) {
	if word != "unknown" {
		return Clock{}, unreadable("write the clock as {limit: 15 working days, starts: submitted, source: …}, or as unknown")
	}
	return Clock{Unknown: true}, nil
}

// Interval is a time during which a clock stood still. A zero To has not ended.
type Interval struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to,omitzero"`
}

// Due is the last moment at which a request that started its clock at start is in time: for a limit in days the last second of a day.
// It is zero when that cannot be said: no limit is known, the clock has not started, or it stands still now.
//
// How days are counted, where the Act says nothing else:
//   - the day of the start is not counted, the last one is (General Clauses Act, 1897, s. 9);
//   - what reaches an office on a closed day or after its hours is received on its next working day. That is assumed, to the
//     department's favour, so that no appeal is early: an Act that counts from the entry into the computer (as the Information
//     Technology Act, 2000, s. 13(2), does for contracts) says same_day in after_hours;
//   - a last day on which the office is closed moves to the next working day (General Clauses Act, 1897, s. 10);
//   - a day on which the clock stood still is not counted: those after the day of the question, up to the day of the answer.
func (c Clock) Due(calendar Calendar, start time.Time, stopped []Interval, extended bool) time.Time {
	if c.Unknown || c.Limit.IsZero() || start.IsZero() || slices.ContainsFunc(stopped, Interval.open) {
		return time.Time{}
	}
	limits := []Limit{c.Limit}
	if extended {
		limits = append(limits, c.Extension)
	}
	if c.Limit.Exact > 0 {
		return dueOnTheClock(limits, start, stopped)
	}
	day := calendar.local(start)
	if c.AfterHours != SameDay {
		day = calendar.received(start)
	}
	for _, limit := range limits {
		day = calendar.count(day, limit, stopped)
	}
	if !calendar.IsWorkingDay(day) {
		day = calendar.nextWorkingDay(day, 1)
	}
	return calendar.endOfDay(day)
}

func (i Interval) open() bool { return i.To.IsZero() }

// count goes the limit's days forward, over those that do not count.
func (c Calendar) count(day time.Time, limit Limit, stopped []Interval) time.Time {
	days := limit.Days + int(limit.Exact/(24*time.Hour))
	for counted := 0; counted < days; {
		if limit.Working {
			day = c.nextWorkingDay(day, 1)
		} else {
			day = day.AddDate(0, 0, 1)
		}
		if !c.stoodStill(day, stopped) {
			counted++
		}
	}
	return day
}

func (c Calendar) stoodStill(day time.Time, stopped []Interval) bool {
	return slices.ContainsFunc(stopped, func(i Interval) bool {
		return c.DaysBetween(i.From, day) > 0 && c.DaysBetween(day, i.To) >= 0
	})
}

// dueOnTheClock counts hours and minutes, which run through nights and holidays and stop for as long as the clock stood still.
func dueOnTheClock(limits []Limit, start time.Time, stopped []Interval) time.Time {
	due := start
	for _, limit := range limits {
		due = due.AddDate(0, 0, limit.Days).Add(limit.Exact)
	}
	ordered := slices.SortedFunc(slices.Values(stopped), func(a, b Interval) int { return a.From.Compare(b.From) })
	counted := start // up to here the intervals have been added
	for _, interval := range ordered {
		from := interval.From
		if from.Before(counted) {
			from = counted
		}
		if from.Before(due) && interval.To.After(from) {
			due = due.Add(interval.To.Sub(from))
			counted = interval.To
		}
	}
	return due
}

// DaysLeft counts the days from now to the due day, in working days for a limit in those: 0 on the due day itself, negative after it.
func (c Clock) DaysLeft(calendar Calendar, now, due time.Time) int {
	if c.Limit.Working {
		return calendar.WorkingDaysBetween(now, due)
	}
	return calendar.DaysBetween(now, due)
}

// FileBy is the last moment to file an appeal or revision with the officer, counted from when its cause arose: the breach, or the
// decision appealed against. It is said to the citizen's safety: a cause that arises after hours arises that day. Zero when no
// limit is known.
func (o Officer) FileBy(calendar Calendar, arose time.Time) time.Time {
	return Clock{Limit: o.Limit, AfterHours: SameDay}.Due(calendar, arose, nil, false)
}

// DecidedBy is the last moment for the officer to decide what was filed. Zero when no limit is known.
func (o Officer) DecidedBy(calendar Calendar, filed time.Time) time.Time {
	return Clock{Limit: o.DecidesIn}.Due(calendar, filed, nil, false)
}
