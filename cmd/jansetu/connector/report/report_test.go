package report_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/connector/report"
)

const run = `{"Action":"start","Package":"example.org/m/connectors/electricity"}
not json
{"Action":"pass","Package":"example.org/m/connectors/electricity","Test":"TestConformance/regno/bill/breaker_opens_and_closes"}
{"Action":"pass","Package":"example.org/m/connectors/electricity","Test":"TestConformance/regno/bill/posting_once/hang"}
{"Action":"pass","Package":"example.org/m/connectors/electricity","Test":"TestConformance/regno/bill/posting_once"}
{"Action":"output","Package":"example.org/m/connectors/panchayat","Test":"TestConformance/bill/posting_once","Output":"    Error: posted twice\n--- FAIL: x\n"}
{"Action":"fail","Package":"example.org/m/connectors/panchayat","Test":"TestConformance/bill/posting_once"}
{"Action":"skip","Package":"example.org/m/connectors/panchayat","Test":"TestConformance/bill/breaker_opens_and_closes"}
{"Action":"fail","Package":"example.org/m/connectors/panchayat"}
{"Action":"output","Package":"example.org/m/connectors/bus","Output":"does not build\n"}
{"Action":"fail","Package":"example.org/m/connectors/bus"}
`

func TestTableShowsConnectorByBehaviour(t *testing.T) {
	t.Parallel()
	read, err := report.Read(strings.NewReader(run))
	require.NoError(t, err)
	require.True(t, read.Failed())
	var text strings.Builder
	require.NoError(t, read.Write(&text))
	require.Equal(t, `bill                      electricity/regno  panchayat
breaker opens and closes  ✓                  –
posting once              ✓                  ✗

bus did not run to its end:
does not build

    Error: posted twice
--- FAIL: x
`, text.String())
}

func TestRunWithoutConformanceTestsIsEmpty(t *testing.T) {
	t.Parallel()
	read, err := report.Read(strings.NewReader(`{"Action":"pass","Package":"example.org/m/connectors/x","Test":"TestOther"}`))
	require.NoError(t, err)
	require.True(t, read.Empty())
	require.False(t, read.Failed())
}
