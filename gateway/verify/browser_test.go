package verify_test

import (
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"

	"github.com/jansetu/jansetu/deploy/local/chromium"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway/verify"
)

func awaiting(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }

// requireAccessible runs axe-core by the rules of WCAG 2.1 A and AA.
func requireAccessible(t *testing.T, browser context.Context) { //nolint:revive // the test comes first
	t.Helper()
	axe, err := os.ReadFile("testdata/axe/axe.min.js")
	require.NoError(t, err)
	var found struct {
		Violations []struct {
			ID    string `json:"id"`
			Help  string `json:"help"`
			Nodes []struct {
				HTML string `json:"html"`
			} `json:"nodes"`
		} `json:"violations"`
		Passes int `json:"passes"`
	}
	var width int
	chromium.See(t, browser, chromedp.Evaluate(string(axe), nil),
		chromedp.Evaluate(`axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]})
			.then((r) => ({violations: r.violations, passes: r.passes.length}))`, &found, awaiting),
		chromedp.Evaluate(`document.documentElement.scrollWidth`, &width))
	require.Empty(t, found.Violations)
	require.Greater(t, found.Passes, 10, "axe looked at the page")
	require.LessOrEqual(t, width, chromium.Narrow, "nothing is wider than the screen")
}

func TestThePagesCanBeUsedByEverybody(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	gone := b.issues(t, "R2", "Ravi Kumar")
	require.NoError(t, b.Issuer.Revoke(t.Context(), "R2", "certificate", "obtained with a false paper"))
	browser := chromium.Telephone(t)
	for name, at := range map[string]string{
		"form": "/verify/", "valid": path(p.code), "revoked": path(gone.code), "unknown": "/verify/2222-3333-4444-5555", "app": verify.AppPath,
	} {
		for _, lang := range []string{"en", "te", "hi"} {
			chromium.See(t, browser, chromedp.Navigate(b.server.URL+at+"?lang="+lang), chromedp.WaitVisible("h1", chromedp.ByQuery))
			if name == "app" {
				chromium.See(t, browser, chromedp.WaitReady("body[data-ready]", chromedp.ByQuery))
			}
			chromium.See(t, browser, chromium.WholePage("verify-"+name+"-"+lang))
			requireAccessible(t, browser)
		}
	}
	file := filepath.Join(t.TempDir(), "paper.pdf")
	require.NoError(t, os.WriteFile(file, changed(p.file), 0o600))
	chromium.See(t, browser, chromedp.Navigate(b.server.URL+"/verify/?lang=te"), chromedp.SetUploadFiles("#file", []string{file}, chromedp.ByQuery),
		chromedp.Click("form button", chromedp.ByQuery), chromedp.WaitVisible(`[data-verdict="changed"]`, chromedp.ByQuery), chromium.WholePage("verify-changed-te"))
	requireAccessible(t, browser)
}

// asPhoto saves a code as a phone's photo.
func asPhoto(t testing.TB, code string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "photo.png")
	out, err := os.Create(file)
	require.NoError(t, err)
	require.NoError(t, png.Encode(out, onPaper(photo(t, code), 6, 1200, 0.9)))
	require.NoError(t, out.Close())
	return file
}

func scans(file, verdict string) chromedp.Action {
	return chromedp.Tasks{
		chromedp.Evaluate(`delete document.getElementById("answer").dataset.verdict`, nil),
		chromedp.SetUploadFiles("#picture", []string{file}, chromedp.ByQuery),
		chromedp.WaitVisible(fmt.Sprintf("#answer[data-verdict=%q]", verdict), chromedp.ByQuery),
	}
}

func TestPapersAreCheckedWithoutANetwork(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	first := b.issues(t, "R2", "Ravi Kumar")
	b.corrects(t, "R2", "Ravi Kumar Rao")
	gone := b.issues(t, "R3", "Somebody")
	other := newBench(t)
	stranger := other.issues(t, "R1", "K Lakshmi Devi")
	require.NoError(t, b.Issuer.Revoke(t.Context(), "R3", "certificate", "obtained with a false paper"))
	browser := chromium.Telephone(t)
	chromium.See(t, browser, chromedp.Navigate(b.server.URL+verify.AppPath+"?lang=en"), chromedp.WaitReady("body[data-ready]", chromedp.ByQuery),
		chromedp.Evaluate(`navigator.serviceWorker.ready.then(() => true)`, nil, awaiting))

	b.server.Close()
	chromium.See(t, browser, network.Enable(), network.EmulateNetworkConditions(true, 0, 0, 0),
		chromedp.Navigate(b.server.URL+verify.AppPath+"?lang=te"), chromedp.WaitReady("body[data-ready]", chromedp.ByQuery))
	var said string
	chromium.See(t, browser, scans(asPhoto(t, p.code), "valid"), chromedp.Text("#answer", &said, chromedp.ByQuery), chromium.WholePage("app-valid-te"))
	require.Contains(t, said, "K Lakshmi Devi")
	require.Contains(t, said, "₹1,20,000")
	require.Contains(t, said, "అసలైనదే, చెల్లుతుంది")
	requireAccessible(t, browser)
	chromium.See(t, browser, scans(asPhoto(t, first.code), "replaced"), scans(asPhoto(t, gone.code), "revoked"), chromium.WholePage("app-revoked-te"))
	chromium.See(t, browser, scans(asPhoto(t, stranger.code), "forged"), chromedp.Text("#answer", &said, chromedp.ByQuery))
	require.NotContains(t, said, "Lakshmi", "what a forged code says is not shown")
	chromium.See(t, browser, scans(asPhoto(t, tampered(t, p.code)), "forged"))
	chromium.See(t, browser, scans(asPhoto(t, tomorrow(t, other)), "unknown_key"))
	chromium.See(t, browser, chromedp.Click("#update", chromedp.ByQuery), chromedp.WaitVisible(`//p[@id="news" and string-length(.)>0]`, chromedp.BySearch))

	chromium.See(t, browser, aged(3), scans(asPhoto(t, p.code), "valid"), chromedp.WaitVisible("#old", chromedp.ByQuery))
	chromium.See(t, browser, aged(40), scans(asPhoto(t, p.code), "unknown"), chromium.WholePage("app-too-old-te"))
	chromium.See(t, browser, scans(asPhoto(t, gone.code), "revoked"))
}

// aged opens the page again so many days later.
func aged(days int) chromedp.Action {
	return chromedp.Tasks{
		chromedp.ActionFunc(func(ctx context.Context) error {
			return chromedp.Evaluate(fmt.Sprintf(`sessionStorage.days = "%d"`, days), nil).Do(ctx)
		}),
		chromedp.Evaluate(fmt.Sprintf(`(() => { const real = Date.now.bind(Date), from = real(); Date.now = () => real() + %d * 864e5; return from > 0 })()`, days), nil),
		chromedp.Click("#update", chromedp.ByQuery),
		chromedp.WaitVisible("#old", chromedp.ByQuery),
	}
}

// tomorrow is the code of a paper of a key that this phone cannot know yet.
func tomorrow(t testing.TB, b *bench) string {
	t.Helper()
	made, err := seal.New(b.Keys.Seal, seal.Claims{
		Issuer: b.Keys.Name, Number: "2222-3333-4444-5555", Version: 1, Kind: "receipt", Issued: time.Now().Add(24 * time.Hour),
	})
	require.NoError(t, err)
	return made.Text("https://jansetu.example.gov.in")
}

// tampered is a code in which one letter of what the paper says was changed; the signature stays.
func tampered(t testing.TB, code string) string {
	t.Helper()
	read, err := seal.ReadText(code)
	require.NoError(t, err)
	raw := append([]byte{}, read.Raw...)
	for i := range raw {
		if raw[i] == 'L' && raw[i+1] == 'a' {
			raw[i] = 'M'
			break
		}
	}
	require.NotEqual(t, read.Raw, raw)
	return seal.Seal{Raw: raw}.Text("https://jansetu.example.gov.in")
}

func TestThePhonesCameraReadsTheCode(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	require.NoError(t, b.Issuer.RefreshRevocations(t.Context()))
	film := filepath.Join(t.TempDir(), "paper.y4m")
	require.NoError(t, os.WriteFile(film, y4m(onPaper(photo(t, p.code), 3, 960, 0.8)), 0o600))
	browser := chromium.Telephone(t, chromedp.Flag("use-fake-ui-for-media-stream", true), chromedp.Flag("use-fake-device-for-media-stream", true),
		chromedp.Flag("use-file-for-fake-video-capture", film))
	chromium.See(t, browser, chromedp.Navigate(b.server.URL+verify.AppPath+"?lang=hi"), chromedp.WaitReady("body[data-ready]", chromedp.ByQuery),
		network.Enable(), network.EmulateNetworkConditions(true, 0, 0, 0),
		chromedp.Click("#scan", chromedp.ByQuery), chromedp.WaitVisible(`#answer[data-verdict="valid"]`, chromedp.ByQuery), chromium.WholePage("app-camera-hi"))
	var tracks int
	chromium.See(t, browser, chromedp.Evaluate(`document.getElementById("video").srcObject ? 1 : 0`, &tracks))
	require.Zero(t, tracks, "the camera is off again")
}

// y4m is a film of one picture, as Chromium's stand-in for a camera reads it (YUV4MPEG2, 4:2:0).
func y4m(still image.Image) []byte {
	const width, height = 960, 1280
	grey := image.NewGray(image.Rect(0, 0, width, height))
	draw.ApproxBiLinear.Scale(grey, grey.Bounds(), still, still.Bounds(), draw.Src, nil)
	film := fmt.Appendf(nil, "YUV4MPEG2 W%d H%d F10:1 Ip A1:1 C420jpeg\n", width, height)
	colourless := make([]byte, width*height/2)
	for i := range colourless {
		colourless[i] = 128
	}
	for range 3 {
		film = append(film, "FRAME\n"...)
		film = append(film, grey.Pix...)
		film = append(film, colourless...)
	}
	return film
}

// The decoder reads what Go writes, and refuses what Go refuses.
func TestTheDecoderAgreesWithGo(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	browser := chromium.Telephone(t)
	chromium.See(t, browser, chromedp.Navigate(b.server.URL+verify.AppPath), chromedp.WaitReady("body[data-ready]", chromedp.ByQuery))
	cases := vectors(t)
	encoded, err := json.Marshal(cases)
	require.NoError(t, err)
	var wrong []string
	chromium.See(t, browser, chromedp.Evaluate(fmt.Sprintf(`import("/verify/app/cbor.js").then(({decode}) => {
		const plain = (v) => v instanceof Map ? {map: [...v].map(([k, x]) => [plain(k), plain(x)])} : v instanceof Uint8Array ? {bytes: [...v]} :
			Array.isArray(v) ? v.map(plain) : typeof v === "bigint" ? {big: String(v)} : v;
		return (%s).filter(({bytes, want, refused}) => {
			try { const got = plain(decode(Uint8Array.from(bytes))); return refused || JSON.stringify(got) !== JSON.stringify(want); } catch { return !refused; }
		}).map(({name}) => name);
	})`, encoded), &wrong, awaiting))
	require.Empty(t, wrong)
}
