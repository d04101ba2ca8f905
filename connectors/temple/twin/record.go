package twin

import (
	"fmt"
	"slices"
	"time"
)

// Pilgrim as the portal recorded them.
type Pilgrim struct {
	Name   string `json:"name"`
	Gender string `json:"gender"`
	Age    string `json:"age"`
	Paper  string `json:"paper"`
}

// held is tickets that are kept for a while.
type held struct {
	Key       string    `json:"key"`
	Reference string    `json:"reference"`
	Slot      string    `json:"slot"`
	Gothram   string    `json:"gothram,omitempty"`
	Pilgrims  []Pilgrim `json:"pilgrims"`
	Paise     int64     `json:"paise"`
	Until     time.Time `json:"until"`
}

// Booking is a ticket as the portal recorded it.
type Booking struct {
	held

	Number    string    `json:"number"`
	Agent     string    `json:"agent_reference"`
	Payment   string    `json:"payment"`
	Confirmed time.Time `json:"confirmed"`
}

// Holds counts the holds that are in force.
func (t *Twin) Holds() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	count := 0
	for _, one := range t.holds {
		if t.inForce(one) {
			count++
		}
	}
	return count
}

func (t *Twin) inForce(one held) bool { return one.Until.After(t.config.Clock()) }

// Bookings lists what was really booked, oldest first.
func (t *Twin) Bookings() []Booking {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.bookings)
}

// DoubleBookings counts bookings under a reference that had one already, and
// tickets beyond a quota.
func (t *Twin) DoubleBookings() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen, sold, double := map[string]bool{}, map[string]int{}, 0
	for _, booking := range t.bookings {
		if seen[booking.Agent] {
			double++
		}
		seen[booking.Agent] = true
		sold[booking.Slot] += len(booking.Pilgrims)
	}
	for code, count := range sold {
		at, _ := findSlot(code)
		double += max(count-(at.Quota-at.soldAlready()), 0)
	}
	return double
}

// free counts the tickets of a slot that are left; it needs the lock.
func (t *Twin) free(at slot) int {
	left := at.Quota - at.soldAlready()
	for _, one := range t.holds {
		if one.Slot == at.id() && t.inForce(one) {
			left -= len(one.Pilgrims)
		}
	}
	for _, booking := range t.bookings {
		if booking.Slot == at.id() {
			left -= len(booking.Pilgrims)
		}
	}
	return max(left, 0)
}

// facts lists what happened, without people's names.
func (t *Twin) facts() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := make([]string, 0, 1+len(t.bookings))
	lines = append(lines, fmt.Sprintf("%d holds, %d passes of the queue", len(t.holds), len(t.queue.turns)))
	for _, booking := range t.bookings {
		lines = append(lines, fmt.Sprintf("%s booked %s for %d, Rs. %s, reference %s",
			booking.Number, booking.Slot, len(booking.Pilgrims), rupees(booking.Paise), booking.Agent))
	}
	return lines
}
