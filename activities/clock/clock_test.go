package clock_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/clock"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// calendar knows the Sundays, the second Saturdays and one holiday of 2026.
type calendar struct{}

func (calendar) Calendar() catalog.Calendar {
	return catalog.Calendar{
		UTCOffsetMinutes: 330, WeeklyOff: []catalog.WeeklyOff{"sunday", "second-saturday"}, Years: []int{2026},
		Holidays: []catalog.Holiday{{Date: "2026-12-25", Name: "Christmas"}}, Office: catalog.Hours{From: "10:30", To: "17:00"},
	}
}

func at(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, connectors.IndianTime)
}

func read(t *testing.T, input workflows.ReadClockInput) (workflows.ClockReading, *store.Store) {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "JS-1", Person: person, Conversation: conversation})
	input.Reference = "JS-1"
	reading, err := clock.New(s, calendar{}).ReadClock(t.Context(), input)
	require.NoError(t, err)
	return reading, s
}

func due(t *testing.T, s *store.Store) (noted *time.Time) {
	t.Helper()
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select due_at from request where reference = 'JS-1'`).Scan(&noted))
	return noted
}

func TestTheDueDayIsCountedAndNotedWithTheRequest(t *testing.T) {
	t.Parallel()
	law := catalog.Clock{Limit: catalog.Limit{Days: 5, Working: true}, Starts: catalog.StartsSubmitted, Extension: catalog.Limit{Days: 2, Working: true}}
	tests := []struct {
		name    string
		input   workflows.ReadClockInput
		due     string // empty: none
		left    int
		extends bool
		near    bool
	}{
		{"over a Sunday", workflows.ReadClockInput{Start: at(11, 24, 12), Now: at(11, 27, 9)}, "2026-11-30", 2, false, false},
		{"after office hours it is received the next day", workflows.ReadClockInput{Start: at(11, 24, 18), Now: at(11, 27, 9)}, "2026-12-01", 3, false, false},
		{"over Christmas", workflows.ReadClockInput{Start: at(12, 21, 12), Now: at(12, 21, 12)}, "2026-12-28", 5, false, false},
		{"into a year whose holidays are not known", workflows.ReadClockInput{Start: at(12, 29, 12), Now: at(12, 29, 12)}, "2027-01-04", 5, false, true},
		{"the department promised more, within its extension", workflows.ReadClockInput{
			Start: at(11, 24, 12), Now: at(11, 24, 12), Promised: at(12, 20, 0)}, "2026-12-02", 7, true, false},
		{"the department promised less", workflows.ReadClockInput{Start: at(11, 24, 12), Now: at(11, 24, 12), Promised: at(11, 26, 0)}, "2026-11-30", 5, false, false},
		{"over", workflows.ReadClockInput{Start: at(11, 24, 12), Now: at(12, 1, 1)}, "2026-11-30", -1, false, false},
		{"standing still", workflows.ReadClockInput{
			Start: at(11, 24, 12), Now: at(12, 1, 1), Stopped: []catalog.Interval{{From: at(11, 25, 12)}}}, "", 0, false, false},
		{"not started", workflows.ReadClockInput{Now: at(12, 1, 1)}, "", 0, false, false},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			test.input.Clock = law
			reading, s := read(t, test.input)
			if test.due == "" {
				require.True(t, reading.Due.IsZero())
				require.Nil(t, due(t, s))
				return
			}
			require.Equal(t, test.due, reading.Due.In(connectors.IndianTime).Format(time.DateOnly))
			require.Equal(t, test.left, reading.Left)
			require.Equal(t, test.extends, reading.Extended)
			require.Equal(t, test.near, reading.Near)
			require.WithinDuration(t, reading.Due, *due(t, s), time.Second)
		})
	}
}

// noted is where due days are noted.
type noted map[string]time.Time

func (n noted) SetDue(_ context.Context, reference string, due time.Time) error {
	n[reference] = due
	return nil
}

func TestTheDaysOfAnAppeal(t *testing.T) {
	t.Parallel()
	officer := catalog.Officer{Limit: catalog.Limit{Days: 30}, DecidesIn: catalog.Limit{Days: 15, Working: true}}
	requests := noted{}
	days, err := clock.New(requests, calendar{}).ReadAppealClock(t.Context(), workflows.ReadAppealClockInput{Officer: officer, Arose: at(11, 24, 12)})
	require.NoError(t, err)
	require.Equal(t, "2026-12-24", days.FileBy.In(connectors.IndianTime).Format(time.DateOnly))
	require.True(t, days.DecidedBy.IsZero(), "nothing was filed yet")
	require.Empty(t, requests)

	days, err = clock.New(requests, calendar{}).ReadAppealClock(t.Context(), workflows.ReadAppealClockInput{Reference: "JS-1-A1", Officer: officer, Filed: at(12, 1, 12)})
	require.NoError(t, err)
	require.Equal(t, "2026-12-19", days.DecidedBy.In(connectors.IndianTime).Format(time.DateOnly))
	require.Equal(t, days.DecidedBy, requests["JS-1-A1"])
}
