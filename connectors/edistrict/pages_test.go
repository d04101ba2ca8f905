package edistrict_test

import (
	"maps"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/edistrict"
)

// recorded answers each page with a recorded one, whatever is sent to it.
type recorded map[string]string

func (r recorded) ServeHTTP(w http.ResponseWriter, request *http.Request) {
	name := r[request.URL.Path]
	content, err := os.ReadFile(filepath.Join("testdata", name))
	if err != nil {
		http.NotFound(w, request)
		return
	}
	if strings.HasSuffix(name, ".html") {
		w.Header().Set("Content-Type", "text/html;charset=ISO-8859-1")
	}
	_, _ = w.Write(content)
}

func readPage(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return content
}

// visitOf is a whole visit in recorded pages; changed replaces some of them.
func visitOf(changed recorded) recorded {
	pages := recorded{
		"/getServiceDesc.html": "describe.html", "/loginWindow.do": "login.html", "/generateOTP.do": "otp.html", "/validateOTP.do": "form.html",
		"/saveApplication.do": "annexure.html", "/editSaveAnnexure.do": "preview.html", "/getCaptcha.do": "captcha.png",
		"/submitApplication.do": "acknowledgement.html", "/citizenApplication.html": "search.html", "/trackApplication.do": "tracked-none.html",
		"/downloadCertificate.do": "certificate.pdf",
	}
	maps.Copy(pages, changed)
	return pages
}

func TestRecordedVisitIsRead(t *testing.T) {
	t.Parallel()
	connector := connect(t, serve(t, visitOf(nil)), newSealer(t), startClock())
	application := income(0, "AP-7/submit")
	for _, kind := range []connectors.ChallengeKind{connectors.ChallengeOTP, connectors.ChallengeCaptcha} {
		_, err := connector.Submit(t.Context(), application)
		application.Answer = answer(asks(t, kind, err), "12345")
	}
	submitted, err := connector.Submit(t.Context(), application)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Submitted{
		Reference: "AP-7/submit", Number: "EINC/2026/00001", SubmittedAt: startClock().Now(),
		DueBy: time.Date(2026, 11, 29, 0, 0, 0, 0, connectors.IndianTime),
	}, submitted))
}

func TestRecordedStatusPagesAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state connectors.ApplicationState
		class connectors.Class
		note  string
	}{
		"tracked-received.html":  {connectors.ApplicationReceived, connectors.ClassOK, ""},
		"tracked-query.html":     {connectors.ApplicationQueried, connectors.ClassOK, "Please upload the latest salary slip"},
		"tracked-delivered.html": {connectors.ApplicationDelivered, connectors.ClassOK, "Certificate is ready for download"},
		"tracked-none.html":      {"", connectors.ClassNotFound, ""},
		"preview.html":           {"", connectors.ClassChanged, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connector := connect(t, serve(t, visitOf(recorded{"/trackApplication.do": name})), newSealer(t), startClock())
			status, err := connector.Status(t.Context(), connectors.ApplicationQuery{Number: "EINC/2026/00001"})
			require.Equal(t, test.class, connectors.ClassOf(err), "%v", err)
			require.Equal(t, test.state, status.State)
			require.Equal(t, test.note, status.Note)
		})
	}
}

func TestRecordedDraftIsNoApplication(t *testing.T) {
	t.Parallel()
	connector := connect(t, serve(t, visitOf(recorded{"/trackApplication.do": "tracked-draft.html"})), newSealer(t), startClock())
	_, err := connector.Find(t.Context(), connectors.ApplicationQuery{Reference: "AP-8/submit"})
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	_, err = connector.Find(t.Context(), connectors.ApplicationQuery{Reference: "AP-9/submit"})
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "another's application is never ours")
}

func TestRecordedComplaintNamesItsField(t *testing.T) {
	t.Parallel()
	connector := connect(t, serve(t, visitOf(recorded{"/saveApplication.do": "form-refused.html"})), newSealer(t), startClock())
	application := income(0, "AP-9/submit")
	_, err := connector.Submit(t.Context(), application)
	application.Answer = answer(asks(t, connectors.ChallengeOTP, err), "123456")
	_, err = connector.Submit(t.Context(), application)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, "14204", rejected.Field)
	require.Equal(t, "Please enter a valid PIN code", rejected.Reason)
	require.NotContains(t, err.Error(), "PIN")
}

// Whatever a portal puts in the place of a page, the answer is one of the
// classes, never a fault of ours, and never an application that is not there.
func FuzzPages(f *testing.F) {
	for _, name := range []string{
		"tracked-delivered.html", "tracked-none.html", "tracked-draft.html", "form.html", "otp.html", "preview.html", "annexure.html", "acknowledgement.html",
	} {
		f.Add(readPage(f, name))
	}
	var body atomic.Value
	odd := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		content, _ := body.Load().([]byte)
		_, _ = w.Write(content)
	})
	pages := visitOf(nil)
	inPlaceOf := func(path string) *edistrict.Connector {
		mux := http.NewServeMux()
		mux.Handle("/", pages)
		mux.Handle(path, odd)
		return connect(f, serve(f, mux), newSealer(f), startClock())
	}
	status, otp, form, saved := inPlaceOf("/trackApplication.do"), inPlaceOf("/generateOTP.do"), inPlaceOf("/validateOTP.do"), inPlaceOf("/saveApplication.do")
	f.Fuzz(func(t *testing.T, content []byte) {
		body.Store(content)
		found, err := status.Status(t.Context(), connectors.ApplicationQuery{Number: "EINC/2026/00001"})
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
		require.True(t, err != nil || found.Number == "EINC/2026/00001" && found.State != "")
		application := income(0, "AP-7/submit")
		_, err = otp.Submit(t.Context(), application)
		require.NotContains(t, []connectors.Class{connectors.ClassInternal, connectors.ClassOK}, connectors.ClassOf(err), "%v", err)
		for _, connector := range []*edistrict.Connector{form, saved} {
			_, err = connector.Submit(t.Context(), application)
			answered := application
			answered.Answer = answer(asks(t, connectors.ChallengeOTP, err), "123456")
			_, err = connector.Submit(t.Context(), answered)
			require.NotContains(t, []connectors.Class{connectors.ClassInternal, connectors.ClassOK}, connectors.ClassOf(err), "%v", err)
		}
	})
}
