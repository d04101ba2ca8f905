package workflows

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// The choices of the confirmation.
const (
	choicePay     = "pay"
	choicePart    = "part"
	choiceAnother = "another"
	choiceCancel  = "cancel"
	choiceBack    = "back"
)

const (
	freshFor   = 10 * time.Minute // so long a bill that was shown is taken for what it still is
	anotherFor = time.Minute      // so long another bill is waited for, as the one in hand waits too
	leastPart  = connectors.Paise(100)
)

// confirm shows what would be paid until the citizen has chosen: pay it, or a part; another bill beside; or nothing. A bill that was
// shown long ago is fetched again before money is asked for.
func (b *billPayment) confirm(ctx workflow.Context) error {
	for {
		answer, err := b.ask(ctx, b.confirmation())
		if err != nil {
			return b.unanswered(ctx, err)
		}
		settled := false
		switch answer.Choice {
		case choicePay:
			settled, err = b.stillSo(ctx)
		case choicePart:
			if settled, err = b.stillSo(ctx); settled {
				err = b.askPart(ctx)
			}
		case choiceAnother:
			err = b.askAnother(ctx)
		default:
			return b.endCancelled(ctx)
		}
		if err != nil {
			return b.unanswered(ctx, err)
		}
		if settled {
			b.note(ctx, "The citizen confirmed")
			return nil
		}
	}
}

// unanswered ends the request where the citizen stopped it or did not answer.
func (b *billPayment) unanswered(ctx workflow.Context, err error) error {
	switch {
	case errors.Is(err, errNoAnswer):
		return b.end(ctx, StageExpired, say("bill.not_confirmed", values{"reference": plain(b.to.Reference)}))
	case errors.Is(err, errStopped):
		return b.endCancelled(ctx)
	}
	return err
}

func (b *billPayment) confirmation() question {
	asked := question{name: "confirm", stage: StageConfirming, waitFor: confirmFor, choices: []Choice{{ID: choicePay, Label: "button.pay"}}}
	b.shown++
	if b.shown > 1 {
		asked.name = fmt.Sprintf("confirm-%d", b.shown)
	}
	asked.message = slices.Concat(b.back(b.input.Portal), b.aside, b.describe())
	b.aside = nil
	if b.mayPayPart() {
		asked.choices = append(asked.choices, Choice{ID: choicePart, Label: "button.pay_part"})
	}
	if _, possible := b.accountField(); possible && len(b.bills) < b.input.Terms.Bill.Accounts {
		asked.choices = append(asked.choices, Choice{ID: choiceAnother, Label: "button.another_bill"})
	}
	asked.choices = append(asked.choices, Choice{ID: choiceCancel, Label: "button.dont_pay"})
	return asked
}

func (b *billPayment) describe() Message {
	if len(b.bills) == 1 {
		return append(b.describeBill(b.bills[0].Bill), say("bill.ask", nil)...)
	}
	lines := say("bill.title", values{"portal": portal(b.input.Portal)})
	for i, bill := range b.bills {
		lines = append(lines, say("bill.line", values{
			"count": plain(strconv.Itoa(i + 1)), "account": plain(named(bill.Bill)), "amount": money(bill.pay),
		})...)
	}
	return slices.Concat(lines, say("bill.total", values{"amount": money(b.charge().amount)}), say("bill.ask_several", nil))
}

// named is a bill's account with its holder's name, as the department gives it.
func named(bill connectors.Bill) string {
	if bill.Name == "" {
		return bill.Account
	}
	return bill.Account + ", " + bill.Name
}

func (b *billPayment) describeBill(bill connectors.Bill) Message {
	lines := Message{{Text: "bill.title", Values: values{"portal": portal(b.input.Portal)}}}
	add := func(shown bool, line Message) {
		if shown {
			lines = append(lines, line...)
		}
	}
	add(bill.Name != "", say("bill.name", values{"name": plain(bill.Name)}))
	add(bill.Account != "", say("bill.account", values{"account": plain(bill.Account)}))
	add(bill.Period != "", say("bill.period", values{"month": month(bill.Period)}))
	add(!bill.DueDate.IsZero(), say("bill.due_date", values{"day": day(bill.DueDate)}))
	add(bill.Arrears > 0, say("bill.amount", values{"amount": money(bill.Amount)}))
	add(bill.Arrears > 0, say("bill.arrears", values{"amount": money(bill.Arrears)}))
	add(true, say("bill.total", values{"amount": money(bill.Total)}))
	return lines
}

// stillSo tells whether the bills are what was shown. What has changed is said when they are shown next; without any left the request
// ends.
func (b *billPayment) stillSo(ctx workflow.Context) (bool, error) {
	if workflow.Now(ctx).Sub(b.fetchedAt) < freshFor {
		return true, nil
	}
	same := true
	var left []*oneBill
	for _, bill := range b.bills {
		var now FetchedBill
		failure, err := b.callUntilClear(ctx, b.fetching(bill.answers, &now))
		switch {
		case err != nil:
			return false, err
		case failure.Class == connectors.ClassUnavailable || failure.Class == connectors.ClassOutcomeUnknown:
			return false, b.endGivenUp(ctx)
		case failure.Class != connectors.ClassOK || !isDue(now.Bill):
			same = false
			b.aside = append(b.aside, say("bill.gone", values{"account": plain(bill.Bill.Account)})...)
			continue
		case now.Bill.Total != bill.Bill.Total || now.Bill.Number != bill.Bill.Number:
			same = false
			b.aside = append(b.aside, say("bill.changed", values{
				"account": plain(bill.Bill.Account), "was": money(bill.Bill.Total), "amount": money(now.Bill.Total),
			})...)
		}
		bill.FetchedBill, bill.pay = now, now.Bill.Total
		left = append(left, bill)
	}
	b.bills, b.fetchedAt = left, workflow.Now(ctx)
	if len(left) == 0 {
		return false, b.endAnswered(ctx, StageNothingDue, append(b.aside, say("bill.nothing_left", nil)...))
	}
	return same, nil
}

// mayPayPart tells whether the biller takes a part of the bill. Of several bills each is paid whole.
func (b *billPayment) mayPayPart() bool {
	terms := b.input.Terms.Bill
	return terms != nil && terms.PartPayment && len(b.bills) == 1 && b.bills[0].Bill.Total > b.leastPart()
}

func (b *billPayment) leastPart() connectors.Paise {
	least, err := connectors.ParsePaise(b.input.Terms.Bill.MinPart)
	if err != nil || least < leastPart {
		return leastPart
	}
	return least
}

// askPart asks how much of the bill is to be paid now.
func (b *billPayment) askPart(ctx workflow.Context) error {
	bill, least := b.bills[0], b.leastPart()
	for {
		answer, err := b.ask(ctx, question{
			name: b.nextStep("part"), stage: StageConfirming, waitFor: confirmFor,
			message: say("bill.part", values{"least": money(least), "most": money(bill.Bill.Total)}),
			field:   &catalog.Field{ID: "part", Type: catalog.FieldMoney, Min: least.Decimal(), Max: bill.Bill.Total.Decimal()},
		})
		if err != nil {
			return err
		}
		amount, err := connectors.ParsePaise(answer.Value)
		if err == nil && amount >= least && amount <= bill.Bill.Total {
			bill.pay = amount
			return nil
		}
	}
}

// accountField is the question for the account of another bill, where several may be paid in one go.
func (b *billPayment) accountField() (*TermsField, bool) {
	form := b.input.Terms.Form
	at := slices.IndexFunc(form, func(field TermsField) bool { return field.Again != nil })
	if at < 0 || b.input.Terms.Bill == nil {
		return nil, false
	}
	return &form[at], true
}

// askAnother asks for the number of another bill and fetches that. What comes of it is said above the bills; the ones in hand stay.
func (b *billPayment) askAnother(ctx workflow.Context) error {
	field, possible := b.accountField()
	if !possible {
		return nil
	}
	answer, err := b.ask(ctx, question{
		name: b.nextStep("another"), stage: StageConfirming, waitFor: confirmFor, field: field.Again,
		message: say("bill.another", values{"question": fieldLabel(b.input.Service, field.ID)}),
		choices: []Choice{{ID: choiceBack, Label: "button.go_on_without"}},
	})
	if err != nil || answer.Choice == choiceBack {
		return err
	}
	if slices.ContainsFunc(b.bills, func(bill *oneBill) bool { return bill.answers[field.ID] == answer.Value }) {
		b.aside = say("bill.known_already", values{"account": plain(answer.Value)})
		return nil
	}
	answers := maps.Clone(b.input.Answers)
	answers[field.ID] = answer.Value
	return b.addBill(ctx, answers, answer.Value)
}

func (b *billPayment) addBill(ctx workflow.Context, answers map[string]string, account string) error {
	var fetched FetchedBill
	call := b.fetching(answers, &fetched)
	call.keep, call.kept = anotherFor, nil
	failure, err := b.callPortal(ctx, call)
	if err != nil {
		return err
	}
	said := values{"account": plain(account), "portal": portal(b.input.Portal)}
	switch {
	case failure.Class == connectors.ClassNotFound || failure.Class == connectors.ClassInputRejected:
		b.aside = say("bill.other_not_found", said)
	case failure.Class != connectors.ClassOK:
		b.aside = say("bill.other_unavailable", said)
	case !isDue(fetched.Bill):
		b.aside = say("bill.other_nothing_due", said)
	default:
		b.bills = append(b.bills, &oneBill{FetchedBill: fetched, answers: answers, pay: fetched.Bill.Total})
		b.note(ctx, "Another bill was added")
	}
	return nil
}

// leaveOut takes bills out by their places. It tells whether any are left to be paid, and otherwise takes out none.
func (b *billPayment) leaveOut(places []int) bool {
	if len(places) == 0 || len(places) >= len(b.bills) {
		return false
	}
	var left []*oneBill
	for i, bill := range b.bills {
		if slices.Contains(places, i) {
			b.aside = append(b.aside, say("bill.rival_left_out", values{"account": plain(bill.Bill.Account)})...)
			continue
		}
		left = append(left, bill)
	}
	b.bills = left
	return true
}
