package twin

import (
	"net/http"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// settled is one line of the settlement report (Razorpay, "Settlement recon"). The sandbox pays out on the day after, and takes no fee.
type settled struct {
	EntityID     string `json:"entity_id"`
	Type         string `json:"type"`
	Debit        int64  `json:"debit"`
	Credit       int64  `json:"credit"`
	Amount       int64  `json:"amount"`
	Currency     string `json:"currency"`
	Fee          int64  `json:"fee"`
	Tax          int64  `json:"tax"`
	Settled      bool   `json:"settled"`
	SettlementID string `json:"settlement_id"`
	CreatedAt    int64  `json:"created_at"`
}

func (s *Sandbox) settlementReport(w http.ResponseWriter, r *http.Request) {
	day := time.Date(whole(r, "year", 0), time.Month(whole(r, "month", 0)), whole(r, "day", 0), 0, 0, 0, 0, connectors.IndianTime)
	from, until := day.AddDate(0, 0, -1).Unix(), day.Unix()
	id := "setl_" + day.Format("20060102000000")
	var lines []settled
	for _, p := range s.payments.all() {
		if p.Captured && p.CreatedAt >= from && p.CreatedAt < until {
			lines = append(lines, s.settledPayment(p, id))
		}
	}
	for _, made := range s.refunds.all() {
		if made.Status == "processed" && made.CreatedAt >= from && made.CreatedAt < until {
			lines = append(lines, settled{
				EntityID: made.ID, Type: "refund", Debit: made.Amount, Amount: made.Amount, Currency: "INR", Settled: true,
				SettlementID: id, CreatedAt: made.CreatedAt,
			})
		}
	}
	size := min(whole(r, "count", 10), 1000)
	skip := min(whole(r, "skip", 0), len(lines))
	answer(w, list(lines[skip:min(skip+size, len(lines))]))
}

func (s *Sandbox) settledPayment(p *payment, settlement string) settled {
	line := settled{
		EntityID: p.ID, Type: "payment", Credit: p.Amount - p.Fee, Amount: p.Amount, Currency: "INR", Fee: p.Fee, Settled: true,
		SettlementID: settlement, CreatedAt: p.CreatedAt,
	}
	if _, short := s.Faults.Take(Settlements, SettlementShort); short {
		line.Credit -= 100
	}
	return line
}

// within keeps what a query's from and to ask for; both ends belong to it.
func within[T any](r *http.Request, items []T, at func(T) int64) []T {
	from, to := int64(whole(r, "from", 0)), int64(whole(r, "to", 1<<40))
	return keep(items, func(item T) bool { return at(item) >= from && at(item) <= to })
}
