package application

import (
	"context"
	"errors"

	"go.temporal.io/sdk/activity"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// PostFee tells the department that the fee of an application was paid. A second attempt means that the first one died on the way, so it is
// looked up before anything is sent again. A portal that cannot be told answers a failure of the class refused with the code RefusedNoFees.
func (a *Activities) PostFee(ctx context.Context, input workflows.PostFeeInput) (connectors.Posted, error) {
	taker, query, err := a.fee(input.FeeAt)
	if err != nil {
		return connectors.Posted{}, err
	}
	if input.LookFirst || activity.GetInfo(ctx).Attempt > 1 {
		posted, err := taker.FindFee(ctx, query)
		if _, absent := errors.AsType[*connectors.NotFoundError](err); !absent {
			return posted, answer.Error(err, a.config.Now())
		}
	}
	posted, err := taker.PostFee(ctx, connectors.FeePosting{
		Reference: query.Reference, Service: query.Service, Number: query.Number, Fields: query.Fields,
		Amount: input.Payment.Amount, PaidAt: input.Payment.PaidAt, GatewayPaymentID: input.Payment.ID,
	})
	return posted, answer.Error(err, a.config.Now())
}

// FindFee looks up whether the department has a fee. A failure of the class not_found means that it certainly has not got it from us.
func (a *Activities) FindFee(ctx context.Context, input workflows.FeeAt) (connectors.Posted, error) {
	taker, query, err := a.fee(input)
	if err != nil {
		return connectors.Posted{}, err
	}
	posted, err := taker.FindFee(ctx, query)
	return posted, answer.Error(err, a.config.Now())
}

func (a *Activities) fee(of workflows.FeeAt) (connectors.FeeTaker, connectors.FeeQuery, error) {
	taker, can := a.config.Connector.(connectors.FeeTaker)
	if !can {
		return nil, connectors.FeeQuery{}, answer.Error(&connectors.RefusedError{Code: workflows.RefusedNoFees}, a.config.Now())
	}
	service, err := a.service(of.Service)
	if err != nil {
		return nil, connectors.FeeQuery{}, err
	}
	return taker, connectors.FeeQuery{Reference: of.Order, Service: service, Number: of.Number, Fields: of.Fields}, nil
}
