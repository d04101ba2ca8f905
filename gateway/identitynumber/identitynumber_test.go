package identitynumber_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/identitynumber"
)

// The Aadhaar numbers are those that UIDAI publishes for tests of its authentication API; the card numbers those of payment
// networks' documentation. They belong to nobody.
func TestNumbersAreMaskedButForTheLastFour(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, masked string }{
		{"plain", "999941057058", "XXXX XXXX 7058"},
		{"as printed on the letter", "my number is 9999 4105 7058, sir", "my number is XXXX XXXX 7058, sir"},
		{"dashes", "9999-4105-7058", "XXXX XXXX 7058"},
		{"dashes with spaces", "9999 - 4105 - 7058", "XXXX XXXX 7058"},
		{"dots and a line break", "9999.4105\n7058", "XXXX XXXX 7058"},
		{"two groups", "9999 41057058", "XXXX XXXX 7058"},
		{"digit by digit", "9 9 9 9 4 1 0 5 7 0 5 8", "XXXX XXXX 7058"},
		{"in pairs", "99 99 41 05 70 58", "XXXX XXXX 7058"},
		{"Telugu digits", "ఆధార్ ౯౯౯౯ ౪౧౦౫ ౭౦౫౮", "ఆధార్ XXXX XXXX 7058"},
		{"Devanagari digits", "९९९९४१०५७०५८", "XXXX XXXX 7058"},
		{"Odia digits", "୯୯୯୯ ୪୧୦୫ ୭୦୫୮", "XXXX XXXX 7058"},
		{"full width", "９９９９４１０５７０５８", "XXXX XXXX 7058"},
		{"keycaps", "9️⃣9️⃣9️⃣9️⃣4️⃣1️⃣0️⃣5️⃣7️⃣0️⃣5️⃣8️⃣", "XXXX XXXX 7058\ufe0f\u20e3"},
		{"circled", "⑨⑨⑨⑨④①0⑤⑦0⑤⑧", "XXXX XXXX 7058"},
		{"mixed scripts", "९९९९ 4105 ౭౦౫౮", "XXXX XXXX 7058"},
		{"invisible characters between", "9999\u200b4105\u200e7058", "XXXX XXXX 7058"},
		{"direction overrides", "\u202e999941057058\u202c", "\u202eXXXX XXXX 7058\u202c"},
		{"NUL between", "9999\x004105\x007058", "XXXX XXXX 7058"},
		{"written on to a word", "aadhaar999941057058", "aadhaarXXXX XXXX 7058"},
		{"written on to a Telugu word", "నంబరు999941057058ఇది", "నంబరుXXXX XXXX 7058ఇది"},
		{"odd groups, named", "aadhar: 99994 10570 58", "aadhar: XXXX XXXX 7058"},
		{"a file's name", "aadhaar_9999_4105_7058.pdf", "aadhaar_XXXX XXXX 7058.pdf"},
		{"two of them", "999941057058 and 999971658847", "XXXX XXXX 7058 and XXXX XXXX 8847"},
		{"two in one line", "9999 4105 7058 9999 7165 8847", "XXXX XXXX 7058 XXXX XXXX 8847"},
		{"virtual id", "9173 9482 6150 4733", "XXXX XXXX XXXX 4733"},
		{"Visa", "4111 1111 1111 1111", "XXXX XXXX XXXX 1111"},
		{"Mastercard", "5555555555554444 cvv 123", "XXXX XXXX XXXX 4444 cvv 123"},
		{"American Express", "3782 822463 10005", "XXXX XXXX XXXX 0005"},
		{"RuPay", "6521 1111 1111 1110", "XXXX XXXX XXXX 1110"},
		{"card in Telugu digits", "౪౧౧౧ ౧౧౧౧ ౧౧౧౧ ౧౧౧౧", "XXXX XXXX XXXX 1111"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			masked, found := identitynumber.Redact(test.text, identitynumber.Context{})
			require.Equal(t, test.masked, masked)
			require.NotEmpty(t, found)
			again, more := identitynumber.Redact(masked, identitynumber.Context{})
			require.Equal(t, masked, again, "what is masked stays as it is")
			require.Empty(t, more)
		})
	}
}

func TestKindsAreTold(t *testing.T) {
	t.Parallel()
	_, found := identitynumber.Redact("999941057058, 4111111111111111, 999971658847", identitynumber.Context{})
	require.Equal(t, []identitynumber.Kind{identitynumber.Aadhaar, identitynumber.Card}, found)
}

func TestOtherNumbersAreLeftAlone(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"wrong check digit":           "999941057059",
		"begins with 1":               "1999 4105 7058",
		"eleven digits":               "99994105705",
		"thirteen digits":             "1121104001001",
		"inside a longer number":      "9999410570581",
		"a phone with country code":   "+91 99994 10570",
		"a phone whose check is good": "+919999410571",
		"two phones":                  "99994 10570, 99994 10571",
		"a code":                      "SBIN999941057058",
		"a reference":                 "JS-2345-6789",
		"a bank's reference":          "UTR 999941057058",
		"a bank's reference, named":   "my transaction id is 999941057058",
		"dates":                       "22-11-2026 to 30-11-2026",
		"a place":                     "17.385044, 78.486671",
		"an amount":                   "₹12,34,567.50",
		"a card with a wrong digit":   "4111 1111 1111 1112",
		"words between":               "9999 plus 4105 plus 7058",
	}
	for name, text := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			masked, found := identitynumber.Redact(text, identitynumber.Context{})
			require.Equal(t, text, masked)
			require.Empty(t, found)
		})
	}
}

func TestTheNumberAskedForIsTaken(t *testing.T) {
	t.Parallel()
	consumer := func(digits string) bool { return len(digits) == 12 }
	asked := identitynumber.Context{Wanted: consumer}
	masked, found := identitynumber.Redact("999941057058", asked)
	require.Equal(t, "999941057058", masked)
	require.Empty(t, found)
	for _, text := range []string{"my aadhaar is 999941057058", "నా ఆధార్ 999941057058", "आधार 9999 4105 7058"} {
		masked, found = identitynumber.Redact(text, asked)
		require.NotContains(t, masked, "9999", "an Aadhaar number is not a consumer number because twelve digits were asked for")
		require.Equal(t, []identitynumber.Kind{identitynumber.Aadhaar}, found)
	}
}

func TestTheSendersOwnPhoneIsKnown(t *testing.T) {
	t.Parallel()
	masked, found := identitynumber.Redact("call me on 919999410571", identitynumber.Context{Known: []string{"919999410571"}})
	require.Equal(t, "call me on 919999410571", masked)
	require.Empty(t, found)
}

func TestLongTextsTakeProportionalTime(t *testing.T) {
	t.Parallel()
	for _, text := range []string{strings.Repeat("1 ", 32<<10), strings.Repeat("9", 64<<10), strings.Repeat("9999 ", 13000)} {
		masked, _ := identitynumber.Redact(text, identitynumber.Context{})
		require.True(t, utf8.ValidString(masked))
	}
}

func FuzzRedact(f *testing.F) {
	for _, seed := range []string{"9999 4105 7058", "౯౯౯౯ ౪౧౦౫ ౭౦౫౮", "4111111111111111", "\xff9\x00", "aadhaar 9-9"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		masked, found := identitynumber.Redact(text, identitynumber.Context{})
		if len(found) == 0 && masked != text {
			t.Fatal("a text without findings was changed")
		}
		if utf8.ValidString(text) && !utf8.ValidString(masked) {
			t.Fatal("a character was cut")
		}
		// A number in the middle of anything that separates it is always found.
		masked, _ = identitynumber.Redact(text+"\n\n\n\n\n\n999941057058", identitynumber.Context{})
		if strings.HasSuffix(masked, "999941057058") && !strings.Contains(text, "999941057058") && !endsInOtherWord(text) {
			t.Fatalf("not masked after %q", text)
		}
	})
}
