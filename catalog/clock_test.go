package catalog_test

import (
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

func limit(t testing.TB, text string) catalog.Limit {
	t.Helper()
	read, err := catalog.ParseLimit(text)
	require.NoError(t, err)
	return read
}

func TestLimitsAreWrittenAsTheLawWritesThem(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]catalog.Limit{
		"15 working days": {Days: 15, Working: true},
		"1 working day":   {Days: 1, Working: true},
		"30 days":         {Days: 30},
		"96 hours":        {Exact: 96 * time.Hour},
		"15 minutes":      {Exact: 15 * time.Minute},
	} {
		read, err := catalog.ParseLimit(text)
		require.NoError(t, err)
		require.Equal(t, want, read)
		require.Equal(t, text, read.String())
		kept, err := json.Marshal(read)
		require.NoError(t, err)
		require.Equal(t, `"`+text+`"`, string(kept))
		var again catalog.Limit
		require.NoError(t, json.Unmarshal(kept, &again))
		require.Equal(t, read, again)
	}
	for _, wrong := range []string{"", "15", "days", "0 days", "-3 days", "fifteen days", "15 weeks", "99999 days", "1.5 days", "15 working hours"} {
		_, err := catalog.ParseLimit(wrong)
		require.Error(t, err, wrong)
	}
}

func TestTheDueDay(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	late := on("2026-01-12").Add(7 * time.Hour) // 17:45, the office closes at 17:00
	for name, c := range map[string]struct {
		clock    catalog.Clock
		start    time.Time
		stopped  []catalog.Interval
		extended bool
		due      string
	}{
		"working days leave out holidays": {clock: catalog.Clock{Limit: limit(t, "3 working days")}, start: on("2026-01-12"), due: "2026-01-19"},
		"days count every day":            {clock: catalog.Clock{Limit: limit(t, "6 days")}, start: on("2026-01-21"), due: "2026-01-27"},
		"a due holiday moves to the next working day": {
			clock: catalog.Clock{Limit: limit(t, "5 days")}, start: on("2026-01-21"), due: "2026-01-27",
		},
		"after hours is the next working day": {clock: catalog.Clock{Limit: limit(t, "1 working day")}, start: late, due: "2026-01-17"},
		"unless the Act says the same day":    {clock: catalog.Clock{Limit: limit(t, "1 working day"), AfterHours: catalog.SameDay}, start: late, due: "2026-01-13"},
		"a Sunday's application is Monday's":  {clock: catalog.Clock{Limit: limit(t, "1 working day")}, start: on("2026-01-18"), due: "2026-01-20"},
		"the days of a query are not counted": {clock: catalog.Clock{Limit: limit(t, "5 working days")}, start: on("2026-02-02"), stopped: []catalog.Interval{{From: on("2026-02-03"), To: on("2026-02-05")}}, due: "2026-02-10"},
		"a query answered on its day is free": {clock: catalog.Clock{Limit: limit(t, "5 working days")}, start: on("2026-02-02"), stopped: []catalog.Interval{{From: on("2026-02-03"), To: on("2026-02-03")}}, due: "2026-02-07"},
		"queries that overlap count once":     {clock: catalog.Clock{Limit: limit(t, "2 days")}, start: on("2026-02-02"), stopped: []catalog.Interval{{From: on("2026-02-02"), To: on("2026-02-04")}, {From: on("2026-02-03"), To: on("2026-02-05")}}, due: "2026-02-07"},
		"an extension goes on from the limit": {clock: catalog.Clock{Limit: limit(t, "3 working days"), Extension: limit(t, "2 working days")}, start: on("2026-02-02"), extended: true, due: "2026-02-07"},
		"an extension that was not taken":     {clock: catalog.Clock{Limit: limit(t, "3 working days"), Extension: limit(t, "2 working days")}, start: on("2026-02-02"), due: "2026-02-05"},
		"an extension in other days than the limit": {
			clock: catalog.Clock{Limit: limit(t, "3 days"), Extension: limit(t, "2 working days")}, start: on("2026-02-05"), extended: true, due: "2026-02-10",
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			due := c.clock.Due(calendar, c.start, c.stopped, c.extended)
			require.Equal(t, c.due+" 23:59:59", due.In(ist).Format(time.DateTime))
		})
	}
}

func TestALimitInHoursRunsThroughNightsAndHolidays(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	start := on("2026-01-24")
	clock := catalog.Clock{Limit: limit(t, "96 hours"), Extension: limit(t, "24 hours")}
	require.Equal(t, start.Add(96*time.Hour), clock.Due(calendar, start, nil, false))
	require.Equal(t, start.Add(120*time.Hour), clock.Due(calendar, start, nil, true))

	hours := func(from, to int) catalog.Interval {
		return catalog.Interval{From: start.Add(time.Duration(from) * time.Hour), To: start.Add(time.Duration(to) * time.Hour)}
	}
	for name, c := range map[string]struct {
		stopped []catalog.Interval
		added   int
	}{
		"within":                        {[]catalog.Interval{hours(10, 20)}, 10},
		"begun before the start":        {[]catalog.Interval{hours(-5, 5)}, 5},
		"overlapping":                   {[]catalog.Interval{hours(15, 30), hours(10, 20)}, 20},
		"one within another":            {[]catalog.Interval{hours(10, 30), hours(15, 20)}, 20},
		"after the due moment":          {[]catalog.Interval{hours(97, 120)}, 0},
		"in the time that a stop added": {[]catalog.Interval{hours(10, 20), hours(100, 103)}, 13},
	} {
		require.Equal(t, start.Add(time.Duration(96+c.added)*time.Hour), clock.Due(calendar, start, c.stopped, false), name)
	}
}

func TestADueDayThatCannotBeSaidIsZero(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	known := catalog.Clock{Limit: limit(t, "15 days")}
	require.Zero(t, catalog.Clock{Unknown: true}.Due(calendar, on("2026-01-12"), nil, false))
	require.Zero(t, catalog.Clock{}.Due(calendar, on("2026-01-12"), nil, false))
	require.Zero(t, known.Due(calendar, time.Time{}, nil, false), "the clock has not started")
	require.Zero(t, known.Due(calendar, on("2026-01-12"), []catalog.Interval{{From: on("2026-01-13")}}, false), "the clock stands still")
}

func TestDaysLeftInTheDaysOfTheLimit(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	for _, c := range []struct {
		limit string
		now   string
		left  int
	}{
		{"3 working days", "2026-01-12", 3}, {"3 working days", "2026-01-13", 2}, {"3 working days", "2026-01-16", 2},
		{"3 working days", "2026-01-19", 0}, {"3 working days", "2026-01-20", -1},
		{"7 days", "2026-01-12", 7}, {"7 days", "2026-01-16", 3}, {"7 days", "2026-01-19", 0}, {"7 days", "2026-01-21", -2},
	} {
		clock := catalog.Clock{Limit: limit(t, c.limit)}
		due := clock.Due(calendar, on("2026-01-12"), nil, false)
		require.Equal(t, c.left, clock.DaysLeft(calendar, on(c.now), due), "%s on %s", c.limit, c.now)
	}
}

func TestAppealsHaveTheirOwnClocks(t *testing.T) {
	t.Parallel()
	calendar := andhra(t).Calendar()
	appeal := catalog.Officer{Limit: limit(t, "30 days"), DecidesIn: limit(t, "30 days")}
	breach := time.Date(2026, 3, 2, 23, 59, 59, 0, ist)
	require.Equal(t, "2026-04-01", appeal.FileBy(calendar, breach).In(ist).Format(time.DateOnly), "a breach at midnight is of that day")
	require.Equal(t, "2026-05-02", appeal.DecidedBy(calendar, on("2026-04-02")).In(ist).Format(time.DateOnly))
	require.Zero(t, catalog.Officer{}.FileBy(calendar, breach))
}

// Over years of random calendars: a due day is a working day, never before the limit, and no query, extension or holiday makes it earlier.
func TestNothingMakesADueDayEarlier(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(3, 4)) // the same histories in every run
	units := []string{"days", "working days", "hours"}
	for range 1000 {
		calendar, start := randomCalendar(random), someMoment(random)
		unit := units[random.IntN(3)]
		clock := catalog.Clock{
			Limit: limit(t, number(1+random.IntN(60))+" "+unit), Extension: limit(t, number(1+random.IntN(20))+" "+unit),
		}
		due := clock.Due(calendar, start, nil, false)
		stopped := randomStops(random, start)
		later := clock.Due(calendar, start, stopped, false)

		require.True(t, due.After(start))
		require.False(t, later.Before(due), "stopped")
		require.False(t, clock.Due(calendar, start, stopped, true).Before(later), "extended")
		require.False(t, clock.Due(calendar, start.Add(time.Hour), stopped, false).Before(later), "started later")
		require.Equal(t, later, clock.Due(calendar, start, stopped, false), "the same question has the same answer")
		if clock.Limit.Exact > 0 {
			continue
		}
		require.True(t, calendar.IsWorkingDay(due) && calendar.IsWorkingDay(later))
		require.GreaterOrEqual(t, calendar.DaysBetween(start, due), clock.Limit.Days)
		if clock.Limit.Working {
			require.GreaterOrEqual(t, calendar.WorkingDaysBetween(start, due), clock.Limit.Days)
		}
		require.Zero(t, clock.DaysLeft(calendar, due, due))
		require.Negative(t, clock.DaysLeft(calendar, calendar.AddWorkingDays(due, 1), due))
	}
}

func randomStops(random *rand.Rand, start time.Time) []catalog.Interval {
	var stops []catalog.Interval
	for range random.IntN(4) {
		from := start.Add(time.Duration(random.IntN(40*24)) * time.Hour)
		stops = append(stops, catalog.Interval{From: from, To: from.Add(time.Duration(random.IntN(20*24)) * time.Hour)})
	}
	return stops
}

func number(n int) string { return strconv.Itoa(n) }
