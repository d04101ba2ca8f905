package twin

import (
	"crypto/rand"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// hold takes the form. A session is good for one.
func (t *Twin) hold(w http.ResponseWriter, r *http.Request) {
	cookie, err := r.Cookie(cookieName)
	var seen visit
	if err == nil {
		seen = t.visits[cookie.Value]
		delete(t.visits, cookie.Value)
	}
	if seen.token == "" || seen.token != r.PostFormValue("TOKEN") || seen.slot != r.PostFormValue("slot") || t.On(Hold, twin.SessionExpires) {
		show(w, "expired", nil)
		return
	}
	made, no := t.held(r)
	if no != nil {
		fail(w, *no)
		return
	}
	show(w, "held", fields{
		"Key": made.Key, "Reference": made.Reference, "Amount": rupees(made.Paise), "Until": made.Until.In(indianTime).Format(dateTimeLayout),
	})
}

// held answers a repeated reference with its hold.
func (t *Twin) held(r *http.Request) (held, *wrong) {
	reference := r.PostFormValue("extRef")
	for _, one := range t.holds {
		if one.Reference == reference && t.inForce(one) && reference != "" {
			return one, nil
		}
	}
	at, _ := findSlot(r.PostFormValue("slot"))
	pilgrims, no := t.pilgrims(r, at)
	if no != nil {
		return held{}, no
	}
	if t.free(at) < len(pilgrims) || t.On(Hold, SellOut) {
		return held{}, &wrong{"SOLD_OUT", "", "The quota is exhausted."}
	}
	made := held{
		Key: fmt.Sprintf("H%s%04d", rand.Text()[:10], t.issued+1), Reference: reference, Slot: at.id(), Gothram: r.PostFormValue("gothram"),
		Pilgrims: pilgrims, Paise: at.Paise * int64(len(pilgrims)), Until: t.config.Clock().Add(HoldTime).Truncate(time.Second),
	}
	if err := t.Remember(event{Held: &made}); err != nil {
		return held{}, &wrong{"BUSY", "", "Please try again."}
	}
	return made, nil
}

// pilgrims reads and checks everybody on the form.
func (t *Twin) pilgrims(r *http.Request, at slot) ([]Pilgrim, *wrong) {
	if len(r.PostFormValue("mobile")) != 10 {
		return nil, &wrong{"INVALID", "mobile", "Please enter a valid mobile number."}
	}
	persons, _ := strconv.Atoi(r.PostFormValue("persons"))
	var list []Pilgrim
	for i := range min(persons, 6) {
		number := "_" + strconv.Itoa(i+1)
		one := Pilgrim{r.PostFormValue("name" + number), r.PostFormValue("gender" + number), r.PostFormValue("age" + number), r.PostFormValue("idNo" + number)}
		age, err := strconv.Atoi(one.Age)
		switch {
		case one.Name == "":
			return nil, &wrong{"INVALID", "name" + number, "Please enter the name."}
		case err != nil || age < 1 || age > 120:
			return nil, &wrong{"INVALID", "age" + number, "Please enter a valid age."}
		case len(one.Paper) < 6:
			return nil, &wrong{"INVALID", "idNo" + number, "Please enter a valid number of the ID proof."}
		case t.hasTicket(one.Paper, at):
			return nil, &wrong{"LIMIT", "", "One ticket in 30 days is allowed for a pilgrim."}
		}
		list = append(list, one)
	}
	return list, nil
}

func (t *Twin) hasTicket(paper string, wanted slot) bool {
	return slices.ContainsFunc(t.bookings, func(booking Booking) bool {
		at, _ := findSlot(booking.Slot)
		near := at.date.Sub(wanted.date).Abs() < 30*24*time.Hour
		return near && at.Temple == wanted.Temple && at.Code == wanted.Code &&
			slices.ContainsFunc(booking.Pilgrims, func(one Pilgrim) bool { return one.Paper == paper })
	})
}

func (t *Twin) release(w http.ResponseWriter, r *http.Request) {
	key := r.PostFormValue("bookingRef")
	if _, known := t.holds[key]; !known {
		fail(w, wrong{"HOLD_EXPIRED", "", "There is no such hold."})
		return
	}
	if err := t.Remember(event{Released: key}); err != nil {
		fail(w, wrong{"BUSY", "", "Please try again."})
		return
	}
	show(w, "released", nil)
}

func (t *Twin) confirm(w http.ResponseWriter, r *http.Request) {
	booking, no := t.confirmed(r)
	if no != nil {
		fail(w, *no)
		return
	}
	t.showTicket(w, booking)
}

func (t *Twin) confirmed(r *http.Request) (Booking, *wrong) {
	reference := r.PostFormValue("extRef")
	at := slices.IndexFunc(t.bookings, func(one Booking) bool { return one.Agent == reference })
	careless := t.On(Confirm, AcceptDuplicate)
	if at >= 0 && !careless {
		if t.On(Confirm, RefuseDuplicate) {
			return Booking{}, &wrong{"DUPLICATE", "", "The reference is used already."}
		}
		return t.bookings[at], nil
	}
	on, known := t.holds[r.PostFormValue("bookingRef")]
	switch {
	case at >= 0:
		on = t.bookings[at].held
	case !known || !t.inForce(on):
		return Booking{}, &wrong{"HOLD_EXPIRED", "", "The time to pay is over."}
	case r.PostFormValue("amount") != rupees(on.Paise):
		return Booking{}, &wrong{"AMOUNT", "", "The amount is not the price."}
	}
	booking := Booking{
		held: on, Agent: reference, Payment: r.PostFormValue("paymentRef"), Confirmed: t.config.Clock(),
		Number: fmt.Sprintf("DT%s%05d", t.config.Clock().In(indianTime).Format("0601"), len(t.bookings)+1),
	}
	if err := t.Remember(event{Booking: &booking}); err != nil {
		return Booking{}, &wrong{"BUSY", "", "Please try again."}
	}
	return booking, nil
}

func (t *Twin) ticket(w http.ResponseWriter, r *http.Request) {
	reference, number := r.URL.Query().Get("extRef"), r.URL.Query().Get("ticketNo")
	at := slices.IndexFunc(t.bookings, func(one Booking) bool {
		return reference != "" && one.Agent == reference || number != "" && one.Number == number
	})
	if at < 0 {
		fail(w, wrong{"NOT_FOUND", "", "No ticket found."})
		return
	}
	t.showTicket(w, t.bookings[at])
}

type shownPilgrim struct {
	Pilgrim

	Number int
}

func (t *Twin) showTicket(w http.ResponseWriter, booking Booking) {
	at, _ := findSlot(booking.Slot)
	state := "CONFIRMED"
	if t.called[booking.Slot] {
		state = "CANCELLED"
	}
	rows := [][2]string{
		{"Ticket No", booking.Number}, {"Agent Reference", booking.Agent}, {"Status", state}, {"Temple", at.TempleName},
		{"Seva", at.Name}, {"Slot Code", booking.Slot}, {"Date", at.date.Format(dateLayout)}, {"Reporting Time", at.hours()},
		{"Amount Paid", rupees(booking.Paise)}, {"Booked On", booking.Confirmed.In(indianTime).Format(dateTimeLayout)},
	}
	if t.On(Find, twin.MovedColumns) {
		slices.Reverse(rows)
	}
	pilgrims := make([]shownPilgrim, 0, len(booking.Pilgrims))
	for i, one := range booking.Pilgrims {
		pilgrims = append(pilgrims, shownPilgrim{one, i + 1})
	}
	show(w, "ticket", fields{"Rows": rows, "Pilgrims": pilgrims})
}
