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
	SeatFront  SeatWish = "front"
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
	Reference  string                      `json:"reference"`
	Service    string                      `json:"service"`
	Trip       connectors.Trip             `json:"trip"`
	Date       time.Time                   `json:"date"`
	Passengers []connectors.Passenger      `json:"passengers"`
	Fields     map[string]string           `json:"fields"`
	Answer     *connectors.ChallengeAnswer `json:"answer,omitempty"`
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
