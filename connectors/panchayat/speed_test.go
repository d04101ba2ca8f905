package panchayat_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/panchayat"
	standin "github.com/jansetu/jansetu/connectors/panchayat/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is a demand of house tax; the large page has a list of villages in it, in
// the HTML of its time.
func measured() speed.Subject {
	fetch := func(t testing.TB, meter *speed.Meter, handler http.Handler, account string) speed.Call {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Settings = settings()
		connector, err := panchayat.Family{Clock: november, Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.FetchBill(ctx, house(account))
			return err
		}
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return fetch(t, meter, newTwin(t, standin.Config{}), standin.AssessmentNumber(1))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			options := strings.ReplaceAll(strings.ReplaceAll(speed.Options(), "<option value", "<OPTION VALUE"), "</option>", "")
			large := strings.Replace(string(readPage(t, "demand-due.html")), "<HR><FONT", "<SELECT>"+options+"</SELECT><HR><FONT", 1)
			return fetch(t, meter, speed.Saying("text/html", large), "5060100002")
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
