package transport_test

import (
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/transport"
)

func recorded(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return content
}

// replay answers a visit with recorded pages, and what is sent with one text.
type replay func() []byte

func (sent replay) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := strings.TrimSuffix(path.Base(r.URL.Path), ".xhtml") + ".html"
	switch {
	case r.Method == http.MethodPost && r.PostFormValue("javax.faces.behavior.event") != "":
		name = "district.xml"
	case r.Method == http.MethodPost:
		_, _ = w.Write(sent())
		return
	case r.URL.Path == "/captcha.png":
		name = "captcha.png"
		w.Header().Set("Content-Type", "image/png")
	}
	http.ServeFileFS(w, r, os.DirFS("testdata"), name)
}

func answering(t testing.TB, name string) http.Handler {
	t.Helper()
	content := recorded(t, name)
	return replay(func() []byte { return content })
}

// look extracts a record behind the recorded page, copying any picture.
func look(t testing.TB, connector *transport.Connector) (connectors.Record, error) {
	t.Helper()
	query := licence("AP03120110001234", "14-08-1985")
	_, err := connector.Extract(t.Context(), query)
	query.Answer = &connectors.ChallengeAnswer{Session: asks(t, err).Session, Answer: "123456"}
	return connector.Extract(t.Context(), query)
}

func TestRecordedDetailsAreRead(t *testing.T) {
	t.Parallel()
	for name, class := range map[string]connectors.Class{
		"details.xml": connectors.ClassOK, "details-none.xml": connectors.ClassNotFound, "wrong-copy.xml": connectors.ClassChallenge,
		"acknowledgement.xml": connectors.ClassChanged, "dlstatus.html": connectors.ClassChanged,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			record, err := look(t, connect(t, answering(t, name), nil))
			if name == "acknowledgement.xml" && err == nil {
				require.Equal(t, "Acknowledgement", record.Title)
				return
			}
			require.Equal(t, class, connectors.ClassOf(err), "%v", err)
		})
	}
}

func TestRecordedStatusIsRead(t *testing.T) {
	t.Parallel()
	number := numberOf(t)
	for name, test := range map[string]struct {
		state connectors.ApplicationState
		class connectors.Class
	}{
		"tracked.xml":        {connectors.ApplicationReceived, connectors.ClassOK},
		"tracked-issued.xml": {connectors.ApplicationDelivered, connectors.ClassOK},
		"tracked-none.xml":   {"", connectors.ClassNotFound},
		"details.xml":        {"", connectors.ClassChanged},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connector := connect(t, answering(t, name), nil)
			status, err := connector.Status(t.Context(), query(learner(0, ""), connectors.Submitted{Number: number}))
			require.Equal(t, test.class, connectors.ClassOf(err), "%v", err)
			require.Equal(t, test.state, status.State)
			_, err = connector.Status(t.Context(), query(learner(0, ""), connectors.Submitted{Number: "2"}))
			require.NotEqual(t, connectors.ClassOK, connectors.ClassOf(err), "another's application is never ours")
		})
	}
}

func TestRecordedFeeIsRead(t *testing.T) {
	t.Parallel()
	number := numberOf(t)
	for name, class := range map[string]connectors.Class{
		"tracked-fee-paid.xml": connectors.ClassOK, "tracked-fee.xml": connectors.ClassNotFound, "tracked.xml": connectors.ClassChanged,
		"tracked-none.xml": connectors.ClassNotFound,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			agency := connectAgency(t, answering(t, name), agencyLogin())
			asked := connectors.FeeQuery{Reference: "AP-1-fee", Number: number, Fields: learner(0, "").Fields}
			posted, err := agency.FindFee(t.Context(), asked)
			require.Equal(t, class, connectors.ClassOf(err), "%v", err)
			if err == nil {
				require.Equal(t, connectors.Posted{
					Reference: "AP-1-fee", PortalReceipt: "R260032600000000101", Amount: 20_000,
					PostedAt: time.Date(2026, 11, 22, 10, 5, 0, 0, connectors.IndianTime),
				}, posted)
				asked.Reference = "AP-2-fee"
				_, err = agency.FindFee(t.Context(), asked)
				require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "paid, and not by us: %v", err)
			}
			asked.Number = "2"
			_, err = agency.FindFee(t.Context(), asked)
			require.NotEqual(t, connectors.ClassOK, connectors.ClassOf(err), "another's application is never ours")
		})
	}
}

// numberOf is the number on the recorded acknowledgement.
func numberOf(t testing.TB) string {
	t.Helper()
	connector := connect(t, answering(t, "tracked.xml"), nil)
	found, err := connector.Find(t.Context(), query(learner(0, "AP-1/submit"), connectors.Submitted{}))
	require.NoError(t, err)
	return found.Number
}

// Whatever the portal answers, it makes sense or is one of the classes, never a
// fault of ours.
func FuzzAnswers(f *testing.F) {
	for _, name := range []string{
		"details.xml", "details-none.xml", "wrong-copy.xml", "acknowledgement.xml", "tracked.xml", "tracked-issued.xml", "tracked-none.xml", "tracked-fee.xml",
		"tracked-fee-paid.xml", "dlstatus.html",
	} {
		f.Add(recorded(f, name))
	}
	var body atomic.Value
	agency := connectAgency(f, replay(func() []byte {
		content, _ := body.Load().([]byte)
		return content
	}), agencyLogin())
	connector := agency.Connector
	f.Fuzz(func(t *testing.T, content []byte) {
		body.Store(content)
		record, err := look(t, connector)
		requireClassified(t, err)
		require.True(t, err != nil || record.Title != "" && len(record.Fields) > 0)
		found, err := connector.Find(t.Context(), query(learner(0, "AP-1/submit"), connectors.Submitted{}))
		requireClassified(t, err)
		require.True(t, err != nil || found.Number != "" && !found.SubmittedAt.IsZero())
		status, err := connector.Status(t.Context(), query(learner(0, ""), connectors.Submitted{Number: "1"}))
		requireClassified(t, err)
		require.True(t, err != nil || status.Number == "1" && status.State != "")
		paid, err := agency.FindFee(t.Context(), connectors.FeeQuery{Reference: "AP-1-fee", Number: "1", Fields: learner(0, "").Fields})
		requireClassified(t, err)
		require.True(t, err != nil || paid.PortalReceipt != "" && !paid.PostedAt.IsZero())
	})
}

// Whatever page stands at the start of a visit, the same holds.
func FuzzForms(f *testing.F) {
	for _, name := range []string{"dlstatus.html", "llapply.html", "application.html"} {
		f.Add(recorded(f, name))
	}
	var body atomic.Value
	connector := connect(f, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, _ := body.Load().([]byte)
		if r.URL.Path == "/captcha.png" {
			w.Header().Set("Content-Type", "image/png")
		}
		_, _ = w.Write(content)
	}), nil)
	f.Fuzz(func(t *testing.T, content []byte) {
		body.Store(content)
		_, err := connector.Extract(t.Context(), licence("AP03120110001234", "14-08-1985"))
		requireClassified(t, err)
		_, err = connector.Submit(t.Context(), learner(0, "AP-1/submit"))
		requireClassified(t, err)
		_, err = connector.Choices(t.Context(), "llapply", "RTO Office", map[string]string{"District": "Guntur"})
		requireClassified(t, err)
	})
}

func requireClassified(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	}
}
