package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/workflows"
)

func TestWhatACitizenMayAskAboutTheirDataIsStoredWithTheTurn(t *testing.T) {
	t.Parallel()
	h := newHub(t, withDialog(func(s dialog.Session, _ dialog.Event, _ dialog.Facts) (dialog.Session, []dialog.Effect) {
		return s, []dialog.Effect{
			dialog.RecordConsent{Notice: "1", Language: "te", Shown: "మీకు సమ్మతమేనా?", Given: true},
			dialog.SendData{Language: "te"}, dialog.EraseData{Language: "te", CancelOpen: true},
		}
	}))
	body := messages(`{"from":"919900000001","id":"wamid.1","type":"text","text":{"body":"x"}}`)
	for range 2 {
		require.Equal(t, http.StatusOK, h.post(body))
	}
	require.Equal(t, 1, h.count(`select count(*) from consent c join notice n on n.hash = c.shown
		where n.content = 'మీకు సమ్మతమేనా?' and c.message = $1`, h.message("wamid.1")))
	require.Equal(t, 1, h.count(`select count(*) from audit_entry where action = 'consent.given'`))
	require.Equal(t, 1, h.count(`select count(*) from erasure where cancel_open and erased_at is null and id like 'ERASE-____-____'`))
	for _, workflow := range []string{workflows.WorkflowSendPersonalData, workflows.WorkflowErasePerson} {
		require.Equal(t, 1, h.count(`select count(*) from plain_outbox where payload->>'workflow' = $1`, workflow))
	}
}
