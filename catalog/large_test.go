package catalog_test

import (
	"fmt"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
)

const manyServices = 2000

// large is the sound state with two thousand services of forty departments, each with a form of four questions, a clock and a fee.
func large() fstest.MapFS {
	made := files{}
	for department := range 40 {
		var list strings.Builder
		fmt.Fprintf(&list, "kind: application\ncategory: bills\ndepartment: Department %d\navailability: live\nsource: invented, 2026\n"+
			"portal: {name: power}\nservices:\n", department)
		for i := range manyServices / 40 {
			writeService(&list, department*100+i)
		}
		made[fmt.Sprintf("states/x/services/d%d.yaml", department)] = list.String()
	}
	return tree(made)
}

func writeService(list *strings.Builder, number int) {
	fmt.Fprintf(list, "  - id: service-%d\n    title: {en: Service %d, te: సేవ %d}\n    about: {en: For everyone who needs it, te: అవసరమైన అందరికీ}\n", number, number, number)
	fmt.Fprintf(list, "    asked_as: [service %d, certificate %d, seva %d, praman patra %d, సేవ %d, పత్రం %d]\n", number, number, number, number, number, number)
	list.WriteString("    delivers: certificate\n    fee: {amount: \"45.00\", source: \"order, 2022\"}\n")
	list.WriteString("    clock: {limit: 15 working days, starts: submitted, stops: [query], source: \"Act, 2012\", officers: {designated: {title: {en: Tahsildar, te: తహసీల్దార్}}}}\n")
	list.WriteString("    form:\n")
	for _, field := range []string{"name", "father", "village", "income"} {
		fmt.Fprintf(list, "      - id: %s\n        type: text\n        portal_field: txt_%s\n        label: {en: %s, te: వివరం}\n", field, field, field)
		fmt.Fprintf(list, "        prompt: {en: \"What is your %s?\", te: \"మీ వివరం ఏమిటి?\"}\n        help: {en: It is on your card., te: అది మీ కార్డు మీద ఉంటుంది.}\n", field)
	}
}

// tables is the same as large, as such services are meant to be written: in tables, with shared forms and officers.
func tables() fstest.MapFS {
	made := files{"states/x/common/applicant.yaml": applicant, "states/x/common/revenue.yaml": revenue}
	for department := range 20 {
		var rows strings.Builder
		rows.WriteString("id,title.en,title.te,asked_as,portal.service,fee.amount,fee.source,clock.limit,form\n")
		for i := range manyServices / 20 {
			number := department*100 + i
			fmt.Fprintf(&rows, "service-%d,Service %d,సేవ %d,service %d; certificate %d; seva %d; praman patra %d; సేవ %d; పత్రం %d,%d,45,\"order, 2022\",15 working days,common/applicant\n",
				number, number, number, number, number, number, number, number, number, number)
		}
		made[fmt.Sprintf("states/x/services/d%d.yaml", department)] = strings.Replace(tableHead, "certificates.csv", fmt.Sprintf("d%d.csv", department), 1)
		made[fmt.Sprintf("states/x/services/d%d.csv", department)] = rows.String()
	}
	return tree(made)
}

func BenchmarkLoadTwoThousandServices(b *testing.B) {
	for name, files := range map[string]fstest.MapFS{"written out": large(), "tables": tables()} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				loadTree(b, files)
			}
			b.ReportMetric(heldMegabytes(b, func() any { return loadTree(b, files) }), "MB-held")
		})
	}
}

func BenchmarkLintTwoThousandServices(b *testing.B) {
	files := tables()
	for b.Loop() {
		catalog.Lint(files, "x", nil)
	}
}

// heldMegabytes is what the made value keeps in memory.
func heldMegabytes(tb testing.TB, made func() any) float64 {
	tb.Helper()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	kept := made()
	runtime.GC()
	runtime.ReadMemStats(&after)
	runtime.KeepAlive(kept)
	return float64(int64(after.HeapAlloc)-int64(before.HeapAlloc)) / 1e6
}

// What is held of two thousand services stays within the 50 MB that a hub may spend on them, written out or in tables.
//
//nolint:paralleltest // it measures memory, which other tests would take at the same time
func TestTwoThousandServicesAreHeldInLittleMemory(t *testing.T) {
	for name, files := range map[string]fstest.MapFS{"written out": large(), "tables": tables()} {
		held := heldMegabytes(t, func() any { return loadTree(t, files) })
		require.Less(t, held, 50.0, name)
	}
}

// longestLoad is what a start may spend on two thousand services.
const longestLoad = 300 * time.Millisecond

// raceDetector is set in tests with the race detector, which makes everything several times as long.
var raceDetector bool

// processorTime is what this process has used of all processors. Unlike a clock it does not run while other processes work.
func processorTime(t *testing.T) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// Two thousand services, written in tables as they are meant to be, load within the time that a start may take, even on one processor.
// The quickest of several loads counts, as the first one also makes what is made once.
//
//nolint:paralleltest // it measures time, which other tests would take
func TestTwoThousandServicesLoadQuickly(t *testing.T) {
	if raceDetector {
		t.Skip("with the race detector nothing is quick")
	}
	files, quickest := tables(), time.Hour
	for try := 0; try < 10 && quickest > longestLoad; try++ {
		began := processorTime(t)
		loadTree(t, files)
		quickest = min(quickest, processorTime(t)-began)
	}
	t.Logf("%v of processor time", quickest)
	require.LessOrEqual(t, quickest, longestLoad)
}

// Five states of four hundred services are checked within seconds.
//
//nolint:paralleltest // it measures time, which other tests would take
func TestTwoThousandServicesAreCheckedInSeconds(t *testing.T) {
	if raceDetector {
		t.Skip("with the race detector nothing is quick")
	}
	files, began := tables(), processorTime(t)
	catalog.Lint(files, "x", nil)
	took := processorTime(t) - began
	t.Logf("%v of processor time", took)
	require.LessOrEqual(t, took, 2*time.Second)
}

func loadTree(tb testing.TB, files fstest.MapFS) *catalog.Catalog {
	tb.Helper()
	loaded, err := catalog.Load(files, "x")
	require.NoError(tb, err)
	require.Len(tb, loaded.Services(), manyServices)
	return loaded
}
