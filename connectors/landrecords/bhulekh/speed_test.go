package bhulekh_test

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/landrecords/bhulekh"
	standin "github.com/jansetu/jansetu/connectors/landrecords/bhulekh/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is the way from the first page to a record; the large one has hundreds of
// plots.
func measured() speed.Subject {
	extract := func(t testing.TB, meter *speed.Meter, handler http.Handler) speed.Call {
		t.Helper()
		connector, err := bhulekh.New(meter.Serve(t, handler), portal.Options{Observer: meter})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.Extract(ctx, query("Khatiyan", "1"))
			return err
		}
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			return extract(t, meter, newTwin(t, standin.Config{}))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			large := manyPlots(t)
			return extract(t, meter, speed.Rewriting(newTwin(t, standin.Config{}), func(body string) string {
				if strings.Contains(body, `id="gvRorBack"`) {
					return large
				}
				return body
			}))
		},
	}
}

func manyPlots(t testing.TB) string {
	t.Helper()
	page, err := os.ReadFile("testdata/record.html")
	require.NoError(t, err)
	head, tail, found := strings.Cut(string(page), "  <tr><td>2 plot")
	require.True(t, found)
	row := `<tr><td><a id="gvRorBack_ctl04_lblPlotNo" href="#">%d</a></td><td><span id="gvRorBack_ctl04_lbllType">ଶାରଦ</span></td>` +
		`<td><span id="gvRorBack_ctl04_lblAcre">0</span></td><td><span id="gvRorBack_ctl04_lblDecimil">2200</span></td>` +
		`<td><span id="gvRorBack_ctl04_lblHector">0.0890</span></td></tr>`
	return head + speed.Rows(func(plot int) string { return fmt.Sprintf(row, 100+plot) }) + "  <tr><td>2 plot" + tail
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
