package mahabhulekh_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh"
	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh/twin"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, service := range []string{"Select712", "Select8A"} {
		t.Run(service, func(t *testing.T) {
			t.Parallel()
			conformance.RunRecord(t, func(t *testing.T) conformance.RecordSubject {
				t.Helper()
				return subject(t, service)
			})
		})
	}
}

func subject(t *testing.T, service string) conformance.RecordSubject {
	t.Helper()
	stand := newTwin(t, twin.Config{})
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	return conformance.RecordSubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults,
			Private: []string{"गायकवाड", "अनुसया", mobile},
			Answer:  func(challenge *connectors.ChallengeError) string { return stand.Solve(challenge.Image) },
		},
		Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Records, error) {
			return mahabhulekh.New(config, portal.Options{Logger: log, Sealer: sealer})
		},
		Search: twin.Step, Extract: twin.Submit,
		Query:   func(i int) connectors.RecordQuery { return query(service, []string{"1", "2", "45", "९"}[i%4]) },
		Missing: query(service, "99999"),
		Invalid: with(query(service, "1"), "txtmobile1", "12345"), InvalidField: "txtmobile1",
		Choices: []string{"ddlMainDist", "ddlTalForAll", "ddlVillForAll", "ddlSelectSearchType"},
	}
}

const mobile = "9000000017"

func query(service, number string) connectors.RecordQuery {
	return connectors.RecordQuery{Service: service, Fields: map[string]string{
		"ddlMainDist": "25", "ddlTalForAll": "5", "ddlVillForAll": "272500050001", "ddlSelectSearchType": "1",
		"txtcsno": number, "txtmobile1": mobile,
	}}
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
