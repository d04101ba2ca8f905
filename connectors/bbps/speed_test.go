package bbps_test

import (
	"context"
	"fmt"
	"net/http"
	"path"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/bbps"
	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is the bill of an account; the large answer has 1,200 of them.
func measured() speed.Subject {
	fetch := func(t testing.TB, meter *speed.Meter, handler http.Handler, account string) speed.Call {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Settings, config.Credentials = settings(), credentials()
		connector, err := bbps.Family{Clock: november, Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.FetchBill(ctx, query(account))
			return err
		}
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return fetch(t, meter, newTwin(t, standin.Config{Clock: november}), standin.ConsumerNumber(1))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return fetch(t, meter, manyBills(), "1")
		},
	}
}

// manyBills is a network on which an account has 1,200 bills.
func manyBills() http.Handler {
	bills := make([]string, 1200)
	for i := range bills {
		bills[i] = fmt.Sprintf(`{"customerName":"A N OTHER","amount":"%d","billNumber":"GOD2610%06d","billPeriod":"Oct-2026",`+
			`"billDate":"2026-11-01","dueDate":"2026-11-20","remarks":"domestic connection, half inch"}`, i+1, i)
	}
	list := strings.Join(bills, ",")
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch {
		case strings.Contains(r.URL.Path, "/billers/"):
			_, _ = w.Write([]byte(waterBiller))
		case r.Method == http.MethodPost:
			_, _ = fmt.Fprintf(w, ack, refIDOf(r))
		default:
			_, _ = fmt.Fprintf(w, `{"refId":%q,"state":"RESPONSE_SUCCESS","reason":{"responseCode":"000"},"billerResponse":[%s]}`,
				path.Base(r.URL.Path), list)
		}
	})
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
