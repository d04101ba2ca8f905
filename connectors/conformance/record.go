package conformance

import (
	"context"
	"log/slog"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// RecordSubject is a fresh twin of a portal that gives records.
type RecordSubject struct {
	Subject
	// Open makes the connector under test; it logs to the given logger.
	Open func(connectors.PortalConfig, *slog.Logger) (connectors.Records, error)
	// Search and Extract are the twin's names of the decisive operations.
	// Search is empty for a portal that gives a record without searching.
	Search, Extract string
	// Query names the i-th of many records. Where Search is set it is what is
	// searched by, and the first match is extracted.
	Query func(i int) connectors.RecordQuery
	// Missing names a record that is not there.
	Missing connectors.RecordQuery
	// Invalid is refused because of InvalidField.
	Invalid      connectors.RecordQuery
	InvalidField string
	// Choices lists, in order, the fields of Query whose values the portal
	// offers; checked when the connector is a connectors.Chooser.
	Choices []string
}

// RunRecord checks a connector with the record capability. start makes a fresh
// twin for each test.
func RunRecord(t *testing.T, start func(t *testing.T) RecordSubject) {
	t.Helper()
	suite := capability[RecordSubject]{
		name: "record", start: start,
		bench: func(s RecordSubject) Subject { return s.Subject },
		open:  func(s RecordSubject) opener { return untyped(s.Open) },
		probe: func(s RecordSubject) connectors.Probe {
			return connectors.Probe{Service: s.Missing.Service, Fields: s.Missing.Fields}
		},
		reads:  recordReads,
		probes: recordProbes,
		own: map[string]func(*testing.T, *bench, RecordSubject){
			"records are found and extracted":   recordRoundTrip,
			"a missing record":                  recordMissing,
			"what the portal sends back":        recordInvalid,
			"challenge relayed between workers": recordChallenge,
			"choices in the portal's order":     recordChoices,
			"the same record under drift":       recordDrift,
		},
	}
	suite.run(t)
}

func recordProbes(t *testing.T, s RecordSubject) []probe {
	t.Helper()
	connector := liveConnector(t, s.Subject, s.Open)
	probes := make([]probe, 0, 2)
	probes = append(probes, probe{"extract of a missing record", func(ctx context.Context) error {
		_, err := connector.Extract(ctx, s.Missing)
		return err
	}})
	chooser, ok := connector.(connectors.Chooser)
	if !ok || len(s.Choices) == 0 {
		return probes
	}
	return append(probes, probe{"first choices", func(ctx context.Context) error {
		_, err := chooser.Choices(ctx, s.Missing.Service, s.Choices[0], nil)
		return err
	}})
}

func recordReads(t *testing.T, b *bench, s RecordSubject) []read {
	t.Helper()
	query := s.chosen(t, b, opened(t, b, s.Open), 0)
	reads := make([]read, 0, 2)
	reads = append(reads, read{name: "extract", operation: s.Extract, open: func(t *testing.T, tight ...tighten) call {
		connector := opened(t, b, s.Open, tight...)
		return func(ctx context.Context) error {
			_, err := extract(ctx, b, connector, query)
			return err
		}
	}})
	if s.Search == "" {
		return reads
	}
	return append(reads, read{name: "search", operation: s.Search, open: func(t *testing.T, tight ...tighten) call {
		connector := opened(t, b, s.Open, tight...)
		return func(ctx context.Context) error {
			_, err := search(ctx, b, connector, s.Query(0))
			return err
		}
	}})
}

func search(ctx context.Context, b *bench, connector connectors.Records, query connectors.RecordQuery) (matches []connectors.RecordMatch, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		matches, err = connector.Search(ctx, query)
		return err
	})
	return matches, err
}

func extract(ctx context.Context, b *bench, connector connectors.Records, query connectors.RecordQuery) (record connectors.Record, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		record, err = connector.Extract(ctx, query)
		return err
	})
	return record, err
}

// chosen searches where the portal searches and takes the first match.
func (s RecordSubject) chosen(t *testing.T, b *bench, connector connectors.Records, i int) connectors.RecordQuery {
	t.Helper()
	query := s.Query(i)
	if s.Search == "" {
		return query
	}
	matches, err := search(t.Context(), b, connector, query)
	require.NoError(t, err)
	require.NotEmpty(t, matches)
	query.Record = matches[0].ID
	return query
}

func recordRoundTrip(t *testing.T, b *bench, s RecordSubject) {
	connector := opened(t, b, s.Open)
	first, err := extract(t.Context(), b, connector, s.chosen(t, b, connector, 0))
	require.NoError(t, err)
	requireRecord(t, first)
	second, err := extract(t.Context(), b, connector, s.chosen(t, b, connector, 1))
	require.NoError(t, err)
	requireRecord(t, second)
	require.NotEqual(t, first, second, "another query is another record")
	again, err := extract(t.Context(), b, connector, s.chosen(t, b, connector, 0))
	require.NoError(t, err)
	require.Equal(t, first.Fields, again.Fields)
}

func requireRecord(t *testing.T, record connectors.Record) {
	t.Helper()
	require.NotEmpty(t, record.Title)
	require.True(t, len(record.Fields) > 0 || record.Document != nil, "a record has fields or a document")
	for _, field := range record.Fields {
		require.NotEmpty(t, field.Label)
	}
	if record.Document != nil {
		require.NotEmpty(t, record.Document.Content)
		require.NotEmpty(t, record.Document.MIMEType)
	}
}

func recordChallenge(t *testing.T, b *bench, s RecordSubject) {
	query := s.chosen(t, b, opened(t, b, s.Open), 0)
	challengeRelayed(t, b, func(t *testing.T, answer *connectors.ChallengeAnswer) error {
		asked := query
		asked.Answer = answer
		_, err := opened(t, b, s.Open).Extract(t.Context(), asked)
		return err
	})
}

func recordMissing(t *testing.T, b *bench, s RecordSubject) {
	_, err := extract(t.Context(), b, opened(t, b, s.Open), s.Missing)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
}

func recordInvalid(t *testing.T, b *bench, s RecordSubject) {
	_, err := extract(t.Context(), b, opened(t, b, s.Open), s.Invalid)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, s.InvalidField, rejected.Field)
}

func recordChoices(t *testing.T, b *bench, s RecordSubject) {
	connector := opened(t, b, s.Open)
	chooser, ok := connector.(connectors.Chooser)
	if !ok || len(s.Choices) == 0 {
		t.Skip("has no choices")
	}
	query, chosen := s.Query(0), map[string]string{}
	for _, field := range s.Choices {
		options, err := chooser.Choices(t.Context(), query.Service, field, chosen)
		require.NoError(t, err, field)
		values := make([]string, 0, len(options))
		for _, option := range options {
			require.NotEmpty(t, option.Label)
			values = append(values, option.Value)
		}
		require.Contains(t, values, query.Fields[field], field)
		chosen[field] = query.Fields[field]
	}
	_, err := chooser.Choices(t.Context(), query.Service, "no such field", chosen)
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err), "%v", err)
}

// recordDrift: under drift a record is the same as before or the portal is
// called changed; a wrong or a missing record would be believed.
func recordDrift(t *testing.T, b *bench, s RecordSubject) {
	connector := opened(t, b, s.Open)
	query := s.chosen(t, b, connector, 0)
	before, err := extract(t.Context(), b, connector, query)
	require.NoError(t, err)
	played := 0
	for _, kind := range append(twin.DriftKinds(), twin.DuplicateRows, twin.WrongCharset, twin.CutPage) {
		if !knows(s.Faults, kind) {
			continue
		}
		played++
		require.NoError(t, s.Faults.Set(twin.Fault{Kind: kind}))
		after, err := extract(t.Context(), b, opened(t, b, s.Open), query)
		switch connectors.ClassOf(err) {
		case connectors.ClassOK:
			require.Equal(t, before.Title, after.Title, "under %s", kind)
			require.Equal(t, before.Fields, after.Fields, "under %s", kind)
		case connectors.ClassChanged, connectors.ClassUnavailable:
		default:
			t.Errorf("under %s: %v", kind, err)
		}
	}
	require.NotZero(t, played)
}
