package workflows

import (
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// The activities of a portal at which places are booked. They run on the portal's task queue.
const (
	ActivitySearchTrips    = "SearchTrips"    // TripsAt -> []connectors.Trip
	ActivityPickSeats      = "PickSeats"      // PickSeatsInput -> PickedSeats
	ActivityHoldPlaces     = "HoldPlaces"     // HoldPlacesInput -> connectors.Hold
	ActivityConfirmBooking = "ConfirmBooking" // ConfirmBookingInput -> BookedTicket
	ActivityFindBooking    = "FindBooking"    // ConfirmBookingInput -> BookedTicket
	ActivityReleaseHold    = "ReleaseHold"    // HoldRef -> nothing
	ActivityQuoteCancel    = "QuoteCancel"    // TicketRef -> connectors.CancelQuote
	ActivityCancelBooking  = "CancelBooking"  // TicketRef -> connectors.Cancellation
)

// TripsAt asks what can be booked on a day.
type TripsAt struct {
	Service string            `json:"service"` // the catalog's id
	Date    time.Time         `json:"date"`    // midnight, Indian time
	Persons int               `json:"persons"`
	Fields  map[string]string `json:"fields"` // by the portal's names; "from" and "to" are the places
	// Answer continues a search that ended in a challenge.
	Answer *connectors.ChallengeAnswer `json:"answer,omitempty"`
}

// SeatWish is what a citizen cares about in a seat.
type SeatWish string

// The wishes.
const (
	SeatAny    SeatWish = "any"
	SeatWindow SeatWish = "window"
	SeatAisle  SeatWish = "aisle"
)

// PickSeatsInput asks for seats that fit a wish, next to each other where possible, none for women given to a man.
type PickSeatsInput struct {
	Service    string                 `json:"service"`
	Trip       connectors.Trip        `json:"trip"`
	Date       time.Time              `json:"date"`
	Fields     map[string]string      `json:"fields"`
	Passengers []connectors.Passenger `json:"passengers"`
	Wish       SeatWish               `json:"wish"`
	// Avoid are seats that were found taken.
	Avoid []string `json:"avoid,omitempty"`
}

// PickedSeats are the passengers with their seats. A portal that chooses itself leaves them without one.
type PickedSeats struct {
	Passengers []connectors.Passenger `json:"passengers"`
	// Together tells whether the seats are next to each other.
	Together bool `json:"together,omitempty"`
	// Free is how many seats could have been picked; fewer than the passengers when there was no room.
	Free int `json:"free"`
}

// HoldPlacesInput asks to keep places until they are paid.
type HoldPlacesInput struct {
	// Reference is the request's with the number of the hold: each hold has one of its own.
	Reference  string                 `json:"reference"`
	Service    string                 `json:"service"`
	Trip       connectors.Trip        `json:"trip"`
	Date       time.Time              `json:"date"`
	Passengers []connectors.Passenger `json:"passengers"`
	Fields     map[string]string      `json:"fields"`
	// Boarding is the portal's id of the stop where they get on; empty: the trip's first.
	Boarding string                      `json:"boarding,omitempty"`
	Answer   *connectors.ChallengeAnswer `json:"answer,omitempty"`
}

// ConfirmBookingInput turns a hold that was paid into a ticket.
type ConfirmBookingInput struct {
	To      Recipient         `json:"to"`
	Service string            `json:"service"`
	Hold    connectors.Hold   `json:"hold"`
	Payment Payment           `json:"payment"`
	Fields  map[string]string `json:"fields"`
	// LookFirst is set when it may have been confirmed before; a repeated attempt always looks first.
	LookFirst bool `json:"look_first,omitempty"`
	// Number is the operator's of the ticket, when it is known; LookOnly leaves its file where it is.
	Number   string `json:"number,omitempty"`
	LookOnly bool   `json:"look_only,omitempty"`
}

// BookedTicket is a ticket with its file, which is kept with us.
type BookedTicket struct {
	Ticket connectors.Ticket `json:"ticket"` // without the file's content
	File   *Document         `json:"file,omitempty"`
}

// HoldRef names a hold.
type HoldRef struct {
	Service string `json:"service"`
	Key     string `json:"key"`
}

// TicketRef names a ticket.
type TicketRef struct {
	To      Recipient         `json:"to"`
	Service string            `json:"service"`
	Number  string            `json:"number"`
	Fields  map[string]string `json:"fields,omitempty"`
}

// The activities of the line at a quota. They touch only our own store.
const (
	ActivityStandInLine = "StandInLine" // QueueInput -> PlaceInLine
	ActivityLeaveLine   = "LeaveLine"   // QueueInput -> nothing
)

// QueueInput names a request's place in the line of a quota. It holds nothing personal.
type QueueInput struct {
	Portal string `json:"portal"`
	// Quota is the portal's id of the trip or slot.
	Quota     string `json:"quota"`
	Reference string `json:"reference"`
	// ConfirmedAt is when the citizen chose it: the order of the line.
	ConfirmedAt time.Time `json:"confirmed_at"`
	Persons     int       `json:"persons"`
	// OpensAt is when booking opens; zero when it is open, and then only a line that is there is joined.
	OpensAt time.Time `json:"opens_at,omitzero"`
	// SoldOut notes, when the line is left, that there was no room for so many persons.
	SoldOut bool `json:"sold_out,omitempty"`
}

// PlaceInLine is how far a request came in a line.
type PlaceInLine struct {
	// InLine is false where there is no line to stand in.
	InLine bool `json:"in_line,omitempty"`
	// Turn says that it may try now, Ahead how many are before it, Again when to look again.
	Turn  bool          `json:"turn,omitempty"`
	Ahead int           `json:"ahead,omitempty"`
	Again time.Duration `json:"again,omitempty"`
	// SoldOut says that there is no room for so many persons any more.
	SoldOut bool `json:"sold_out,omitempty"`
}
