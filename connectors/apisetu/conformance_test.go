package apisetu_test

import (
	"log/slog"
	"testing"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	standin "github.com/jansetu/jansetu/connectors/apisetu/twin"
	"github.com/jansetu/jansetu/connectors/conformance"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"pdf", "xml", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			conformance.RunRecord(t, func(t *testing.T) conformance.RecordSubject {
				t.Helper()
				return subject(t, "cbse/sscer/"+format)
			})
		})
	}
}

func subject(t *testing.T, service string) conformance.RecordSubject {
	t.Helper()
	stand := newTwin(t, standin.Config{})
	named := func(number string) connectors.RecordQuery {
		return connectors.RecordQuery{Service: service, Fields: map[string]string{"regno": number}}
	}
	return conformance.RecordSubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults, Credentials: credentials(),
			Private: []string{standin.Number(0), "Holder 000000", standin.APIKey},
		},
		Open: func(config connectors.PortalConfig, logger *slog.Logger) (connectors.Records, error) {
			return apisetu.Family{Logger: logger}.New(config)
		},
		Extract: standin.Pull,
		Query:   func(i int) connectors.RecordQuery { return named(standin.Number(i)) },
		Missing: named("1100099"), Invalid: named("<1>"), InvalidField: "regno",
	}
}
