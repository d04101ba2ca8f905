package ops

import (
	"context"
	"net/http"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/workflows"
)

// moneyCase is one difference as an operator sees it.
type moneyCase struct {
	What, ToDo, Subject, Order, Portal string
	Expected, Found                    string
	Day, Since                         time.Time
}

// moneyRefund is one refund that has not gone through.
type moneyRefund struct {
	ID, Order, Payment, Amount, State string
	Due                               time.Time
	Needed                            bool // somebody has to see to it
}

type moneyPage struct {
	Cases   []moneyCase
	Refunds []moneyRefund
}

// money shows where our books, the payment gateway and the departments differ, and the refunds that are not through.
func (p *Pages) money(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	var cases []store.Case
	var refunds []store.OpenRefund
	err := p.as(r.Context(), access.Operator, officer, func(ctx context.Context, tx pgx.Tx) (err error) {
		if cases, err = store.OpenCases(ctx, tx, shown); err != nil {
			return err
		}
		refunds, err = store.OpenRefunds(ctx, tx, shown)
		return err
	})
	if err != nil {
		return err
	}
	var page moneyPage
	for _, each := range cases {
		page.Cases = append(page.Cases, caseOf(each))
	}
	for _, each := range refunds {
		page.Refunds = append(page.Refunds, refundOf(each, time.Now()))
	}
	return p.show(w, "money", officers.Page{Title: "Money that does not agree", Officer: officer, Data: page})
}

func caseOf(c store.Case) moneyCase {
	words := caseWords[c.Kind]
	return moneyCase{
		What: words[0], ToDo: words[1], Subject: c.Subject, Order: c.Order, Portal: c.Portal,
		Expected: connectors.Paise(c.Expected).String(), Found: connectors.Paise(c.Found).String(), Day: c.Day, Since: c.OpenedAt,
	}
}

func refundOf(r store.OpenRefund, now time.Time) moneyRefund {
	due := workflows.RefundDue(r.CreatedAt)
	return moneyRefund{
		ID: r.ID, Order: r.Order, Payment: r.Payment, Amount: connectors.Paise(r.Amount).String(), State: r.State, Due: due,
		Needed: r.State == string(workflows.RefundFailed) || now.After(due),
	}
}

// caseWords say what differs, and what a person does about it. A case goes by itself when the difference is gone.
var caseWords = map[string][2]string{
	money.CaseUnknownCapture: {"The gateway took a payment that no request asked for", "Look it up at the gateway and give it back there."},
	money.CaseNotAtGateway: {
		"Our books have a payment that the gateway does not", "Ask the gateway. If the department has the money, it is short by this amount.",
	},
	money.CaseCapturedAmount:  {"The gateway took another amount than our books have", "Ask the gateway which is right."},
	money.CaseRefundDiffers:   {"What went back is not what was owed", "See at the gateway who gave it back, and what is still owed."},
	money.CaseSettledAmount:   {"The gateway paid out something else than it took", "Claim the difference from the gateway."},
	money.CasePostedAmount:    {"The department has another amount", "Ask the department to correct its entry."},
	money.CaseNotAtDepartment: {"The department does not know a payment that it acknowledged", "Send the department its own receipt number."},
	money.CaseContradiction:   {"The department has money that was given back, or is to be", "Ask the department whether it keeps it, then settle the refund."},
	money.CaseHeld:            {"Money was taken and its request has ended", "Have it given back: Approvals, Give a payment back."},
	money.CaseRefundLate: {
		"A refund failed or is late", "Settle it at the gateway, then signal " + workflows.SignalOperatorRetry + " to the refund's workflow.",
	},
}
