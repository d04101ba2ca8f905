package electricity_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/electricity"
	"github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is a bill of one shape; the large answer has the consumer's whole history
// in it.
func measured(shape twin.Shape) speed.Subject {
	fetch := func(t testing.TB, meter *speed.Meter, change func(string) string) speed.Call {
		t.Helper()
		stand, err := twin.New(twin.Config{Shape: shape, Clock: november})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, stand.Close()) })
		config := meter.Serve(t, http.Handler(stand))
		if change != nil {
			config = meter.Serve(t, speed.Rewriting(stand, change))
		}
		config.Settings = map[string]string{electricity.SettingShape: string(shape)}
		connector, err := electricity.Family{Clock: november, Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.FetchBill(ctx, query(twin.ServiceNumber(shape, 1)))
			return err
		}
	}
	history := `{"history":[` + speed.Repeated(`{"month":"Oct-2025","units":"112","amount":912.5,"paid":true},`) + `0],`
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return fetch(t, meter, nil)
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return fetch(t, meter, func(body string) string { return strings.Replace(body, "{", history, 1) })
		},
	}
}

func eachShape(b *testing.B, figure func(*testing.B, speed.Subject)) {
	b.Helper()
	for _, shape := range shapes() {
		b.Run(string(shape), func(b *testing.B) { figure(b, measured(shape)) })
	}
}

func BenchmarkOverhead(b *testing.B)  { eachShape(b, speed.Overhead) }
func BenchmarkPage200KB(b *testing.B) { eachShape(b, speed.Page) }
func BenchmarkSession(b *testing.B)   { eachShape(b, speed.Memory) }

//nolint:paralleltest // it measures time
func TestReadsCostLittle(t *testing.T) {
	for _, shape := range shapes() {
		t.Run(string(shape), func(t *testing.T) { speed.Require(t, measured(shape)) })
	}
}
