package open311_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	standin "github.com/jansetu/jansetu/connectors/municipal/open311/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is the state of a request, and the search for one among hundreds.
func measured() speed.Subject {
	open := func(t testing.TB, meter *speed.Meter, handler http.Handler) *open311.Connector {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Settings, config.Credentials = settings("json"), credentials()
		connector, err := open311.Family{Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return connector
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			connector := open(t, meter, newTwin(t, standin.Config{}))
			filed, err := connector.File(t.Context(), complaint(0, "light", "OD-1/file"))
			require.NoError(t, err)
			return func(ctx context.Context) error {
				_, err := connector.Track(ctx, connectors.GrievanceQuery{Tenant: standin.Jurisdiction, Number: filed.Number})
				return err
			}
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			row := `{"service_request_id":"1","status":"open","description":"` + strings.Repeat("dark lamp ", 30) + ` [OD-1/file]"},`
			connector := open(t, meter, speed.Saying("application/json", "["+strings.TrimSuffix(speed.Repeated(row), ",")+"]"))
			return func(ctx context.Context) error {
				_, err := connector.Find(ctx, connectors.GrievanceQuery{Reference: "OD-1/file", Category: "light"})
				return err
			}
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
