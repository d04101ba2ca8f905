package worker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/transport"
	transporttwin "github.com/jansetu/jansetu/connectors/transport/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/workflows"
)

// newTransportHub is a hub that the transport department's portal lets in as an agency.
func newTransportHub(t *testing.T) (*hub, *transporttwin.Twin) {
	t.Helper()
	config := quick("ap-transport", transport.FamilyName, nil)
	stand, err := transporttwin.New(transporttwin.Config{
		AgencyUser: config.Credentials[transport.CredentialUser], AgencyPassword: config.Credentials[transport.CredentialPassword],
		Pace: time.Nanosecond,
	})
	require.NoError(t, err)
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	return newPortalHub(t, config.Name, connect(t, stand, transport.Family{Sealer: sealer}.NewAgency, config)), stand
}

// learns applies for a learner's licence, for which the department then names a fee.
func (h *hub) learns(t *testing.T, stand *transporttwin.Twin, reference string) client.WorkflowRun {
	t.Helper()
	run := h.wants(t, reference, "learners-licence", map[string]string{
		"applicant_name": "Sita Devi", "father_name": "Rama Rao", "birth_date": "17-05-2001", "mobile": mobile, "pin_code": "521151",
		"district": "Krishna", "office": "RTO GUDIVADA (AP16)", "vehicle_class": "LMV",
	})
	question := h.asked(t, reference, "challenge-")
	h.answersThis(t, reference, workflows.Answer{Question: question, Value: stand.Read(h.picture(t))})
	return run
}

func TestTheDepartmentIsToldOnceOfAFeeThatItNamed(t *testing.T) {
	t.Parallel()
	h, stand := newTransportHub(t)
	run := h.learns(t, stand, "AP-F1")
	h.await(t, "AP-F1", workflows.StageAwaitingPayment)
	require.NoError(t, stand.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: transporttwin.Fee, Times: 1}, twin.Fault{Kind: twin.DropBefore, Operation: transporttwin.Track},
	))
	h.pays(t, "AP-F1", "fee")
	h.await(t, "AP-F1", workflows.StageKeptPaid)
	h.stop()
	h.start()
	stand.Faults.Clear()
	require.Equal(t, workflows.StageDone, h.endedAfterLooks(t, run, "AP-F1").Ended)

	told, doubled := stand.FeePostings()
	require.Equal(t, []int{1, 0}, []int{told, doubled})
	paid := stand.Applications()[0].Payments[0]
	require.Equal(t, "AP-F1-fee", paid.Reference)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 20000, "dept_payable": -20000, "refund_payable": 0}, h.balances(t))
	for _, each := range h.messages(t) {
		require.NoError(t, bubble.Validate(each))
	}
	h.record(t, "AP-F1", "application_fee_unknown")
}

func TestAFeeThatTheDepartmentDoesNotTakeComesBackAndTheApplicationGoesOn(t *testing.T) {
	t.Parallel()
	h, stand := newTransportHub(t)
	run := h.learns(t, stand, "AP-F2")
	h.await(t, "AP-F2", workflows.StageAwaitingPayment)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: transporttwin.FeeClosed}))
	h.pays(t, "AP-F2", "fee")
	require.Eventually(t, func() bool {
		var returned int
		err := h.store.Pool().QueryRow(t.Context(), `select count(*) from refund where state = 'processed' and purpose = 'fee'`).Scan(&returned)
		return err == nil && returned == 1
	}, 40*time.Second, 50*time.Millisecond)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, h.balances(t))
	h.await(t, "AP-F2", workflows.StageInProgress)
	request, err := h.store.Request(t.Context(), "AP-F2")
	require.NoError(t, err)
	require.True(t, request.Open, "the refund ends nothing")

	require.NoError(t, stand.PayAtOffice(stand.Applications()[0].Number))
	require.Equal(t, workflows.StageDone, h.endedAfterLooks(t, run, "AP-F2").Ended)
	told, _ := stand.FeePostings()
	require.Zero(t, told)
	h.record(t, "AP-F2", "application_fee_given_back")
}
