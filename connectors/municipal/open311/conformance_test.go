package open311_test

import (
	"log/slog"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	standin "github.com/jansetu/jansetu/connectors/municipal/open311/twin"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	for name, speaks := range map[string]struct{ format, category string }{
		"json": {"json", "pothole"}, "xml in batches": {"xml", "water"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conformance.RunGrievance(t, func(t *testing.T) conformance.GrievanceSubject {
				t.Helper()
				return subject(t, speaks.format, speaks.category)
			})
		})
	}
}

// steps is the clock of a town and its connector: it moves on whenever somebody
// looks at it, so that a slow machine does not let a town's time run out.
type steps struct{ looks atomic.Int64 }

const step = 10 * time.Millisecond

func (s *steps) now() time.Time {
	began := time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime)
	return began.Add(time.Duration(s.looks.Add(1)) * step)
}

func subject(t *testing.T, format, category string) conformance.GrievanceSubject {
	t.Helper()
	clock := &steps{}
	stand, began := newTwin(t, standin.Config{BatchAfter: 3 * step, Clock: clock.now}), clock.now()
	grievance := func(i int, reference string) connectors.Grievance { return complaint(i, category, reference) }
	return conformance.GrievanceSubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults, Settings: settings(format), Credentials: credentials(),
			Private: []string{"Sasmita", "9437000000", "outside the temple", standin.APIKey},
		},
		Open: func(config connectors.PortalConfig, logger *slog.Logger) (connectors.Grievances, error) {
			made, err := open311.Family{Logger: logger, Clock: clock.now}.New(config)
			if err != nil {
				return nil, err
			}
			return &open311.UpdatingConnector{Connector: made}, nil
		},
		Categories: standin.Services, File: standin.File, Find: standin.List, Track: standin.Show, Tenant: standin.Jurisdiction,
		Grievance: grievance,
		Query: func(filed connectors.Grievance, known connectors.Filed) connectors.GrievanceQuery {
			return connectors.GrievanceQuery{
				Reference: filed.Reference, Tenant: filed.Tenant, Number: known.Number, Category: filed.Category, FiledAfter: began,
			}
		},
		Invalid: func(reference string) (connectors.Grievance, string) {
			wrong := grievance(0, reference)
			wrong.Location = &connectors.Coordinates{Latitude: 51.5}
			return wrong, open311.FieldLocation
		},
		Unknown: connectors.GrievanceQuery{Tenant: standin.Jurisdiction, Number: "1"},
		Filings: func() int { return len(stand.Requests()) }, Doubled: stand.DoubleRequests,
		Resolve: func(number string) { stand.Set(number, "fixed", "Done.") },
	}
}
