package twin

import (
	"fmt"
	"hash/fnv"
	"strings"
	"time"
)

// The invented billers.
const (
	Water = "GODAVARIWATER0ANP01" // asks for a number of ten digits
	Gas   = "KRISHNAGAS0000ANP02" // asks for a number and a mobile number
	Cable = "COASTALCABLE00ANP03" // takes any amount up to the bill
)

type biller struct {
	id, name, category, exactness string
	params                        []param
}

type param struct {
	Name     string `json:"paramName"`
	DataType string `json:"dataType"`
	Optional bool   `json:"optional"`
	Min      int    `json:"minLength"`
	Max      int    `json:"maxLength"`
	Regex    string `json:"regex"`
}

func billers() []biller {
	connection := param{Name: "Connection Number", DataType: "NUMERIC", Min: 10, Max: 10, Regex: `^[1-9][0-9]{9}$`}
	mobile := param{Name: "Registered Mobile", DataType: "NUMERIC", Min: 10, Max: 10, Regex: `[6-9][0-9]{9}`}
	return []biller{
		{id: Water, name: "Godavari Water Supply Board", category: "Water", exactness: "EXACT", params: []param{connection}},
		{id: Gas, name: "Krishna Piped Gas", category: "Piped Gas", exactness: "EXACT", params: []param{connection, mobile}},
		{id: Cable, name: "Coastal Cable", category: "Cable TV", exactness: "EXACT_DOWN", params: []param{connection}},
	}
}

func billerOf(id string) (biller, bool) {
	for _, known := range billers() {
		if known.id == id {
			return known, true
		}
	}
	return biller{}, false
}

// Consumer is an invented customer of a biller.
type Consumer struct {
	Number string
	Name   string
	// About says in words what is special, for the control page.
	About string
	// Paise is this month's bill.
	Paise int64

	state    billState
	declined bool
	second   bool
}

type billState int

const (
	due billState = iota
	paid
	none
)

// Consumers lists the documented consumers, the same for every biller.
func Consumers() []Consumer {
	list := []Consumer{
		{Name: "T SUBBA LAKSHMI", About: "due", Paise: 48_300},
		{Name: "MOHAMMED IRFAN", About: "due; last month's bill too", Paise: 61_250, second: true},
		{Name: "A RAMULAMMA", About: "already paid", Paise: 30_000, state: paid},
		{Name: "J VIJAYA KUMAR", About: "no bill yet", state: none},
		{Name: "CH NAGESWARA RAO", About: "due; the biller declines payments", Paise: 52_000, declined: true},
		{Name: "SRI BALAJI TIFFINS", About: "due, large", Paise: 1_934_575},
		{Name: "N PADMAVATHI", About: "due, one rupee", Paise: 100},
		{Name: "V JOHN SUNDAR", About: "due", Paise: 77_777},
	}
	for i := range list {
		list[i].Number = fmt.Sprintf("1204%06d", 1001+i)
	}
	return list
}

// ConsumerNumber is the number of the i-th generated consumer.
func ConsumerNumber(i int) string { return fmt.Sprintf("3204%06d", i%1_000_000) }

func consumerOf(number string) (Consumer, bool) {
	for _, consumer := range Consumers() {
		if consumer.Number == number {
			return consumer, true
		}
	}
	if len(number) != 10 || !strings.HasPrefix(number, "3204") {
		return Consumer{}, false
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(number))
	return Consumer{Number: number, Name: "CONSUMER " + number[4:], Paise: int64(hash.Sum32()%200_000) + 5_000}, true
}

// bill is one open bill.
type bill struct {
	number      string
	paise       int64
	month       time.Time
	issued, due time.Time
}

// bills makes what a consumer owes a biller at a moment, the newest last.
func (c Consumer) bills(billerID string, now time.Time) []bill {
	local := now.In(indianTime)
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, indianTime)
	made := []bill{c.billIssued(billerID, first, c.Paise)}
	if c.second {
		made = append([]bill{c.billIssued(billerID, first.AddDate(0, -1, 0), c.Paise/2)}, made...)
	}
	return made
}

func (c Consumer) billIssued(billerID string, issued time.Time, paise int64) bill {
	month := issued.AddDate(0, -1, 0)
	return bill{
		number: billerID[:3] + month.Format("0601") + c.Number[4:], paise: paise,
		month: month, issued: issued, due: issued.AddDate(0, 0, 19),
	}
}

var indianTime = time.FixedZone("IST", 5*3600+30*60)
