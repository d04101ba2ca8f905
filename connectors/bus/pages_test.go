package bus_test

import (
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func recorded(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return content
}

// saying answers everything with one text.
func saying(content []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(content) })
}

func TestRecordedSearchesAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		numbers []string
		class   connectors.Class
	}{
		"services.html":       {[]string{"2557", "2551", "2561"}, connectors.ClassOK},
		"services-none.html":  {nil, connectors.ClassOK},
		"services-error.html": {nil, connectors.ClassInputRejected},
		"layout.xml":          {nil, connectors.ClassChanged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			trips, err := connect(t, saying(recorded(t, name))).Search(t.Context(), toHyderabad())
			require.Equal(t, test.class, connectors.ClassOf(err), "%v", err)
			var numbers []string
			for _, trip := range trips {
				numbers = append(numbers, trip.Number)
			}
			require.Equal(t, test.numbers, numbers)
		})
	}
}

func TestRecordedHoldsAreRead(t *testing.T) {
	t.Parallel()
	held, err := connect(t, saying(recorded(t, "held.xml"))).Hold(t.Context(), hold(0, connectors.Trip{ID: "SRV2551"}, "AP-7/hold"))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Hold{Key: held.Key, ExpiresAt: at(22, 10, 8), Fare: 62_000, Seats: []string{"9"}}, held))
	require.NotEmpty(t, held.Key)
	_, err = connect(t, saying(recorded(t, "sold-out.xml"))).Hold(t.Context(), hold(0, connectors.Trip{ID: "SRV2551"}, "AP-8/hold"))
	requireRefused(t, err, connectors.RefusedSoldOut)
	_, err = connect(t, saying(recorded(t, "held.xml"))).Hold(t.Context(), hold(0, connectors.Trip{ID: "SRV2551"}, "AP-9/hold"))
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err), "another's hold says nothing about ours")
}

func TestRecordedTicketsAreRead(t *testing.T) {
	t.Parallel()
	ticket, err := connect(t, saying(recorded(t, "ticket.json"))).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-1/confirm"})
	require.NoError(t, err)
	require.Equal(t, "J26112200001", ticket.Number)
	_, err = connect(t, saying(recorded(t, "ticket.json"))).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-2/confirm"})
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "another's ticket is never ours")
	_, err = connect(t, saying(recorded(t, "ticket-none.json"))).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-2/confirm"})
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

// Whatever the portal answers, it makes sense or is one of the classes, never a
// fault of ours.
func FuzzAnswers(f *testing.F) {
	for _, name := range []string{"services.html", "services-none.html", "services-error.html", "layout.xml", "held.xml", "sold-out.xml", "ticket.json", "ticket-none.json"} {
		f.Add(recorded(f, name))
	}
	f.Add([]byte(`{"found":true,"vehicleNumber":"AP39UH1000","lastUpdated":1,"latitude":"NaN","longitude":"1e999","lastStop":"x"}`))
	f.Add([]byte(`{"status":"SUCCESS","pnr":"J1","refundAmount":"1","fare":"2","cancellationCharge":"1","cancelledOn":"22/11/2026 10:00:00"}`))
	var body atomic.Value
	connector := connect(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		content, _ := body.Load().([]byte)
		_, _ = w.Write(content)
	}))
	f.Fuzz(func(t *testing.T, content []byte) {
		body.Store(content)
		trips, err := connector.Search(t.Context(), toHyderabad())
		requireClassified(t, err)
		for _, trip := range trips {
			require.True(t, trip.ID != "" && trip.Fare > 0 && trip.Available >= 0 && !trip.Departs.IsZero())
		}
		layout, err := connector.Layout(t.Context(), connectors.LayoutQuery{TripID: "SRV2551", Date: toHyderabad().Date})
		requireClassified(t, err)
		require.True(t, err != nil || len(layout.Seats) > 0)
		held, err := connector.Hold(t.Context(), hold(0, connectors.Trip{ID: "SRV2551"}, "AP-7/hold"))
		requireClassified(t, err)
		require.True(t, err != nil || held.Key != "" && held.Fare > 0)
		ticket, err := connector.FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-1/confirm"})
		requireClassified(t, err)
		require.True(t, err != nil || ticket.Reference == "AP-1/confirm")
		_, err = connector.CancelQuote(t.Context(), connectors.CancelQuery{Number: "J1"})
		requireClassified(t, err)
		_, err = connector.Locate(t.Context(), "AP39UH1000")
		requireClassified(t, err)
	})
}

func requireClassified(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	}
}
