package webform_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

const record = `<html><body><table><tr><th>Owner :</th><td> K  LAKSHMI </td></tr></table>
<table><tr><th>Area</th><th>Plot No.</th><th>Kind</th></tr><tr><td>1.20</td><td>44</td><td>wet</td></tr>
<tr><td>1.20</td><td>44</td><td>wet</td></tr><tr><td>0.50</td><td>45</td><td>dry</td></tr><tr><td colspan="3">Total 1.70</td></tr></table></body></html>`

func TestValuesAreReadBesideTheirLabels(t *testing.T) {
	t.Parallel()
	owner, found := page(t, record).Beside("owner")
	require.True(t, found)
	require.Equal(t, "K LAKSHMI", owner)
	_, found = page(t, record).Beside("Tenant")
	require.False(t, found)
}

func TestRowsAreReadByHeadingAndRepeatedOnesOnce(t *testing.T) {
	t.Parallel()
	rows, err := page(t, record).Rows("Plot no", "Area")
	require.NoError(t, err)
	require.Equal(t, []map[string]string{{"Plot no": "44", "Area": "1.20"}, {"Plot no": "45", "Area": "0.50"}}, rows)
	_, err = page(t, record).Rows("Plot no", "Khata")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}
