package municipal_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/municipal"
	standin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is a bill, and one of a hundred complaints.
func measured() speed.Subject {
	open := func(t testing.TB, meter *speed.Meter, handler http.Handler) *municipal.Connector {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Settings, config.Credentials = settings(), credentials()
		connector, err := municipal.Family{Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return connector
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			connector := open(t, meter, newTwin(t, standin.Config{}))
			return func(ctx context.Context) error {
				_, err := connector.FetchBill(ctx, account("PB-PT-2026-000101"))
				return err
			}
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			page := complaints(t, 150)
			connector := open(t, meter, answering(func() []byte { return page }))
			asked := connectors.GrievanceQuery{Tenant: "pb.x", Number: "PB-PGR-149"}
			_, err := connector.Track(t.Context(), asked) // logs in
			require.NoError(t, err)
			return func(ctx context.Context) error {
				_, err := connector.Track(ctx, asked)
				return err
			}
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
