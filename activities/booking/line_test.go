package booking_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/booking"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// seenLine is a line as the store shows it.
type seenLine struct {
	store.BookingLine

	again time.Time
}

func (l *seenLine) StandInLine(context.Context, store.BookingPlace) (store.BookingLine, error) {
	return l.BookingLine, nil
}

func (l *seenLine) LookAgainAt(_ context.Context, _ store.BookingPlace, at time.Time) error {
	l.again = at
	return nil
}

func (*seenLine) LeaveLine(context.Context, store.BookingPlace, bool) error { return nil }

// threeAtOnce is a portal that lets three in at once, and one try a second.
type threeAtOnce struct{}

func (threeAtOnce) Portal(string) (*catalog.Portal, bool) {
	return &catalog.Portal{Budget: catalog.Budget{RequestsPerSecond: 3, Concurrent: 3}}, true
}

func TestTurnsAreGivenByTheBudgetOfThePortal(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC)
	for name, test := range map[string]struct {
		line  store.BookingLine
		turn  bool
		again time.Duration
	}{
		"there is no line":              {store.BookingLine{}, true, 0},
		"before the opening":            {store.BookingLine{Standing: true, OpensAt: now.Add(time.Hour)}, false, time.Hour},
		"before it, far behind":         {store.BookingLine{Standing: true, OpensAt: now.Add(time.Hour), Ahead: 42}, false, time.Hour + 30*time.Second},
		"the third may try":             {store.BookingLine{Standing: true, OpensAt: now, Ahead: 2}, true, time.Second},
		"the fourth comes back soon":    {store.BookingLine{Standing: true, OpensAt: now, Ahead: 3}, false, time.Second},
		"the ten thousandth, some time": {store.BookingLine{Standing: true, OpensAt: now, Ahead: 10_000}, false, 2 * time.Minute},
		"sold out is nobody's turn":     {store.BookingLine{Standing: true, OpensAt: now, SoldOut: true}, false, time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := &seenLine{BookingLine: test.line}
			line := booking.NewLine(seen, threeAtOnce{}, func() time.Time { return now })
			place, err := line.StandInLine(t.Context(), workflows.QueueInput{Portal: "temples", Quota: "S1", Reference: "AP-1"})
			require.NoError(t, err)
			require.Equal(t, test.turn, place.Turn)
			require.Equal(t, test.again, place.Again)
			require.Equal(t, test.line.Ahead, place.Ahead)
			if test.line.Standing {
				require.True(t, seen.again.After(now))
			}
		})
	}
}
