package bbps_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bbps"
	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/twin"
)

func november() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime) }

func newTwin(t testing.TB, config standin.Config) *standin.Twin {
	t.Helper()
	config.APIKey = "key"
	made, err := standin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func connect(t testing.TB, handler http.Handler) *bbps.Connector {
	t.Helper()
	return conformance.Connect(t, handler, bbps.Family{Clock: november}.New, connectors.PortalConfig{
		Name: "bharatconnect", Settings: settings(), Credentials: credentials(),
	})
}

// counter is a hub in front of a network that a test can disturb.
type counter struct {
	*standin.Twin
	hub *bbps.Connector
}

func open(t testing.TB) counter {
	t.Helper()
	stand := newTwin(t, standin.Config{Clock: november})
	return counter{Twin: stand, hub: connect(t, stand)}
}

func (c counter) fault(t *testing.T, faults ...twin.Fault) {
	t.Helper()
	require.NoError(t, c.Faults.Set(faults...))
}

// posting fetches and makes the posting of what is due.
func (c counter) posting(t testing.TB, asked connectors.BillQuery) connectors.Posting {
	t.Helper()
	bill, err := c.hub.FetchBill(t.Context(), asked)
	require.NoError(t, err)
	return connectors.Posting{
		Reference: "AP-1/post", Service: asked.Service, Account: asked.Account, Fields: asked.Fields,
		BillNumber: bill.Number, Amount: bill.Total, PaidAt: november(), GatewayPaymentID: "pay_1",
	}
}

func lookup(posting connectors.Posting) connectors.PostingQuery {
	return connectors.PostingQuery{Reference: posting.Reference, Service: posting.Service, Account: posting.Account, Fields: posting.Fields}
}

func requireClass(t *testing.T, want connectors.Class, err error) {
	t.Helper()
	require.Equal(t, want, connectors.ClassOf(err), "%v", err)
}

func requireRefused(t *testing.T, code string, err error) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
}

func TestFetchBillReadsEveryField(t *testing.T) {
	t.Parallel()
	first := standin.Consumers()[0]
	bill, err := open(t).hub.FetchBill(t.Context(), query(first.Number))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Bill{
		Account: first.Number, Name: first.Name, Number: "GOD2610001001", Period: "2026-10",
		IssuedOn: time.Date(2026, 11, 1, 0, 0, 0, 0, connectors.IndianTime),
		DueDate:  time.Date(2026, 11, 20, 0, 0, 0, 0, connectors.IndianTime),
		Amount:   48_300, Total: 48_300, Status: connectors.BillDue, AsOf: november(),
	}, bill))
}

func TestOlderOfTwoBillsIsAnsweredFirst(t *testing.T) {
	t.Parallel()
	counter := open(t)
	posting := counter.posting(t, query(standin.Consumers()[1].Number))
	require.Equal(t, connectors.Paise(61_250/2), posting.Amount)
	_, err := counter.hub.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	bill, err := counter.hub.FetchBill(t.Context(), query(standin.Consumers()[1].Number))
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(61_250), bill.Total)
}

func TestBillerMasterDrivesWhatIsAsked(t *testing.T) {
	t.Parallel()
	counter := open(t)
	biller, err := counter.hub.Biller(t.Context(), standin.Gas)
	require.NoError(t, err)
	require.Equal(t, "Krishna Piped Gas", biller.Name)
	require.Len(t, biller.Params, 2)

	asked := query(standin.Consumers()[0].Number)
	asked.Service = standin.Gas
	for field, fields := range map[string]map[string]string{
		"Registered Mobile":   {bbps.FieldMobile: "9000000001", "Registered Mobile": "12345"},
		bbps.FieldMobile:      {"Registered Mobile": "9000000001"},
		"":                    {bbps.FieldMobile: "9000000001", "Registered Mobile": "9000000001"},
		"Registered Mobile\n": {bbps.FieldMobile: "9000000001", "Registered Mobile": ""},
	} {
		asked.Fields = fields
		_, err = counter.hub.FetchBill(t.Context(), asked)
		if field == "" {
			require.NoError(t, err)
			continue
		}
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected)
		require.Contains(t, field, rejected.Field)
	}
	asked.Service = "NOSUCHBILLER000NAT01"
	_, err = counter.hub.FetchBill(t.Context(), asked)
	requireClass(t, connectors.ClassNotFound, err)
}

func TestBillerThatIsDownSaysUntilWhen(t *testing.T) {
	t.Parallel()
	counter := open(t)
	counter.fault(t, twin.Fault{Kind: standin.BillerDown})
	_, err := counter.hub.FetchBill(t.Context(), query(standin.ConsumerNumber(1)))
	var down *connectors.UnavailableError
	require.ErrorAs(t, err, &down)
	require.True(t, down.Until.Equal(november().Add(time.Hour)))
}

func TestSilentNetworkMakesAFetchUnavailable(t *testing.T) {
	t.Parallel()
	counter := open(t)
	counter.fault(t, twin.Fault{Kind: standin.Silent, Operation: standin.Fetch})
	_, err := counter.hub.FetchBill(t.Context(), query(standin.ConsumerNumber(1)))
	requireClass(t, connectors.ClassUnavailable, err)
}

func TestPendingPaymentIsUnknownUntilTheBillerDecides(t *testing.T) {
	t.Parallel()
	for word, want := range map[string]connectors.Class{"success": connectors.ClassOK, "failure": connectors.ClassRefused} {
		t.Run(word, func(t *testing.T) {
			t.Parallel()
			counter := open(t)
			posting := counter.posting(t, query(standin.ConsumerNumber(1)))
			counter.fault(t, twin.Fault{Kind: standin.StaysPending, Operation: standin.Post})
			_, err := counter.hub.PostPayment(t.Context(), posting)
			requireClass(t, connectors.ClassOutcomeUnknown, err)
			_, err = counter.hub.FindPayment(t.Context(), lookup(posting))
			requireClass(t, connectors.ClassOutcomeUnknown, err)
			counter.Faults.Clear()
			_, err = counter.hub.PostPayment(t.Context(), posting)
			requireClass(t, connectors.ClassOutcomeUnknown, err)
			require.Len(t, counter.Payments(), 1, "a pending payment is never made again")

			require.NoError(t, counter.Decide(counter.Payments()[0].RefID, word))
			posted, err := counter.hub.FindPayment(t.Context(), lookup(posting))
			requireClass(t, want, err)
			if want == connectors.ClassOK {
				require.Equal(t, posting.Amount, posted.Amount)
			}
		})
	}
}

func TestDeemedSuccessIsPostedAndMayBeReversed(t *testing.T) {
	t.Parallel()
	counter := open(t)
	posting := counter.posting(t, query(standin.ConsumerNumber(1)))
	counter.fault(t, twin.Fault{Kind: standin.Deemed, Operation: standin.Post})
	_, err := counter.hub.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	require.NoError(t, counter.Decide(counter.Payments()[0].RefID, "reversed"))
	_, err = counter.hub.FindPayment(t.Context(), lookup(posting))
	requireRefused(t, bbps.RefusedReversed, err)
}

func TestPaymentsThatTheNetworkAnswersOddly(t *testing.T) {
	t.Parallel()
	for kind, want := range map[twin.Kind]connectors.Class{
		standin.Silent:          connectors.ClassOutcomeUnknown, // nobody knows yet
		standin.DeclinesLate:    connectors.ClassRefused,
		standin.NoLine:          connectors.ClassUnavailable, // and certainly not there
		standin.RefuseDuplicate: connectors.ClassOK,          // nothing was sent twice
		standin.ForgetKey:       connectors.ClassOK,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			counter := open(t)
			posting := counter.posting(t, query(standin.ConsumerNumber(1)))
			counter.fault(t, twin.Fault{Kind: kind, Operation: standin.Post})
			_, err := counter.hub.PostPayment(t.Context(), posting)
			requireClass(t, want, err)
			require.LessOrEqual(t, len(counter.Payments()), 1)
			require.Zero(t, counter.Doubled())
		})
	}
}

func TestBillThatChangedSinceItWasShownIsNotPaid(t *testing.T) {
	t.Parallel()
	counter := open(t)
	counter.fault(t, twin.Fault{Kind: standin.BillChanges, Operation: standin.Fetch, Times: 1})
	posting := counter.posting(t, query(standin.ConsumerNumber(1)))
	_, err := counter.hub.PostPayment(t.Context(), posting)
	requireRefused(t, connectors.RefusedAmount, err)
	require.Empty(t, counter.Payments())
}

func TestBillerThatAcceptsLessIsPaidLess(t *testing.T) {
	t.Parallel()
	counter := open(t)
	asked := query(standin.ConsumerNumber(1))
	asked.Service = standin.Cable
	posting := counter.posting(t, asked)
	posting.Amount -= 100
	posted, err := counter.hub.PostPayment(t.Context(), posting)
	require.NoError(t, err)
	require.Equal(t, posting.Amount, posted.Amount)
}

func TestConfigIsChecked(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*connectors.PortalConfig){
		"no agent":  func(c *connectors.PortalConfig) { delete(c.Settings, bbps.SettingAgent) },
		"no key":    func(c *connectors.PortalConfig) { c.Credentials = nil },
		"bad wait":  func(c *connectors.PortalConfig) { c.Settings[bbps.SettingWait] = "soon" },
		"zero poll": func(c *connectors.PortalConfig) { c.Settings[bbps.SettingPoll] = "0s" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			config := connectors.PortalConfig{Name: "n", URL: "http://127.0.0.1:1", Settings: settings(), Credentials: credentials()}
			spoil(&config)
			_, err := bbps.Family{}.Open(config)
			require.Error(t, err)
		})
	}
}
