package twin

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// wrong is why the portal says no.
type wrong struct{ code, message, field string }

func fail(w http.ResponseWriter, r *http.Request, why wrong) {
	if strings.HasSuffix(r.URL.Path, "Layout.do") || strings.HasSuffix(r.URL.Path, "blockSeats.do") {
		root := "serviceLayout"
		if r.Method == http.MethodPost {
			root = "blockSeatsResponse"
		}
		writeXML(w, struct {
			XMLName xml.Name
			Status  string `xml:"status"`
			Code    string `xml:"code"`
			Message string `xml:"message"`
			Field   string `xml:"field"`
		}{xml.Name{Local: root}, "FAILURE", why.code, why.message, why.field})
		return
	}
	writeJSON(w, map[string]string{"status": "FAILURE", "code": why.code, "message": why.message, "field": why.field})
}

func writeJSON(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(value)
}

func writeXML(w http.ResponseWriter, value any) {
	w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
	_, _ = w.Write([]byte(xml.Header))
	_ = xml.NewEncoder(w).Encode(value)
}

// trip finds the service of a day that is not gone yet.
func (t *Twin) trip(id, day string) (Service, time.Time, *wrong) {
	service, known := findService(id)
	date, err := time.ParseInLocation(dateLayout, day, indianTime)
	switch {
	case !known || err != nil:
		return service, date, &wrong{"E201", "Service is not available", ""}
	case service.departure(date).Before(t.config.Clock()):
		return service, date, &wrong{"E202", "Service has departed", ""}
	default:
		return service, date, nil
	}
}

type layoutXML struct {
	XMLName xml.Name  `xml:"serviceLayout"`
	Status  string    `xml:"status"`
	Max     int       `xml:"maxSeatsPerTicket"`
	Fare    string    `xml:"fare"`
	Decks   []deckXML `xml:"deck"`
}

type deckXML struct {
	Level int      `xml:"level,attr"`
	Rows  []string `xml:"row"`
}

const maxSeats = 6

func (t *Twin) layout(w http.ResponseWriter, r *http.Request) {
	service, date, gone := t.trip(r.URL.Query().Get("serviceId"), r.URL.Query().Get("journeyDate"))
	if gone != nil {
		fail(w, r, *gone)
		return
	}
	taken := t.taken(service, date)
	shown := layoutXML{Status: "SUCCESS", Max: maxSeats, Fare: rupees(service.Fare)}
	for level, deck := range service.matrix(date) {
		made := deckXML{Level: level}
		for _, row := range deck {
			var words []string
			for _, one := range row {
				words = append(words, one.word(taken, service.Sleeper))
			}
			made.Rows = append(made.Rows, strings.Join(words, "|"))
		}
		shown.Decks = append(shown.Decks, made)
	}
	writeXML(w, shown)
}

func (s seat) word(taken map[string]bool, berth bool) string {
	if s.name == "" {
		return ""
	}
	state, marks := "A", ""
	switch {
	case taken[s.name]:
		state = "B"
	case s.ladies:
		state = "L"
	}
	if s.window {
		marks += "W"
	}
	if berth {
		marks += "S"
	}
	return s.name + ":" + state + ":" + marks
}

type blockXML struct {
	Reference  string `xml:"agentTxnId"`
	Service    string `xml:"serviceId"`
	Date       string `xml:"journeyDate"`
	From       string `xml:"startPlaceId"`
	Boarding   string `xml:"boardingPointId"`
	Mobile     string `xml:"mobileNo"`
	Passengers []struct {
		Name   string `xml:"name"`
		Gender string `xml:"gender"`
		Age    string `xml:"age"`
		Seat   string `xml:"seatNo"`
	} `xml:"passengers>passenger"`
}

type blockedXML struct {
	XMLName   xml.Name `xml:"blockSeatsResponse"`
	Status    string   `xml:"status"`
	Reference string   `xml:"agentTxnId"`
	Key       string   `xml:"blockKey"`
	Until     string   `xml:"validUpto"`
	Fare      string   `xml:"totalFare"`
	Seats     []string `xml:"seats>seatNo"`
}

func (t *Twin) block(w http.ResponseWriter, r *http.Request) {
	var asked blockXML
	if err := xml.NewDecoder(r.Body).Decode(&asked); err != nil {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	made, no := t.blocked(asked)
	if no != nil {
		fail(w, r, *no)
		return
	}
	shown := blockedXML{
		Status: "SUCCESS", Reference: made.Reference, Key: made.Key, Fare: rupees(made.Paise),
		Until: made.Until.In(indianTime).Format(dateTimeLayout),
	}
	for _, one := range made.Passengers {
		shown.Seats = append(shown.Seats, one.Seat)
	}
	writeXML(w, shown)
}

// blocked answers a repeated reference with its hold.
func (t *Twin) blocked(asked blockXML) (held, *wrong) {
	for _, one := range t.holds {
		if one.Reference == asked.Reference && one.Until.After(t.config.Clock()) {
			return one, nil
		}
	}
	service, date, gone := t.trip(asked.Service, asked.Date)
	if gone != nil {
		return held{}, gone
	}
	made := held{
		Key: fmt.Sprintf("BLK%08X%04d", hashOf(asked.Reference, asked.Service, asked.Date), t.issued+1), Reference: asked.Reference,
		Service: service.ID, Date: date, Boarding: asked.Boarding, Until: t.config.Clock().Add(HoldTime).Truncate(time.Second),
		Paise: service.Fare * int64(len(asked.Passengers)),
	}
	if no := t.seat(&made, service, asked); no != nil {
		return held{}, no
	}
	if err := t.Remember(event{Held: &made}); err != nil {
		return held{}, &wrong{"E901", "Server is busy, please try again", ""}
	}
	return made, nil
}

// seat checks the passengers and gives each a seat.
func (t *Twin) seat(made *held, service Service, asked blockXML) *wrong {
	if no := t.checked(service, asked); no != nil {
		return no
	}
	seats, taken := service.seats(made.Date), t.taken(service, made.Date)
	if _, stolen := t.Faults.Take(Hold, SeatTaken); stolen {
		return &wrong{"E204", "Seat is not available", ""}
	}
	for _, one := range asked.Passengers {
		if one.Seat == "" {
			one.Seat = anySeat(seats, taken)
		}
		chosen, known := seats[one.Seat]
		switch {
		case !known || taken[one.Seat]:
			return &wrong{"E204", "Seat is not available", ""}
		case chosen.ladies && one.Gender != "F":
			return &wrong{"E207", "Seat is reserved for ladies", ""}
		}
		taken[one.Seat] = true
		made.Passengers = append(made.Passengers, Passenger(one))
	}
	return nil
}

func anySeat(seats map[string]seat, taken map[string]bool) string {
	for number := range len(seats) {
		name := strconv.Itoa(number + 1)
		if !taken[name] && !seats[name].ladies {
			return name
		}
	}
	return ""
}

func (t *Twin) checked(service Service, asked blockXML) *wrong {
	if _, more := t.Faults.Take(Hold, twin.NewMandatoryField); more {
		return &wrong{"E101", "Please enter the proof of identity", "idProofNo"}
	}
	known := slices.ContainsFunc(points(service.From), func(one point) bool { return one.ID == asked.Boarding })
	switch {
	case len(asked.Mobile) != 10:
		return &wrong{"E101", "Please enter a valid mobile number", "mobileNo"}
	case !known:
		return &wrong{"E101", "Please select the boarding point", "boardingPointId"}
	case len(asked.Passengers) == 0 || len(asked.Passengers) > maxSeats:
		return &wrong{"E101", "A ticket is for 1 to 6 passengers", "passengers"}
	}
	for _, one := range asked.Passengers {
		if one.Name == "" || one.Age == "0" || len(one.Age) > 3 {
			return &wrong{"E101", "Please enter name and age of every passenger", "passengers"}
		}
	}
	return nil
}
