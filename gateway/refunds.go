package gateway

import (
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// refundStates are the dialog's words for what the store has. A refund that is booked and of which the payment gateway says nothing yet is
// asked for.
var refundStates = map[string]dialog.RefundState{
	string(workflows.RefundPending):   dialog.RefundOnItsWay,
	string(workflows.RefundProcessed): dialog.RefundDone,
	string(workflows.RefundFailed):    dialog.RefundHeldUp,
}

// refundReasons are the texts that the refund's own workflow says them with. What the department or an officer gives back was explained when it
// was decided.
var refundReasons = map[string]string{
	string(workflows.RefundTwice):  "money.paid_twice",
	string(workflows.RefundLate):   "money.paid_late",
	string(workflows.RefundAmount): "money.paid_wrong_amount",
}

// refundFacts are the refunds of a request, and what is left to say beside its stage: where the request itself stands at its refund, they say it.
func refundFacts(r *store.RequestFact) (refunds []dialog.RefundFact, detail string) {
	for _, booked := range r.Refunds {
		state, heard := refundStates[booked.State]
		if !heard {
			state = dialog.RefundAsked
		}
		refunds = append(refunds, dialog.RefundFact{
			Amount: connectors.Paise(booked.Amount).String(), State: state, Why: refundReasons[booked.Purpose],
			Due: workflows.RefundDue(booked.BookedAt), Number: booked.Number,
		})
	}
	stage := workflows.Stage(r.Stage)
	if len(refunds) > 0 && (stage == workflows.StageRefunding || stage == workflows.StageRefunded) {
		return refunds, ""
	}
	return refunds, r.Detail
}
