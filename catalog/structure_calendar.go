package catalog

import (
	"strings"
	"time"
)

func checkCalendar(read *tree, found *problems) {
	state := read.state
	for i, off := range state.value.WeeklyOff {
		if _, _, ok := off.weekdayOff(); !ok {
			found.addf(state.file, state.at("weekly_off", i), "weekly_off %q: write a weekday such as sunday, or one of the month such as second-saturday", off)
		}
	}
	if alwaysClosed(state.value.WeeklyOff) {
		found.addf(state.file, state.at("weekly_off"), "weekly_off leaves no day on which offices work")
	}
	hours := map[string]Hours{"office_hours": state.value.OfficeHours, "quiet_hours": state.value.QuietHours}
	for key, written := range hours {
		if !written.IsZero() && (!isClock(written.From) || !isClock(written.To) || written.From == written.To) {
			found.addf(state.file, state.at(key), `%s are two different times of day: {from: "09:00", to: "18:00"}`, key)
		}
	}
	if office := state.value.OfficeHours; office.From > office.To {
		found.addf(state.file, state.at("office_hours"), "office_hours end before they begin")
	}
	seen := make(map[string]string)
	checkHolidays(state, state.value.Holidays, 0, seen, found)
	for _, year := range read.years {
		if year.value.Year < earliestYear || year.value.Year > latestYear {
			found.addf(year.file, year.at("year"), "year is missing: write the year of these holidays, such as year: 2026")
			continue
		}
		checkHolidays(year, year.value.Holidays, year.value.Year, seen, found)
	}
}

func alwaysClosed(off []WeeklyOff) bool {
	closed := make(map[time.Weekday]bool)
	for _, written := range off {
		if day, nth, ok := written.weekdayOff(); ok && nth == 0 {
			closed[day] = true
		}
	}
	return len(closed) == 7
}

// checkHolidays checks the dates of a file; year 0 is any.
func checkHolidays[T any](in entry[T], holidays []Holiday, year int, seen map[string]string, found *problems) {
	for i, holiday := range holidays {
		day, ok := isoDate(holiday.Date)
		at := in.at("holidays", i, "date")
		switch {
		case !ok:
			found.addf(in.file, at, "write the date of a holiday as 2026-01-26, not %q", holiday.Date)
		case year != 0 && day.Year() != year:
			found.addf(in.file, at, "the holiday %s is not in %d", holiday.Date, year)
		case seen[holiday.Date] != "":
			found.addf(in.file, at, "the holiday %s is already in %s: write two feasts of one day in one name", holiday.Date, seen[holiday.Date])
		case strings.TrimSpace(holiday.Name) == "":
			found.addf(in.file, at, "the holiday %s has no name", holiday.Date)
		}
		seen[holiday.Date] = in.file
	}
}

// changesOffset tells whether clocks are put forward and back in a time zone, which a [Calendar] cannot follow.
func changesOffset(zone *time.Location) bool {
	_, winter := time.Date(latestYear, time.January, 1, 0, 0, 0, 0, zone).Zone()
	_, summer := time.Date(latestYear, time.July, 1, 0, 0, 0, 0, zone).Zone()
	return winter != summer
}
