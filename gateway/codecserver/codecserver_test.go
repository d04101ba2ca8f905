package codecserver_test

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	"go.temporal.io/sdk/converter"
	"google.golang.org/protobuf/encoding/protojson"

	"github.com/jansetu/jansetu/gateway/codecserver"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/worker/codec"
)

const (
	ui    = "http://127.0.0.1:8233"
	group = "payload-readers"
)

// desk is a codec server with one citizen's key and whoever sits before it.
type desk struct {
	server  http.Handler
	officer *login.Officer
	key     *vault.Key
	keyErr  error
	audited []codecserver.Reading
	full    error // of the audit log
	sealing *codec.Codec
	person  string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	kek, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	v, err := vault.New(vault.Config{Tenant: "test", KEK: kek, LookupKey: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	d := &desk{officer: &login.Officer{Subject: "asha", Groups: []string{group}}, person: uuid.NewString()}
	_, keys, err := v.Create(t.Context(), d.person)
	require.NoError(t, err)
	d.key = keys[0]
	d.sealing = codec.New(d, d.person)
	server, err := codecserver.New(codecserver.Config{
		Codec: d.sealing, Officers: d, Group: group, UIOrigin: ui, Log: slog.New(slog.DiscardHandler),
		Audit: func(_ context.Context, readings []codecserver.Reading) error {
			d.audited = append(d.audited, readings...)
			return d.full
		},
	})
	require.NoError(t, err)
	d.server = server.Handler()
	return d
}

func (d *desk) PersonOfWorkflow(context.Context, string) (string, error) { return d.person, nil }
func (d *desk) KeyAtHand(string) (*vault.Key, bool)                      { return d.key, d.keyErr == nil }
func (d *desk) Key(context.Context, string) (*vault.Key, error)          { return d.key, d.keyErr }

func (d *desk) Officer(http.ResponseWriter, *http.Request) (login.Officer, bool) {
	if d.officer == nil {
		return login.Officer{}, false
	}
	return *d.officer, true
}

// body is what the UI sends of a workflow's payloads.
func (d *desk) body(t *testing.T, values ...any) string {
	t.Helper()
	bound := converter.WithDataConverterSerializationContext(d.sealing.DataConverter(), converter.WorkflowSerializationContext{WorkflowID: "JS-1"})
	payloads, err := bound.ToPayloads(values...)
	require.NoError(t, err)
	encoded, err := protojson.Marshal(payloads)
	require.NoError(t, err)
	return string(encoded)
}

func (d *desk) ask(t *testing.T, method, origin, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, "/decode", strings.NewReader(body))
	request.Header.Set("Origin", origin)
	recorder := httptest.NewRecorder()
	d.server.ServeHTTP(recorder, request)
	return recorder
}

func texts(t *testing.T, answer *httptest.ResponseRecorder) (texts []string) {
	t.Helper()
	payloads := &commonpb.Payloads{}
	require.NoError(t, protojson.Unmarshal(answer.Body.Bytes(), payloads))
	for _, payload := range payloads.GetPayloads() {
		texts = append(texts, string(payload.GetData()))
	}
	return texts
}

func TestAnOfficerWhoMayReadsAndItIsRecorded(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer := d.ask(t, http.MethodPost, ui, d.body(t, "Zebunnisa", "Oberoi"))
	require.Equal(t, http.StatusOK, answer.Code)
	require.Equal(t, []string{`"Zebunnisa"`, `"Oberoi"`}, texts(t, answer))
	require.Equal(t, ui, answer.Header().Get("Access-Control-Allow-Origin"))
	require.Equal(t, "true", answer.Header().Get("Access-Control-Allow-Credentials"))
	require.Equal(t, []codecserver.Reading{{Officer: "asha", Person: d.person, Workflow: "JS-1", Payloads: 2}}, d.audited)
}

func TestWhoMayNotReadsNothing(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name   string
		change func(*desk)
		origin string
		want   int
	}{
		{"nobody", func(d *desk) { d.officer = nil }, ui, http.StatusUnauthorized},
		{"an officer of another group", func(d *desk) { d.officer.Groups = []string{"desk"} }, ui, http.StatusForbidden},
		{"another site", func(*desk) {}, "https://evil.example", http.StatusForbidden},
		{"a page without origin", func(*desk) {}, "", http.StatusForbidden},
		{"while the audit log is away", func(d *desk) { d.full = errors.New("away") }, ui, http.StatusServiceUnavailable},
		{"while the keys are away", func(d *desk) { d.keyErr = errors.New("away") }, ui, http.StatusServiceUnavailable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			body := d.body(t, "Zebunnisa")
			test.change(d)
			answer := d.ask(t, http.MethodPost, test.origin, body)
			require.Equal(t, test.want, answer.Code)
			require.NotContains(t, answer.Body.String(), "Zebunnisa")
			if test.origin != ui {
				require.Empty(t, answer.Header().Get("Access-Control-Allow-Origin"))
			}
		})
	}
}

func TestTheUIMayAskWhetherItMayAsk(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	answer := d.ask(t, http.MethodOptions, ui, "")
	require.Equal(t, http.StatusNoContent, answer.Code)
	require.Equal(t, ui, answer.Header().Get("Access-Control-Allow-Origin"))
	require.Equal(t, http.StatusForbidden, d.ask(t, http.MethodOptions, "https://evil.example", "").Code)
}

func TestWhatCannotBeReadIsSaidInItsPlace(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	body := d.body(t, "Zebunnisa")
	d.keyErr = vault.ErrErased
	require.Equal(t, []string{`"The person was erased."`}, texts(t, d.ask(t, http.MethodPost, ui, body)))
	d.keyErr = nil
	plain := `{"payloads":[{"metadata":{"encoding":"anNvbi9wbGFpbg=="},"data":"Inh4Ig=="}]}`
	d.audited = nil
	require.Equal(t, []string{`"xx"`}, texts(t, d.ask(t, http.MethodPost, ui, plain)), "what was never encrypted stays")
	require.Empty(t, d.audited)
	for _, damaged := range []string{"AAAA", "AgRK"} { // of no form, and cut off within the workflow's id
		body := `{"payloads":[{"metadata":{"encoding":"YmluYXJ5L2VuY3J5cHRlZA=="},"data":"` + damaged + `"}]}`
		require.Equal(t, []string{`"Cannot be read: damaged, or not ours."`}, texts(t, d.ask(t, http.MethodPost, ui, body)))
	}
	require.Empty(t, d.audited)
}

func TestNoEncodingAndNoNonsense(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.Equal(t, http.StatusBadRequest, d.ask(t, http.MethodPost, ui, "nonsense").Code)
	require.Equal(t, http.StatusBadRequest, d.ask(t, http.MethodPost, ui, `{"payloads":[`+strings.Repeat(`{},`, 1000)+`{}]}`).Code)
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/encode", http.NoBody)
	recorder := httptest.NewRecorder()
	d.server.ServeHTTP(recorder, request)
	require.Equal(t, http.StatusNotFound, recorder.Code)
}
