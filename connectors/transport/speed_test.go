package transport_test

import (
	"context"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/speed"
	"github.com/jansetu/jansetu/connectors/transport"
	standin "github.com/jansetu/jansetu/connectors/transport/twin"
)

// measured is the status of an application; the large partial answer has a long list
// of offices in it.
func measured() speed.Subject {
	status := func(t testing.TB, meter *speed.Meter, handler http.Handler, asked connectors.ApplicationQuery) speed.Call {
		t.Helper()
		connector, err := transport.Family{Sealer: newSealer(t), Observer: meter}.New(meter.Serve(t, handler))
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
			stand, application := newTwin(t, standin.Config{}), learner(0, "AP-1/submit")
			done, err := submitted(t, stand, connect(t, stand, nil), application)
			require.NoError(t, err)
			return status(t, meter, stand, query(application, done))
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			large := strings.Replace(string(recorded(t, "tracked.xml")), "</table>", "</table><select>"+speed.Options()+"</select>", 1)
			asked := query(learner(0, ""), connectors.Submitted{Number: numberOf(t)})
			return status(t, meter, replay(func() []byte { return []byte(large) }), asked)
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
