package mahabhulekh_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh"
	standin "github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is the way from the first page to the captcha, and the record that its
// answer leads to, with hundreds of parcels.
func measured() speed.Subject {
	open := func(t testing.TB, meter *speed.Meter, handler http.Handler) *mahabhulekh.Connector {
		t.Helper()
		sealer, err := portal.NewEphemeralSealer()
		require.NoError(t, err)
		connector, err := mahabhulekh.New(meter.Serve(t, handler), portal.Options{Observer: meter, Sealer: sealer})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, connector.Close()) })
		return connector
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			connector := open(t, meter, newTwin(t, standin.Config{}))
			return func(ctx context.Context) error {
				_, err := toCaptcha(ctx, connector)
				return err
			}
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			stand, large := newTwin(t, standin.Config{}), manyParcels(t)
			connector := open(t, meter, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method == http.MethodPost && r.FormValue("ctl00$ContentPlaceHolder1$btnmainsubmit") != "" {
					speed.Saying("text/html; charset=utf-8", large).ServeHTTP(w, r)
					return
				}
				stand.ServeHTTP(w, r)
			}))
			waiting, err := toCaptcha(t.Context(), connector)
			require.NoError(t, err)
			answer := &connectors.ChallengeAnswer{Session: waiting.Session, Answer: "1234"}
			return func(ctx context.Context) error {
				_, err := connector.Extract(ctx, answering(query("Select712", "1"), answer))
				return err
			}
		},
	}
}

func toCaptcha(ctx context.Context, connector *mahabhulekh.Connector) (*connectors.ChallengeError, error) {
	_, err := connector.Extract(ctx, query("Select712", "1"))
	if asked, ok := errors.AsType[*connectors.ChallengeError](err); ok {
		return asked, nil
	}
	return nil, err
}

func manyParcels(t testing.TB) string {
	t.Helper()
	page, err := os.ReadFile("testdata/8a.html")
	require.NoError(t, err)
	head, tail, found := strings.Cut(string(page), "<tr><td>३.२५")
	require.True(t, found)
	row := "<tr><td>२.२५</td><td>%d/१</td><td>०.४१.००</td><td></td><td>०.५०</td></tr>\n"
	return head + speed.Rows(func(parcel int) string { return fmt.Sprintf(row, 100+parcel) }) + "<tr><td>३.२५" + tail
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
