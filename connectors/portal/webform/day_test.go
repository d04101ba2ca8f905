package webform_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/webform"
)

func TestDaysAreWrittenAsThePageWantsThem(t *testing.T) {
	t.Parallel()
	for answer, written := range map[string]string{
		"2026-01-05":            "05/01/2026",
		"05/01/2026":            "05/01/2026",
		"2026-02-30":            "2026-02-30", // no day
		"2026-01":               "2026-01",
		"12-4-2026 Gandhi Road": "12-4-2026 Gandhi Road",
		"":                      "",
	} {
		require.Equal(t, written, webform.Day(answer, "02/01/2006"))
	}
}
