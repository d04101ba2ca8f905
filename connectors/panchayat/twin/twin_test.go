package twin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/panchayat/twin"
	faults "github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func november() time.Time { return time.Date(2026, 11, 22, 4, 30, 0, 0, time.UTC) }

func start(t *testing.T, config twin.Config) *twin.Twin {
	t.Helper()
	config.Clock = november
	stand, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	return stand
}

func ask(t *testing.T, stand http.Handler, method, target string, form url.Values) string {
	t.Helper()
	request := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	text, err := io.ReadAll(recorder.Result().Body)
	require.NoError(t, err)
	return string(text)
}

func pay(t *testing.T, stand http.Handler, district, reference string) string {
	t.Helper()
	return ask(t, stand, http.MethodPost, "/"+district+"/htpayment.asp", url.Values{
		"assno": {"5060100001"}, "demno": {"2610100001"}, "amount": {"1240.00"}, "refno": {reference},
	})
}

func apply(t *testing.T, stand http.Handler, reference string) string {
	t.Helper()
	return ask(t, stand, http.MethodPost, "/ntr/certsave.asp", url.Values{
		"type": {"14"}, "cmbGP": {"Gollapudi"}, "txtName": {"V Radhika"}, "txtFather": {"Chinna Rao"}, "txtAssNo": {"5060100001"}, "txtRefNo": {reference},
	})
}

func TestWhatHappenedSurvivesARestart(t *testing.T) {
	t.Parallel()
	config := twin.Config{DataDir: t.TempDir(), Clock: november}
	stand, err := twin.New(config)
	require.NoError(t, err)
	require.Contains(t, pay(t, stand, "krishna", "AP-1"), "HOUSE TAX RECEIPT")
	require.Contains(t, apply(t, stand, "AP-2"), "NTR/2026/00001")
	require.NoError(t, stand.Close())

	again := start(t, config)
	require.Len(t, again.Postings(), 1)
	require.Len(t, again.Applications(), 1)
	require.Contains(t, ask(t, again, http.MethodGet, "/krishna/htreceipt.asp?assno=5060100001&refno=AP-1", nil), "KRI/261122/00001")
	require.Contains(t, ask(t, again, http.MethodGet, "/ntr/certstatus.asp?refno=AP-2", nil), "NTR/2026/00001")
	require.Contains(t, ask(t, again, http.MethodGet, "/twin/", nil), "paid twice: 0")
}

func TestCarelessServerIsCaughtPayingAndApplyingTwice(t *testing.T) {
	t.Parallel()
	stand := start(t, twin.Config{})
	pay(t, stand, "krishna", "AP-1")
	pay(t, stand, "krishna", "AP-1")
	pay(t, stand, "guntur", "AP-1")
	require.Zero(t, stand.DoublePostings(), "another district, another demand")
	require.NoError(t, stand.Faults.Set(faults.Fault{Kind: twin.AcceptDuplicate}))
	pay(t, stand, "krishna", "AP-1")
	require.Equal(t, 1, stand.DoublePostings())
	apply(t, stand, "AP-2")
	require.Zero(t, stand.DoubleApplications())
	apply(t, stand, "AP-2")
	require.Equal(t, 1, stand.DoubleApplications())
}

func TestEveryDocumentedHouseIsAsItSays(t *testing.T) {
	t.Parallel()
	stand := start(t, twin.Config{})
	said := map[string]string{
		"due": "NOT PAID", "due, with arrears": "435.50", "already paid": "<TD>PAID", "no demand yet": "not yet raised",
		"due; payment not accepted": "NOT PAID", "due, large": "1,23,456.78", "due, one rupee": "<TD>1.00",
	}
	for _, house := range twin.Houses() {
		page := ask(t, stand, http.MethodPost, "/ntr/htdemand.asp", url.Values{"assno": {house.Number}})
		require.Contains(t, page, house.Owner)
		require.Contains(t, page, said[house.About], house.About)
	}
	require.Contains(t, ask(t, stand, http.MethodPost, "/ntr/htdemand.asp", url.Values{"assno": {twin.AssessmentNumber(7)}}), "OWNER 00007")
}

func TestSlownessIsAFaultThatCanBeCleared(t *testing.T) {
	t.Parallel()
	stand := start(t, twin.Config{Slowness: 20 * time.Millisecond})
	require.Equal(t, []faults.Fault{{Kind: faults.Latency, DelayMS: 20, TailMS: 100}}, stand.Faults.Faults())
	require.Contains(t, ask(t, stand, http.MethodGet, "/ntr/certform.asp?type=13", nil), "Proof of Residence")
}
