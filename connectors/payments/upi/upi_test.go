package upi_test

import (
	"bytes"
	"image/png"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	standin "github.com/jansetu/jansetu/connectors/payments/upi/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy/local/installed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const payee = "jansetu.fees@samplebank"

func fee() upi.Intent {
	return upi.Intent{
		PayeeAddress: payee, PayeeName: "Jansetu & Co", MerchantCode: "9399", Reference: "AP1fee",
		Note: "आय प्रमाण पत्र +1", Amount: 1250, Mode: upi.ModeIntent,
	}
}

func link(t testing.TB) string {
	t.Helper()
	made, err := fee().Link()
	require.NoError(t, err)
	return made
}

func TestLinkIsWrittenAsAppsReadIt(t *testing.T) {
	t.Parallel()
	made := link(t)
	require.True(t, strings.HasPrefix(made, "upi://pay?pa=jansetu.fees@samplebank&pn=Jansetu%20%26%20Co&mc=9399&tr=AP1fee&tn=%E0%A4%86"))
	require.True(t, strings.HasSuffix(made, "%20%2B1&am=12.50&cu=INR&mode=04"))
	require.NotContains(t, made, "+")
	read, err := upi.ParseIntent(made)
	require.NoError(t, err)
	require.Equal(t, fee(), read)
}

func TestWrongIntentsAreRefused(t *testing.T) {
	t.Parallel()
	for parameter, spoil := range map[string]func(*upi.Intent){
		"pa":       func(i *upi.Intent) { i.PayeeAddress = "nobody" },
		"pn":       func(i *upi.Intent) { i.PayeeName = "" },
		"mc":       func(i *upi.Intent) { i.MerchantCode = "12" },
		"tr":       func(i *upi.Intent) { i.Reference = "AP-1/fee" },
		"tn":       func(i *upi.Intent) { i.Note = "two\nlines" },
		"am":       func(i *upi.Intent) { i.Amount = 0 },
		"mam":      func(i *upi.Intent) { i.Minimum = 2000 },
		"url":      func(i *upi.Intent) { i.URL = "javascript:alert(1)" },
		"mode":     func(i *upi.Intent) { i.Mode = "dynamic" },
		"orgid":    func(i *upi.Intent) { i.OrgID = "1" },
		"too long": func(i *upi.Intent) { i.URL = "https://example.org/" + strings.Repeat("a", 2048) },
	} {
		intent := fee()
		spoil(&intent)
		_, err := intent.Link()
		require.ErrorIs(t, err, upi.ErrIntent, parameter)
		require.ErrorContains(t, err, parameter)
	}
}

func TestTransactionReferenceIsStableAndFits(t *testing.T) {
	t.Parallel()
	require.Equal(t, "AP1", upi.TransactionReference("AP1"))
	made := upi.TransactionReference("AP-1/fee")
	require.Equal(t, made, upi.TransactionReference("AP-1/fee"))
	require.NotEqual(t, made, upi.TransactionReference("AP-2/fee"))
	require.Regexp(t, `^[A-Z0-9]{35}$`, made)
}

func TestQRIsAPictureOfTheLink(t *testing.T) {
	t.Parallel()
	picture, err := upi.QR(link(t))
	require.NoError(t, err)
	decoded, err := png.Decode(bytes.NewReader(picture))
	require.NoError(t, err)
	require.Greater(t, decoded.Bounds().Dx(), 300)
	require.Less(t, len(picture), 50<<10)
	_, err = upi.QR("https://example.org")
	require.ErrorIs(t, err, upi.ErrIntent)
	reader := installed.Program(t, "zbarimg")
	file := filepath.Join(t.TempDir(), "qr.png")
	require.NoError(t, os.WriteFile(file, picture, 0o600))
	text, err := exec.CommandContext(t.Context(), reader, "--raw", "-q", file).Output()
	require.NoError(t, err)
	require.Equal(t, link(t), strings.TrimSpace(string(text)))
}

func openBank(t *testing.T) (*standin.Twin, *upi.Bank) {
	t.Helper()
	stand, err := standin.New(standin.Config{APIKey: "key", DataDir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	bank, err := upi.Family{}.New(connectors.PortalConfig{
		Name: "bank", URL: server.URL, Settings: map[string]string{upi.SettingPayee: payee},
		Credentials: map[string]string{upi.CredentialAPIKey: "key"},
		Budget:      connectors.Budget{RequestsPerSecond: 1000, Burst: 1000}, Breaker: connectors.Breaker{Failures: 1000},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bank.Close()) })
	return stand, bank
}

func TestOnlyTheBanksWordIsProof(t *testing.T) {
	t.Parallel()
	stand, bank := openBank(t)
	found, err := bank.Payments(t.Context(), "AP1fee")
	require.NoError(t, err)
	require.Empty(t, found)
	for _, result := range []string{"failure", "deemed", "success"} {
		_, err = stand.Pay(link(t), result)
		require.NoError(t, err)
	}
	found, err = bank.Payments(t.Context(), "AP1fee")
	require.NoError(t, err)
	state := payments.LinkState{Payments: found}
	require.Len(t, found, 3)
	require.Len(t, state.Captured(), 1)
	require.Len(t, state.Pending(), 1, "deemed is not decided")
	require.Equal(t, connectors.Paise(1250), state.Captured()[0].Amount)
	require.NotEmpty(t, state.Captured()[0].RRN)
}

func TestBankInTrouble(t *testing.T) {
	t.Parallel()
	stand, bank := openBank(t)
	_, err := stand.Pay(link(t), "success")
	require.NoError(t, err)
	for kind, want := range map[twin.Kind]connectors.Class{
		standin.AsksTooOften: connectors.ClassUnavailable, twin.ErrorPage: connectors.ClassUnavailable,
		twin.ServerError: connectors.ClassUnavailable, twin.StrangePage: connectors.ClassChanged,
		twin.CutPage: connectors.ClassChanged, twin.HalfBody: connectors.ClassUnavailable, twin.WrongCharset: connectors.ClassOK,
	} {
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind, RetryAfter: 30}))
		_, err := bank.Payments(t.Context(), "AP1fee")
		require.Equal(t, want, connectors.ClassOf(err), "%s: %v", kind, err)
	}
	_, err = bank.Payments(t.Context(), "../x")
	require.ErrorIs(t, err, upi.ErrIntent)
}

func TestAppRefusesWhatIsNoLink(t *testing.T) {
	t.Parallel()
	stand, _ := openBank(t)
	for _, wrong := range []string{"https://x", "upi://pay?pa=a@b&am=1", "upi://pay?pa=a@b&pn=A+B&am=1.00", link(t) + "&am=%zz"} {
		_, err := stand.Pay(wrong, "success")
		require.Error(t, err)
	}
	require.Empty(t, stand.Payments())
}

func FuzzParseIntent(f *testing.F) {
	f.Add(link(f))
	f.Add("upi://pay?ver=01&mode=15&pa=x.y@icici&pn=A%20B&tr=RZPqrv2&tn=n&cu=INR&mc=1234&qrMedium=04&am=123.45")
	f.Add("UPI://PAY?pa=%")
	f.Fuzz(func(t *testing.T, text string) {
		read, err := upi.ParseIntent(text)
		if err != nil {
			require.ErrorIs(t, err, upi.ErrIntent)
			return
		}
		read.Signature = ""
		written, err := read.Link()
		if err != nil {
			return // longer once every value is encoded
		}
		again, err := upi.ParseIntent(written)
		require.NoError(t, err)
		require.Equal(t, read, again)
	})
}

func BenchmarkQR(b *testing.B) {
	made := link(b)
	for b.Loop() {
		_, err := upi.QR(made)
		require.NoError(b, err)
	}
}
