package meebhoomi_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi"
	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi/twin"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const secret = "correct horse"

func credentials() map[string]string {
	return map[string]string{meebhoomi.CredentialUserID: "hub", meebhoomi.CredentialPassword: secret}
}

func TestConformance(t *testing.T) {
	t.Parallel()
	for service, numbers := range map[string][]string{"ROR": {"101", "102", "105"}, "Adangal": {"12-1", "14", "30"}} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			conformance.RunRecord(t, func(t *testing.T) conformance.RecordSubject {
				t.Helper()
				return subject(t, service, numbers)
			})
		})
	}
}

func subject(t *testing.T, service string, numbers []string) conformance.RecordSubject {
	t.Helper()
	stand := newTwin(t, twin.Config{UserID: "hub", Password: secret})
	return conformance.RecordSubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults, Credentials: credentials(),
			Private: []string{"వెంకటేశ్వర్లు", "మస్తాన్", secret},
		},
		Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Records, error) {
			return meebhoomi.New(config, portal.Options{Logger: log})
		},
		Search: twin.Details, Extract: twin.Details,
		Query:   func(i int) connectors.RecordQuery { return query(service, numbers[i%len(numbers)]) },
		Missing: query(service, "99999"),
		Invalid: with(query(service, "1"), "VCode", "88"), InvalidField: "VCode",
		Choices: []string{"Dcode", "Mcode", "VCode"},
	}
}

func query(service, number string) connectors.RecordQuery {
	fields := map[string]string{"Dcode": "9", "Mcode": "4", "VCode": "1", "KhataNo": number}
	if service == "Adangal" {
		delete(fields, "KhataNo")
		fields["sur_No"], fields["year"] = number, "1436"
	}
	return connectors.RecordQuery{Service: service, Fields: fields}
}

func with(query connectors.RecordQuery, field, value string) connectors.RecordQuery {
	query.Fields[field] = value
	return query
}

func newTwin(t testing.TB, config twin.Config) *twin.Twin {
	t.Helper()
	made, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}
