package digilocker_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/xml"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/gateway/digilocker"
	"github.com/jansetu/jansetu/gateway/digilocker/digilockertwin"
	"github.com/jansetu/jansetu/store"
)

const (
	orgID  = "007"
	apiKey = "an API key of tests"
)

// office issues documents and answers DigiLocker.
type office struct {
	*issuetest.Bench

	caller *digilockertwin.Caller
}

func newOffice(t *testing.T, change ...func(*digilocker.Config)) *office {
	t.Helper()
	o := &office{Bench: issuetest.New(t, nil)}
	config := digilocker.Config{
		OrgID: orgID, IssuerID: "in.gov.ap.jansetu", Issuer: "Revenue Department", APIKeys: []string{"the next key", apiKey},
		LinkKey: []byte(strings.Repeat("k", 32)), DocTypes: map[string]digilocker.DocType{
			"INCER": {Kind: "certificate", Title: "Income Certificate"}, "RECPT": {Kind: "receipt", Title: "Receipt"},
		},
		Records: o.Store, Used: digilocker.Inbox{Store: o.Store}, Log: slog.New(slog.DiscardHandler), Now: time.Now,
	}
	for _, each := range change {
		each(&config)
	}
	issuer, err := digilocker.New(config)
	require.NoError(t, err)
	mux := http.NewServeMux()
	for path, handler := range issuer.Handlers() {
		mux.Handle(path, handler)
	}
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	o.caller = &digilockertwin.Caller{Client: server.Client(), URL: server.URL, OrgID: orgID, APIKey: apiKey, Now: time.Now}
	return o
}

func (o *office) issues(t *testing.T, reference, name string) issue.Issued {
	t.Helper()
	o.Request(t, reference)
	issued, err := o.Issuer.Issue(t.Context(), issuetest.Order(reference, name))
	require.NoError(t, err)
	return issued
}

func (o *office) asks(t *testing.T, account digilockertwin.Account, docType, number, format string) digilockertwin.Pulled {
	t.Helper()
	pulled, err := o.caller.PullURI(t.Context(), account, docType, number, format, digilockertwin.Cheat{})
	require.NoError(t, err)
	return pulled
}

var lakshmi = digilockertwin.Account{ID: "acc-1", FullName: "K. LAKSHMI DEVI", BirthDate: "09-03-1999"}

func TestACitizenPutsACertificateIntoTheLocker(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	issued := o.issues(t, "R1", "K Lakshmi Devi")
	pulled := o.asks(t, lakshmi, "INCER", strings.ToLower(issued.Number), "both")
	require.Equal(t, 1, pulled.Status)
	require.Equal(t, "K Lakshmi Devi", pulled.Name)
	require.Regexp(t, `^in\.gov\.ap\.jansetu-INCER-[A-Z0-9]{32}$`, pulled.URI)
	require.Equal(t, o.File(t, issued), pulled.PDF)
	_, err := o.Trust.PDF(pulled.PDF, verify.At{Now: time.Now()})
	require.NoError(t, err, "what arrives in the locker proves itself")
	var data struct {
		Number string `xml:"number,attr"`
		Person struct {
			UID  string `xml:"uid,attr"`
			Name string `xml:"name,attr"`
		} `xml:"IssuedTo>Person"`
	}
	require.NoError(t, xml.Unmarshal(pulled.Data, &data))
	require.Equal(t, issued.Number, data.Number)
	require.Equal(t, "K Lakshmi Devi", data.Person.Name)
	require.Empty(t, data.Person.UID)

	again, err := o.caller.PullDoc(t.Context(), lakshmi, pulled.URI, "pdf", digilockertwin.Cheat{})
	require.NoError(t, err)
	require.Equal(t, pulled.PDF, again.PDF)
	require.Equal(t, pulled.URI, o.asks(t, lakshmi, "INCER", issued.Number, "xml").URI, "the same document has the same address")
	require.Empty(t, o.asks(t, lakshmi, "INCER", issued.Number, "xml").PDF)
}

func TestWhatIsNotHandedOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hers := o.issues(t, "R1", "K Lakshmi Devi")
	revoked := o.issues(t, "R2", "K Lakshmi Devi")
	require.NoError(t, o.Issuer.Revoke(t.Context(), "R2", "certificate", "obtained with a false paper"))
	ravi := digilockertwin.Account{ID: "acc-2", FullName: "Ravi Kumar"}
	tests := map[string]digilockertwin.Pulled{
		"another person's document":  o.asks(t, ravi, "INCER", hers.Number, "both"),
		"without a name":             o.asks(t, digilockertwin.Account{ID: "acc-3"}, "INCER", hers.Number, "both"),
		"a number that nobody has":   o.asks(t, lakshmi, "INCER", "2222-3333-4444-5555", "both"),
		"no number":                  o.asks(t, lakshmi, "INCER", "", "both"),
		"as another type":            o.asks(t, lakshmi, "RECPT", hers.Number, "both"),
		"as a type that is not ours": o.asks(t, lakshmi, "CASTE", hers.Number, "both"),
		"a revoked document":         o.asks(t, lakshmi, "INCER", revoked.Number, "both"),
	}
	uri := o.asks(t, lakshmi, "INCER", hers.Number, "both").URI
	for name, address := range map[string]string{
		"by another account": uri, "another number in the address": "in.gov.ap.jansetu-INCER-2222333344445555" + uri[len(uri)-16:],
		"another issuer's": strings.Replace(uri, "gov.ap", "gov.ts", 1), "cut": uri[:len(uri)-1], "nothing": "",
	} {
		account := lakshmi
		if name == "by another account" {
			account = ravi
			account.FullName = lakshmi.FullName
		}
		pulled, err := o.caller.PullDoc(t.Context(), account, address, "both", digilockertwin.Cheat{})
		require.NoError(t, err)
		tests["pull doc: "+name] = pulled
	}
	for name, pulled := range tests {
		require.Equal(t, http.StatusOK, pulled.HTTP, name)
		require.Zero(t, pulled.Status, name)
		require.Empty(t, pulled.PDF, name)
		require.Empty(t, pulled.Data, name)
		require.Empty(t, pulled.Name, name)
		require.Empty(t, pulled.URI, name)
	}
}

func TestACallerThatCheatsIsToldNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	issued := o.issues(t, "R1", "K Lakshmi Devi")
	tests := map[string]struct {
		cheat digilockertwin.Cheat
		want  int
	}{
		"a wrong signature":        {digilockertwin.Cheat{Signature: base64.StdEncoding.EncodeToString(make([]byte, 32))}, http.StatusUnauthorized},
		"no base64":                {digilockertwin.Cheat{Signature: "%%%"}, http.StatusUnauthorized},
		"a body that was changed":  {digilockertwin.Cheat{Body: func(b []byte) []byte { return bytes.Replace(b, []byte("acc-1"), []byte("acc-2"), 1) }}, http.StatusUnauthorized},
		"another key's hash":       {digilockertwin.Cheat{KeyHash: strings.Repeat("0", 64)}, http.StatusUnauthorized},
		"ten minutes ago":          {digilockertwin.Cheat{Age: 10 * time.Minute}, http.StatusUnauthorized},
		"in ten minutes":           {digilockertwin.Cheat{Age: -10 * time.Minute}, http.StatusUnauthorized},
		"a body that is too large": {digilockertwin.Cheat{Body: func(b []byte) []byte { return append(b, make([]byte, 2<<20)...) }}, http.StatusRequestEntityTooLarge},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pulled, err := o.caller.PullURI(t.Context(), lakshmi, "INCER", issued.Number, "both", test.cheat)
			require.NoError(t, err)
			require.Equal(t, digilockertwin.Pulled{HTTP: test.want}, pulled)
		})
	}
}

func TestATransactionCountsOnceOverAllProcesses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	issued := o.issues(t, "R1", "K Lakshmi Devi")
	var given, refused int
	var mu sync.Mutex
	var callers sync.WaitGroup
	for range 8 {
		callers.Go(func() {
			pulled, err := o.caller.PullURI(context.WithoutCancel(t.Context()), lakshmi, "INCER", issued.Number, "xml", digilockertwin.Cheat{Transaction: "txn-1"})
			mu.Lock()
			defer mu.Unlock()
			if err == nil && pulled.Status == 1 {
				given++
			}
			if err == nil && pulled.HTTP == http.StatusUnauthorized {
				refused++
			}
		})
	}
	callers.Wait()
	require.Equal(t, 1, given)
	require.Equal(t, 7, refused)
}

// unfinished is what a document is while its proof is being made; gone, when the database does not answer.
type unfinished struct {
	*store.Store

	err error
}

func (u unfinished) IssuedByFingerprint(ctx context.Context, fingerprint []byte) (store.IssuedDocument, error) {
	found, err := u.Store.IssuedByFingerprint(ctx, fingerprint)
	found.Document = ""
	return found, errors.Join(err, u.err)
}

func TestWhatIsNotReadyIsAskedForAgain(t *testing.T) {
	t.Parallel()
	for name, trouble := range map[string]error{"the proof is being made": nil, "the database is away": errors.New("connection refused")} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, func(c *digilocker.Config) { c.Records = unfinished{c.Records.(*store.Store), trouble} })
			issued := o.issues(t, "R1", "K Lakshmi Devi")
			pulled := o.asks(t, lakshmi, "INCER", issued.Number, "both")
			require.Equal(t, 9, pulled.Status)
			require.Empty(t, pulled.PDF)
		})
	}
}

func TestACorrectedDocumentTakesTheOldOnesPlaceInTheLocker(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	issued := o.issues(t, "R1", "K Lakshmi Devi")
	uri := o.asks(t, lakshmi, "INCER", issued.Number, "both").URI
	order := issuetest.Order("R1", "K Lakshmi Devi")
	order.Fields = []seal.Field{{Name: "name", Value: "K Lakshmi Devi"}, {Name: "income", Value: "₹90,000"}}
	corrected, err := o.Issuer.Correct(t.Context(), order, "income was wrong")
	require.NoError(t, err)
	pulled, err := o.caller.PullDoc(t.Context(), lakshmi, uri, "both", digilockertwin.Cheat{})
	require.NoError(t, err)
	require.Equal(t, o.File(t, corrected), pulled.PDF)
}
