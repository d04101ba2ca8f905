package twin

import (
	"fmt"
	"hash/fnv"
	"strconv"
	"strings"
	"time"
)

// Shape is the wire shape a twin speaks.
type Shape string

// The shapes of package electricity.
const (
	RegNo     Shape = "regno"
	RequestNo Shape = "requestno"
	WSS       Shape = "wss"
)

// Shapes lists them.
func Shapes() []Shape { return []Shape{RegNo, RequestNo, WSS} }

// BillingUnit is the office every consumer of the shape "wss" belongs to.
const BillingUnit = "4637"

// promptDiscount is the share of a bill, in percent, that the shape "wss" leaves to
// those who pay within promptDays of its issue.
const (
	promptDiscount = 1
	promptDays     = 10
)

func (s Shape) prefix() string {
	return map[Shape]string{RegNo: "1121104", RequestNo: "1171205", WSS: "170025"}[s]
}

// digits is how long a number is.
func (s Shape) digits() int { return len(s.prefix()) + 6 }

// ServiceNumber is the number of the i-th generated consumer, for i from 0 to
// 999,999.
func ServiceNumber(shape Shape, i int) string {
	return fmt.Sprintf("3%s%06d", shape.prefix()[1:], i%1_000_000)
}

// Consumer is an invented account holder.
type Consumer struct {
	Number string
	Name   string
	// About says in words what is special, for the control page.
	About string
	// Amount and Arrears are paise of this month's bill.
	Amount, Arrears int64
	// State of the bill before any posting.
	state      billState
	notPayable bool
	monthsLate int
}

type billState int

const (
	unpaid billState = iota
	paid
	noBill
)

// Consumers lists the documented consumers of a shape.
func Consumers(shape Shape) []Consumer {
	list := []Consumer{
		{Name: "K LAKSHMI DEVI", About: "due", Amount: 124_000},
		{Name: "P VENKATA RAO", About: "due, with arrears", Amount: 86_000, Arrears: 43_550},
		{Name: "SHAIK MEERAVALI", About: "already paid", Amount: 71_200, state: paid},
		{Name: "B ANJALI", About: "no bill yet", state: noBill},
		{Name: "G SURYA PRAKASH", About: "due; posting is refused", Amount: 54_000, notPayable: true},
		{Name: "SRI SAI RICE MILL", About: "due, large", Amount: 12_345_678},
		{Name: "M YADAMMA", About: "due, one rupee", Amount: 100},
		{Name: "D RAJESH KUMAR", About: "due, overdue", Amount: 231_500, monthsLate: 2},
	}
	for i := range list {
		list[i].Number = fmt.Sprintf("%s%06d", shape.prefix(), 1001+i)
	}
	return list
}

// find answers the consumer of a number, documented or generated.
func (s Shape) find(number string) (Consumer, bool) {
	for _, consumer := range Consumers(s) {
		if consumer.Number == number {
			return consumer, true
		}
	}
	generated := "3" + s.prefix()[1:]
	if len(number) != s.digits() || !strings.HasPrefix(number, generated) || !isNumber(number) {
		return Consumer{}, false
	}
	return Consumer{Number: number, Name: "CONSUMER " + number[len(number)-6:], Amount: int64(mix(number)%300_000) + 10_000}, true
}

func isNumber(text string) bool {
	_, err := strconv.ParseUint(text, 10, 64)
	return err == nil
}

func mix(text string) uint32 {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(text))
	return hash.Sum32()
}

// bill is one month's bill of a consumer.
type bill struct {
	Consumer
	number      string
	month       time.Time
	issued, due time.Time
	paidOn      time.Time
	receiptNo   string
}

// billAt makes the bill a consumer has at a moment: last month's consumption,
// issued on the first, due on the eighteenth.
func (c Consumer) billAt(now time.Time) bill {
	local := now.In(indianTime)
	issued := time.Date(local.Year(), local.Month()-time.Month(c.monthsLate), 1, 0, 0, 0, 0, indianTime)
	month := issued.AddDate(0, -1, 0)
	return bill{
		Consumer: c, month: month, issued: issued, due: issued.AddDate(0, 0, 17),
		number: month.Format("0601") + c.Number[5:],
	}
}

// payable is what a portal of the shape takes for the bill at a moment.
func (b bill) payable(shape Shape, now time.Time) int64 {
	if shape == WSS && !now.After(b.promptUntil()) {
		return b.prompt()
	}
	return b.Amount + b.Arrears
}

func (b bill) prompt() int64 { return b.Amount - b.Amount*promptDiscount/100 + b.Arrears }

func (b bill) promptUntil() time.Time { return b.issued.AddDate(0, 0, promptDays) }

var indianTime = time.FixedZone("IST", 5*3600+30*60)
