package bus_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/bus"
	standin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is a search; the large one is that of a day before a festival.
func measured() speed.Subject {
	search := func(t testing.TB, meter *speed.Meter, handler http.Handler) speed.Call {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Credentials = login()
		connector, err := bus.Family{Clock: startClock().Now, Observer: meter}.New(config)
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return func(ctx context.Context) error {
			_, err := connector.Search(ctx, toHyderabad())
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
			return search(t, meter, speed.Saying("text/html; charset=utf-8", manyServices(t)))
		},
	}
}

// manyServices repeats the recorded services under other ids.
func manyServices(t testing.TB) string {
	t.Helper()
	text := string(recorded(t, "services.html"))
	start, end := strings.Index(text, `<div class="rSetForward"`), strings.Index(text, "<input")
	var blocks strings.Builder
	copies := speed.PageSize/(end-start) + 1
	for i := range copies {
		blocks.WriteString(strings.ReplaceAll(text[start:end], `"SRV`, fmt.Sprintf(`"S%d-`, i)))
	}
	return text[:start] + blocks.String() + strings.Replace(text[end:], `value="3"`, fmt.Sprintf("value=\"%d\"", 3*copies), 1)
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
