package digilocker_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/digilocker"
	"github.com/jansetu/jansetu/store"
)

// nothing has no document, and takes every transaction.
type nothing struct{}

func (nothing) IssuedByFingerprint(context.Context, []byte) (store.IssuedDocument, error) {
	return store.IssuedDocument{}, store.ErrNotIssued
}

func (nothing) Document(context.Context, string) (store.Document, error) {
	return store.Document{}, store.ErrNotIssued
}
func (nothing) Use(context.Context, string) (bool, error) { return true, nil }

func handlerOfNothing(t testing.TB) http.Handler {
	t.Helper()
	issuer, err := digilocker.New(digilocker.Config{
		OrgID: orgID, IssuerID: "in.gov.ap.jansetu", Issuer: "x", APIKeys: []string{apiKey}, LinkKey: make([]byte, 32),
		DocTypes: map[string]digilocker.DocType{"INCER": {Kind: "certificate"}}, Records: nothing{}, Used: nothing{},
		Log: slog.New(slog.DiscardHandler), Now: func() time.Time { return moment },
	})
	require.NoError(t, err)
	return issuer.Handlers()[digilocker.PathPullURI]
}

var moment = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func asked(details string) string {
	at := moment.Format(time.RFC3339)
	sum := sha256.Sum256([]byte(apiKey + at))
	return fmt.Sprintf(`<PullURIRequest ts=%q txn="t1" orgId=%q keyhash=%q><DocDetails>%s</DocDetails></PullURIRequest>`, at, orgID, hex.EncodeToString(sum[:]), details)
}

func post(t testing.TB, handler http.Handler, body []byte) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, digilocker.PathPullURI, bytes.NewReader(body))
	mac := hmac.New(sha256.New, []byte(apiKey))
	_, _ = mac.Write(body)
	request.Header.Set(digilocker.HeaderHMAC, base64.StdEncoding.EncodeToString(mac.Sum(nil)))
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, request)
	return answer
}

const account = "<DigiLockerId>a</DigiLockerId>"

func TestARequestThatIsNoneIsRefused(t *testing.T) {
	t.Parallel()
	handler := handlerOfNothing(t)
	tests := map[string]struct {
		body string
		want int
	}{
		"in order":                 {asked(account), http.StatusOK},
		"with what we do not know": {asked(account + "<UDF9>x</UDF9><Other><Deep/></Other>"), http.StatusOK},
		"no account":               {asked(""), http.StatusBadRequest},
		"another request":          {strings.ReplaceAll(asked(account), "PullURIRequest", "PullDocRequest"), http.StatusBadRequest},
		"a document type":          {`<!DOCTYPE x [<!ENTITY a "aaaa">]>` + asked(account), http.StatusBadRequest},
		"an entity":                {asked("<DigiLockerId>&a;</DigiLockerId>"), http.StatusBadRequest},
		"too deep":                 {asked(account + strings.Repeat("<a>", 1000) + strings.Repeat("</a>", 1000)), http.StatusBadRequest},
		"a value that is too long": {asked("<DigiLockerId>" + strings.Repeat("a", 300) + "</DigiLockerId>"), http.StatusBadRequest},
		"no XML":                   {"{}", http.StatusBadRequest},
		"nothing":                  {"", http.StatusBadRequest},
		"another organisation":     {strings.Replace(asked(account), `orgId="007"`, `orgId="008"`, 1), http.StatusUnauthorized},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, test.want, post(t, handler, []byte(test.body)).Code)
		})
	}
}

// Whatever is signed, the answer is a refusal without words, or XML that gives nothing.
func FuzzRequest(f *testing.F) {
	f.Add([]byte(asked(account)))
	f.Add([]byte(asked("<DocType>INCER</DocType>" + account + "<FullName>A &amp; B</FullName><UDF1>7K3M-Q2PX-9RTV-3WZD</UDF1>")))
	f.Add([]byte(`<?xml version="1.0"?><!DOCTYPE x><PullURIRequest/>`))
	f.Add([]byte(`<a xmlns:b="c"><b:d/></a>`))
	handler := handlerOfNothing(f)
	f.Fuzz(func(t *testing.T, body []byte) {
		answer := post(t, handler, body)
		if answer.Code != http.StatusOK {
			require.Empty(t, answer.Body.String())
			return
		}
		var read struct {
			Status struct {
				Status int `xml:"Status,attr"`
			} `xml:"ResponseStatus"`
			Content string `xml:"DocDetails>DocContent"`
		}
		require.NoError(t, xml.Unmarshal(answer.Body.Bytes(), &read))
		require.Zero(t, read.Status.Status)
		require.Empty(t, read.Content)
	})
}
