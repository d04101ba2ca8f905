package conformance

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// feeTaker makes the connector that tells the portal of fees.
func (s ApplicationSubject) feeTaker(t *testing.T, b *bench, tight ...tighten) connectors.FeeTaker {
	t.Helper()
	able, ok := opened(t, b, s.Open, tight...).(connectors.FeeTaker)
	require.True(t, ok, "a connector whose twin takes fees is a FeeTaker")
	return able
}

// feeNamed submits an application for which the department then names a fee, and
// makes the posting of it.
func (s ApplicationSubject) feeNamed(t *testing.T, b *bench) connectors.FeePosting {
	t.Helper()
	application := s.Application(0, "AP-1/submit")
	submitted := s.submit(t, b, opened(t, b, s.Open), application)
	require.Positive(t, submitted.Fee)
	return connectors.FeePosting{
		Reference: "AP-1-fee", Service: application.Service, Number: submitted.Number, Fields: application.Fields,
		Amount: submitted.Fee, PaidAt: time.Now(), GatewayPaymentID: "pay_conformance",
	}
}

// newFeePosting tells the portal of a fee.
func newFeePosting(b *bench, s ApplicationSubject) attempt {
	var posting connectors.FeePosting
	return attempt{
		prepare: func(t *testing.T) { posting = s.feeNamed(t, b) },
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			_, err := s.feeTaker(t, b, tight...).PostFee(ctx, posting)
			return err
		},
		find: func(ctx context.Context, t *testing.T) error {
			_, err := s.feeTaker(t, b).FindFee(ctx, posting.Query())
			return err
		},
		happened: func() int { count, _ := s.FeePostings(); return count },
		doubled:  func() int { _, doubled := s.FeePostings(); return doubled },
	}
}

// feeLookUp asks for a fee that was posted.
func feeLookUp(t *testing.T, b *bench, s ApplicationSubject) read {
	t.Helper()
	posting := s.feeNamed(t, b)
	_, err := s.feeTaker(t, b).PostFee(t.Context(), posting)
	require.NoError(t, err)
	return read{name: "fee look-up", operation: s.Status, open: func(t *testing.T, tight ...tighten) call {
		connector := s.feeTaker(t, b, tight...)
		return func(ctx context.Context) error {
			_, err := connector.FindFee(ctx, posting.Query())
			return err
		}
	}}
}

func feeRoundTrip(t *testing.T, b *bench, s ApplicationSubject) {
	s.needsFees(t)
	posting := s.feeNamed(t, b)
	connector := s.feeTaker(t, b)
	_, err := connector.FindFee(t.Context(), posting.Query())
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)

	posted, err := connector.PostFee(t.Context(), posting)
	require.NoError(t, err)
	require.Equal(t, posting.Reference, posted.Reference)
	require.Equal(t, posting.Amount, posted.Amount)
	require.NotEmpty(t, posted.PortalReceipt)
	require.False(t, posted.PostedAt.IsZero())
	found, err := connector.FindFee(t.Context(), posting.Query())
	require.NoError(t, err)
	require.Equal(t, posted, found)
	again, err := connector.PostFee(t.Context(), posting)
	require.NoError(t, err, "the same reference answers the first receipt")
	require.Equal(t, posted, again)

	posting.Reference = "AP-2-fee"
	_, err = connector.PostFee(t.Context(), posting)
	requireRefused(t, err, connectors.RefusedAlreadyPaid)
	s.requireFees(t, 1)
}

func feeRefusal(t *testing.T, b *bench, s ApplicationSubject) {
	s.needsFees(t)
	posting := s.feeNamed(t, b)
	connector := s.feeTaker(t, b)
	wrong := posting
	wrong.Amount++
	_, err := connector.PostFee(t.Context(), wrong)
	requireRefused(t, err, connectors.RefusedAmount)
	unknown := posting
	unknown.Number = s.Unknown.Number
	_, err = connector.PostFee(t.Context(), unknown)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)

	s.PayAtOffice(posting.Number)
	_, err = connector.FindFee(t.Context(), posting.Query())
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "paid, and not by us: %v", err)
	_, err = connector.PostFee(t.Context(), posting)
	requireRefused(t, err, connectors.RefusedAlreadyPaid)
	s.requireFees(t, 0)
}

func feeParallel(t *testing.T, b *bench, s ApplicationSubject) {
	s.needsFees(t)
	posting := s.feeNamed(t, b)
	connector := s.feeTaker(t, b)
	requireOneReceipt(t, func() (connectors.Posted, error) { return connector.PostFee(t.Context(), posting) })
	s.requireFees(t, 1)
}

func (s ApplicationSubject) needsFees(t *testing.T) {
	t.Helper()
	if s.PostFee == "" {
		t.Skip("the portal cannot be told of a fee")
	}
}

func (s ApplicationSubject) requireFees(t *testing.T, want int) {
	t.Helper()
	count, doubled := s.FeePostings()
	require.Equal(t, []int{want, 0}, []int{count, doubled})
}
