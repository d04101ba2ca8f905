package workflows

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

const purposeFee = "fee"

// A fee that the department names after the application is taken on several links, one after the other, since nobody pays at once.
const (
	feeLinks   = 5
	feeLinkFor = 3 * 24 * time.Hour
)

// payFee takes a fee that is known beforehand. Without it nothing is sent.
func (a *application) payFee(ctx workflow.Context) error {
	fee := a.input.Terms.Fee
	if fee == nil || fee.Free() {
		return nil
	}
	amount, err := connectors.ParsePaise(fee.Amount)
	if err != nil {
		return fmt.Errorf("read the fee: %w", err)
	}
	a.order, a.Payment, err = a.collect(ctx, a.feeOf(purposeFee, amount, say("application.fee", a.referenceAndPortal())))
	if notPaid, ok := errors.AsType[notPaidError](err); ok {
		if notPaid.reason == ClosedByExpiry {
			return a.end(ctx, StageExpired, say("application.fee_not_paid", values{"reference": plain(a.to.Reference)}))
		}
		return a.endNotPaid(ctx, notPaid)
	}
	if err != nil {
		return err
	}
	a.takeMoney(ctx, a.Payment, StageSubmitting, StageKeptSent, a.keptMessage())
	return nil
}

// feeOf is the fee of this application: there is no other request for the same.
func (a *application) feeOf(purpose string, amount connectors.Paise, about Message) charge {
	return charge{purpose: purpose, account: a.to.Reference, number: purposeFee, amount: amount, about: about}
}

// payLaterFee takes a fee that the department names once it has the application, where the portal can be told that it was paid. Else, and
// when it is not paid here, it is paid at the office: the application stays where it is.
func (a *application) payLaterFee(ctx workflow.Context) error {
	if a.Submitted.Fee <= 0 || a.Payment.ID != "" && !a.Submitted.TakesFee {
		return nil
	}
	a.stop = "" // what was wished before it was sent
	if a.Submitted.TakesFee && a.Payment.ID == "" {
		if err := a.collectLaterFee(ctx); err != nil {
			return err
		}
	}
	if a.Payment.ID == "" {
		return a.tellOfFee(ctx, "fee-at-office", a.feeAtOffice())
	}
	return a.postFee(ctx)
}

// collectLaterFee gives the citizen one link after the other, until the fee is paid or they do not want to pay it here.
func (a *application) collectLaterFee(ctx workflow.Context) (err error) {
	about := say("application.later_fee", values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)})
	for link := 1; link <= feeLinks; link++ {
		purpose := purposeFee
		if link > 1 {
			purpose += strconv.Itoa(link)
		}
		fee := a.feeOf(purpose, a.Submitted.Fee, about)
		fee.validFor = feeLinkFor
		a.order, a.Payment, err = a.collect(ctx, fee)
		if notPaid, ok := errors.AsType[notPaidError](err); ok {
			if notPaid.reason == ClosedByExpiry {
				continue
			}
			a.stop = ""
			return nil
		}
		if err == nil {
			a.takeMoney(ctx, a.Payment, StagePosting, StageKeptPaid, a.feeSafe())
		}
		return err
	}
	return nil
}

// bookFee books that the department has earned the fee with the application, unless it has yet to be told of the fee itself.
func (a *application) bookFee(ctx workflow.Context) error {
	if a.Payment.ID == "" || a.Submitted.Fee > 0 && a.Submitted.TakesFee {
		return nil
	}
	return a.recordFee(ctx, connectors.Posted{PortalReceipt: a.Submitted.Number, PostedAt: workflow.Now(ctx), Amount: a.Payment.Amount})
}

func (a *application) recordFee(ctx workflow.Context, posted connectors.Posted) error {
	record := RecordPostingInput{Order: a.order.Order, Posted: posted}
	if err := hubStep(ctx, "Book that the department has the fee", ActivityRecordPosting, record, nil); err != nil {
		return fmt.Errorf("book the fee: %w", err)
	}
	return nil
}

// clockStart is when the event happened that the law counts from; zero: it has not, or only the department knows.
func (a *application) clockStart(ctx workflow.Context) time.Time {
	submitted := a.submittedAt(ctx)
	switch a.clock.law.Starts {
	case catalog.StartsSubmitted, catalog.StartsPapersComplete:
		return submitted
	case catalog.StartsFeePaid:
		if a.Payment.PaidAt.After(submitted) {
			return a.Payment.PaidAt
		}
		if a.Payment.ID != "" || a.nothingToPay() {
			return submitted
		}
	case catalog.StartsElsewhere:
	}
	return time.Time{}
}

func (a *application) nothingToPay() bool {
	fee := a.input.Terms.Fee
	return a.Submitted.Fee == 0 && (fee == nil || fee.Free())
}
