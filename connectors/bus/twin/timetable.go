package twin

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strconv"
	"time"
)

var indianTime = time.FixedZone("IST", 5*3600+30*60)

const (
	dateLayout     = "02/01/2006"
	dateTimeLayout = "02/01/2006 15:04:05"
)

// Service is an invented service.
type Service struct {
	// ID is the portal's, Number what is painted on the board.
	ID, Number, Kind, Depot string
	From, To                string
	// Departs is after midnight, Lasts how long the journey takes.
	Departs, Lasts time.Duration
	// Fare of one seat, in paise.
	Fare    int64
	Sleeper bool
	// Full leaves a single seat.
	Full bool
}

// places by id.
func places() map[string]string {
	return map[string]string{"1": "VIJAYAWADA", "2": "HYDERABAD", "3": "VISAKHAPATNAM", "4": "TIRUPATI", "5": "GUNTUR"}
}

// points are where people get on in a place, with minutes after the departure.
func points(place string) []point {
	known := map[string][]point{
		"1": {{"101", "PNBS VIJAYAWADA", 0}, {"102", "BENZ CIRCLE", 15}, {"103", "GOLLAPUDI", 30}},
		"2": {{"201", "MGBS HYDERABAD", 0}, {"202", "LB NAGAR", -25}},
	}
	if list, found := known[place]; found {
		return list
	}
	return []point{{place + "01", places()[place] + " BUS STATION", 0}}
}

type point struct {
	ID, Name string
	minutes  int
}

// Services lists the timetable, both ways.
func Services() []Service {
	forth := []Service{
		{Number: "2551", Kind: "SUPER LUXURY", From: "1", To: "2", Departs: 21*time.Hour + 30*time.Minute, Lasts: 6 * time.Hour, Fare: 62_000},
		{Number: "2557", Kind: "INDRA A/C", From: "1", To: "2", Departs: 6*time.Hour + 15*time.Minute, Lasts: 5*time.Hour + 30*time.Minute, Fare: 81_500},
		{
			Number: "2561", Kind: "GARUDA SLEEPER", From: "1", To: "2", Sleeper: true, Fare: 119_000,
			Departs: 22*time.Hour + 45*time.Minute, Lasts: 5*time.Hour + 45*time.Minute,
		},
		{Number: "8427", Kind: "SUPER LUXURY", From: "1", To: "3", Departs: 20 * time.Hour, Lasts: 8 * time.Hour, Fare: 71_000},
		{Number: "9203", Kind: "EXPRESS", From: "1", To: "4", Departs: 19*time.Hour + 15*time.Minute, Lasts: 9*time.Hour + 20*time.Minute, Fare: 54_000},
		{Number: "7715", Kind: "EXPRESS", From: "5", To: "4", Departs: 18*time.Hour + 30*time.Minute, Lasts: 9 * time.Hour, Fare: 50_500, Full: true},
	}
	list := slices.Grow(slices.Clone(forth), len(forth))
	for _, there := range forth {
		number, _ := strconv.Atoi(there.Number)
		back := there
		back.Number, back.From, back.To = strconv.Itoa(number+1), there.To, there.From
		list = append(list, back)
	}
	for i := range list {
		list[i].ID, list[i].Depot = "SRV"+list[i].Number, places()[list[i].From]+" DEPOT"
	}
	return list
}

func findService(id string) (Service, bool) {
	for _, service := range Services() {
		if service.ID == id {
			return service, true
		}
	}
	return Service{}, false
}

// vehicle is the bus of a service on a day.
func (s Service) vehicle(date time.Time) string {
	return fmt.Sprintf("AP39UH%04d", hashOf(s.ID, date.Format(dateLayout))%9000+1000)
}

func (s Service) departure(date time.Time) time.Time { return date.Add(s.Departs) }
func (s Service) arrival(date time.Time) time.Time   { return date.Add(s.Departs + s.Lasts) }

func hashOf(parts ...string) uint32 {
	hash := fnv.New32a()
	for _, part := range parts {
		_, _ = hash.Write([]byte(part + "\x00"))
	}
	return hash.Sum32()
}

// seat is one place of a bus.
type seat struct {
	name        string
	window      bool
	ladies      bool
	soldAlready bool
}

// matrix is the seats of a service on a day by deck, row and column; the zero
// seat is the aisle.
func (s Service) matrix(date time.Time) [][][]seat {
	decks, rows, columns, aisle := 1, 9, 5, 2
	if s.Sleeper {
		decks, rows, columns, aisle = 2, 5, 4, 1
	}
	number := 0
	made := make([][][]seat, decks)
	for deck := range decks {
		for range rows {
			row := make([]seat, columns)
			for column := range columns {
				if column == aisle {
					continue
				}
				number++
				name := strconv.Itoa(number)
				row[column] = seat{
					name: name, window: column == 0 || column == columns-1, ladies: number == 4,
					soldAlready: s.soldAlready(date, number, name),
				}
			}
			made[deck] = append(made[deck], row)
		}
	}
	return made
}

// soldAlready leaves the seat for women and those beside it free, so that there
// is something to try.
func (s Service) soldAlready(date time.Time, number int, name string) bool {
	if s.Full {
		return number != 6
	}
	return number > 12 && hashOf(s.ID, date.Format(dateLayout), name)%3 == 0
}

func (s Service) seats(date time.Time) map[string]seat {
	found := map[string]seat{}
	for _, deck := range s.matrix(date) {
		for _, row := range deck {
			for _, one := range row {
				if one.name != "" {
					found[one.name] = one
				}
			}
		}
	}
	return found
}

// rupees writes an amount as the portal does, without grouping.
func rupees(paise int64) string { return fmt.Sprintf("%d.%02d", paise/100, paise%100) }
