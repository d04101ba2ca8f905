package connectors_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func TestOnlyAnAnswerOfThePortalWeKnowSaysThatItWorks(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		nil, &connectors.NotFoundError{}, &connectors.InputRejectedError{}, &connectors.RefusedError{}, &connectors.ChallengeError{},
	} {
		require.True(t, connectors.Works(err), "%v", err)
	}
	for _, err := range []error{
		&connectors.UnavailableError{}, &connectors.ChangedError{}, &connectors.OutcomeUnknownError{}, context.Canceled,
	} {
		require.False(t, connectors.Works(err), "%v", err)
	}
}

func TestAProbeNamesTheAccountApart(t *testing.T) {
	t.Parallel()
	probe := connectors.Probe{Service: "BILL", Fields: map[string]string{connectors.FieldAccount: "0000", "MOBILE": "9000000001"}}
	require.Equal(t, connectors.BillQuery{Service: "BILL", Account: "0000", Fields: map[string]string{"MOBILE": "9000000001"}}, probe.Bill())
	require.Contains(t, probe.Fields, connectors.FieldAccount, "the probe itself stays as it is")
	require.Equal(t, connectors.BillQuery{Service: "BILL"}, connectors.Probe{Service: "BILL"}.Bill())
}

func TestAProbeLooksAtTomorrow(t *testing.T) {
	t.Parallel()
	lateInIndia := time.Date(2026, 12, 31, 19, 0, 0, 0, time.UTC) // 1 January there
	trips := connectors.Probe{Service: "SED", Fields: map[string]string{connectors.FieldFrom: "1", connectors.FieldTo: "2"}}.Trips(lateInIndia)
	require.Equal(t, time.Date(2027, 1, 2, 0, 0, 0, 0, connectors.IndianTime), trips.Date)
	require.Equal(t, "1", trips.From)
	require.Equal(t, "2", trips.To)
}
