package money_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// telling opens an order of which the citizen is told.
func telling(reference, bill string) workflows.OpenOrderInput {
	input := open(reference, bill)
	input.Tell, input.About = true, workflows.Message{{Text: "bill.title"}}
	return input
}

// said are the messages that are on their way.
func (till till) said(t *testing.T) (said []bubble.Bubble) {
	t.Helper()
	for _, row := range storetest.Outbox(t, till.store) {
		if row.Kind == store.KindMessage {
			var message bubble.Bubble
			require.NoError(t, json.Unmarshal(row.Payload, &message))
			said = append(said, message)
		}
	}
	return said
}

func (till till) requireStage(t *testing.T, stage workflows.Stage) {
	t.Helper()
	request, err := till.store.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, string(stage), request.Stage)
	require.Equal(t, stage.Open(), request.Open)
}

func TestTheCitizenIsToldOfTheLinkAsItIsStored(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	for range 2 { // whoever made it may have died before it was known
		opened, err := till.OpenOrder(t.Context(), telling("R1", "B1"))
		require.NoError(t, err)
		require.True(t, opened.Told)
		said := till.said(t)
		require.Len(t, said, 1)
		require.Equal(t, opened.URL, said[0].Link.URL)
		require.Contains(t, said[0].Text, "₹1,240.00")
		till.requireStage(t, workflows.StageAwaitingPayment)
	}
	order, err := till.store.PaymentOrder(t.Context(), "R1-bill")
	require.NoError(t, err)
	require.NotEmpty(t, order.LinkID)
	require.Equal(t, string(workflows.OrderAwaiting), order.State)
}

func TestNobodyIsToldOfALinkUnasked(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, err := till.OpenOrder(t.Context(), open("R1", "B1"))
	require.NoError(t, err)
	require.False(t, opened.Told)
	require.Empty(t, till.said(t))
	till.requireStage(t, workflows.StageReceived)
}

func TestASecondRequestForABillIsNotToldOfItsLink(t *testing.T) {
	t.Parallel()
	till := newTill(t, "R2")
	_, err := till.OpenOrder(t.Context(), open("R1", "B1"))
	require.NoError(t, err)
	rival, err := till.OpenOrder(t.Context(), telling("R2", "B1"))
	require.NoError(t, err)
	require.Equal(t, workflows.RivalOpen, rival.Rival)
	require.False(t, rival.Told)
	require.Empty(t, till.said(t))
}

// meanwhile is a gateway during whose making of a link something happens: it is the attempt of which nobody knows any more.
type meanwhile struct {
	payments.Gateway

	happens func(ctx context.Context) error
}

func (m meanwhile) CreateLink(ctx context.Context, request payments.LinkRequest) (payments.Link, error) {
	link, err := m.Gateway.CreateLink(ctx, request)
	if err != nil {
		return link, err
	}
	return link, m.happens(ctx)
}

func TestALinkThatIsMadeTooLateIsStoredAndNotTold(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		happens func(ctx context.Context, till till) error
		state   workflows.OrderState
	}{
		"the order was closed": {func(ctx context.Context, till till) error {
			if err := till.store.SetStage(ctx, "R1", store.StageUpdate{Stage: string(workflows.StageKept), Open: true}); err != nil {
				return err
			}
			_, err := till.CloseOrder(ctx, workflows.CloseOrderInput{Order: "R1-bill", Reason: workflows.ClosedByCitizen})
			return err
		}, workflows.OrderClosed},
		"the request has ended": {func(ctx context.Context, till till) error {
			return till.store.SetStage(ctx, "R1", store.StageUpdate{Stage: string(workflows.StageCancelled)})
		}, workflows.OrderAwaiting},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			till := newTill(t)
			gateway := till.Gateway
			till.Gateway = meanwhile{gateway, func(ctx context.Context) error {
				till.Gateway = gateway
				return test.happens(ctx, till)
			}}
			opened, err := till.OpenOrder(t.Context(), telling("R1", "B1"))
			require.NoError(t, err)
			require.False(t, opened.Told)
			require.Empty(t, till.said(t))
			request, err := till.store.Request(t.Context(), "R1")
			require.NoError(t, err)
			require.NotEqual(t, string(workflows.StageAwaitingPayment), request.Stage)
			order, err := till.store.PaymentOrder(t.Context(), "R1-bill")
			require.NoError(t, err)
			require.NotEmpty(t, order.LinkID)
			require.Equal(t, string(test.state), order.State)
		})
	}
}

func TestALinkThatIsPaidAlreadyIsNotToldAgain(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, err := till.OpenOrder(t.Context(), telling("R1", "B1"))
	require.NoError(t, err)
	order, err := till.store.PaymentOrder(t.Context(), opened.Order)
	require.NoError(t, err)
	_, err = till.sandbox.Pay(order.LinkID)
	require.NoError(t, err)
	till.check(t, opened.Order)
	require.NoError(t, till.store.SetStage(t.Context(), "R1", store.StageUpdate{Stage: string(workflows.StagePosting), Open: true}))

	again, err := till.OpenOrder(t.Context(), telling("R1", "B1"))
	require.NoError(t, err)
	require.False(t, again.Told)
	require.Equal(t, opened.URL, again.URL)
	require.Len(t, till.said(t), 1)
	till.requireStage(t, workflows.StagePosting)
}

func TestALinkThatCannotBeToldIsNotLost(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	input := telling("R1", "B1")
	input.To.Conversation = -1
	opened, err := till.OpenOrder(t.Context(), input)
	require.NoError(t, err)
	require.False(t, opened.Told)
	order, err := till.store.PaymentOrder(t.Context(), opened.Order)
	require.NoError(t, err)
	require.Equal(t, opened.URL, order.LinkURL)
	till.requireStage(t, workflows.StageReceived)
}
