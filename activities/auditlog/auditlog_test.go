package auditlog_test

import (
	"bytes"
	"crypto/ed25519"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/jansetu/jansetu/activities/auditlog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestTheEndOfTheLogIsSignedKeptAndLogged(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	require.NoError(t, audit.Append(t.Context(), s.Pool(), audit.Entry{Actor: "asha", Action: audit.AuditRead}))
	var logged bytes.Buffer
	suite := testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.NewTextHandler(&logged, nil))))
	environment := suite.NewTestActivityEnvironment()
	activities := auditlog.New(s, time.Now)
	environment.RegisterActivity(activities)
	for range 2 {
		_, err := environment.ExecuteActivity(activities.SignAudit)
		require.NoError(t, err)
	}
	end, err := audit.Latest(t.Context(), s.Pool())
	require.NoError(t, err)
	require.Contains(t, logged.String(), "checkpoint="+end.String())
	key, err := storetest.Vault(t).SigningKey(store.AuditSigner)
	require.NoError(t, err)
	public, ok := key.Public().(ed25519.PublicKey)
	require.True(t, ok)
	signed, err := audit.ReadSigned(t.Context(), s.Pool(), public)
	require.NoError(t, err)
	require.Empty(t, signed.Faults)
	require.Equal(t, []audit.Checkpoint{end, end}, signed.Known)
}
