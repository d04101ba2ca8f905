package catalog

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Calendar is when the offices of a state work. It is data that a workflow can carry: all its methods are pure, and two copies of it
// give the same answers for ever.
type Calendar struct {
	// UTCOffsetMinutes is the state's time. India has had one offset all year since 1945, so no table of time zones is needed.
	UTCOffsetMinutes int         `json:"utc_offset_minutes"`
	WeeklyOff        []WeeklyOff `json:"weekly_off,omitempty"`
	Holidays         []Holiday   `json:"holidays,omitempty"` // in the order of their dates
	Years            []int       `json:"years,omitempty"`    // the years whose holidays are known
	Office           Hours       `json:"office,omitzero"`    // when applications are received; zero: all day
}

// Holiday is one day on which offices are closed.
type Holiday struct {
	Date string `yaml:"date" json:"date"` // 2026-01-26
	Name string `yaml:"name" json:"name,omitempty"`
}

// WeeklyOff is a weekday on which offices are closed, in every week ("sunday") or in one of the month ("second-saturday").
type WeeklyOff string

var nths = []string{"", "first", "second", "third", "fourth", "fifth"}

// weekdayOff reads a weekly day off: the weekday, and which one of the month (0: every one).
func (w WeeklyOff) weekdayOff() (day time.Weekday, nth int, ok bool) {
	name := string(w)
	if before, after, found := strings.Cut(name, "-"); found {
		if nth = slices.Index(nths, before); nth < 1 {
			return 0, 0, false
		}
		name = after
	}
	for day = time.Sunday; day <= time.Saturday; day++ {
		if strings.EqualFold(day.String(), name) {
			return day, nth, true
		}
	}
	return 0, 0, false
}

func (w WeeklyOff) covers(day time.Time) bool {
	weekday, nth, ok := w.weekdayOff()
	return ok && day.Weekday() == weekday && (nth == 0 || nth == (day.Day()+6)/7)
}

// local puts a moment on the clocks of the state.
func (c Calendar) local(at time.Time) time.Time {
	return at.In(time.FixedZone("", c.UTCOffsetMinutes*60))
}

// IsWorkingDay tells whether the offices work on the day, in the state, that the moment belongs to.
func (c Calendar) IsWorkingDay(at time.Time) bool { return c.works(c.local(at)) }

// works is IsWorkingDay of a time that is on the state's clocks already.
func (c Calendar) works(day time.Time) bool {
	for _, off := range c.WeeklyOff {
		if off.covers(day) {
			return false
		}
	}
	_, holiday := slices.BinarySearchFunc(c.Holidays, day.Format(time.DateOnly),
		func(h Holiday, date string) int { return cmp.Compare(h.Date, date) })
	return !holiday
}

// maxClosedDays is longer than any office is closed. Beyond it a day counts as working, so that no calendar, however wrong, makes a
// search for the next working day endless.
const maxClosedDays = 60

// nextWorkingDay is the first working day strictly after the moment (step 1) or before it (step -1), at the same time of day.
func (c Calendar) nextWorkingDay(at time.Time, step int) time.Time {
	day := c.local(at)
	for range maxClosedDays {
		if day = day.AddDate(0, 0, step); c.works(day) {
			break
		}
	}
	return day
}

// AddWorkingDays is the n-th working day after the moment's own day, or before it when n is negative, at the same time of day: the day
// an event happens on is not counted (General Clauses Act, 1897, s. 9). With n 0 it is the moment itself.
func (c Calendar) AddWorkingDays(from time.Time, n int) time.Time {
	day, step := c.local(from), 1
	if n < 0 {
		step, n = -1, -n
	}
	for range n {
		day = c.nextWorkingDay(day, step)
	}
	return day
}

// WorkingDaysBetween counts the working days after the day of from, up to and including the day of to. It is negative when to is the
// earlier day.
func (c Calendar) WorkingDaysBetween(from, to time.Time) int {
	first, last, sign := c.midnight(from), c.midnight(to), 1
	if last.Before(first) {
		first, last, sign = last, first, -1
	}
	count := 0
	for day := first; day.Before(last); {
		if day = day.AddDate(0, 0, 1); c.works(day) {
			count++
		}
	}
	return sign * count
}

// DaysBetween counts the days from the day of from to the day of to, working or not. It is negative when to is the earlier day.
func (c Calendar) DaysBetween(from, to time.Time) int {
	return int(c.midnight(to).Sub(c.midnight(from)) / (24 * time.Hour))
}

// Knows tells whether the holidays of every year between the two moments are known. Where they are not, a due day is only near.
func (c Calendar) Knows(from, to time.Time) bool {
	for year := c.local(from).Year(); year <= c.local(to).Year(); year++ {
		if !slices.Contains(c.Years, year) {
			return false
		}
	}
	return true
}

func (c Calendar) midnight(at time.Time) time.Time {
	day := c.local(at)
	return time.Date(day.Year(), day.Month(), day.Day(), 0, 0, 0, 0, day.Location())
}

// endOfDay is the last second of the moment's day.
func (c Calendar) endOfDay(at time.Time) time.Time {
	return c.midnight(at).AddDate(0, 0, 1).Add(-time.Second)
}

// received is the day on which an office takes note of what reached it at the moment: that day, or the next working day when the office
// was closed or had closed.
func (c Calendar) received(at time.Time) time.Time {
	closes, known := minuteOfDay(c.Office.To)
	local := c.local(at)
	afterHours := known && local.Hour()*60+local.Minute() >= closes
	if afterHours || !c.IsWorkingDay(at) {
		return c.nextWorkingDay(at, 1)
	}
	return local
}
