package ops_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestADepartmentSeesItsOwnRequestsAndNobodysData(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.request("JS-OURS", "with_officer", true)
	h.request("JS-LATE", "posting", true)
	h.request("JS-DONE", "done", false)
	require.NoError(t, h.store.SetStage(t.Context(), "JS-OURS", store.StageUpdate{Stage: "with_officer", Open: true, Detail: "for Sita Devi"}))
	require.NoError(t, h.store.SetDue(t.Context(), "JS-OURS", time.Now().AddDate(0, 0, 3)))
	require.NoError(t, h.store.SetDue(t.Context(), "JS-LATE", time.Now().AddDate(0, 0, -2)))
	storetest.Request(t, h.store, store.Request{Reference: "JS-THEIRS", Person: h.person, Conversation: h.conversation, Department: "Revenue"})

	status, page := h.Browser("meena").Get("/ops/department")
	require.Equal(t, http.StatusOK, status)
	for _, part := range []string{"Requests: Energy", "JS-OURS", "JS-LATE", "Electricity bill – South", "Needs a person", ">3<", "2 days late", "••••"} {
		require.Contains(t, page, part)
	}
	for _, other := range []string{"JS-THEIRS", "JS-DONE", "1121104001001", "Sita", h.person} {
		require.NotContains(t, page, other)
	}
	require.Less(t, index(page, "JS-LATE"), index(page, "JS-OURS"), "the most urgent first")
	require.Equal(t, 1, h.number(`select count(*) from audit_entry where action = $1 and actor = 'meena' and via = 'jansetu_department'`, string(audit.RequestsRead)))
}

func index(page, part string) int { return strings.Index(page, part) }

func TestADepartmentWithoutRequestsIsToldSo(t *testing.T) {
	t.Parallel()
	_, page := newHub(t).Browser("meena").Get("/ops/department")
	require.Contains(t, page, "No request has come")
}
