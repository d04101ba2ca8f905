package payment

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/connectors"
)

// Refund is one refund of a payment at the gateway, ours or not: somebody may give money back at the gateway's own desk.
type Refund struct {
	ID string // the gateway's; empty while a refund is only known to be there
	// Stage only grows. A refund that was processed is not undone by a late "failed".
	Stage  RefundStage
	Amount connectors.Paise
}

// giveBack takes over what a fact says of one refund.
func (p *Payment) giveBack(stage RefundStage, fact Fact) {
	at, known := slices.BinarySearchFunc(p.Refunds, fact.Refund, func(r Refund, id string) int { return strings.Compare(r.ID, id) })
	if !known {
		p.Refunds = slices.Insert(p.Refunds, at, Refund{ID: fact.Refund})
	}
	refund := &p.Refunds[at]
	refund.Stage, refund.Amount = max(refund.Stage, stage), max(refund.Amount, fact.Amount)
}

// settleRefunds sums up the refunds: what has gone back, and how far what is owed is on its way. One that failed does not hide the
// next try.
func (p *Payment) settleRefunds() {
	for _, refund := range p.Refunds {
		switch {
		case refund.Stage == RefundStageProcessed && refund.ID != "":
			p.Refunded += refund.Amount
			p.RefundID = refund.ID
		case p.Refunded == 0 && refund.ID != "" && (p.RefundID == "" || refund.Stage == RefundStagePending):
			p.RefundID = refund.ID
		}
	}
	p.Refund = p.refundStage()
}

func (p *Payment) refundStage() RefundStage {
	onItsWay := func(r Refund) bool { return r.Stage == RefundStagePending || r.ID == "" }
	switch {
	case len(p.Refunds) == 0:
		return RefundNone
	case p.Refunded > 0 && p.Refunded >= p.RefundAmount:
		return RefundStageProcessed
	case p.Refunded > 0, slices.ContainsFunc(p.Refunds, onItsWay):
		return RefundStagePending
	}
	return RefundStageFailed
}
