package apisetu_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	standin "github.com/jansetu/jansetu/connectors/apisetu/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is a ration card as a PDF, and a mark sheet in XML with a photograph.
func measured() speed.Subject {
	extract := func(t testing.TB, meter *speed.Meter, handler http.Handler, asked connectors.RecordQuery) speed.Call {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Credentials = credentials()
		connector, err := apisetu.Family{Clock: november, Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.Extract(ctx, asked)
			return err
		}
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return extract(t, meter, newTwin(t, standin.Config{}), rationCard())
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			row := `<Subject name="MATHEMATICS" code="041" marksTotal="91" grade="A1" padding="` + strings.Repeat("x", 60) + `"/>`
			page := `<Certificate name="N" number="1"><Subjects>` + strings.Repeat(row, 300) + `</Subjects><Photo>` +
				strings.Repeat("A", 160_000) + `</Photo></Certificate>`
			return extract(t, meter, answering([]byte(page)), connectors.RecordQuery{Service: "cbse/sscer/xml"})
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
