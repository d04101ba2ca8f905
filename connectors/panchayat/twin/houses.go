package twin

import (
	"fmt"
	"hash/fnv"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// House is an invented assessment.
type House struct {
	Number, Owner, Door string
	// About says in words what is special, for the control page.
	About string
	// Demand is this half-year's tax and cess, Arrears with penalty what was
	// left, in paise.
	Demand, Arrears int64
	state           demandState
	disputed        bool
}

type demandState int

const (
	unpaid demandState = iota
	paid
	notRaised
)

// Houses lists the documented assessments.
func Houses() []House {
	list := []House{
		{Owner: "K LAKSHMI DEVI", About: "due", Demand: 124_000},
		{Owner: "P VENKATA RAO", About: "due, with arrears", Demand: 86_000, Arrears: 43_550},
		{Owner: "SHAIK MEERAVALI", About: "already paid", Demand: 71_200, state: paid},
		{Owner: "B ANJALI", About: "no demand yet", state: notRaised},
		{Owner: "G SURYA PRAKASH", About: "due; payment not accepted", Demand: 54_000, disputed: true},
		{Owner: "SRI SAI RICE MILL", About: "due, large", Demand: 12_345_678},
		{Owner: "M YADAMMA", About: "due, one rupee", Demand: 100},
	}
	for i := range list {
		list[i].Number = fmt.Sprintf("50601%05d", 1+i)
		list[i].Door = fmt.Sprintf("%d-%d/A", 1+i/3, 12+i)
	}
	return list
}

// AssessmentNumber is the number of the i-th generated house, for i from 0 to
// 99,999.
func AssessmentNumber(i int) string { return fmt.Sprintf("50602%05d", i%100_000) }

var tenDigits = regexp.MustCompile(`^\d{10}$`)

func findHouse(number string) (House, bool) {
	for _, house := range Houses() {
		if house.Number == number {
			return house, true
		}
	}
	if !strings.HasPrefix(number, "50602") || !tenDigits.MatchString(number) {
		return House{}, false
	}
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(number))
	return House{Number: number, Owner: "OWNER " + number[5:], Door: "9-" + number[7:], Demand: int64(hash.Sum32()%300_000) + 10_000}, true
}

// demand is one half-year's demand of a house.
type demand struct {
	House
	number, half      string
	raised, due       time.Time
	paidOn, receiptNo string
}

// demandAt makes the demand of the half-year that a moment is in: April to
// September is I, October to March II.
func (h House) demandAt(now time.Time) demand {
	local := now.In(indianTime)
	start := time.Date(local.Year(), time.April, 1, 0, 0, 0, 0, indianTime)
	half := "I"
	switch {
	case local.Month() < time.April:
		start, half = time.Date(local.Year()-1, time.October, 1, 0, 0, 0, 0, indianTime), "II"
	case local.Month() >= time.October:
		start, half = time.Date(local.Year(), time.October, 1, 0, 0, 0, 0, indianTime), "II"
	}
	year := strconv.Itoa(start.Year()) + "-" + start.AddDate(1, 0, 0).Format("06")
	return demand{
		House: h, half: year + " " + half, raised: start, due: start.AddDate(0, 3, -1),
		number: start.Format("0601") + h.Number[4:],
	}
}

var indianTime = time.FixedZone("IST", 5*3600+30*60)

const (
	dateLayout     = "02-01-2006"
	dateTimeLayout = "02-01-2006 15:04:05"
)

// rupees writes an amount with Indian grouping.
func rupees(paise int64) string {
	whole := strconv.FormatInt(paise/100, 10)
	grouped := whole
	if len(whole) > 3 {
		grouped = whole[len(whole)-3:]
		for rest := whole[:len(whole)-3]; rest != ""; {
			cut := max(len(rest)-2, 0)
			grouped, rest = rest[cut:]+","+grouped, rest[:cut]
		}
	}
	return fmt.Sprintf("%s.%02d", grouped, paise%100)
}

// paiseOf reads rupees with two decimals; anything else is -1, which no demand
// is.
func paiseOf(text string) int64 {
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(text, ",", ""), ".")
	paise, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) != 2 {
		return -1
	}
	return paise
}
