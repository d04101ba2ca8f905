package emulator_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"testing"

	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/chromium"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func TestAPhoneShowsPicturesAndVideosAboveButtons(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	files := httptest.NewServer(http.HandlerFunc(func(answer http.ResponseWriter, _ *http.Request) {
		answer.Header().Set("Content-Type", "video/mp4")
		_, _ = io.WriteString(answer, "moving pictures")
	}))
	t.Cleanup(files.Close)
	photo, err := os.ReadFile("testdata/meter.png")
	require.NoError(t, err)
	picture, err := w.AddMedia("image/png", "captcha.png", photo)
	require.NoError(t, err)
	w.write(t, emulator.Text("Hi"))
	interactive := func(header string) string {
		return fmt.Sprintf(`{"messaging_product":"whatsapp","to":%q,"type":"interactive","interactive":{"type":"button","header":%s,
			"body":{"text":"Which letters do you see?"},"action":{"buttons":[{"type":"reply","reply":{"id":"another","title":"Another picture"}}]}}}`,
			asha, header)
	}
	w.accepted(t, interactive(`{"type":"image","image":{"id":"`+picture.ID+`"}}`))
	w.accepted(t, interactive(`{"type":"video","video":{"link":"`+files.URL+`/how.mp4"}}`))
	w.accepted(t, `{"messaging_product":"whatsapp","to":"`+asha+`","type":"image","image":{"id":"`+picture.ID+`","caption":"The road"}}`)

	wait := func(p *runtime.EvaluateParams) *runtime.EvaluateParams { return p.WithAwaitPromise(true) }
	var widths []int
	var video string
	run(t, newBrowser(t),
		chromedp.EmulateViewport(1280, 800),
		chromedp.Navigate(w.server.URL+"/"),
		sees(phoneOf(asha)+"video.picture"),
		sees(phoneOf(asha)+".bubble-image .text"),
		chromedp.Evaluate(`Promise.all([...document.querySelectorAll("img.picture")].map((i) => i.decode().then(() => i.naturalWidth)))`, &widths, wait),
		chromedp.Evaluate(`fetch(document.querySelector("video.picture").src).then((a) => a.text())`, &video, wait),
		chromium.Picture("media"),
	)
	require.Len(t, widths, 2)
	require.Positive(t, widths[0])
	require.Equal(t, "moving pictures", video)
}
