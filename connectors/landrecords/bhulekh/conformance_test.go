package bhulekh_test

import (
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/landrecords/bhulekh"
	"github.com/jansetu/jansetu/connectors/landrecords/bhulekh/twin"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunRecord(t, func(t *testing.T) conformance.RecordSubject {
		t.Helper()
		stand := newTwin(t, twin.Config{})
		return conformance.RecordSubject{
			Subject: conformance.Subject{
				Handler: stand, Faults: stand.Faults,
				Private: []string{"ନାୟକ", "ବେହେରା", "ଖଣ୍ଡାୟତ"},
			},
			Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Records, error) {
				return bhulekh.New(config, portal.Options{Logger: log})
			},
			Search: twin.Step, Extract: twin.Extract,
			Query:   func(i int) connectors.RecordQuery { return query("Khatiyan", []string{"1", "2", "5", "8"}[i%4]) },
			Missing: query("Khatiyan", "99999"),
			Invalid: with(query("Khatiyan", "1"), "ddlVillage", "999"), InvalidField: "ddlVillage",
			Choices: []string{"ddlDistrict", "ddlTahsil", "ddlVillage", "rbtnRORSearchtype"},
		}
	})
}

func query(kind, number string) connectors.RecordQuery {
	return connectors.RecordQuery{Service: "ror", Fields: map[string]string{
		"ddlDistrict": "20", "ddlTahsil": "2", "ddlVillage": "105", "rbtnRORSearchtype": kind, "ddlBindData": number,
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
