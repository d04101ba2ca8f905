package application_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// cashDesk is a department that takes fees; lost is the error of its next answer, which comes after it has taken the fee.
type cashDesk struct {
	counter

	posted map[string]connectors.FeePosting
	asked  int
	lost   error
}

func (c *cashDesk) PostFee(_ context.Context, posting connectors.FeePosting) (connectors.Posted, error) {
	c.asked++
	c.posted[posting.Reference] = posting
	if lost := c.lost; lost != nil {
		c.lost = nil
		return connectors.Posted{}, lost
	}
	return receipt(posting), nil
}

func (c *cashDesk) FindFee(_ context.Context, query connectors.FeeQuery) (connectors.Posted, error) {
	posting, found := c.posted[query.Reference]
	if !found {
		return connectors.Posted{}, &connectors.NotFoundError{What: "fee posting"}
	}
	return receipt(posting), nil
}

func receipt(posting connectors.FeePosting) connectors.Posted {
	return connectors.Posted{Reference: posting.Reference, PortalReceipt: "R1", PostedAt: posting.PaidAt, Amount: posting.Amount}
}

func feeInput() workflows.PostFeeInput {
	return workflows.PostFeeInput{
		FeeAt:   workflows.FeeAt{Order: reference + "-fee", Service: "income-certificate", Number: "N1", Fields: map[string]string{"born": "1990"}},
		Payment: workflows.Payment{ID: "pay_1", Amount: 4500, PaidAt: time.Now()},
	}
}

func TestADepartmentThatTakesFeesIsToldOfThem(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	desk := &cashDesk{posted: map[string]connectors.FeePosting{}}
	o.open(desk)
	submitted, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.input())
	require.NoError(t, err)
	require.True(t, submitted.TakesFee)
	_, err = run[connectors.Posted](t, o, o.activities.FindFee, feeInput().FeeAt)
	require.Equal(t, connectors.ClassNotFound, failed(t, err).Class)

	desk.lost = &connectors.OutcomeUnknownError{Reference: reference}
	_, err = run[connectors.Posted](t, o, o.activities.PostFee, feeInput())
	require.Equal(t, connectors.ClassOutcomeUnknown, failed(t, err).Class)
	again := feeInput()
	again.LookFirst = true
	posted, err := run[connectors.Posted](t, o, o.activities.PostFee, again)
	require.NoError(t, err)
	require.Equal(t, "R1", posted.PortalReceipt)
	require.Equal(t, 1, desk.asked, "what it has is not sent again")
	found, err := run[connectors.Posted](t, o, o.activities.FindFee, feeInput().FeeAt)
	require.NoError(t, err)
	require.Equal(t, posted, found)

	sent := desk.posted[reference+"-fee"]
	require.WithinDuration(t, feeInput().Payment.PaidAt, sent.PaidAt, time.Minute)
	sent.PaidAt = time.Time{}
	require.Equal(t, connectors.FeePosting{
		Reference: reference + "-fee", Service: "1042", Number: "N1", Amount: 4500, GatewayPaymentID: "pay_1", Fields: map[string]string{"born": "1990"},
	}, sent)
}

func TestADepartmentThatCannotBeToldOfAFeeSaysSo(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	o.open(&counter{})
	submitted, err := run[workflows.SubmittedApplication](t, o, o.activities.SubmitApplication, o.input())
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(4500), submitted.Fee)
	require.False(t, submitted.TakesFee)
	_, err = run[connectors.Posted](t, o, o.activities.PostFee, feeInput())
	require.Equal(t, workflows.RefusedNoFees, failed(t, err).Code)
	_, err = run[connectors.Posted](t, o, o.activities.FindFee, feeInput().FeeAt)
	require.Equal(t, workflows.RefusedNoFees, failed(t, err).Code)
}
