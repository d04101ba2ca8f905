package conformance

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// GrievanceSubject is a fresh twin of a portal that takes grievances.
type GrievanceSubject struct {
	Subject
	// Open makes the connector under test; it logs to the given logger.
	Open func(connectors.PortalConfig, *slog.Logger) (connectors.Grievances, error)
	// Categories, File, Find and Track are the twin's names of the operations;
	// File is the exchange that commits.
	Categories, File, Find, Track string
	// Tenant is the town or office that Categories is asked for.
	Tenant string
	// Grievance makes the i-th of many valid grievances.
	Grievance func(i int, reference string) connectors.Grievance
	// Query makes the query that looks a grievance up and tracks it; filed is
	// zero when its outcome is not known.
	Query func(grievance connectors.Grievance, filed connectors.Filed) connectors.GrievanceQuery
	// Invalid is a grievance that the portal sends back because of Field.
	Invalid func(reference string) (grievance connectors.Grievance, field string)
	// Unknown tracks a grievance the portal never saw.
	Unknown connectors.GrievanceQuery
	// Filings counts what was really filed, Doubled what was filed more than
	// once.
	Filings, Doubled func() int
	// Resolve makes the department call the grievance resolved. Nil where the
	// twin cannot, and then nothing is reopened or rated.
	Resolve func(number string)
}

// RunGrievance checks a connector with the grievance capability. start makes a
// fresh twin for each test.
func RunGrievance(t *testing.T, start func(t *testing.T) GrievanceSubject) {
	t.Helper()
	suite := capability[GrievanceSubject]{
		name: "grievance", start: start,
		bench: func(s GrievanceSubject) Subject { return s.Subject },
		open:  func(s GrievanceSubject) opener { return untyped(s.Open) },
		probe: func(s GrievanceSubject) connectors.Probe {
			return connectors.Probe{Fields: map[string]string{connectors.FieldTenant: s.Tenant}}
		},
		reads:   grievanceReads,
		changes: []change[GrievanceSubject]{{name: "filing", operation: func(s GrievanceSubject) string { return s.File }, make: newFiling}},
		probes: func(t *testing.T, s GrievanceSubject) []probe {
			connector := liveConnector(t, s.Subject, s.Open)
			return []probe{
				{"categories", func(ctx context.Context) error {
					_, err := connector.Categories(ctx, s.Tenant)
					return err
				}},
				{"status of an unknown grievance", func(ctx context.Context) error {
					_, err := connector.Track(ctx, s.Unknown)
					return err
				}},
			}
		},
		own: map[string]func(*testing.T, *bench, GrievanceSubject){
			"categories have names and codes": grievanceCategories,
			"filed once, found, and tracked":  grievanceRoundTrip,
			"what the portal sends back":      grievanceInvalid,
			"an unknown grievance":            grievanceUnknown,
			"reopened after it was resolved":  grievanceReopen,
			"rated after it was resolved":     grievanceRate,
		},
	}
	suite.run(t)
}

func newFiling(b *bench, s GrievanceSubject) attempt {
	grievance := s.Grievance(0, "AP-1/file")
	return attempt{
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			_, err := file(ctx, b, opened(t, b, s.Open, tight...), grievance)
			return err
		},
		find: func(ctx context.Context, t *testing.T) error {
			_, err := findGrievance(ctx, b, opened(t, b, s.Open), s.Query(grievance, connectors.Filed{}))
			return err
		},
		happened: s.Filings, doubled: s.Doubled,
	}
}

func file(ctx context.Context, b *bench, connector connectors.Grievances, grievance connectors.Grievance) (filed connectors.Filed, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		grievance.Answer = answer
		filed, err = connector.File(ctx, grievance)
		return err
	})
	return filed, err
}

func findGrievance(ctx context.Context, b *bench, connector connectors.Grievances, query connectors.GrievanceQuery) (filed connectors.Filed, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		filed, err = connector.Find(ctx, query)
		return err
	})
	return filed, err
}

func track(ctx context.Context, b *bench, connector connectors.Grievances, query connectors.GrievanceQuery) (status connectors.GrievanceStatus, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		status, err = connector.Track(ctx, query)
		return err
	})
	return status, err
}

func grievanceReads(t *testing.T, b *bench, s GrievanceSubject) []read {
	t.Helper()
	filed := s.filed(t, b, opened(t, b, s.Open), s.Grievance(0, "AP-1/file"))
	return []read{
		{name: "track", operation: s.Track, open: func(t *testing.T, tight ...tighten) call {
			connector := opened(t, b, s.Open, tight...)
			return func(ctx context.Context) error {
				_, err := track(ctx, b, connector, s.Query(s.Grievance(0, "AP-1/file"), filed))
				return err
			}
		}},
		{name: "categories", operation: s.Categories, open: func(t *testing.T, tight ...tighten) call {
			connector := opened(t, b, s.Open, tight...)
			return func(ctx context.Context) error {
				_, err := connector.Categories(ctx, s.Tenant)
				return err
			}
		}},
	}
}

// filed files and waits until the portal knows the number and tracks it: some
// register behind a queue.
func (s GrievanceSubject) filed(t *testing.T, b *bench, connector connectors.Grievances, grievance connectors.Grievance) connectors.Filed {
	t.Helper()
	filed, err := file(t.Context(), b, connector, grievance)
	require.NoError(t, err)
	if filed.Number == "" {
		settled(t, func(ctx context.Context) (err error) {
			filed, err = findGrievance(ctx, b, connector, s.Query(grievance, filed))
			return err
		})
	}
	settled(t, func(ctx context.Context) error {
		_, err := track(ctx, b, connector, s.Query(grievance, filed))
		return err
	})
	return filed
}

func grievanceCategories(t *testing.T, b *bench, s GrievanceSubject) {
	categories, err := opened(t, b, s.Open).Categories(t.Context(), s.Tenant)
	require.NoError(t, err)
	seen := map[string]bool{}
	for _, category := range categories {
		require.NotEmpty(t, category.Code)
		require.NotEmpty(t, category.Name)
		require.False(t, seen[category.Code], "category %s twice", category.Code)
		seen[category.Code] = true
	}
	require.True(t, seen[s.Grievance(0, "AP-1/file").Category])
}

func grievanceRoundTrip(t *testing.T, b *bench, s GrievanceSubject) {
	connector := opened(t, b, s.Open)
	grievance := s.Grievance(0, "AP-1/file")
	filed := s.filed(t, b, connector, grievance)
	require.NotEmpty(t, filed.Number)
	require.Equal(t, grievance.Reference, filed.Reference)
	require.Equal(t, 1, s.Filings())
	var found connectors.Filed
	settled(t, func(ctx context.Context) (err error) {
		found, err = findGrievance(ctx, b, connector, s.Query(grievance, connectors.Filed{}))
		return err
	})
	require.Equal(t, filed.Number, found.Number)
	status, err := track(t.Context(), b, connector, s.Query(grievance, filed))
	require.NoError(t, err)
	require.Equal(t, filed.Number, status.Number)
	require.Contains(t, []connectors.GrievanceState{connectors.GrievanceReceived, connectors.GrievanceAssigned}, status.State)

	other := s.filed(t, b, connector, s.Grievance(1, "AP-2/file"))
	require.NotEqual(t, filed.Number, other.Number, "another grievance is another number")
	require.Equal(t, 2, s.Filings())
	require.Zero(t, s.Doubled())
}

func grievanceInvalid(t *testing.T, b *bench, s GrievanceSubject) {
	grievance, field := s.Invalid("AP-1/file")
	_, err := file(t.Context(), b, opened(t, b, s.Open), grievance)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, field, rejected.Field)
	require.Zero(t, s.Filings())
}

func grievanceUnknown(t *testing.T, b *bench, s GrievanceSubject) {
	_, err := track(t.Context(), b, opened(t, b, s.Open), s.Unknown)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
}

func grievanceReopen(t *testing.T, b *bench, s GrievanceSubject) {
	connector := opened(t, b, s.Open)
	reopener, ok := connector.(connectors.Reopener)
	if !ok || s.Resolve == nil {
		t.Skip("reopens nothing")
	}
	grievance := s.Grievance(0, "AP-1/file")
	filed := s.filed(t, b, connector, grievance)
	s.Resolve(filed.Number)
	status, err := track(t.Context(), b, connector, s.Query(grievance, filed))
	require.NoError(t, err)
	require.Equal(t, connectors.GrievanceResolved, status.State)
	reopening := connectors.Reopening{
		Reference: "AP-1/reopen-1", Tenant: grievance.Tenant, Number: filed.Number, Comment: "It is not done.", Mobile: grievance.Mobile,
	}
	for range 2 { // the second is a repeat after a lost answer
		status, err = reopener.Reopen(t.Context(), reopening)
		require.NoError(t, err)
		require.Contains(t, []connectors.GrievanceState{connectors.GrievanceReceived, connectors.GrievanceAssigned}, status.State)
	}
}

func grievanceRate(t *testing.T, b *bench, s GrievanceSubject) {
	connector := opened(t, b, s.Open)
	rater, ok := connector.(connectors.Rater)
	if !ok || s.Resolve == nil {
		t.Skip("rates nothing")
	}
	grievance := s.Grievance(0, "AP-1/file")
	filed := s.filed(t, b, connector, grievance)
	s.Resolve(filed.Number)
	rating := connectors.Rating{Reference: "AP-1/rate", Tenant: grievance.Tenant, Number: filed.Number, Stars: 4, Mobile: grievance.Mobile}
	for range 2 {
		require.NoError(t, rater.Rate(t.Context(), rating))
	}
}
