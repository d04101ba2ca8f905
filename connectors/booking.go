package connectors

import (
	"context"
	"time"
)

// Bookings is the capability behind services of the kind "booking": a seat in a
// bus, a slot at a temple. Implementations are safe for concurrent use.
//
// The order is Hold, pay, Confirm. Hold and Confirm are never repeated blindly.
// After an OutcomeUnknownError of Hold the caller may hold again: a lost hold
// runs out by itself. After one of Confirm it asks FindBooking, which answers a
// NotFoundError only when there certainly is no ticket; and never confirms with
// another hold before that is settled. Confirming the same Reference again when
// it has landed answers the first ticket.
//
// Nothing left to hold is a RefusedError with RefusedSoldOut; a hold that ran
// out RefusedHoldExpired; a fare other than the confirmed one RefusedAmount.
// Before the quota opens, and in the rush's queue, it is an UnavailableError
// whose Until or RetryAfter says when to come back.
//
// Release gives a hold back. One that is gone already is success.
type Bookings interface {
	Search(ctx context.Context, query TripQuery) ([]Trip, error)
	Hold(ctx context.Context, request HoldRequest) (Hold, error)
	Confirm(ctx context.Context, confirmation Confirmation) (Ticket, error)
	FindBooking(ctx context.Context, query BookingQuery) (Ticket, error)
	Release(ctx context.Context, key string) error
}

// LayoutShower is a Bookings connector whose places can be chosen one by one.
type LayoutShower interface {
	Layout(ctx context.Context, query LayoutQuery) (Layout, error)
}

// Canceller is a Bookings connector that takes bookings back. CancelQuote
// changes nothing. Cancel follows the rules of Confirm; a booking that is
// cancelled already answers its first Cancellation.
type Canceller interface {
	CancelQuote(ctx context.Context, query CancelQuery) (CancelQuote, error)
	Cancel(ctx context.Context, cancel CancelQuery) (Cancellation, error)
}

// LiveTracker is a Bookings connector that knows where a vehicle is now. It goes
// by the operator's vehicle or service number, which is not a Trip.ID.
type LiveTracker interface {
	Locate(ctx context.Context, vehicle string) (VehiclePosition, error)
}

// Stop is a place where a trip begins, ends or calls. Slots of one place have
// none.
type Stop struct {
	ID   string    `json:"id"`
	Name string    `json:"name"`
	At   time.Time `json:"at,omitzero"`
}

// TripQuery asks what can be booked on a day.
type TripQuery struct {
	// Service is the portal's own code of what is booked, from the catalog.
	Service string `json:"service"`
	// From and To are the portal's ids of places; To is empty for a slot.
	From string `json:"from,omitempty"`
	To   string `json:"to,omitempty"`
	// Date is midnight of the day, Indian time.
	Date    time.Time         `json:"date"`
	Persons int               `json:"persons,omitempty"`
	Fields  map[string]string `json:"fields,omitempty"`
	Answer  *ChallengeAnswer  `json:"answer,omitempty"`
}

// Trip is one departure or slot.
type Trip struct {
	// ID is the portal's; it may be good for a short time only.
	ID string `json:"id"`
	// Number is what people know it by, Kind its comfort: "8427", "Super Luxury".
	Number   string    `json:"number,omitempty"`
	Kind     string    `json:"kind,omitempty"`
	Operator string    `json:"operator,omitempty"`
	From     Stop      `json:"from"`
	To       Stop      `json:"to"`
	Departs  time.Time `json:"departs"`
	Arrives  time.Time `json:"arrives,omitzero"`
	// Fare is for one person; Available how many places are left.
	Fare      Paise  `json:"fare"`
	Available int    `json:"available"`
	Boarding  []Stop `json:"boarding,omitempty"`
	Dropping  []Stop `json:"dropping,omitempty"`
	// Vehicle is what LiveTracker goes by; empty when not known.
	Vehicle string `json:"vehicle,omitempty"`
	// OpensAt is when booking opens, for a quota that is not open yet.
	OpensAt time.Time `json:"opens_at,omitzero"`
}

// LayoutQuery asks for the places of a trip.
type LayoutQuery struct {
	Service string `json:"service"`
	TripID  string `json:"trip_id"`
	From    string `json:"from,omitempty"`
	To      string `json:"to,omitempty"`
	// Date is midnight of the day, Indian time.
	Date time.Time `json:"date"`
}

// Layout is the places of a trip.
type Layout struct {
	Seats []Seat `json:"seats"`
	// MaxPerBooking is how many one booking may hold; 0 when nobody said.
	MaxPerBooking int `json:"max_per_booking,omitempty"`
}

// Seat is one place. Row, Column and Deck count from 0.
type Seat struct {
	Name      string `json:"name"`
	Row       int    `json:"row"`
	Column    int    `json:"column"`
	Deck      int    `json:"deck,omitempty"`
	Available bool   `json:"available"`
	// LadiesOnly may be held for a woman only.
	LadiesOnly bool  `json:"ladies_only,omitempty"`
	Window     bool  `json:"window,omitempty"`
	Sleeper    bool  `json:"sleeper,omitempty"`
	Fare       Paise `json:"fare"`
}

// Passenger is one person of a booking. It is personal data.
type Passenger struct {
	Name string `json:"name"`
	// Gender is "f", "m" or "o".
	Gender string `json:"gender"`
	Age    int    `json:"age"`
	// Seat is Seat.Name; empty lets the portal choose.
	Seat string `json:"seat,omitempty"`
	// IDType and IDNumber are of the paper shown at the door, where asked for.
	IDType   string `json:"id_type,omitempty"`
	IDNumber string `json:"id_number,omitempty"`
	// Concession is the portal's code of a reduced fare; empty is none.
	Concession string `json:"concession,omitempty"`
}

// HoldRequest asks to keep places until they are paid. It holds personal data.
type HoldRequest struct {
	// Reference is ours: the request's reference and the step. It names no
	// person.
	Reference string `json:"reference"`
	Service   string `json:"service"`
	TripID    string `json:"trip_id"`
	From      string `json:"from,omitempty"`
	To        string `json:"to,omitempty"`
	// Date is midnight of the day, Indian time.
	Date       time.Time         `json:"date"`
	Boarding   string            `json:"boarding,omitempty"`
	Dropping   string            `json:"dropping,omitempty"`
	Passengers []Passenger       `json:"passengers"`
	Mobile     string            `json:"mobile,omitempty"`
	Email      string            `json:"email,omitempty"`
	Fields     map[string]string `json:"fields,omitempty"`
	Answer     *ChallengeAnswer  `json:"answer,omitempty"`
}

// Hold is places that are kept for a while.
type Hold struct {
	// Key stands for the hold; where the portal keeps it in a session, it is a
	// frozen session and a secret.
	Key       string    `json:"key"`
	ExpiresAt time.Time `json:"expires_at"`
	// Fare is for all passengers and what Confirm must be paid with.
	Fare  Paise    `json:"fare"`
	Seats []string `json:"seats,omitempty"`
}

// Confirmation turns a hold that was paid into a ticket.
type Confirmation struct {
	// Reference is ours and the idempotency key of the confirmation, the same
	// on every attempt.
	Reference string `json:"reference"`
	Service   string `json:"service"`
	// Key is Hold.Key.
	Key string `json:"key"`
	// Amount is what the citizen paid: Hold.Fare.
	Amount           Paise             `json:"amount"`
	PaidAt           time.Time         `json:"paid_at"`
	GatewayPaymentID string            `json:"gateway_payment_id"`
	Fields           map[string]string `json:"fields,omitempty"`
}

// BookingQuery looks a booking up by our reference, or by the portal's number
// when it is known.
type BookingQuery struct {
	Reference string `json:"reference"`
	Service   string `json:"service"`
	// Key is Hold.Key, for portals that look up by hold.
	Key string `json:"key,omitempty"`
	// Number is Ticket.Number; empty when not known yet.
	Number string            `json:"number,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

// TicketState says whether a ticket is good.
type TicketState string

// The states of a ticket.
const (
	TicketConfirmed TicketState = "confirmed"
	TicketCancelled TicketState = "cancelled"
)

// Ticket is a booking as the operator registered it. It holds personal data.
type Ticket struct {
	Reference string `json:"reference"`
	// Number is the operator's (PNR).
	Number     string      `json:"number"`
	State      TicketState `json:"state"`
	Trip       Trip        `json:"trip"`
	Boarding   Stop        `json:"boarding,omitzero"`
	Passengers []Passenger `json:"passengers,omitempty"`
	Fare       Paise       `json:"fare"`
	BookedAt   time.Time   `json:"booked_at,omitzero"`
	// Document is the operator's own ticket, when it gives a file.
	Document *Document `json:"document,omitempty"`
}

// CancelQuery names what to take back.
type CancelQuery struct {
	// Reference is ours and the idempotency key of the cancellation.
	Reference string `json:"reference"`
	Service   string `json:"service"`
	// Number is Ticket.Number.
	Number string `json:"number"`
	// Seats are those to give back; empty is all.
	Seats  []string          `json:"seats,omitempty"`
	Fields map[string]string `json:"fields,omitempty"`
}

// CancelQuote tells what a cancellation would bring now. A booking that cannot
// be cancelled any more is a RefusedError with RefusedTooLate instead.
type CancelQuote struct {
	Number string `json:"number"`
	Fare   Paise  `json:"fare"`
	// Charge is kept, Refund given back; together they are the fare.
	Charge Paise `json:"charge"`
	Refund Paise `json:"refund"`
	// Until is when the charge rises or cancelling ends; zero when unknown.
	Until time.Time `json:"until,omitzero"`
}

// Cancellation is a booking taken back.
type Cancellation struct {
	Number      string    `json:"number"`
	Refund      Paise     `json:"refund"`
	CancelledAt time.Time `json:"cancelled_at,omitzero"`
	// Receipt is the operator's number of the cancellation.
	Receipt string `json:"receipt,omitempty"`
}

// VehiclePosition is where a vehicle was last seen.
type VehiclePosition struct {
	Vehicle string `json:"vehicle"`
	// Place is in words; Location is nil when the operator gives words only.
	Place    string       `json:"place,omitempty"`
	Location *Coordinates `json:"location,omitempty"`
	SeenAt   time.Time    `json:"seen_at"`
	// NextStop and ExpectedAt are empty when unknown.
	NextStop   string    `json:"next_stop,omitempty"`
	ExpectedAt time.Time `json:"expected_at,omitzero"`
}
