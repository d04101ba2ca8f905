package store_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
)

func TestMigrationsHashIsStable(t *testing.T) {
	t.Parallel()
	require.Len(t, store.MigrationsHash(), 64)
	require.Equal(t, store.MigrationsHash(), store.MigrationsHash())
}
