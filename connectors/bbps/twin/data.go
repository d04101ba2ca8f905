package twin

import (
	"fmt"
	"hash/fnv"
	"slices"
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
	prefix                        string // of its bills' numbers
}

// Biller is one that a twin serves beside the documented ones.
type Biller struct {
	ID, Name, Category string
	// Params are what it asks for; the first is the account.
	Params []Param
	// PartPayment takes any amount up to the bill.
	PartPayment bool
	// Accounts have a bill due, as the first of the documented consumers, who are its customers too.
	Accounts []string
}

// Param is one thing that a biller wants to know of its customer.
type Param struct {
	Name     string
	Digits   bool
	Optional bool
	Min, Max int // length; a Max of 0 is no limit
	Regex    string
}

func (b Biller) entry() biller {
	made := biller{id: b.ID, name: b.Name, category: b.Category, exactness: "EXACT", prefix: b.ID}
	if b.PartPayment {
		made.exactness = "EXACT_DOWN"
	}
	for _, each := range b.Params {
		kind := "ALPHANUMERIC"
		if each.Digits {
			kind = "NUMERIC"
		}
		made.params = append(made.params, param{
			Name: each.Name, DataType: kind, Optional: each.Optional, Min: each.Min, Max: each.Max, Regex: each.Regex,
		})
	}
	return made
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
		{id: Water, prefix: Water[:3], name: "Godavari Water Supply Board", category: "Water", exactness: "EXACT", params: []param{connection}},
		{id: Gas, prefix: Gas[:3], name: "Krishna Piped Gas", category: "Piped Gas", exactness: "EXACT", params: []param{connection, mobile}},
		{id: Cable, prefix: Cable[:3], name: "Coastal Cable", category: "Cable TV", exactness: "EXACT_DOWN", params: []param{connection}},
	}
}

// takes tells whether as many parameters can be all that it wants to know.
func (b biller) takes(count int) bool {
	optional := 0
	for _, each := range b.params {
		if each.Optional {
			optional++
		}
	}
	return count <= len(b.params) && count >= max(1, len(b.params)-optional)
}

func (t *Twin) billerOf(id string) (biller, bool) {
	for _, known := range billers() {
		if known.id == id {
			return known, true
		}
	}
	for _, given := range t.config.Billers {
		if given.ID == id {
			return given.entry(), true
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

// consumerAt answers the customer of a biller.
func (t *Twin) consumerAt(billerID, number string) (Consumer, bool) {
	if consumer, known := consumerOf(number); known {
		return consumer, true
	}
	for _, given := range t.config.Billers {
		if given.ID == billerID && slices.Contains(given.Accounts, number) {
			consumer := Consumers()[0]
			consumer.Number = number
			return consumer, true
		}
	}
	return Consumer{}, false
}

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
func (c Consumer) bills(prefix string, now time.Time) []bill {
	local := now.In(indianTime)
	first := time.Date(local.Year(), local.Month(), 1, 0, 0, 0, 0, indianTime)
	made := []bill{c.billIssued(prefix, first, c.Paise)}
	if c.second {
		made = append([]bill{c.billIssued(prefix, first.AddDate(0, -1, 0), c.Paise/2)}, made...)
	}
	return made
}

func (c Consumer) billIssued(prefix string, issued time.Time, paise int64) bill {
	month := issued.AddDate(0, -1, 0)
	return bill{
		number: prefix + month.Format("0601") + c.Number[max(0, len(c.Number)-6):], paise: paise,
		month: month, issued: issued, due: issued.AddDate(0, 0, 19),
	}
}

var indianTime = time.FixedZone("IST", 5*3600+30*60)
