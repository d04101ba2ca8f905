package endtoend_test

import (
	"bytes"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/jansetu/jansetu/cmd/jansetu/dev/provider"
	"github.com/jansetu/jansetu/deploy/local/process"
)

const uiOrigin = "http://127.0.0.1:8233"

func TestAnOfficerReadsAPayloadOnTheRecord(t *testing.T) {
	t.Parallel()
	s := startStack(t, withLogin)
	ctx := within(t)
	c := newCitizen(t, s.meta, phoneNumber(41), "Sita Devi")
	c.arrives(ctx, english)
	c.asksFor(ctx, english, "1121104001001")
	c.hears(ctx, english.found)
	input := s.inputOfTheWorkflow()
	require.NotContains(t, string(input), "1121104001001")

	status, answer := s.decode(s.browser("ravi"), input)
	require.Equal(t, http.StatusForbidden, status, answer)
	require.Zero(t, s.count(t, `select count(*) from audit_entry where action = 'payload.decoded'`))
	status, answer = s.decode(s.browser("asha"), input)
	require.Equal(t, http.StatusOK, status)
	plain := &common.Payloads{}
	require.NoError(t, protojson.Unmarshal([]byte(answer), plain))
	require.Contains(t, string(plain.GetPayloads()[0].GetData()), "1121104001001")
	require.Equal(t, 1, s.count(t, `select count(*) from audit_entry e join request r on r.person = e.person and r.reference = e.object
		where e.action = 'payload.decoded' and e.actor = 'asha'`))
}

// withLogin starts a login provider with an officer who may read payloads and one who may not.
func withLogin(s *stack) {
	s.ports["login"] = freePort(s.t)
	issuer := "http://" + process.Address(s.ports["login"])
	identity, err := provider.New(provider.Config{
		Issuer: issuer, ClientID: "jansetu", ClientSecret: "secret", RedirectURL: s.url(partGateway) + "/login/callback",
		Officers: []provider.Officer{
			{Subject: "asha", Groups: []string{"payload-readers"}}, {Subject: "ravi", Groups: []string{"operator"}},
			{Subject: "kamala", Groups: []string{"operator"}}, {Subject: "john", Groups: []string{"desk"}},
			{Subject: "meena", Groups: []string{"department:energy"}}, {Subject: "lata", Groups: []string{"auditor"}},
		},
	})
	require.NoError(s.t, err)
	s.serve("login", identity, io.NopCloser(strings.NewReader("")))
	s.extra = []string{"JANSETU_OIDC_ISSUER=" + issuer, "JANSETU_OIDC_CLIENT_SECRET=secret", "JANSETU_TEMPORAL_UI=" + uiOrigin}
}

// inputOfTheWorkflow is what Temporal keeps of the only request's input.
func (s *stack) inputOfTheWorkflow() []byte {
	s.t.Helper()
	temporal, err := client.Dial(client.Options{HostPort: process.Address(s.ports[partTemporal])})
	require.NoError(s.t, err)
	defer temporal.Close()
	request := s.text(`select reference from request`)
	events := temporal.GetWorkflowHistory(s.t.Context(), request, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	require.True(s.t, events.HasNext())
	started, err := events.Next()
	require.NoError(s.t, err)
	encoded, err := protojson.Marshal(started.GetWorkflowExecutionStartedEventAttributes().GetInput())
	require.NoError(s.t, err)
	return encoded
}

var chooseAction = regexp.MustCompile(`action="([^"]*)"`)

// browser is one in which an officer has logged in.
func (s *stack) browser(officer string) *http.Client {
	s.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(s.t, err)
	browser := &http.Client{Jar: jar, Timeout: time.Minute}
	_, page := s.ask(browser, http.MethodGet, s.url(partGateway)+"/login?return=/healthz", nil)
	action := chooseAction.FindStringSubmatch(page)
	require.NotNil(s.t, action, page)
	status, _ := s.ask(browser, http.MethodPost, s.url("login")+html.UnescapeString(action[1]), []byte(url.Values{"officer": {officer}}.Encode()))
	require.Equal(s.t, http.StatusOK, status)
	return browser
}

// twoAgree has one officer ask and another one approve, and answers the approval's number.
func (s *stack) twoAgree(action, object string) (id string) {
	s.t.Helper()
	wish := url.Values{"action": {action}, "object": {object}, "reason": {"letter 7/2026"}}
	status, page := s.form(s.browser("ravi"), "/ops/approvals", wish)
	require.Equal(s.t, http.StatusOK, status, page)
	id = s.text(`select id from approval where approved is null`)
	status, page = s.form(s.browser("kamala"), "/ops/approvals/"+id+"/approve", nil)
	require.Equal(s.t, http.StatusOK, status, page)
	return id
}

// form sends a form of the gateway's own pages.
func (s *stack) form(browser *http.Client, path string, values url.Values) (status int, page string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, s.url(partGateway)+path, strings.NewReader(values.Encode()))
	require.NoError(s.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	response, err := browser.Do(request)
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, string(content)
}

func (s *stack) decode(browser *http.Client, payloads []byte) (status int, answer string) {
	s.t.Helper()
	return s.ask(browser, http.MethodPost, s.url(partGateway)+"/codec/decode", payloads)
}

func (s *stack) ask(browser *http.Client, method, address string, body []byte) (status int, answer string) {
	s.t.Helper()
	request, err := http.NewRequestWithContext(s.t.Context(), method, address, bytes.NewReader(body))
	require.NoError(s.t, err)
	request.Header.Set("Origin", uiOrigin)
	if strings.Contains(address, "/authorize") {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	response, err := browser.Do(request)
	require.NoError(s.t, err)
	defer func() { require.NoError(s.t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(s.t, err)
	return response.StatusCode, string(content)
}
