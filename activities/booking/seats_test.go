package booking_test

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/booking"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// coach has five rows of two and two with an aisle between, seat 4 for women, and what is given taken.
func coach(taken ...string) connectors.Layout {
	layout := connectors.Layout{MaxPerBooking: 6}
	for i := range 20 {
		seat := connectors.Seat{Name: strconv.Itoa(i + 1), Row: i / 4, Column: []int{0, 1, 3, 4}[i%4], Available: true, LadiesOnly: i == 3}
		seat.Window = seat.Column == 0 || seat.Column == 4
		for _, name := range taken {
			seat.Available = seat.Available && seat.Name != name
		}
		layout.Seats = append(layout.Seats, seat)
	}
	return layout
}

func people(genders string) []connectors.Passenger {
	var passengers []connectors.Passenger
	for _, gender := range genders {
		passengers = append(passengers, connectors.Passenger{Name: "P", Gender: string(gender), Age: 30})
	}
	return passengers
}

func TestSeatsAreTogetherBeforeTheyAreAsWished(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		layout   connectors.Layout
		people   string
		wish     workflows.SeatWish
		avoid    []string
		seats    []string
		together bool
	}{
		"any seat is the first":               {coach(), "m", workflows.SeatAny, nil, []string{"1"}, true},
		"a window":                            {coach("1"), "m", workflows.SeatWindow, nil, []string{"5"}, true},
		"a woman may have the women's window": {coach("1"), "f", workflows.SeatWindow, nil, []string{"4"}, true},
		"an aisle":                            {coach(), "m", workflows.SeatAisle, nil, []string{"2"}, true},
		"two beside each other":               {coach("1"), "mm", workflows.SeatWindow, nil, []string{"5", "6"}, true},
		"the woman sits on the women's seat":  {coach("1", "2"), "mf", workflows.SeatAny, nil, []string{"3", "4"}, true},
		"two men do not":                      {coach("1", "2"), "mm", workflows.SeatAny, nil, []string{"5", "6"}, true},
		"a family of four in one row":         {coach("2"), "mfmf", workflows.SeatAny, nil, []string{"5", "6", "7", "8"}, true},
		"those that were lost are not tried":  {coach(), "m", workflows.SeatAny, []string{"1", "2"}, []string{"3"}, true},
		"apart when there is no other way":    {coach("1", "2", "3", "4", "6", "7", "8", "9", "10", "11", "13", "14", "15", "16", "17", "18", "19", "20"), "mm", workflows.SeatAny, nil, []string{"5", "12"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			picked := booking.Pick(test.layout, people(test.people), test.wish, test.avoid)
			var seats []string
			for _, passenger := range picked.Passengers {
				seats = append(seats, passenger.Seat)
			}
			require.ElementsMatch(t, test.seats, seats)
			require.Equal(t, test.together, picked.Together)
			require.GreaterOrEqual(t, picked.Free, len(test.people))
			for i, passenger := range picked.Passengers {
				require.False(t, passenger.Seat == "4" && test.people[i] != 'f')
			}
		})
	}
}

func TestWithTooFewSeatsNobodyHasOne(t *testing.T) {
	t.Parallel()
	full := make([]string, 0, 19)
	for i := range 20 {
		if i != 3 {
			full = append(full, strconv.Itoa(i+1))
		}
	}
	picked := booking.Pick(coach(full...), people("m"), workflows.SeatAny, nil)
	require.Zero(t, picked.Free, "only the women's seat is left")
	require.Empty(t, picked.Passengers[0].Seat)
	require.Less(t, booking.Pick(coach(), people("mmmmmmm"), workflows.SeatAny, nil).Free, 7, "more than one ticket may hold")
	require.Equal(t, 1, booking.Pick(coach(full...), people("f"), workflows.SeatAny, nil).Free)
}

// Whatever the layout and the people: each seat is free and given once, and none for women to a man.
func FuzzPick(f *testing.F) {
	f.Add(uint32(0), "mf", "window")
	f.Fuzz(func(t *testing.T, taken uint32, genders, wish string) {
		if genders == "" || len(genders) > 6 {
			return
		}
		layout := coach()
		free := map[string]connectors.Seat{}
		for i := range layout.Seats {
			layout.Seats[i].Available = taken&(1<<i) == 0
			if layout.Seats[i].Available {
				free[layout.Seats[i].Name] = layout.Seats[i]
			}
		}
		passengers := people(genders)
		picked := booking.Pick(layout, passengers, workflows.SeatWish(wish), nil)
		if picked.Free < len(passengers) {
			return
		}
		for _, passenger := range picked.Passengers {
			seat, available := free[passenger.Seat]
			require.True(t, available)
			require.False(t, seat.LadiesOnly && passenger.Gender != "f")
			delete(free, passenger.Seat)
		}
	})
}
