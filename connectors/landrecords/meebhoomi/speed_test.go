package meebhoomi_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi"
	standin "github.com/jansetu/jansetu/connectors/landrecords/meebhoomi/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is a record of rights, and an adangal with a hundred rows.
func measured() speed.Subject {
	extract := func(t testing.TB, meter *speed.Meter, handler http.Handler, asked connectors.RecordQuery) speed.Call {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Credentials = credentials()
		connector, err := meebhoomi.New(config, portal.Options{Observer: meter})
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
			return extract(t, meter, newTwin(t, standin.Config{}), query("ROR", "105"))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			head, rest, _ := strings.Cut(recorded(t, "adangal.xml"), "<Table ")
			row, tail, found := strings.Cut(rest, "</Table>")
			require.True(t, found)
			large := head + speed.Rows(func(number int) string {
				return "<Table " + strings.Replace(row, "<Total_Extent>2.", fmt.Sprintf("<Total_Extent>%d.", number), 1) + "</Table>"
			}) + tail
			return extract(t, meter, speed.Saying("text/xml; charset=utf-8", large), query("Adangal", "12-1"))
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
