package municipal_test

import (
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func fixture(t *testing.T, name string) func() []byte {
	t.Helper()
	page, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return func() []byte { return page }
}

func TestComplaintAsPGRWritesIt(t *testing.T) {
	t.Parallel()
	connector := connect(t, answering(fixture(t, "pgr_search.json")))
	query := connectors.GrievanceQuery{Reference: "PB-9/file", Tenant: "pb.amritsar", Number: "PB-PGR-2026-11-20-001871"}
	status, err := connector.Track(t.Context(), query)
	require.NoError(t, err)
	changed := time.UnixMilli(1763712000000)
	require.Equal(t, connectors.GrievanceRejected, status.State)
	require.Equal(t, "Private lane", status.Note)
	require.WithinDuration(t, changed.Add(240*time.Hour), status.ReopenUntil, 0)
	filed, err := connector.Find(t.Context(), query)
	require.NoError(t, err, "additionalDetail may be a string with JSON in it")
	require.Equal(t, query.Number, filed.Number)
}

func TestBillAsBillingWritesIt(t *testing.T) {
	t.Parallel()
	connector := connect(t, answering(fixture(t, "fetchbill.json")))
	bill, err := connector.FetchBill(t.Context(), account("PB-PT-2026-000102"))
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(186_000), bill.Amount, "the newest period, whatever the order")
	require.Equal(t, connectors.Paise(312_000), bill.Arrears)
	require.Equal(t, connectors.Paise(498_000), bill.Total)
	require.Equal(t, "2026-04", bill.Period)
	_, err = connector.FetchBill(t.Context(), account("PB-PT-2026-000101"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "a bill of somebody else is not believed")
}
