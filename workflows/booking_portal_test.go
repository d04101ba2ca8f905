package workflows_test

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// fault is what happens to one call of the operator's portal.
type fault int

const (
	noFault    fault = iota
	away             // nothing was done
	lostBefore       // no answer, and nothing was done
	lostAfter        // no answer, but it was done
	diedAfter        // it was done, and our process died before it knew
)

const (
	holdTime = 8 * time.Minute
	seatFare = connectors.Paise(62_000)
)

// busPortal is an operator with one bus of eight seats a day: what its twin is over HTTP, in memory and on the workflow's own clock.
type busPortal struct {
	now    func() time.Time
	leaves time.Duration // after midnight of the day asked for
	fault  func(operation string) fault

	mu        sync.Mutex
	taken     map[string]bool // by others
	holds     map[string]portalHold
	tickets   map[string]connectors.Ticket // by our reference
	calls     map[string]int
	called    int // numbers given out
	returned  connectors.Paise
	fare      connectors.Paise
	opensAt   time.Time
	calledOff bool
}

type portalHold struct {
	connectors.Hold
	reference  string
	passengers []connectors.Passenger
	departs    time.Time
}

func newBusPortal(now func() time.Time) *busPortal {
	return &busPortal{
		now: now, leaves: 21 * time.Hour, fault: func(string) fault { return noFault }, fare: seatFare,
		taken: map[string]bool{}, holds: map[string]portalHold{}, tickets: map[string]connectors.Ticket{}, calls: map[string]int{},
	}
}

var (
	errAway = &connectors.UnavailableError{Reason: connectors.ReasonConnection}
	errLost = &connectors.OutcomeUnknownError{}
	errDied = errors.New("the process died")
)

// failsOnce lets the next call of an operation fail, and no other.
func (p *busPortal) failsOnce(operation string, kind fault) {
	failed := false
	p.fault = func(called string) fault {
		if called != operation || failed {
			return noFault
		}
		failed = true
		return kind
	}
}

// during runs one call with its fault.
func (p *busPortal) during(operation string, do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[operation]++
	switch p.fault(operation) {
	case away:
		return errAway
	case lostBefore:
		return errLost
	case lostAfter:
		_ = do()
		return errLost
	case diedAfter:
		_ = do()
		return errDied
	case noFault:
	}
	return do()
}

// look is a call that changes nothing: it may be away only.
func (p *busPortal) look(operation string, do func() error) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls[operation]++
	if p.fault(operation) != noFault {
		return errAway
	}
	return do()
}

func (p *busPortal) count(operation string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[operation]
}

// occupied needs the lock.
func (p *busPortal) occupied() map[string]bool {
	occupied := maps.Clone(p.taken)
	for _, hold := range p.holds {
		if hold.ExpiresAt.After(p.now()) {
			for _, seat := range hold.Seats {
				occupied[seat] = true
			}
		}
	}
	for _, ticket := range p.tickets {
		for _, passenger := range ticket.Passengers {
			occupied[passenger.Seat] = occupied[passenger.Seat] || ticket.State == connectors.TicketConfirmed
		}
	}
	return occupied
}

func seatNames() []string { return []string{"1", "2", "3", "4", "5", "6", "7", "8"} }

// grab lets others take seats: all of them without names.
func (p *busPortal) grab(seats ...string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(seats) == 0 {
		seats = seatNames()
	}
	occupied := p.occupied()
	for _, seat := range seats {
		if !occupied[seat] {
			p.taken[seat] = true
		}
	}
}

// raiseFare makes the bus dearer for those who do not have a hold yet.
func (p *busPortal) raiseFare() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fare += 5000
}

func (p *busPortal) Search(_ context.Context, query connectors.TripQuery) (trips []connectors.Trip, err error) {
	err = p.look("search", func() error {
		occupied, free := p.occupied(), 0
		for _, seat := range seatNames() {
			if !occupied[seat] {
				free++
			}
		}
		trips = []connectors.Trip{{
			ID: "SRV1", Number: "2551", Kind: "SUPER LUXURY", From: connectors.Stop{ID: query.From, Name: "VIJAYAWADA"},
			To: connectors.Stop{ID: query.To, Name: "HYDERABAD"}, Departs: query.Date.Add(p.leaves), Fare: p.fare, Available: free, OpensAt: p.opensAt,
		}}
		return nil
	})
	return trips, err
}

func (p *busPortal) Layout(context.Context, connectors.LayoutQuery) (layout connectors.Layout, err error) {
	err = p.look("layout", func() error {
		occupied := p.occupied()
		for i, seat := range seatNames() {
			layout.Seats = append(layout.Seats, connectors.Seat{
				Name: seat, Row: i / 4, Column: []int{0, 1, 3, 4}[i%4], Window: i%4 == 0 || i%4 == 3, Available: !occupied[seat], Fare: p.fare,
			})
		}
		return nil
	})
	return layout, err
}

func (p *busPortal) Hold(_ context.Context, request connectors.HoldRequest) (held connectors.Hold, err error) {
	err = p.during("hold", func() error {
		for _, hold := range p.holds {
			if hold.reference == request.Reference && hold.ExpiresAt.After(p.now()) {
				held = hold.Hold
				return nil
			}
		}
		held, err = p.hold(request)
		return err
	})
	return held, err
}

func (p *busPortal) hold(request connectors.HoldRequest) (connectors.Hold, error) {
	departs := request.Date.Add(p.leaves)
	if !departs.After(p.now()) {
		return connectors.Hold{}, &connectors.RefusedError{Code: connectors.RefusedTooLate}
	}
	occupied := p.occupied()
	passengers := slices.Clone(request.Passengers)
	for i := range passengers {
		if passengers[i].Seat == "" {
			if free := slices.IndexFunc(seatNames(), func(seat string) bool { return !occupied[seat] }); free >= 0 {
				passengers[i].Seat = seatNames()[free]
			}
		}
		if passengers[i].Seat == "" || occupied[passengers[i].Seat] {
			return connectors.Hold{}, &connectors.RefusedError{Code: connectors.RefusedSoldOut}
		}
		occupied[passengers[i].Seat] = true
	}
	p.called++
	held := connectors.Hold{
		Key: "H" + strconv.Itoa(p.called), ExpiresAt: p.now().Add(holdTime), Fare: p.fare * connectors.Paise(len(passengers)),
	}
	for _, passenger := range passengers {
		held.Seats = append(held.Seats, passenger.Seat)
	}
	p.holds[held.Key] = portalHold{held, request.Reference, passengers, departs}
	return held, nil
}

func (p *busPortal) Confirm(_ context.Context, confirmation connectors.Confirmation) (ticket connectors.Ticket, err error) {
	err = p.during("confirm", func() error {
		if first, again := p.tickets[confirmation.Reference]; again {
			ticket = first
			return nil
		}
		hold, known := p.holds[confirmation.Key]
		switch {
		case !known || !hold.ExpiresAt.After(p.now()):
			return &connectors.RefusedError{Code: connectors.RefusedHoldExpired}
		case hold.Fare != confirmation.Amount:
			return &connectors.RefusedError{Code: connectors.RefusedAmount}
		}
		delete(p.holds, confirmation.Key)
		p.called++
		ticket = connectors.Ticket{
			Reference: confirmation.Reference, Number: "PNR" + strconv.Itoa(p.called), State: connectors.TicketConfirmed, Fare: hold.Fare,
			Passengers: hold.passengers, BookedAt: p.now(), Trip: connectors.Trip{Number: "2551", Departs: hold.departs},
		}
		p.tickets[confirmation.Reference] = ticket
		return nil
	})
	return ticket, err
}

func (p *busPortal) FindBooking(_ context.Context, query connectors.BookingQuery) (ticket connectors.Ticket, err error) {
	err = p.look("find", func() error {
		found, known := p.tickets[query.Reference]
		if !known {
			return &connectors.NotFoundError{What: "booking"}
		}
		ticket = found
		return nil
	})
	return ticket, err
}

func (p *busPortal) Release(_ context.Context, key string) error {
	return p.during("release", func() error {
		delete(p.holds, key)
		return nil
	})
}

// callOff cancels every ticket, as before a flood, and owes the whole fare.
func (p *busPortal) callOff() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calledOff = true
	for reference, ticket := range p.tickets {
		if ticket.State == connectors.TicketConfirmed {
			ticket.State, p.returned = connectors.TicketCancelled, ticket.Fare
			p.tickets[reference] = ticket
		}
	}
}

func (p *busPortal) CancelQuote(_ context.Context, query connectors.CancelQuery) (quote connectors.CancelQuote, err error) {
	err = p.look("quote", func() error {
		quote, err = p.quote(query)
		return err
	})
	return quote, err
}

func (p *busPortal) quote(query connectors.CancelQuery) (connectors.CancelQuote, error) {
	for _, ticket := range p.tickets {
		if ticket.Number == query.Number && ticket.Trip.Departs.Sub(p.now()) > 2*time.Hour {
			charge := ticket.Fare / 10
			return connectors.CancelQuote{Number: query.Number, Fare: ticket.Fare, Charge: charge, Refund: ticket.Fare - charge}, nil
		}
	}
	return connectors.CancelQuote{}, &connectors.RefusedError{Code: connectors.RefusedTooLate, Reason: "Too late."}
}

func (p *busPortal) Cancel(_ context.Context, cancel connectors.CancelQuery) (cancelled connectors.Cancellation, err error) {
	err = p.during("cancel", func() error {
		for reference, ticket := range p.tickets {
			if ticket.Number != cancel.Number {
				continue
			}
			if ticket.State == connectors.TicketCancelled {
				cancelled = connectors.Cancellation{Number: cancel.Number, Refund: p.returned, CancelledAt: p.now()}
				return nil
			}
			quote, err := p.quote(cancel)
			if err != nil {
				return err
			}
			ticket.State = connectors.TicketCancelled
			p.tickets[reference], p.returned = ticket, quote.Refund
			cancelled = connectors.Cancellation{Number: cancel.Number, Refund: quote.Refund, CancelledAt: p.now()}
			return nil
		}
		return &connectors.NotFoundError{What: "booking"}
	})
	return cancelled, err
}

// good tells whether there is a ticket that is good.
func (p *busPortal) good() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.ContainsFunc(slices.Collect(maps.Values(p.tickets)), func(t connectors.Ticket) bool { return t.State == connectors.TicketConfirmed })
}
