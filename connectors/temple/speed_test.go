package temple_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/speed"
	"github.com/jansetu/jansetu/connectors/temple"
	standin "github.com/jansetu/jansetu/connectors/temple/twin"
)

// measured is a search for slots; the large page has a long list of towns in it.
func measured() speed.Subject {
	search := func(t testing.TB, meter *speed.Meter, handler http.Handler) speed.Call {
		t.Helper()
		connector, err := temple.Family{Clock: startClock().Now, Observer: meter}.New(meter.Serve(t, handler))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.Search(ctx, darshans())
			return err
		}
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return search(t, meter, newTwin(t, standin.Config{Clock: startClock().Now}))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			large := strings.Replace(string(recorded(t, "slots.html")), `<div id="footer">`, "<select>"+speed.Options()+`</select><div id="footer">`, 1)
			return search(t, meter, speed.Saying("text/html; charset=utf-8", large))
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
