package identitynumber_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	electricity "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/gateway/identitynumber"
)

// endsInOtherWord is for the fuzzer: a text may end in a word that names another number.
func endsInOtherWord(text string) bool {
	_, found := identitynumber.Redact(text+" 999941057058", identitynumber.Context{})
	return len(found) == 0
}

// TestRateOfFalsePositives shows how many numbers that are not Aadhaar or card numbers are taken for one: over the numbers that
// the project ships for tests, and over invented ones of the lengths that portals use.
func TestRateOfFalsePositives(t *testing.T) {
	t.Parallel()
	const each = 20_000
	random := rand.New(rand.NewPCG(1, 2))
	digits := func(first string, count int) string {
		for len(first) < count {
			first += string(byte('0' + random.IntN(10)))
		}
		return first
	}
	length := func(n int) identitynumber.Context {
		return identitynumber.Context{Wanted: func(digits string) bool { return len(digits) == n }}
	}
	tests := []struct {
		name    string
		number  func(i int) string
		context identitynumber.Context
		most    float64 // percent
	}{
		{"13-digit service numbers, unasked", func(i int) string { return electricity.ServiceNumber(electricity.RegNo, i) }, identitynumber.Context{}, 0},
		{"13-digit service numbers of the second portal, unasked", func(i int) string { return electricity.ServiceNumber(electricity.RequestNo, i) },
			identitynumber.Context{}, 0},
		{"12-digit consumer numbers, asked for", func(i int) string { return electricity.ServiceNumber(electricity.WSS, i) }, length(12), 0},
		{"12-digit consumer numbers, unasked", func(i int) string { return electricity.ServiceNumber(electricity.WSS, i) }, identitynumber.Context{}, 10.5},
		{"12-digit consumer numbers, unasked but named", func(i int) string {
			return "consumer number " + electricity.ServiceNumber(electricity.WSS, i)
		}, identitynumber.Context{}, 0},
		{"mobile numbers", func(int) string { return digits("9", 10) }, identitynumber.Context{}, 0},
		{"mobile numbers, +91", func(int) string { return "+91" + digits("9", 10) }, identitynumber.Context{}, 0},
		{"mobile numbers, 91 in front", func(int) string { return digits("919", 12) }, identitynumber.Context{}, 10.5},
		{"mobile numbers, 91 in front, where a phone is asked for", func(int) string { return digits("919", 12) }, length(12), 0},
		{"references of ours", func(int) string { return fmt.Sprintf("JS-%s-%s", digits("", 4), digits("", 4)) }, identitynumber.Context{}, 0},
		{"12-digit bank references with their name", func(int) string { return "UTR " + digits("6", 12) }, identitynumber.Context{}, 0},
		{"16-digit numbers of any kind, asked for", func(int) string { return digits("", 16) }, length(16), 0},
		{"10-digit meter numbers", func(int) string { return digits("", 10) }, identitynumber.Context{}, 0},
		{"dates with times", func(i int) string { return fmt.Sprintf("%02d-11-2026 %02d:%02d", i%28+1, i%24, i%60) }, identitynumber.Context{}, 0},
	}
	var report strings.Builder
	for _, test := range tests {
		wrong := 0
		for i := range each {
			if _, found := identitynumber.Redact(test.number(i), test.context); len(found) > 0 {
				wrong++
			}
		}
		rate := 100 * float64(wrong) / each
		fmt.Fprintf(&report, "%6.2f %%  %s\n", rate, test.name)
		require.LessOrEqual(t, rate, test.most, test.name)
	}
	for _, shape := range electricity.Shapes() {
		consumers := electricity.Consumers(shape)
		wrong := 0
		for _, consumer := range consumers {
			if _, found := identitynumber.Redact(consumer.Number, identitynumber.Context{}); len(found) > 0 {
				wrong++
			}
		}
		fmt.Fprintf(&report, "%6.2f %%  documented consumers of %s (%d)\n", 100*float64(wrong)/float64(len(consumers)), shape, len(consumers))
		require.Zero(t, wrong, "documented consumers of %s", shape)
	}
	t.Logf("false positives:\n%s", report.String())
}
