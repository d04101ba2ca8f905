package booking

import (
	"cmp"
	"context"
	"slices"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// PickSeats gives each passenger a seat by the citizen's wish. A portal whose seats cannot be chosen leaves them to it.
func (a *Activities) PickSeats(ctx context.Context, input workflows.PickSeatsInput) (workflows.PickedSeats, error) {
	shower, can := a.config.Connector.(connectors.LayoutShower)
	if !can {
		return workflows.PickedSeats{Passengers: input.Passengers, Free: len(input.Passengers)}, nil
	}
	at, err := a.place(input.Service)
	if err != nil {
		return workflows.PickedSeats{}, err
	}
	layout, err := shower.Layout(ctx, connectors.LayoutQuery{
		Service: at.service, TripID: input.Trip.ID, From: input.Trip.From.ID, To: input.Trip.To.ID, Date: input.Date,
	})
	if err != nil {
		return workflows.PickedSeats{}, answer.Error(err, a.config.Now())
	}
	return Pick(layout, input.Passengers, input.Wish, input.Avoid), nil
}

// Pick gives passengers seats: near each other before all, then by the wish, then in the layout's order. A seat for women goes to a woman.
// Without enough seats nobody has one, and Free tells how many there are.
func Pick(layout connectors.Layout, passengers []connectors.Passenger, wish workflows.SeatWish, avoid []string) workflows.PickedSeats {
	free := slices.DeleteFunc(slices.Clone(layout.Seats), func(seat connectors.Seat) bool {
		return !seat.Available || slices.Contains(avoid, seat.Name)
	})
	slices.SortStableFunc(free, func(a, b connectors.Seat) int {
		return cmp.Or(cmp.Compare(a.Deck, b.Deck), cmp.Compare(a.Row, b.Row), cmp.Compare(a.Column, b.Column))
	})
	women := 0
	for _, passenger := range passengers {
		if passenger.Gender == "f" {
			women++
		}
	}
	open := slices.DeleteFunc(slices.Clone(free), func(seat connectors.Seat) bool { return seat.LadiesOnly })
	usable := len(open) + min(len(free)-len(open), women)
	if usable < len(passengers) || (layout.MaxPerBooking > 0 && len(passengers) > layout.MaxPerBooking) {
		return workflows.PickedSeats{Passengers: unseated(passengers), Free: min(usable, len(passengers)-1)}
	}
	walkways := aisles(layout.Seats)
	best := cheapest(groups(free, open, len(passengers), women), func(group []connectors.Seat) int { return cost(group, wish, walkways) })
	return workflows.PickedSeats{Passengers: seated(passengers, best), Together: together(best), Free: usable}
}

func unseated(passengers []connectors.Passenger) []connectors.Passenger {
	bare := slices.Clone(passengers)
	for i := range bare {
		bare[i].Seat = ""
	}
	return bare
}

// groups are the ways of taking so many seats that lie one after another, those for women only as far as there are women.
func groups(free, open []connectors.Seat, size, women int) [][]connectors.Seat {
	var found [][]connectors.Seat
	for i := 0; i+size <= len(free); i++ {
		reserved := 0
		for _, seat := range free[i : i+size] {
			if seat.LadiesOnly {
				reserved++
			}
		}
		if reserved <= women {
			found = append(found, free[i:i+size])
		}
	}
	for i := 0; i+size <= len(open); i++ {
		found = append(found, open[i:i+size])
	}
	if len(found) == 0 { // as many of those for women as there are women, and the open ones
		mixed := slices.DeleteFunc(slices.Clone(free), func(seat connectors.Seat) bool { return !seat.LadiesOnly })
		found = append(found, append(mixed[:min(women, len(mixed))], open...)[:size])
	}
	return found
}

func cheapest(groups [][]connectors.Seat, cost func([]connectors.Seat) int) []connectors.Seat {
	return slices.MinFunc(groups, func(a, b []connectors.Seat) int { return cmp.Compare(cost(a), cost(b)) })
}

// cost is high for seats far from each other, and a little lower for each that is as wished.
func cost(group []connectors.Seat, wish workflows.SeatWish, walkways map[position]bool) int {
	const farRow, gap, otherDeck = 20, 5, 200
	sum := 0
	for i := 1; i < len(group); i++ {
		before, seat := group[i-1], group[i]
		sum += (seat.Row - before.Row) * farRow
		if seat.Deck != before.Deck {
			sum += otherDeck
		}
		if seat.Row == before.Row {
			sum += (seat.Column - before.Column - 1) * gap
		}
	}
	for _, seat := range group {
		if wished(seat, wish, walkways) {
			sum--
		}
	}
	return sum
}

func wished(seat connectors.Seat, wish workflows.SeatWish, walkways map[position]bool) bool {
	switch wish {
	case workflows.SeatWindow:
		return seat.Window
	case workflows.SeatAisle:
		return walkways[positionOf(seat)]
	case workflows.SeatAny:
	}
	return false
}

// position is a place in a vehicle.
type position struct{ deck, row, column int }

func positionOf(seat connectors.Seat) position { return position{seat.Deck, seat.Row, seat.Column} }

// aisles are the seats beside which there is none on one side, and that is not the wall.
func aisles(seats []connectors.Seat) map[position]bool {
	there, widest := map[position]bool{}, 0
	for _, seat := range seats {
		there[positionOf(seat)] = true
		widest = max(widest, seat.Column)
	}
	beside := map[position]bool{}
	for _, seat := range seats {
		for _, column := range []int{seat.Column - 1, seat.Column + 1} {
			if column > 0 && column < widest && !there[position{seat.Deck, seat.Row, column}] {
				beside[positionOf(seat)] = true
			}
		}
	}
	return beside
}

// together tells whether everybody sits in one row, an aisle between them at most.
func together(group []connectors.Seat) bool {
	for i := 1; i < len(group); i++ {
		before, seat := group[i-1], group[i]
		if seat.Deck != before.Deck || seat.Row != before.Row || seat.Column-before.Column > 2 {
			return false
		}
	}
	return true
}

// seated gives the seats for women to women, and the others in order.
func seated(passengers []connectors.Passenger, seats []connectors.Seat) []connectors.Passenger {
	placed := unseated(passengers)
	give := func(seat connectors.Seat, fits func(connectors.Passenger) bool) {
		for i := range placed {
			if placed[i].Seat == "" && fits(placed[i]) {
				placed[i].Seat = seat.Name
				return
			}
		}
	}
	for _, seat := range seats {
		if seat.LadiesOnly {
			give(seat, func(p connectors.Passenger) bool { return p.Gender == "f" })
		}
	}
	for _, seat := range seats {
		if !seat.LadiesOnly {
			give(seat, func(connectors.Passenger) bool { return true })
		}
	}
	return placed
}
