package portal_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal"
)

func TestMarkersAreFoundWhereverTheyStandInAnyCase(t *testing.T) {
	t.Parallel()
	filling := strings.Repeat("ଶାରଦ under the main tenance <td>", 40)
	for _, marker := range []string{"under maintenance", "Runtime Error", "</html", "रखरखाव", "x!", "#"} {
		others := []string{"service unavailable", "java.lang.", marker, "<body"}
		for at := range 40 {
			text := filling[:0] + strings.Repeat("u", at) + filling
			require.False(t, portal.ContainsFold(text, others...), "%q before it is there", marker)
			require.True(t, portal.ContainsFold(strings.Repeat("u", at)+strings.ToUpper(marker)+filling, others...), marker)
			require.True(t, portal.ContainsFold(text+marker, others...), marker)
		}
	}
	require.False(t, portal.ContainsFold("text"))
	require.False(t, portal.ContainsFold("", "text"))
	require.True(t, portal.ContainsFold("text", ""))
}

func FuzzContainsFold(f *testing.F) {
	f.Add("Site UNDER Maintenance", "under", "[ab]", "x")
	f.Add("a{b@c`d", "B`C", "{", "[B")
	f.Fuzz(func(t *testing.T, text, first, second, third string) {
		expected := false
		for _, marker := range []string{first, second, third} {
			expected = expected || strings.Contains(asciiLower(text), asciiLower(marker))
		}
		for _, each := range []string{text, first, second, third} {
			if strings.ContainsFunc(each, func(char rune) bool { return char >= 0x80 }) {
				return // letters beyond ASCII are compared as Unicode lowers them
			}
		}
		require.Equal(t, expected, portal.ContainsFold(text, first, second, third))
	})
}

func asciiLower(text string) string {
	return strings.Map(func(char rune) rune {
		if char >= 'A' && char <= 'Z' {
			return char + 'a' - 'A'
		}
		return char
	}, text)
}

func BenchmarkContainsFold200KB(b *testing.B) {
	text := strings.Repeat("<tr><td>Serial 12</td><td>ଶାରଦ</td></tr>\n", 4500)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		portal.ContainsFold(text, "under maintenance", "scheduled maintenance", "server error in", "runtime error", "service unavailable")
	}
}
