package aspnet_test

import (
	"fmt"
	"testing"
	"unicode/utf16"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

func record(kind, id, content string) string {
	return fmt.Sprintf("%d|%s|%s|%s|", len(utf16.Encode([]rune(content))), kind, id, content)
}

func TestDeltaCountsUTF16Units(t *testing.T) {
	t.Parallel()
	text := "1|#||4|" + record("updatePanel", "up1", "<p>ଗ୍ରାମ | 😀</p>") + "\r\n" + record("hiddenField", "__VIEWSTATE", "/wEP") + "0|asyncPostBackControlIDs||||"
	records, err := aspnet.ParseDelta(text[:len(text)-1])
	require.NoError(t, err)
	require.Equal(t, []aspnet.Record{
		{Type: "#", ID: "", Content: "4"},
		{Type: aspnet.RecordPanel, ID: "up1", Content: "<p>ଗ୍ରାମ | 😀</p>"},
		{Type: aspnet.RecordHiddenField, ID: "__VIEWSTATE", Content: "/wEP"},
		{Type: "asyncPostBackControlIDs"},
	}, records)
}

func TestWhatIsNoDeltaIsRefused(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"", "<html></html>", "5|updatePanel|a|1234|", "-1|a|b||", "4|a|b|1234", "1|a|b|😀|", "99999999999|a|b||", "x|a|b|c|"} {
		_, err := aspnet.ParseDelta(text)
		require.Error(t, err, text)
	}
}

func FuzzParseDelta(f *testing.F) {
	f.Add(record("updatePanel", "a", "<b>ଓ</b>") + record("hiddenField", "__VIEWSTATE", "x"))
	f.Add("12|pageRedirect||/x/front.aspx|")
	f.Fuzz(func(t *testing.T, text string) {
		records, err := aspnet.ParseDelta(text)
		if err == nil {
			require.NotEmpty(t, records)
		}
	})
}
