package connectors_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func TestPaiseAreWrittenWithIndianGrouping(t *testing.T) {
	t.Parallel()
	for amount, want := range map[connectors.Paise]string{
		0: "₹0.00", 5: "₹0.05", 99_900: "₹999.00", 123_450: "₹1,234.50", 12_345_678: "₹1,23,456.78",
		1_234_567_890: "₹1,23,45,678.90", -123_450: "-₹1,234.50",
		math.MaxInt64: "₹92,23,37,20,36,85,47,758.07",
		math.MinInt64: "-₹92,23,37,20,36,85,47,758.08",
	} {
		require.Equal(t, want, amount.String())
	}
}

func TestParsePaiseIsExact(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]connectors.Paise{
		"1234.5": 123_450, "1240.00": 124_000, "0": 0, "0.07": 7, "1,23,456.78": 12_345_678, "123,456.78": 12_345_678,
		" ₹ 5 ": 500, "-0.75": -75, "10.500": 1_050, "92233720368547758.07": math.MaxInt64,
	} {
		got, err := connectors.ParsePaise(text)
		require.NoError(t, err, text)
		require.Equal(t, want, got, text)
	}
}

func TestParsePaiseRefusesWhatIsNotExactlyAnAmount(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"", ".", "1.", ".5", "1.005", "1e3", "0x10", "+5", "--5", "1 000", "1,,000", ",1", "1,", "₹", "१२", "NaN",
		"92233720368547758.08", "99999999999999999999", "12.3.4", "1.-5", "null",
	} {
		_, err := connectors.ParsePaise(text)
		require.ErrorIs(t, err, connectors.ErrNotAnAmount, text)
	}
}

func FuzzParsePaise(f *testing.F) {
	for _, seed := range []string{"1234.5", "₹1,23,456.78", "-0.01", "1.005", "", "92233720368547758.07"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		amount, err := connectors.ParsePaise(text)
		if err != nil {
			require.ErrorIs(t, err, connectors.ErrNotAnAmount)
			return
		}
		again, err := connectors.ParsePaise(amount.Decimal())
		require.NoError(t, err)
		require.Equal(t, amount, again)
		again, err = connectors.ParsePaise(amount.String())
		require.NoError(t, err)
		require.Equal(t, amount, again)
	})
}
