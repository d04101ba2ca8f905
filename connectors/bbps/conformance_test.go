package bbps_test

import (
	"testing"

	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bbps"
	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/conformance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunBill(t, func(t *testing.T) conformance.BillSubject {
		t.Helper()
		stand := newTwin(t, standin.Config{})
		documented := standin.Consumers()
		return conformance.BillSubject{
			Handler: stand, Faults: stand.Faults, Settings: settings(),
			Open: func(config connectors.PortalConfig) (connectors.BillConnector, error) {
				config.Credentials = credentials()
				return bbps.Family{}.New(config)
			},
			Fetch: standin.Fetch, Post: standin.Post, Find: standin.Find,
			Payable:   func(i int) connectors.BillQuery { return query(standin.ConsumerNumber(i)) },
			Paid:      query(documented[2].Number),
			Unbilled:  query(documented[3].Number),
			Refusing:  query(documented[4].Number),
			Unknown:   query("1204001999"),
			Malformed: query("12345"),
			Postings:  stand.Paid,
			Doubled:   stand.Doubled,
		}
	})
}

func settings() map[string]string {
	return map[string]string{bbps.SettingAgent: "JS01AGT0000000001", bbps.SettingWait: "500ms", bbps.SettingPoll: "5ms"}
}

func credentials() map[string]string {
	return map[string]string{bbps.CredentialAPIKey: "key"}
}

func query(account string) connectors.BillQuery {
	return connectors.BillQuery{
		Service: standin.Water, Account: account, Fields: map[string]string{bbps.FieldMobile: "9000000001"},
	}
}
