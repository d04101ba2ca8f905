package whatsapp_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp"
)

// answering is a Graph API that answers each path with a status and a body, and keeps what it was asked.
func answering(t *testing.T, answers map[string]string) (*whatsapp.Client, *[]string) {
	t.Helper()
	var asked []string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked = append(asked, r.Method+" "+r.URL.Path+" "+string(body))
		answer, known := answers[r.Method+" "+r.URL.Path+r.URL.Query().Get("after")]
		if !known {
			w.WriteHeader(http.StatusBadRequest)
			answer = `{"error":{"code":100}}`
		}
		_, _ = io.WriteString(w, strings.ReplaceAll(answer, "SERVER", "http://"+r.Host))
	}))
	t.Cleanup(server.Close)
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: server.URL, Version: "v23.0", AccessToken: "token", ProofSecret: "s"})
	require.NoError(t, err)
	return client, &asked
}

func TestFlowsAreListedOverAllPages(t *testing.T) {
	t.Parallel()
	client, _ := answering(t, map[string]string{
		"GET /v23.0/1/flows":   `{"data":[{"id":7,"name":"a","status":"PUBLISHED","endpoint_uri":"https://hub/flows"}],"paging":{"next":"x","cursors":{"after":"p2"}}}`,
		"GET /v23.0/1/flowsp2": `{"data":[{"id":"8","name":"b","status":"DRAFT"}]}`,
	})
	flows, err := client.Flows(t.Context(), "1")
	require.NoError(t, err)
	require.Equal(t, []whatsapp.Flow{{ID: "7", Name: "a", Status: whatsapp.FlowPublished, Endpoint: "https://hub/flows"}, {ID: "8", Name: "b", Status: whatsapp.FlowDraft}}, flows)
	_, err = client.Flows(t.Context(), "2")
	require.ErrorContains(t, err, "list flows")
}

func TestTheKeyOfFlows(t *testing.T) {
	t.Parallel()
	client, asked := answering(t, map[string]string{
		"GET /v23.0/1/whatsapp_business_encryption":  `{"data":[{"business_public_key":"PEM","business_public_key_signature_status":"VALID"}]}`,
		"GET /v23.0/2/whatsapp_business_encryption":  `{"business_public_key":"PEM","business_public_key_signature_status":"MISMATCH"}`,
		"POST /v23.0/1/whatsapp_business_encryption": `{"success":true}`,
		"POST /v23.0/2/whatsapp_business_encryption": `{"success":false}`,
	})
	key, valid, err := client.FlowKey(t.Context(), "1")
	require.NoError(t, err)
	require.Equal(t, "PEM", key)
	require.True(t, valid)
	_, valid, err = client.FlowKey(t.Context(), "2")
	require.NoError(t, err)
	require.False(t, valid)
	key, _, err = client.FlowKey(t.Context(), "3")
	require.NoError(t, err, "none was given")
	require.Empty(t, key)
	require.NoError(t, client.SetFlowKey(t.Context(), "1", []byte("A+B")))
	require.Contains(t, *asked, "POST /v23.0/1/whatsapp_business_encryption business_public_key=A%2BB")
	require.Error(t, client.SetFlowKey(t.Context(), "2", []byte("A")))
}

func TestAFlowIsMadeFilledAndPublished(t *testing.T) {
	t.Parallel()
	client, asked := answering(t, map[string]string{
		"POST /v23.0/1/flows": `{"id":"7","success":true}`, "POST /v23.0/7": `{"success":true}`, "POST /v23.0/7/publish": `{"success":true}`,
		"POST /v23.0/7/deprecate": `{"success":true}`,
		"POST /v23.0/7/assets":    `{"success":true,"validation_errors":[{"error":"INVALID_PROPERTY","message":"what","line_start":3}]}`,
	})
	id, err := client.CreateFlow(t.Context(), "1", "income", "https://hub/flows")
	require.NoError(t, err)
	require.Equal(t, "7", id)
	require.JSONEq(t, `{"name":"income","categories":["OTHER"],"endpoint_uri":"https://hub/flows"}`, strings.TrimPrefix((*asked)[0], "POST /v23.0/1/flows "))
	faults, err := client.UploadFlow(t.Context(), id, []byte(`{"version":"7.3"}`))
	require.NoError(t, err)
	require.Equal(t, []whatsapp.FlowFault{{Error: "INVALID_PROPERTY", Message: "what", Line: 3}}, faults)
	require.Contains(t, (*asked)[1], "FLOW_JSON")
	require.Contains(t, (*asked)[1], `{"version":"7.3"}`)
	require.NoError(t, client.SetFlowEndpoint(t.Context(), id, "https://hub/flows"))
	require.NoError(t, client.PublishFlow(t.Context(), id))
	require.NoError(t, client.DeprecateFlow(t.Context(), id))
	require.Error(t, client.PublishFlow(t.Context(), "8"))
}

func TestAFileOfAFormIsFetchedFromTrustedHostsOnly(t *testing.T) {
	t.Parallel()
	var authorized string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		authorized += r.Header.Get("Authorization")
		if r.URL.Path != "/file" {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		_, _ = io.WriteString(w, "encrypted")
	}))
	t.Cleanup(server.Close)
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: server.URL, Version: "v23.0", AccessToken: "token"})
	require.NoError(t, err)
	content, err := client.FlowFile(t.Context(), server.URL+"/file", 9)
	require.NoError(t, err)
	require.Equal(t, "encrypted", string(content))
	require.Empty(t, authorized, "without our token")
	_, err = client.FlowFile(t.Context(), server.URL+"/file", 8)
	require.ErrorIs(t, err, whatsapp.ErrMediaTooLarge)
	_, err = client.FlowFile(t.Context(), server.URL+"/gone", 9)
	require.ErrorIs(t, err, whatsapp.ErrMediaGone)
	for _, address := range []string{"https://evil.example/file", "http://mmg.whatsapp.net/v", "https://mmg.whatsapp.net.evil.example/v", "file:///etc/passwd", "https://169.254.169.254/", ":"} {
		_, err = client.FlowFile(t.Context(), address, 9)
		require.ErrorIs(t, err, whatsapp.ErrMediaAddress, address)
	}
}
