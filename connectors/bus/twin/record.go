package twin

import (
	"fmt"
	"slices"
	"strings"
	"time"
)

// Passenger as the portal recorded it.
type Passenger struct {
	Name   string `json:"name"`
	Gender string `json:"gender"`
	Age    string `json:"age"`
	Seat   string `json:"seat"`
}

// held is seats that are kept for a while.
type held struct {
	Key        string      `json:"key"`
	Reference  string      `json:"reference"`
	Service    string      `json:"service"`
	Date       time.Time   `json:"date"`
	Boarding   string      `json:"boarding"`
	Passengers []Passenger `json:"passengers"`
	Paise      int64       `json:"paise"`
	Until      time.Time   `json:"until"`
}

// Booking is a ticket as the portal recorded it.
type Booking struct {
	held

	Number    string    `json:"number"`
	Agent     string    `json:"agent_reference"`
	Payment   string    `json:"payment"`
	Confirmed time.Time `json:"confirmed"`
}

// CancelledBooking is a ticket, or some of its seats, taken back.
type CancelledBooking struct {
	Number    string    `json:"number"`
	Reference string    `json:"reference"`
	Receipt   string    `json:"receipt"`
	Seats     []string  `json:"seats"`
	Refund    int64     `json:"refund"`
	At        time.Time `json:"at"`
}

// Holds counts the holds that are in force.
func (t *Twin) Holds() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	count := 0
	for _, one := range t.holds {
		if one.Until.After(t.config.Clock()) {
			count++
		}
	}
	return count
}

// Bookings lists what was really booked, oldest first.
func (t *Twin) Bookings() []Booking {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.bookings)
}

// Cancelled lists what was really cancelled, oldest first.
func (t *Twin) Cancelled() []CancelledBooking {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.cancelled)
}

// DoubleBookings counts bookings under a reference that had one already, and
// seats that were sold twice.
func (t *Twin) DoubleBookings() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen, double := map[string]bool{}, 0
	count := func(key string) {
		if seen[key] {
			double++
		}
		seen[key] = true
	}
	for _, booking := range t.bookings {
		count("reference " + booking.Agent)
		for _, one := range t.remaining(booking) {
			count(strings.Join([]string{booking.Service, booking.Date.Format(dateLayout), one.Seat}, " "))
		}
	}
	return double
}

// DoubleCancellations counts seats that were taken back twice.
func (t *Twin) DoubleCancellations() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen, double := map[string]bool{}, 0
	for _, back := range t.cancelled {
		for _, seat := range back.Seats {
			if key := back.Number + " " + seat; seen[key] {
				double++
			} else {
				seen[key] = true
			}
		}
	}
	return double
}

// remaining lists the passengers who were not cancelled; it needs the lock.
func (t *Twin) remaining(booking Booking) []Passenger {
	return slices.DeleteFunc(slices.Clone(booking.Passengers), func(one Passenger) bool {
		return slices.ContainsFunc(t.cancelled, func(back CancelledBooking) bool {
			return back.Number == booking.Number && slices.Contains(back.Seats, one.Seat)
		})
	})
}

// taken lists the seats of a trip that are held or sold; it needs the lock.
func (t *Twin) taken(service Service, date time.Time) map[string]bool {
	taken := map[string]bool{}
	for name, one := range service.seats(date) {
		if one.soldAlready {
			taken[name] = true
		}
	}
	mark := func(on held, passengers []Passenger) {
		for _, one := range passengers {
			if on.Service == service.ID && on.Date.Equal(date) {
				taken[one.Seat] = true
			}
		}
	}
	for _, one := range t.holds {
		if one.Until.After(t.config.Clock()) {
			mark(one, one.Passengers)
		}
	}
	for _, booking := range t.bookings {
		mark(booking.held, t.remaining(booking))
	}
	return taken
}

// facts lists what happened, without people's names.
func (t *Twin) facts() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := make([]string, 0, 1+len(t.bookings)+len(t.cancelled))
	lines = append(lines, fmt.Sprintf("%d holds", len(t.holds)))
	for _, booking := range t.bookings {
		lines = append(lines, fmt.Sprintf("%s booked %s on %s, %d seats, Rs. %s, reference %s",
			booking.Number, booking.Service, booking.Date.Format(dateLayout), len(booking.Passengers), rupees(booking.Paise), booking.Agent))
	}
	for _, back := range t.cancelled {
		lines = append(lines, fmt.Sprintf("%s cancelled, %d seats, refund Rs. %s", back.Number, len(back.Seats), rupees(back.Refund)))
	}
	return lines
}
