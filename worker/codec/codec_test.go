package codec_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/worker/codec"
)

const hub = "00000000-0000-0000-0000-000000000000"

// ring is a few persons' keys in memory; workflow "JS-1" runs for the person of that name.
type ring struct {
	persons map[string]string // by workflow
	keys    map[string]*vault.Key
	down    error
}

func newRing(t testing.TB, workflows ...string) *ring {
	t.Helper()
	kek, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	v, err := vault.New(vault.Config{Tenant: "test", KEK: kek, LookupKey: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	r := &ring{persons: map[string]string{}, keys: map[string]*vault.Key{}}
	for _, name := range append(workflows, "") {
		person := uuid.NewString()
		if name == "" {
			person = hub
		}
		_, keys, err := v.Create(t.Context(), person)
		require.NoError(t, err)
		r.persons[name], r.keys[person] = person, keys[0]
	}
	return r
}

func (r *ring) PersonOfWorkflow(_ context.Context, id string) (string, error) {
	if person, known := r.persons[id]; known {
		return person, r.down
	}
	return hub, r.down
}

func (r *ring) KeyAtHand(person string) (*vault.Key, bool) {
	key, known := r.keys[person]
	return key, known && r.down == nil
}

func (r *ring) Key(context.Context, string) (*vault.Key, error) {
	if r.down != nil {
		return nil, r.down
	}
	return nil, vault.ErrErased
}

func (r *ring) erase(workflow string) { delete(r.keys, r.persons[workflow]) }

func of(dc converter.DataConverter, workflowID string) converter.DataConverter {
	return converter.WithDataConverterSerializationContext(dc, converter.WorkflowSerializationContext{WorkflowID: workflowID})
}

func TestAPayloadIsUnderTheKeyOfTheWorkflowsPerson(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1", "JS-2")
	dc := codec.New(keys, hub).DataConverter()
	for name, bound := range map[string]converter.DataConverter{
		"JS-1": of(dc, "JS-1"),
		"JS-2": converter.WithDataConverterSerializationContext(dc, converter.ActivitySerializationContext{WorkflowID: "JS-2", ActivityType: "Tell"}),
		"":     dc,
	} {
		payloads, err := bound.ToPayloads(map[string]string{"name": "Zebunnisa"})
		require.NoError(t, err)
		payload := payloads.GetPayloads()[0]
		require.True(t, codec.Encrypted(payload))
		person, workflowID, err := codec.Whose(payload)
		require.NoError(t, err)
		require.Equal(t, keys.persons[name], person)
		require.Equal(t, name, workflowID)
		require.NotContains(t, payload.String(), "Zebunnisa")
		var read map[string]string
		require.NoError(t, dc.FromPayloads(payloads, &read), "whoever reads it")
		require.Equal(t, "Zebunnisa", read["name"])
	}
}

func TestAnErasedPersonsPayloadsAreUnreadable(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1", "JS-2")
	dc := codec.New(keys, hub).DataConverter()
	first, err := of(dc, "JS-1").ToPayloads("mine")
	require.NoError(t, err)
	second, err := of(dc, "JS-2").ToPayloads("another's")
	require.NoError(t, err)
	keys.erase("JS-1")
	var read string
	require.ErrorIs(t, dc.FromPayloads(first, &read), vault.ErrErased)
	require.NoError(t, dc.FromPayloads(second, &read))
}

func TestPlainPayloadsOfEarlierReadAsTheyAre(t *testing.T) {
	t.Parallel()
	payloads, err := converter.GetDefaultDataConverter().ToPayloads("plain")
	require.NoError(t, err)
	var read string
	require.NoError(t, codec.New(newRing(t), hub).DataConverter().FromPayloads(payloads, &read))
	require.Equal(t, "plain", read)
}

func TestFailuresTellNothing(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1")
	plain := codec.New(keys, hub).FailureConverter()
	fc := converter.WithFailureConverterSerializationContext(plain, converter.ActivitySerializationContext{WorkflowID: "JS-1"})
	cause := errors.New("Zebunnisa's number")
	failure := fc.ErrorToFailure(temporal.NewApplicationErrorWithOptions("for Zebunnisa", "refused", temporal.ApplicationErrorOptions{
		NonRetryable: true, Cause: cause, Details: []any{"of Zebunnisa"},
	}))
	require.NotContains(t, failure.String(), "Zebunnisa")
	var read *temporal.ApplicationError
	require.ErrorAs(t, plain.FailureToError(failure), &read)
	require.Equal(t, "for Zebunnisa", read.Message())
	require.True(t, read.NonRetryable())
	var detail string
	require.NoError(t, read.Details(&detail))
	require.Equal(t, "of Zebunnisa", detail)
}

func TestAFailureThatCannotBeEncryptedHasNoWords(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1")
	keys.down = errors.New("no database")
	failure := codec.New(keys, hub).FailureConverter().ErrorToFailure(temporal.NewNonRetryableApplicationError("for Zebunnisa", "refused", nil, "of Zebunnisa"))
	require.NotContains(t, failure.String(), "Zebunnisa")
	require.True(t, failure.GetApplicationFailureInfo().GetNonRetryable())
	require.Equal(t, "refused", failure.GetApplicationFailureInfo().GetType())
}

func TestWithoutItsKeysAWorkflowsTaskIsTriedAgainAndACallerHearsOfIt(t *testing.T) {
	t.Parallel()
	keys := newRing(t, "JS-1")
	dc := of(codec.New(keys, hub).DataConverter(), "JS-1")
	keys.down = errors.New("no database")
	_, err := dc.ToPayloads("x")
	require.ErrorIs(t, err, keys.down)
	inside, aware := dc.(workflow.ContextAware)
	require.True(t, aware)
	require.Panics(t, func() { _, _ = inside.WithWorkflowContext(nil).ToPayloads("x") })
}
