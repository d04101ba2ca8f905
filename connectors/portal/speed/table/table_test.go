package main

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

const output = `goos: linux
pkg: example.org/connectors/bus
BenchmarkOverhead-2    	     300	    943905 ns/op	         0.1760 ms-overhead-p50
BenchmarkPage200KB-2   	     300	   6985545 ns/op	         1.900 ms-page-p10	         4.024 ms-page-p50
BenchmarkSession-2     	     300	         8.5 ns/op	      2677 KB-allocated/session	       601.5 KB-held/session
PASS
pkg: example.org/connectors/electricity
BenchmarkOverhead/regno-2    	     300	    63783 ns/op	         0.03500 ms-overhead-p50
BenchmarkPage200KB/regno-2   	     300	    63783 ns/op	         1.2 ms-page-p50
BenchmarkSession/regno-2     	     300	         8.5 ns/op	       601.5 KB-held/session
pkg: example.org/connectors/portal
BenchmarkThousandSessions-2  1  9 ns/op  12 goroutines-beside-callers  4 most-inside  3.5 neighbour-slowdown-%
ok  	example.org/connectors/portal	1.2s
`

func TestTableSaysWhatMissedItsGoal(t *testing.T) {
	t.Parallel()
	var printed strings.Builder
	missed := parse(output).print(&printed)
	require.Equal(t, 1, missed)
	lines := strings.Split(printed.String(), "\n")
	require.Regexp(t, `^ *bus +0\.176 +4\.024! +1\.9 +601\.5 +2677 +not met *$`, lines[2])
	require.Regexp(t, `^ *electricity regno +0\.035 +1\.2 +0 +601\.5 +0 +met *$`, lines[3])
	require.Contains(t, printed.String(), "4 inside at once at most, 12 goroutines beside the callers' own,\nanother portal's call 3.5 % slower (goal at most 10): met")
}

func TestWhatIsNoFigureIsLeftOut(t *testing.T) {
	t.Parallel()
	require.Empty(t, parse("BenchmarkX-2 1 x ns/op\nno line of a benchmark\n"))
	var printed strings.Builder
	require.Zero(t, parse("").print(&printed))
}
