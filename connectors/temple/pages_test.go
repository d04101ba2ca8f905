package temple_test

import (
	"net/http"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

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

func TestRecordedSlotsAreRead(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		slots int
		opens time.Time
		class connectors.Class
	}{
		"slots.html":         {slots: 4},
		"slots-none.html":    {},
		"slots-opening.html": {slots: 4, opens: at(28, 10, 0)},
		"ticket.html":        {class: connectors.ClassChanged},
		"queue.html":         {class: connectors.ClassChanged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			slots, err := connect(t, saying(recorded(t, name)), startClock()).Search(t.Context(), darshans())
			if test.class != "" {
				require.Equal(t, test.class, connectors.ClassOf(err))
				return
			}
			require.NoError(t, err)
			require.Len(t, slots, test.slots)
			for _, slot := range slots {
				require.True(t, slot.OpensAt.Equal(test.opens))
			}
		})
	}
}

func TestRecordedPagesInPlaceOfTheForm(t *testing.T) {
	t.Parallel()
	for name, class := range map[string]connectors.Class{
		"queue.html": connectors.ClassUnavailable, "not-open.html": connectors.ClassUnavailable, "sold-out.html": connectors.ClassRefused,
		"expired.html": connectors.ClassUnavailable, "slots.html": connectors.ClassChanged,
		"form.html": connectors.ClassOutcomeUnknown, // and the form again in place of the hold
	} {
		_, err := connect(t, saying(recorded(t, name)), startClock()).Hold(t.Context(), hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, "AP-1/hold"))
		require.Equal(t, class, connectors.ClassOf(err), "%s: %v", name, err)
	}
}

func TestRecordedTicketsAreRead(t *testing.T) {
	t.Parallel()
	ticket, err := connect(t, saying(recorded(t, "ticket.html")), startClock()).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-1/confirm"})
	require.NoError(t, err)
	require.Equal(t, "DT261100001", ticket.Number)
	_, err = connect(t, saying(recorded(t, "ticket.html")), startClock()).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-2/confirm"})
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "another's ticket is never ours")
	_, err = connect(t, saying(recorded(t, "ticket-none.html")), startClock()).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-2/confirm"})
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

// Whatever the portal answers, it makes sense or is one of the classes, never a
// fault of ours.
func FuzzPages(f *testing.F) {
	for _, name := range []string{
		"slots.html", "slots-opening.html", "form.html", "not-open.html", "sold-out.html", "expired.html", "ticket.html", "ticket-none.html", "queue.html",
	} {
		f.Add(recorded(f, name))
	}
	var body atomic.Value
	connector := connect(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		content, _ := body.Load().([]byte)
		_, _ = w.Write(content)
	}), startClock())
	f.Fuzz(func(t *testing.T, content []byte) {
		body.Store(content)
		slots, err := connector.Search(t.Context(), darshans())
		requireClassified(t, err)
		for _, slot := range slots {
			require.True(t, slot.ID != "" && slot.Fare >= 0 && slot.Available >= 0)
		}
		held, err := connector.Hold(t.Context(), hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, "AP-1/hold"))
		requireClassified(t, err)
		require.True(t, err != nil || held.Key != "" && held.Fare >= 0)
		ticket, err := connector.FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-1/confirm"})
		requireClassified(t, err)
		require.True(t, err != nil || ticket.Reference == "AP-1/confirm" && ticket.State != "")
		requireClassified(t, connector.Release(t.Context(), "H1"))
	})
}

func requireClassified(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	}
}
