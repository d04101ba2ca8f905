package edistrict_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/edistrict"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is the status of an application; the large page has the table of villages
// in it that such pages carry along.
func measured() speed.Subject {
	status := func(t testing.TB, meter *speed.Meter, handler http.Handler, asked connectors.ApplicationQuery) speed.Call {
		t.Helper()
		connector, err := edistrict.Family{Sealer: newSealer(t), Clock: startClock().Now, Observer: meter}.New(meter.Serve(t, handler))
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.Status(ctx, asked)
			return err
		}
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			office, application := openOffice(t), income(0, "AP-1/submit")
			return status(t, meter, office.Twin, query(application, office.submit(t, application)))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			page := string(readPage(t, "tracked-delivered.html"))
			large := strings.Replace(page, `<div id="footer">`, "<select>"+speed.Options()+`</select><div id="footer">`, 1)
			mux := http.NewServeMux()
			mux.Handle("/", visitOf(nil))
			mux.Handle("/trackApplication.do", speed.Saying("text/html; charset=utf-8", large))
			return status(t, meter, mux, connectors.ApplicationQuery{Number: "EINC/2026/00001"})
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
