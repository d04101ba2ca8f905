package twin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"
)

func decodeJSON(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return false
	}
	return true
}

func (t *Twin) release(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Key string `json:"blockKey"`
	}
	if !decodeJSON(w, r, &asked) {
		return
	}
	if _, known := t.holds[asked.Key]; !known {
		fail(w, r, wrong{"E205", "Block key is not valid", ""})
		return
	}
	if err := t.Remember(event{Released: asked.Key}); err != nil {
		fail(w, r, wrong{"E901", "Server is busy, please try again", ""})
		return
	}
	writeJSON(w, map[string]string{"status": "SUCCESS"})
}

type confirmJSON struct {
	Reference string `json:"agentTxnId"`
	Key       string `json:"blockKey"`
	Amount    string `json:"amount"`
	Payment   string `json:"paymentRef"`
}

func (t *Twin) confirm(w http.ResponseWriter, r *http.Request) {
	var asked confirmJSON
	if !decodeJSON(w, r, &asked) {
		return
	}
	booking, no := t.confirmed(asked)
	if no != nil {
		fail(w, r, *no)
		return
	}
	t.writeTicket(w, booking)
}

func (t *Twin) confirmed(asked confirmJSON) (Booking, *wrong) {
	first, again := t.find(func(one Booking) bool { return one.Agent == asked.Reference })
	_, careless := t.Faults.Take(Confirm, AcceptDuplicate)
	if again && !careless {
		if _, strict := t.Faults.Take(Confirm, RefuseDuplicate); strict {
			return Booking{}, &wrong{"E208", "Agent transaction id already used", ""}
		}
		return first, nil
	}
	on, known := t.holds[asked.Key]
	_, revised := t.Faults.Take(Confirm, FareRevised)
	switch {
	case again && careless:
		on = first.held
	case !known || !on.Until.After(t.config.Clock()):
		return Booking{}, &wrong{"E205", "Block key has expired", ""}
	case revised || asked.Amount != rupees(on.Paise):
		return Booking{}, &wrong{"E206", "Amount does not match the fare", ""}
	}
	booking := Booking{
		held: on, Agent: asked.Reference, Payment: asked.Payment, Confirmed: t.config.Clock(),
		Number: fmt.Sprintf("J%s%05d", t.config.Clock().In(indianTime).Format("060102"), len(t.bookings)+1),
	}
	if err := t.Remember(event{Booking: &booking}); err != nil {
		return Booking{}, &wrong{"E901", "Server is busy, please try again", ""}
	}
	return booking, nil
}

func (t *Twin) find(wanted func(Booking) bool) (Booking, bool) {
	if i := slices.IndexFunc(t.bookings, wanted); i >= 0 {
		return t.bookings[i], true
	}
	return Booking{}, false
}

func (t *Twin) ticketDetails(w http.ResponseWriter, r *http.Request) {
	reference, number := r.URL.Query().Get("agentTxnId"), r.URL.Query().Get("pnr")
	booking, found := t.find(func(one Booking) bool {
		return reference != "" && one.Agent == reference || number != "" && one.Number == number
	})
	if !found {
		fail(w, r, wrong{"E302", "No ticket found", ""})
		return
	}
	t.writeTicket(w, booking)
}

func (t *Twin) writeTicket(w http.ResponseWriter, booking Booking) {
	service, _ := findService(booking.Service)
	remaining := t.remaining(booking)
	state := "CONFIRMED"
	if len(remaining) == 0 {
		state = "CANCELLED"
	}
	passengers := make([]map[string]string, 0, len(booking.Passengers))
	for _, one := range booking.Passengers {
		standing := "CANCELLED"
		if slices.Contains(remaining, one) {
			standing = "CONFIRMED"
		}
		passengers = append(passengers, map[string]string{
			"name": one.Name, "gender": one.Gender, "age": one.Age, "seatNo": one.Seat, "status": standing,
		})
	}
	writeJSON(w, map[string]any{"status": "SUCCESS", "ticket": map[string]any{
		"pnr": booking.Number, "agentTxnId": booking.Agent, "ticketStatus": state, "serviceId": service.ID,
		"serviceNo": service.Number, "serviceType": service.Kind, "totalFare": rupees(booking.Paise),
		"startPlace":    stopJSON(service.From, places()[service.From], service.departure(booking.Date)),
		"endPlace":      stopJSON(service.To, places()[service.To], service.arrival(booking.Date)),
		"boardingPoint": boardingJSON(service, booking), "passengers": passengers,
		"bookedOn": booking.Confirmed.In(indianTime).Format(dateTimeLayout),
	}})
}

func boardingJSON(service Service, booking Booking) map[string]string {
	for _, one := range points(service.From) {
		if one.ID == booking.Boarding {
			return stopJSON(one.ID, one.Name, service.departure(booking.Date).Add(time.Duration(one.minutes)*time.Minute))
		}
	}
	return nil
}

func stopJSON(id, name string, at time.Time) map[string]string {
	return map[string]string{"id": id, "name": name, "time": at.In(indianTime).Format(dateTimeLayout)}
}

// terms are what cancelling some seats brings now.
type terms struct {
	booking      Booking
	seats        []string
	fare, charge int64
	until        time.Time
}

// termsOf answers the portal's policy for the seats that are left.
func (t *Twin) termsOf(number, seats string) (terms, *wrong) {
	booking, found := t.find(func(one Booking) bool { return one.Number == number })
	if !found {
		return terms{}, &wrong{"E302", "No ticket found", ""}
	}
	made := terms{booking: booking}
	for _, one := range t.remaining(booking) {
		if seats == "" || slices.Contains(strings.Split(seats, ","), one.Seat) {
			made.seats = append(made.seats, one.Seat)
		}
	}
	service, _ := findService(booking.Service)
	departs := service.departure(booking.Date)
	left := departs.Sub(t.config.Clock())
	made.fare = service.Fare * int64(len(made.seats))
	switch {
	case len(made.seats) == 0 || left < 2*time.Hour:
		return terms{}, &wrong{"E202", "Ticket cannot be cancelled now", ""}
	case left < 24*time.Hour:
		made.charge, made.until = made.fare/4, departs.Add(-2*time.Hour)
	default:
		made.charge, made.until = made.fare/10, departs.Add(-24*time.Hour)
	}
	return made, nil
}

func (t *Twin) quote(w http.ResponseWriter, r *http.Request) {
	made, no := t.termsOf(r.URL.Query().Get("pnr"), r.URL.Query().Get("seats"))
	if no != nil {
		fail(w, r, *no)
		return
	}
	writeJSON(w, map[string]string{
		"status": "SUCCESS", "pnr": made.booking.Number, "fare": rupees(made.fare), "cancellationCharge": rupees(made.charge),
		"refundAmount": rupees(made.fare - made.charge), "validUpto": made.until.In(indianTime).Format(dateTimeLayout),
	})
}

func (t *Twin) cancel(w http.ResponseWriter, r *http.Request) {
	var asked struct {
		Reference string `json:"cancelTxnId"`
		Number    string `json:"pnr"`
		Seats     string `json:"seats"`
	}
	if !decodeJSON(w, r, &asked) {
		return
	}
	if first, again := t.takenBack(asked.Number, asked.Reference); again {
		writeCancelled(w, first)
		return
	}
	made, no := t.termsOf(asked.Number, asked.Seats)
	if no != nil {
		fail(w, r, *no)
		return
	}
	back := CancelledBooking{
		Number: asked.Number, Reference: asked.Reference, Seats: made.seats, Refund: made.fare - made.charge,
		At: t.config.Clock(), Receipt: fmt.Sprintf("CX%06d", len(t.cancelled)+1),
	}
	if err := t.Remember(event{Cancelled: &back}); err != nil {
		fail(w, r, wrong{"E901", "Server is busy, please try again", ""})
		return
	}
	writeCancelled(w, back)
}

// takenBack finds the cancellation of a reference, or the last of a ticket that
// has no seat left.
func (t *Twin) takenBack(number, reference string) (CancelledBooking, bool) {
	booking, found := t.find(func(one Booking) bool { return one.Number == number })
	for _, back := range slices.Backward(t.cancelled) {
		if back.Number == number && (back.Reference == reference || found && len(t.remaining(booking)) == 0) {
			return back, true
		}
	}
	return CancelledBooking{}, false
}

func (t *Twin) cancellation(w http.ResponseWriter, r *http.Request) {
	back, found := t.takenBack(r.URL.Query().Get("pnr"), r.URL.Query().Get("cancelTxnId"))
	if !found {
		fail(w, r, wrong{"E303", "No cancellation found", ""})
		return
	}
	writeCancelled(w, back)
}

func writeCancelled(w http.ResponseWriter, back CancelledBooking) {
	writeJSON(w, map[string]string{
		"status": "SUCCESS", "pnr": back.Number, "refundAmount": rupees(back.Refund), "cancellationId": back.Receipt,
		"cancelledOn": back.At.In(indianTime).Format(dateTimeLayout),
	})
}
