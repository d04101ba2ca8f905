package catalog_test

import (
	"encoding/json"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

var ist = time.FixedZone("", 5*3600+30*60)

// on is ten in the morning of a day in India.
func on(date string) time.Time {
	day, err := time.ParseInLocation(time.DateOnly, date, ist)
	if err != nil {
		panic(err)
	}
	return day.Add(10*time.Hour + 45*time.Minute)
}

func TestOfficesAreClosedOnSundaysSecondSaturdaysAndHolidays(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	for date, works := range map[string]bool{
		"2026-01-10": false, // second Saturday
		"2026-01-17": true,  // third Saturday
		"2026-01-18": false, // Sunday
		"2026-01-26": false, // Republic Day
		"2026-01-27": true,
		"2026-08-01": true,  // the first Saturday is the first day of the month
		"2026-08-08": false, // and this the second
		"2027-01-26": true,  // holidays of 2027 are not known
	} {
		require.Equal(t, works, calendar.IsWorkingDay(on(date)), date)
	}
	require.False(t, calendar.IsWorkingDay(time.Date(2026, 1, 25, 18, 30, 0, 0, time.UTC)), "already the 26th in India")
	require.True(t, calendar.Knows(on("2026-01-01"), on("2026-12-31")))
	require.False(t, calendar.Knows(on("2026-12-31"), on("2027-01-01")))
}

func TestWorkingDaysAreCountedWithoutTheFirst(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	for _, c := range []struct {
		from string
		days int
		to   string
	}{
		{"2026-01-12", 1, "2026-01-13"},
		{"2026-01-13", 1, "2026-01-17"}, // Bhogi, Sankranti, Kanuma between
		{"2026-01-17", 1, "2026-01-19"},
		{"2026-01-18", 1, "2026-01-19"}, // from a Sunday
		{"2026-01-19", -1, "2026-01-17"},
		{"2026-01-17", -1, "2026-01-13"},
		{"2026-01-17", 0, "2026-01-17"},
	} {
		require.Equal(t, on(c.to), calendar.AddWorkingDays(on(c.from), c.days).In(ist), "%d after %s", c.days, c.from)
	}
	require.Equal(t, 1, calendar.WorkingDaysBetween(on("2026-01-13"), on("2026-01-17")))
	require.Equal(t, -1, calendar.WorkingDaysBetween(on("2026-01-17"), on("2026-01-13")))
	require.Equal(t, 4, calendar.DaysBetween(on("2026-01-13"), on("2026-01-17")))
}

// randomCalendar has the days off that states have, and up to forty holidays a year over five years.
func randomCalendar(random *rand.Rand) catalog.Calendar {
	made := catalog.Calendar{UTCOffsetMinutes: 330, WeeklyOff: [][]catalog.WeeklyOff{
		nil, {"sunday"}, {"sunday", "second-saturday"}, {"sunday", "second-saturday", "fourth-saturday"}, {"saturday", "sunday"},
	}[random.IntN(5)]}
	day := time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC)
	for day.Year() < 2029 {
		day = day.AddDate(0, 0, 1+random.IntN(20))
		made.Holidays = append(made.Holidays, catalog.Holiday{Date: day.Format(time.DateOnly), Name: "x"})
	}
	if random.IntN(2) == 0 {
		made.Office = catalog.Hours{From: "10:30", To: "17:00"}
	}
	return made
}

func someMoment(random *rand.Rand) time.Time {
	return time.Date(2024, 6, 1, 0, 0, 0, 0, ist).Add(time.Duration(random.IntN(3*365*24*60)) * time.Minute)
}

func TestCountingForwardAndBackAgreesOverYears(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(1, 2)) // the same calendars in every run
	for range 1000 {
		calendar, from, days := randomCalendar(random), someMoment(random), 1+random.IntN(90)
		to := calendar.AddWorkingDays(from, days)

		require.True(t, calendar.IsWorkingDay(to))
		require.Equal(t, days, calendar.WorkingDaysBetween(from, to))
		require.Equal(t, -days, calendar.WorkingDaysBetween(to, from))
		require.Equal(t, days, -calendar.WorkingDaysBetween(to, from))
		require.Equal(t, calendar.WorkingDaysBetween(from, to), naiveCount(calendar, from, to))
		middle := calendar.AddWorkingDays(from, days/2)
		require.True(t, to.Equal(calendar.AddWorkingDays(middle, days-days/2)), "counting on from the middle")
	}
}

// naiveCount asks of every single day.
func naiveCount(calendar catalog.Calendar, from, to time.Time) int {
	count := 0
	for day := from.Add(24 * time.Hour); !day.After(to); day = day.Add(24 * time.Hour) {
		if calendar.IsWorkingDay(day) {
			count++
		}
	}
	return count
}

func TestACalendarWithoutAnyWorkingDayStillEnds(t *testing.T) {
	t.Parallel()
	closed := catalog.Calendar{WeeklyOff: []catalog.WeeklyOff{"sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"}}
	require.True(t, closed.AddWorkingDays(on("2026-01-01"), 3).After(on("2026-01-04")))
}

func TestACalendarKeptAsJSONCountsAsBefore(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	kept, err := json.Marshal(calendar)
	require.NoError(t, err)
	var again catalog.Calendar
	require.NoError(t, json.Unmarshal(kept, &again))
	require.Equal(t, calendar, again)
	require.Less(t, len(kept), 4<<10, "it travels in a workflow's input")
}

func TestQuietHoursOverMidnight(t *testing.T) {
	t.Parallel()
	quiet := andhra(t).QuietHours()
	clock := func(day, hour, minute int) time.Time { return time.Date(2026, 1, day, hour, minute, 0, 0, ist) }
	for _, c := range []struct{ at, until time.Time }{
		{clock(5, 12, 0), clock(5, 12, 0)},
		{clock(5, 20, 59), clock(5, 20, 59)},
		{clock(5, 21, 0), clock(6, 8, 0)},
		{clock(5, 23, 59), clock(6, 8, 0)},
		{clock(6, 0, 0), clock(6, 8, 0)},
		{clock(6, 7, 59), clock(6, 8, 0)},
		{clock(6, 8, 0), clock(6, 8, 0)},
		{clock(31, 22, 0), time.Date(2026, 2, 1, 8, 0, 0, 0, ist)},
	} {
		require.True(t, c.until.Equal(quiet.Until(c.at.UTC())), "%s", c.at)
	}
	midday := catalog.QuietHours{Hours: catalog.Hours{From: "13:00", To: "15:00"}, UTCOffsetMinutes: 330}
	require.True(t, clock(5, 15, 0).Equal(midday.Until(clock(5, 14, 0))))
	require.Equal(t, clock(5, 3, 0), catalog.QuietHours{}.Until(clock(5, 3, 0)), "no quiet hours")

	kept, err := json.Marshal(quiet)
	require.NoError(t, err)
	var again catalog.QuietHours
	require.NoError(t, json.Unmarshal(kept, &again))
	require.Equal(t, quiet, again)
}
