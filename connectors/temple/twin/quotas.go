package twin

import (
	"fmt"
	"hash/fnv"
	"slices"
	"strings"
	"time"
)

var indianTime = time.FixedZone("IST", 5*3600+30*60)

const (
	dateLayout     = "02-01-2006"
	dateTimeLayout = "02-01-2006 15:04:05"
	openingLayout  = "02-01-2006 15:04"
)

const (
	// openingDays and openingHour say when a day's quota opens.
	openingDays = 7
	openingHour = 10
	// rushTime after the opening everybody queues.
	rushTime = 5 * time.Minute
	// soldOutHour is the slot that is always sold out.
	soldOutHour = 12
)

// Seva is an invented offer of a temple.
type Seva struct {
	Temple, TempleName string
	Code, Name         string
	// Paise is the price for one, Quota how many each slot has.
	Paise int64
	Quota int
	// Hours and Minutes of the slots after midnight.
	starts []time.Duration
	lasts  time.Duration
	// Gothram is asked for.
	Gothram bool
}

// Sevas lists what the temples offer.
func Sevas() []Seva {
	hours := func(list ...int) []time.Duration {
		starts := make([]time.Duration, len(list))
		for i, hour := range list {
			starts[i] = time.Duration(hour) * time.Hour
		}
		return starts
	}
	return []Seva{
		{
			Temple: "SIM", TempleName: "Sri Varaha Lakshmi Narasimha Swamy, Simhachalam", Code: "SED", Name: "Special Entry Darshan",
			Paise: 10_000, Quota: 40, starts: hours(6, 9, 12, 15), lasts: time.Hour,
		},
		{
			Temple: "SIM", TempleName: "Sri Varaha Lakshmi Narasimha Swamy, Simhachalam", Code: "KLN", Name: "Nitya Kalyanam",
			Paise: 100_000, Quota: 12, starts: []time.Duration{9*time.Hour + 30*time.Minute}, lasts: 90 * time.Minute, Gothram: true,
		},
		{
			Temple: "ANV", TempleName: "Sri Satyanarayana Swamy, Annavaram", Code: "VRT", Name: "Vratam",
			Paise: 150_000, Quota: 30, starts: hours(7, 10), lasts: 2 * time.Hour,
		},
		{
			Temple: "KDV", TempleName: "Sri Durga Malleswara Swamy, Vijayawada", Code: "SED", Name: "Special Entry Darshan",
			Paise: 30_000, Quota: 60, starts: hours(6, 9, 12, 15), lasts: time.Hour,
		},
		{
			Temple: "DWT", TempleName: "Sri Venkateswara Swamy, Dwaraka Tirumala", Code: "SVA", Name: "Arjitha Seva",
			Paise: 50_000, Quota: 24, starts: hours(8, 10), lasts: 90 * time.Minute,
		},
		{
			Temple: "SKH", TempleName: "Sri Kalahasteeswara Swamy, Srikalahasti", Code: "RKP", Name: "Rahu Ketu Pooja",
			Paise: 75_000, Quota: 80, starts: hours(7, 9, 11, 14), lasts: time.Hour,
		},
		{
			Temple: "PGP", TempleName: "Sri Tirupatamma Ammavaru, Penuganchiprolu", Code: "SVA", Name: "Arjitha Seva",
			Paise: 11_600, Quota: 24, starts: hours(8, 10), lasts: 90 * time.Minute,
		},
		cottage("SIM", "Sri Varaha Lakshmi Narasimha Swamy, Simhachalam", 60_000), cottage("ANV", "Sri Satyanarayana Swamy, Annavaram", 80_000),
		cottage("DWT", "Sri Venkateswara Swamy, Dwaraka Tirumala", 50_000), cottage("PGP", "Sri Tirupatamma Ammavaru, Penuganchiprolu", 30_000),
	}
}

// cottage is a night from the afternoon to the next morning, for one person.
func cottage(temple, name string, paise int64) Seva {
	return Seva{
		Temple: temple, TempleName: name, Code: "RUM", Name: "Cottage", Paise: paise, Quota: 40, starts: []time.Duration{14 * time.Hour}, lasts: 20 * time.Hour,
	}
}

// slot is one seva on a day at a time.
type slot struct {
	Seva

	date  time.Time
	start time.Duration
}

func (s slot) id() string {
	return fmt.Sprintf("%s-%s-%s-%02d%02d", s.Temple, s.Code, s.date.Format("20060102"), int(s.start.Hours()), int(s.start.Minutes())%60)
}

func (s slot) begins() time.Time { return s.date.Add(s.start) }

func (s slot) opens() time.Time {
	return s.date.AddDate(0, 0, -openingDays).Add(openingHour * time.Hour)
}

func (s slot) closed() bool { return s.date.Day() == 1 }

func (s slot) hours() string {
	return s.begins().Format("15:04") + " - " + s.begins().Add(s.lasts).Format("15:04")
}

// soldAlready is what others bought.
func (s slot) soldAlready() int {
	if s.start == soldOutHour*time.Hour {
		return s.Quota
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(s.id()))
	return s.Quota/4 + int(hash.Sum32()%uint32(s.Quota/6)) //nolint:gosec // quotas are small
}

// slotsOf lists the slots of a day.
func slotsOf(temple, seva string, date time.Time) (Seva, []slot, bool) {
	list := Sevas()
	at := slices.IndexFunc(list, func(one Seva) bool { return one.Temple == temple && one.Code == seva })
	if at < 0 {
		return Seva{}, nil, false
	}
	slots := make([]slot, 0, len(list[at].starts))
	for _, start := range list[at].starts {
		slots = append(slots, slot{list[at], date, start})
	}
	return list[at], slots, true
}

func findSlot(code string) (slot, bool) {
	parts := strings.Split(code, "-")
	if len(parts) != 4 {
		return slot{}, false
	}
	date, err := time.ParseInLocation("20060102", parts[2], indianTime)
	if err != nil {
		return slot{}, false
	}
	_, slots, _ := slotsOf(parts[0], parts[1], date)
	at := slices.IndexFunc(slots, func(one slot) bool { return one.id() == code })
	if at < 0 {
		return slot{}, false
	}
	return slots[at], true
}

func rupees(paise int64) string { return fmt.Sprintf("%d.%02d", paise/100, paise%100) }
