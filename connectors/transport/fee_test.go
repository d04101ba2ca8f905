package transport_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/transport"
	standin "github.com/jansetu/jansetu/connectors/transport/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func connectAgency(t testing.TB, handler http.Handler, credentials map[string]string) *transport.Agency {
	t.Helper()
	return conformance.Connect(t, handler, transport.Family{Sealer: newSealer(t)}.NewAgency, connectors.PortalConfig{Name: "transport", Credentials: credentials})
}

// wantsFee submits an application and makes the posting of the fee that it names.
func wantsFee(t testing.TB, stand *standin.Twin, agency *transport.Agency) connectors.FeePosting {
	t.Helper()
	application := learner(0, "AP-1/submit")
	done, err := submitted(t, stand, agency.Connector, application)
	require.NoError(t, err)
	return connectors.FeePosting{
		Reference: "AP-1-fee", Service: application.Service, Number: done.Number, Fields: application.Fields, Amount: done.Fee,
		PaidAt: time.Date(2026, 11, 22, 20, 0, 0, 0, time.UTC), GatewayPaymentID: "pay_1",
	}
}

func TestAnApplicationWaitsUntilItsFeeIsTold(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, agencyOf(clock))
	agency := connectAgency(t, stand, agencyLogin())
	posting := wantsFee(t, stand, agency)
	state := func() connectors.ApplicationState {
		status, err := agency.Status(t.Context(), connectors.ApplicationQuery{Number: posting.Number, Fields: posting.Fields})
		require.NoError(t, err)
		return status.State
	}
	clock.Move(30 * 24 * time.Hour)
	require.Equal(t, connectors.ApplicationReceived, state())
	posted, err := agency.PostFee(t.Context(), posting)
	require.NoError(t, err)
	require.Equal(t, clock.Now(), posted.PostedAt)
	require.Equal(t, connectors.ApplicationReceived, state())
	clock.Move(time.Minute)
	require.Equal(t, connectors.ApplicationInProgress, state())
	clock.Move(time.Minute)
	require.Equal(t, connectors.ApplicationDelivered, state())

	paid := stand.Applications()[0].Payments
	require.Len(t, paid, 1)
	require.Equal(t, "pay_1", paid[0].Bank)
	require.Equal(t, posted.PortalReceipt, paid[0].Receipt)
}

// Even a portal that is careless with references records a fee once, because the
// connector looks before it posts again.
func TestCarelessPortalHasOneFee(t *testing.T) {
	t.Parallel()
	for _, careless := range []twin.Kind{standin.AcceptDuplicate, standin.RefuseDuplicate} {
		for _, lost := range []twin.Kind{twin.ResponseLost, twin.HalfBody} {
			t.Run(string(careless+" "+lost), func(t *testing.T) {
				t.Parallel()
				stand := newTwin(t, agencyOf(startClock()))
				agency := connectAgency(t, stand, agencyLogin())
				posting := wantsFee(t, stand, agency)
				require.NoError(t, stand.Faults.Set(twin.Fault{Kind: careless, Operation: standin.Fee}, twin.Fault{Kind: lost, Operation: standin.Fee, Times: 1}))
				first, err := agency.PostFee(t.Context(), posting)
				require.NoError(t, err, "the lost answer is looked up")
				again, err := agency.PostFee(t.Context(), posting)
				require.NoError(t, err)
				require.Equal(t, first, again)
				count, doubled := stand.FeePostings()
				require.Equal(t, []int{1, 0}, []int{count, doubled})
			})
		}
	}
}

func TestAFeeThatIsNotTakenIsRefusedWithItsReason(t *testing.T) {
	t.Parallel()
	for kind, code := range map[twin.Kind]string{standin.FeeClosed: transport.RefusedNoFee, standin.FeeRaised: connectors.RefusedAmount} {
		stand := newTwin(t, agencyOf(startClock()))
		agency := connectAgency(t, stand, agencyLogin())
		posting := wantsFee(t, stand, agency)
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err := agency.PostFee(t.Context(), posting)
		requireRefused(t, err, code)
		require.Empty(t, stand.Applications()[0].Payments)
	}
}

func TestAnApplicationWithoutAFeeTakesNone(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, agencyOf(startClock()))
	agency := connectAgency(t, stand, agencyLogin())
	application := connectors.Application{Reference: "AP-2/submit", Service: "dlchange", Fields: map[string]string{
		"Driving Licence No.": "AP03120110001234", "Date of Birth": "14-08-1985", "New Address": "4-77, Gudivada", "PIN Code": "521301",
	}}
	done, err := submitted(t, stand, agency.Connector, application)
	require.NoError(t, err)
	_, err = agency.PostFee(t.Context(), connectors.FeePosting{
		Reference: "AP-2-fee", Number: done.Number, Fields: application.Fields, Amount: 20_000, PaidAt: time.Now(), GatewayPaymentID: "pay_2",
	})
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "its status says nothing of a fee: %v", err)
	require.Empty(t, stand.Applications()[0].Payments)
}

// A login that is not accepted is an operator's: the citizen's fee is not refused.
func TestALoginThatIsNotAcceptedRefusesNoFee(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, agencyOf(startClock()))
	agency := connectAgency(t, stand, map[string]string{transport.CredentialUser: "jansetu", transport.CredentialPassword: "outdated"})
	_, err := agency.PostFee(t.Context(), wantsFee(t, stand, agency))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%v", err)
	require.NotContains(t, err.Error(), "outdated")
	require.Empty(t, stand.Applications()[0].Payments)
}

func TestFeesAreTakenOnlyWithALogin(t *testing.T) {
	t.Parallel()
	family := transport.Family{Sealer: newSealer(t)}
	open := func(credentials map[string]string) (any, error) {
		return family.Open(connectors.PortalConfig{Name: "transport", URL: "http://127.0.0.1:1", Credentials: credentials})
	}
	without, err := open(nil)
	require.NoError(t, err)
	require.Implements(t, (*connectors.Applications)(nil), without)
	_, takes := without.(connectors.FeeTaker)
	require.False(t, takes)
	with, err := open(agencyLogin())
	require.NoError(t, err)
	require.Implements(t, (*connectors.FeeTaker)(nil), with)
	_, err = open(map[string]string{transport.CredentialUser: "jansetu"})
	require.ErrorContains(t, err, transport.CredentialPassword)
}

func TestTwinRemembersAFeeOverARestart(t *testing.T) {
	t.Parallel()
	config := agencyOf(startClock())
	config.DataDir = t.TempDir()
	first, err := standin.New(config)
	require.NoError(t, err)
	agency := connectAgency(t, first, agencyLogin())
	posting := wantsFee(t, first, agency)
	posted, err := agency.PostFee(t.Context(), posting)
	require.NoError(t, err)
	require.NoError(t, first.Close())
	found, err := connectAgency(t, newTwin(t, config), agencyLogin()).FindFee(t.Context(), posting.Query())
	require.NoError(t, err)
	require.Equal(t, posted, found)
}
