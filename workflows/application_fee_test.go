package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

const named = connectors.Paise(15000)

// cashDesk is an office that names a fee once it has the application, and can be told that it was paid.
type cashDesk struct {
	*office

	takesFee bool
	post     func(call int) (connectors.Posted, error)
	find     func(call int) (connectors.Posted, error)

	told    []workflows.PostFeeInput
	booked  []workflows.RecordPostingInput
	refused []workflows.RecordRefusalInput
}

func feeReceipt() (connectors.Posted, error) {
	return connectors.Posted{PortalReceipt: "R-1", PostedAt: noon, Amount: named}, nil
}

// newCashDesk is one where everything goes well.
func newCashDesk(t *testing.T) *cashDesk {
	t.Helper()
	d := &cashDesk{office: newOffice(t), takesFee: true}
	d.terms.Fee = nil
	d.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		return workflows.SubmittedApplication{Number: number, SubmittedAt: d.Now(), Fee: named, TakesFee: d.takesFee}, nil
	}
	d.standing = func(int) (workflows.OrderStanding, error) { return feeStanding(), nil }
	d.post = func(int) (connectors.Posted, error) { return feeReceipt() }
	d.find = func(int) (connectors.Posted, error) {
		return connectors.Posted{}, &connectors.NotFoundError{What: "fee posting"}
	}
	d.as(workflows.ActivityPostFee, func(_ context.Context, input workflows.PostFeeInput) (connectors.Posted, error) {
		keep(d.scene, &d.told, input)
		return outside(d.scene, "post fee", d.post)
	})
	d.as(workflows.ActivityFindFee, func(_ context.Context, asked workflows.FeeAt) (connectors.Posted, error) {
		require.Equal(t, d.told[0].FeeAt, asked)
		return outside(d.scene, "find fee", d.find)
	})
	d.as(workflows.ActivityRecordPosting, func(_ context.Context, input workflows.RecordPostingInput) error {
		keep(d.scene, &d.booked, input)
		return nil
	})
	d.as(workflows.ActivityRecordRefusal, func(_ context.Context, input workflows.RecordRefusalInput) error {
		keep(d.scene, &d.refused, input)
		return nil
	})
	return d
}

func feeStanding() workflows.OrderStanding {
	return workflows.OrderStanding{State: workflows.OrderPaid, Payment: workflows.Payment{ID: "pay_1", Amount: named, Method: "upi", PaidAt: noon}}
}

// heardOfFee are the texts about the fee, in their order.
func (d *cashDesk) heardOfFee(t *testing.T, keys ...string) {
	t.Helper()
	about := map[string]bool{
		"application.later_fee": true, "application.fee_paid": true, "application.fee_at_office": true, "application.fee_changed": true,
		"application.fee_paid_meanwhile": true, "money.kept": true, "money.with_officer": true, "money.refused": true, "money.refused_because": true,
		"money.refund_by": true, "application.submitted": true, "application.approved": true,
	}
	var heard []string
	for _, key := range d.said {
		if about[key] {
			heard = append(heard, key)
		}
	}
	require.Equal(t, keys, heard)
}

func TestAFeeThatTheDepartmentNamesIsTakenAndToldOnce(t *testing.T) {
	t.Parallel()
	d := newCashDesk(t)
	d.terms.Form = []workflows.TermsField{{ID: "born", Type: catalog.FieldText, PortalField: "Date of Birth"}}
	d.answers["born"] = "17-05-2001"
	d.terms.Clock.Starts = catalog.StartsFeePaid
	require.Equal(t, workflows.StageDone, d.apply(t).Ended)
	require.Equal(t, named, d.charged[0].Amount)
	require.Equal(t, []workflows.PostFeeInput{{
		FeeAt: workflows.FeeAt{
			Order: reference + "-fee", Service: "income-certificate", Number: number, Fields: map[string]string{"Date of Birth": "17-05-2001"},
		},
		Payment: feeStanding().Payment,
	}}, utc(d.told))
	receipt, _ := feeReceipt()
	require.Len(t, d.booked, 1)
	require.Equal(t, reference+"-fee", d.booked[0].Order)
	require.Equal(t, receipt.PortalReceipt, d.booked[0].Posted.PortalReceipt)
	d.heardOfFee(t, "application.submitted", "application.later_fee", "application.fee_paid", "application.approved")
	require.Contains(t, d.due, reference, "the clock starts with the fee")
	require.Empty(t, d.refused)
}

// utc lets times that came through Temporal be compared with those of the test.
func utc(told []workflows.PostFeeInput) []workflows.PostFeeInput {
	for i := range told {
		told[i].Payment.PaidAt = told[i].Payment.PaidAt.In(noon.Location())
	}
	return told
}

func TestAFeeIsNotTakenForADepartmentThatCannotBeTold(t *testing.T) {
	t.Parallel()
	d := newCashDesk(t)
	d.takesFee = false
	require.Equal(t, workflows.StageDone, d.apply(t).Ended)
	require.Empty(t, d.charged)
	require.Empty(t, d.told)
	d.heardOfFee(t, "application.submitted", "application.fee_at_office", "application.approved")
}

func TestAFeeThatIsNeverPaidIsPaidAtTheOffice(t *testing.T) {
	t.Parallel()
	d := newCashDesk(t)
	d.terms.Clock.Starts = catalog.StartsFeePaid
	d.whenSaid("money.link", func() {})
	d.standing = func(int) (workflows.OrderStanding, error) { return awaiting(0), nil }
	require.Equal(t, workflows.StageDone, d.apply(t).Ended)
	require.Len(t, d.charged, 5)
	d.heardOfFee(t, "application.submitted", "application.later_fee", "application.later_fee", "application.later_fee", "application.later_fee",
		"application.later_fee", "application.fee_at_office", "application.approved")
	require.Empty(t, d.due)
	require.Empty(t, d.told)
}

func TestAFeeThatTheDepartmentDoesNotTakeGoesBackAndTheApplicationStays(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		refusal error
		code    string
		heard   []string
	}{
		"with a reason": {
			&connectors.RefusedError{Code: "no_fee", Reason: "The fee is not accepted from agencies."}, "no_fee",
			[]string{"money.refused_because", "money.refund_by", "application.fee_at_office"},
		},
		"without one": {
			&connectors.RefusedError{Code: "no_fee"}, "no_fee", []string{"money.refused", "money.refund_by", "application.fee_at_office"},
		},
		"the application is not known": {
			&connectors.NotFoundError{What: "application"}, "not_found", []string{"money.refused", "money.refund_by", "application.fee_at_office"},
		},
		"it is another fee now": {
			&connectors.RefusedError{Code: connectors.RefusedAmount}, connectors.RefusedAmount,
			[]string{"money.refused", "money.refund_by", "application.fee_changed"},
		},
		"it was paid at the office meanwhile": {
			&connectors.RefusedError{Code: connectors.RefusedAlreadyPaid}, connectors.RefusedAlreadyPaid,
			[]string{"application.fee_paid_meanwhile", "money.refund_by"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newCashDesk(t)
			d.terms.Clock.Starts = catalog.StartsFeePaid
			d.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, test.refusal }
			require.Equal(t, workflows.StageDone, d.apply(t).Ended)
			require.Equal(t, []workflows.RecordRefusalInput{{Order: reference + "-fee", Code: test.code, GoesOn: true}}, d.refused)
			require.Empty(t, d.booked)
			require.Empty(t, d.due, "the clock does not start with a fee that came back")
			heard := append([]string{"application.submitted", "application.later_fee"}, test.heard...)
			d.heardOfFee(t, append(heard, "application.approved")...)
		})
	}
}

func TestAFeeWhoseOutcomeIsUnknownIsLookedUpAndNeverToldTwice(t *testing.T) {
	t.Parallel()
	unknown := &connectors.OutcomeUnknownError{Reference: reference + "-fee"}
	lost := func(int) (connectors.Posted, error) { return connectors.Posted{}, unknown }
	t.Run("it landed", func(t *testing.T) {
		t.Parallel()
		d := newCashDesk(t)
		d.post = lost
		d.find = downUntil(3, error(unknown), func(int) (connectors.Posted, error) { return feeReceipt() })
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.told, 1)
		require.Len(t, d.booked, 1)
		d.heardOfFee(t, "application.submitted", "application.later_fee", "money.kept", "application.fee_paid", "application.approved")
	})
	t.Run("the department says that it is paid, and it was by us", func(t *testing.T) {
		t.Parallel()
		d := newCashDesk(t)
		d.post = func(int) (connectors.Posted, error) {
			return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid}
		}
		d.find = func(int) (connectors.Posted, error) { return feeReceipt() }
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.booked, 1)
		require.Empty(t, d.refused)
	})
	t.Run("it certainly did not", func(t *testing.T) {
		t.Parallel()
		d := newCashDesk(t)
		d.post = downUntil(2, error(unknown), func(int) (connectors.Posted, error) { return feeReceipt() })
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.told, 2)
		require.True(t, d.told[1].LookFirst)
		require.Len(t, d.booked, 1)
	})
	t.Run("nobody can tell, and an officer asks the department", func(t *testing.T) {
		t.Parallel()
		d := newCashDesk(t)
		d.post, d.find = lost, lost
		d.whenSaid("money.with_officer", d.later(40*time.Hour, func() {
			require.Contains(t, d.world.status(t).Undecided, "the fee of application "+number)
			d.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{Landed: true, Number: "R-BY-PHONE"})
		}))
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.told, 1)
		require.Equal(t, "R-BY-PHONE", d.booked[0].Posted.PortalReceipt)
		d.heardOfFee(t, "application.submitted", "application.later_fee", "money.kept", "money.with_officer", "application.fee_paid",
			"application.approved")
		require.Equal(t, named, d.booked[0].Posted.Amount)
	})
	t.Run("nobody can tell, and two officers give the fee back", func(t *testing.T) {
		t.Parallel()
		d := newCashDesk(t)
		d.post, d.find = lost, lost
		d.whenSaid("money.with_officer", d.later(time.Hour, func() {
			d.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{Approval: agreed})
		}))
		require.Equal(t, workflows.StageDone, d.apply(t).Ended, "the application goes on")
		require.Equal(t, []workflows.RecordRefusalInput{{Order: reference + "-fee", Code: "operator", GoesOn: true}}, d.refused)
		require.Empty(t, d.booked)
	})
}

func TestADepartmentThatIsAwayIsToldOfTheFeeWhenItIsBack(t *testing.T) {
	t.Parallel()
	d := newCashDesk(t)
	d.post = downUntil(4, error(errDown), func(int) (connectors.Posted, error) { return feeReceipt() })
	require.Equal(t, workflows.StageDone, d.apply(t).Ended)
	require.Len(t, d.booked, 1)
	d.heardOfFee(t, "application.submitted", "application.later_fee", "money.kept", "application.fee_paid", "application.approved")
}

// A fee that is known beforehand is paid before the department can be told of it.
func TestAFeeThatWasPaidBeforeTheDepartmentNamedItIsToldToo(t *testing.T) {
	t.Parallel()
	beforehand := func(t *testing.T, takesFee bool) *cashDesk {
		t.Helper()
		d := newCashDesk(t)
		d.terms.Fee, d.takesFee = &catalog.Fee{Amount: "150.00", Source: "2022"}, takesFee
		return d
	}
	t.Run("taken", func(t *testing.T) {
		t.Parallel()
		d := beforehand(t, true)
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.charged, 1)
		require.Len(t, d.told, 1)
		require.Len(t, d.booked, 1)
		require.Equal(t, "R-1", d.booked[0].Posted.PortalReceipt)
		d.heardOfFee(t, "application.submitted", "application.fee_paid", "application.approved")
	})
	t.Run("not taken", func(t *testing.T) {
		t.Parallel()
		d := beforehand(t, true)
		d.post = func(int) (connectors.Posted, error) {
			return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAmount}
		}
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.refused, 1)
		require.Empty(t, d.booked)
	})
	t.Run("a portal that cannot be told has it with the application", func(t *testing.T) {
		t.Parallel()
		d := beforehand(t, false)
		require.Equal(t, workflows.StageDone, d.apply(t).Ended)
		require.Len(t, d.charged, 1)
		require.Empty(t, d.told)
		require.Equal(t, number, d.booked[0].Posted.PortalReceipt)
		d.heardOfFee(t, "application.submitted", "application.approved")
	})
}
