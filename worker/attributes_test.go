package worker_test

import (
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/temporaltest"
)

func quietLogger() log.Logger { return log.NewStructuredLogger(slog.New(slog.DiscardHandler)) }

// newWaitingWorker is one that has nothing to do.
func newWaitingWorker(t *testing.T, temporal client.Client, change ...func(*worker.Config)) *worker.Worker {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	config := worker.Config{
		Client: temporal, Namespace: "default", Store: store.New(nil, nil), Catalog: services, Money: money.Config{BillKey: billKey()},
		Log: slog.New(slog.DiscardHandler), StopTimeout: time.Second,
	}
	for _, each := range change {
		each(&config)
	}
	made, err := worker.New(config)
	require.NoError(t, err)
	return made
}

func TestSearchAttributesThatAreMissing(t *testing.T) {
	t.Parallel()
	namespace := temporaltest.Namespace(t, nil)
	temporal, err := client.Dial(client.Options{HostPort: temporaltest.Address(t), Namespace: namespace, Logger: quietLogger()})
	require.NoError(t, err)
	defer temporal.Close()

	refusing := newWaitingWorker(t, temporal, func(c *worker.Config) { c.Namespace = namespace })
	err = refusing.Run(t.Context())
	require.ErrorIs(t, err, worker.ErrAttributesMissing)
	require.ErrorContains(t, err, "temporal operator search-attribute create --namespace "+namespace+" --name JansetuDepartment --type Keyword")

	adding := newWaitingWorker(t, temporal, func(c *worker.Config) { c.Namespace, c.RegisterAttributes = namespace, true })
	runUntilStarted(t, adding)()
}

func TestASearchAttributeOfAnotherType(t *testing.T) {
	t.Parallel()
	wanted := worker.SearchAttributes()
	wanted["JansetuDue"] = "Keyword"
	namespace := temporaltest.Namespace(t, wanted)
	temporal, err := client.Dial(client.Options{HostPort: temporaltest.Address(t), Namespace: namespace, Logger: quietLogger()})
	require.NoError(t, err)
	defer temporal.Close()
	for _, register := range []bool{false, true} {
		refusing := newWaitingWorker(t, temporal, func(c *worker.Config) { c.Namespace, c.RegisterAttributes = namespace, register })
		err = refusing.Run(t.Context())
		require.ErrorIs(t, err, worker.ErrAttributeTypes)
		require.ErrorContains(t, err, "JansetuDue is a Keyword and must be a Datetime")
		require.ErrorContains(t, err, "temporal operator search-attribute remove --namespace "+namespace+" --name JansetuDue --yes && temporal operator "+
			"search-attribute create --namespace "+namespace+" --name JansetuDue --type Datetime")
		require.NotContains(t, err.Error(), "JansetuStage")
	}
}
