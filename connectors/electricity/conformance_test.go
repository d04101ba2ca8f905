package electricity_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/electricity"
	"github.com/jansetu/jansetu/connectors/electricity/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func shapes() []twin.Shape { return twin.Shapes() }

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, shape := range shapes() {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			conformance.RunBill(t, func(t *testing.T) conformance.BillSubject {
				t.Helper()
				return subject(t, shape)
			})
		})
	}
}

func subject(t *testing.T, shape twin.Shape) conformance.BillSubject {
	t.Helper()
	stand := newTwin(t, twin.Config{Shape: shape})
	documented := twin.Consumers(shape)
	return conformance.BillSubject{
		Handler: stand, Faults: stand.Faults,
		Settings: map[string]string{electricity.SettingShape: string(shape)},
		Open: func(config connectors.PortalConfig) (connectors.BillConnector, error) {
			return electricity.Family{Clock: november}.New(config)
		},
		Fetch: twin.Fetch, Post: twin.Post, Find: twin.Find,
		Payable:   func(i int) connectors.BillQuery { return query(twin.ServiceNumber(shape, i)) },
		Paid:      query(documented[2].Number),
		Unbilled:  query(documented[3].Number),
		Refusing:  query(documented[4].Number),
		Unknown:   query(strings.TrimSuffix(documented[0].Number, "001001") + "001999"),
		Malformed: query("12345"),
		Postings:  func() int { return len(stand.Postings()) },
		Doubled:   stand.DoublePostings,
	}
}

func query(account string) connectors.BillQuery {
	return connectors.BillQuery{Service: "bill", Account: account, Fields: map[string]string{
		"MOBILE": "9000000001", "BuNumber": twin.BillingUnit, "consumerType": "2",
	}}
}

// newTwin makes a twin on the day of the connector that asks it, if no other is said:
// what a bill comes to depends on the day.
func newTwin(t *testing.T, config twin.Config) *twin.Twin {
	t.Helper()
	if config.Clock == nil {
		config.Clock = november
	}
	made, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}
