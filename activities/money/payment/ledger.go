package payment

import "github.com/jansetu/jansetu/connectors"

// Account is an account of the double-entry ledger.
type Account string

// The accounts. A positive amount is a debit: what we own or are owed grows; a negative one a credit: what we owe grows.
const (
	CitizenClearing   Account = "citizen_clearing"   // money taken and not yet passed on
	GatewayReceivable Account = "gateway_receivable" // what the payment gateway holds for us
	DepartmentPayable Account = "dept_payable"       // what departments are owed
	RefundPayable     Account = "refund_payable"     // what citizens are owed back
)

// Transaction is one booking. Its legs sum to zero; its key is unique within the order, so booking it twice books it once.
type Transaction struct {
	Key  string
	Legs []Leg
}

// Leg is one side of a booking.
type Leg struct {
	Account Account
	Amount  connectors.Paise
}

// Bookings are all ledger transactions that a standing implies. More facts only ever add bookings.
func Bookings(standing Standing) []Transaction {
	var bookings []Transaction
	for i := range standing.Payments {
		bookings = append(bookings, standing.Payments[i].bookings()...)
	}
	if accepted, ok := standing.Find(standing.Accepted); ok && standing.Posted {
		bookings = append(bookings, transfer("posted", CitizenClearing, DepartmentPayable, accepted.Amount))
	}
	return bookings
}

func (p *Payment) bookings() []Transaction {
	if p.Stage != StageCaptured {
		return nil
	}
	bookings := []Transaction{transfer("captured/"+p.ID, GatewayReceivable, CitizenClearing, p.Amount)}
	switch p.RefundReason {
	case "":
	case ReasonOfficer, ReasonReturned: // the department has it
		bookings = append(bookings, transfer("refund_due/"+p.ID, DepartmentPayable, RefundPayable, p.RefundAmount))
	case ReasonRefused, ReasonFee, ReasonTwice, ReasonLate, ReasonAmount:
		bookings = append(bookings, transfer("refund_due/"+p.ID, CitizenClearing, RefundPayable, p.RefundAmount))
	}
	for _, refund := range p.Refunds {
		if refund.Stage == RefundStageProcessed && refund.ID != "" {
			bookings = append(bookings, transfer("refunded/"+p.ID+"/"+refund.ID, RefundPayable, GatewayReceivable, refund.Amount))
		}
	}
	return bookings
}

func transfer(key string, debit, credit Account, amount connectors.Paise) Transaction {
	return Transaction{Key: key, Legs: []Leg{{Account: debit, Amount: amount}, {Account: credit, Amount: -amount}}}
}
