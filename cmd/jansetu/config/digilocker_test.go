package config_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
)

func TestTypesOfDocumentsForDigiLocker(t *testing.T) {
	t.Parallel()
	types, err := config.DigiLocker{DocTypes: []string{"INCER=certificate=Income Certificate", "RECPT=receipt=Receipt"}}.Types()
	require.NoError(t, err)
	require.Equal(t, []config.DocType{{Code: "INCER", Kind: "certificate", Title: "Income Certificate"}, {Code: "RECPT", Kind: "receipt", Title: "Receipt"}}, types)
	for _, wrong := range [][]string{nil, {""}, {"INCER"}, {"INCOME=certificate=x"}, {"INCER==x"}} {
		_, err := config.DigiLocker{DocTypes: wrong}.Types()
		require.Error(t, err, "%q", wrong)
	}
}
