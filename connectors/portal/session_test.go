package portal_test

import (
	"bytes"
	"compress/gzip"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestSessionKeepsItsOwnCookies(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		if cookie, err := r.Cookie("visit"); err == nil {
			_, _ = w.Write([]byte(cookie.Value))
			return
		}
		http.SetCookie(w, &http.Cookie{Name: "visit", Value: r.URL.Path})
	})
	first, err := client.NewSession()
	require.NoError(t, err)
	second, err := client.NewSession()
	require.NoError(t, err)
	for _, step := range []struct {
		session *portal.Session
		path    string
		want    string
	}{{first, "/a", ""}, {second, "/b", ""}, {first, "/x", "/a"}, {second, "/y", "/b"}} {
		response, err := step.session.Do(t.Context(), portal.Request{Method: http.MethodGet, Path: step.path})
		require.NoError(t, err)
		require.Equal(t, step.want, string(response.Body))
	}
}

func TestRedirectsStayWithinThePortal(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/inside":
			http.Redirect(w, r, "/page", http.StatusFound)
		case "/outside":
			http.Redirect(w, r, "http://127.0.0.1:1/page", http.StatusFound)
		case "/loop":
			http.Redirect(w, r, "/loop", http.StatusFound)
		default:
			_, _ = w.Write([]byte("page"))
		}
	})
	response, err := get(client, "/inside")
	require.NoError(t, err)
	require.Equal(t, "page", string(response.Body))
	for _, path := range []string{"/outside", "/loop"} {
		_, err = get(client, path)
		require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), path)
	}
}

func TestBodyLimitCountsDecompressedBytes(t *testing.T) {
	t.Parallel()
	var bomb bytes.Buffer
	writer := gzip.NewWriter(&bomb)
	_, err := writer.Write(bytes.Repeat([]byte{'0'}, 10<<20))
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	require.Less(t, bomb.Len(), 64<<10)
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/bomb":
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = w.Write(bomb.Bytes())
		default:
			_, _ = w.Write(bytes.Repeat([]byte{'0'}, portal.DefaultMaxBody))
		}
	})
	_, err = get(client, "/bomb")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
	_, err = get(client, "/exactly")
	require.NoError(t, err)
}

func TestNameThatLeadsIntoOurNetworkIsRefused(t *testing.T) {
	t.Parallel()
	client := serve(t, nil, func(config *connectors.PortalConfig, _ *portal.Options) { config.URL = "http://169.254.169.254/" })
	_, err := get(client, "/")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "cloud metadata, even when written as an address")

	name, err := os.Hostname()
	require.NoError(t, err)
	if addresses, err := net.DefaultResolver.LookupHost(t.Context(), name); err != nil || len(addresses) == 0 {
		t.Skip("this machine's name does not resolve")
	}
	client = serve(t, nil, func(config *connectors.PortalConfig, _ *portal.Options) { config.URL = "http://" + name + ":1/" })
	_, err = get(client, "/")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "a name that resolves to a private address")
}

func TestRequestPathCannotLeaveThePortal(t *testing.T) {
	t.Parallel()
	client := serve(t, status(http.StatusOK))
	for _, path := range []string{"http://elsewhere.invalid/", "//elsewhere.invalid/", "/a?b=c"} {
		_, err := get(client, path)
		require.Equal(t, connectors.ClassInternal, connectors.ClassOf(err), path)
	}
}

func TestTextIsUTF8WhateverThePortalDeclares(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		contentType, body, want string
	}{
		"declares Latin, sends UTF-8": {"text/html; charset=ISO-8859-1", "విద్యుత్", "విద్యుత్"},
		"declares and sends Latin":    {"text/html; charset=ISO-8859-1", "caf\xe9", "café"},
		"byte order mark":             {"application/json", "\xef\xbb\xbf{}", "{}"},
		"meta element":                {"text/html", "<meta charset=windows-1252>\x93hi\x94", "<meta charset=windows-1252>“hi”"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := &portal.Response{Header: http.Header{"Content-Type": {test.contentType}}, Body: []byte(test.body)}
			text, err := response.Text()
			require.NoError(t, err)
			require.Equal(t, test.want, text)
		})
	}
}

func TestUnexpectedPageIsClassifiedByItsMarkers(t *testing.T) {
	t.Parallel()
	markers := portal.Markers{Maintenance: []string{"under maintenance"}, Failure: []string{"runtime error"}}
	page := func(text string) *portal.Response {
		return &portal.Response{Status: 200, Header: http.Header{"Content-Type": {"text/html"}}, Body: []byte(text)}
	}
	requireUnavailable(t, markers.Unexpected(page("<h1>Site Under Maintenance</h1>"), "bill"), connectors.ReasonMaintenance)
	requireUnavailable(t, markers.Unexpected(page("<h1>Runtime Error</h1>"), "bill"), connectors.ReasonServerError)
	var changed *connectors.ChangedError
	require.ErrorAs(t, markers.Unexpected(page(`<form id="login"><input name="user">Lakshmi 99</form>`), "bill"), &changed)
	require.Equal(t, "form#login input#user", changed.Evidence)
}

func TestOutlineTellsShapeAndNoValues(t *testing.T) {
	t.Parallel()
	response := &portal.Response{Body: []byte(`{"NAME":"Lakshmi","9876543210":{"AMT":[1]},"L":[]}`)}
	require.Equal(t, "{##########:{AMT:[float64]},L:[],NAME:string}", portal.Outline(response))
	long := &portal.Response{Body: []byte(strings.Repeat("<b>", 1000))}
	require.LessOrEqual(t, len(portal.Outline(long)), 500)
}

func TestObserverLearnsClassAndAttempts(t *testing.T) {
	t.Parallel()
	observer := &recorder{}
	client := serve(t, status(http.StatusBadGateway), func(_ *connectors.PortalConfig, options *portal.Options) {
		options.Observer = observer
	})
	_, err := get(client, "/")
	require.Error(t, err)
	calls, _ := observer.seen()
	require.Len(t, calls, 1)
	require.Equal(t, connectors.ClassUnavailable, calls[0].Class)
	require.Equal(t, "read", calls[0].Operation)
	require.Equal(t, 2, calls[0].Attempts)
	require.Positive(t, calls[0].Duration)
}
