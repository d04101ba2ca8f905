package verify_test

import (
	"bytes"
	"fmt"
	"html"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway/verify"
)

func body(t testing.TB, response *http.Response) string {
	t.Helper()
	content, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return html.UnescapeString(string(content))
}

// path is what a phone asks for that opens the code.
func path(code string) string {
	_, text, _ := strings.Cut(code, seal.PathPrefix)
	return seal.PathPrefix + text
}

func TestTheCodeOpensThePage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	response := b.get(t, path(p.code))
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "no-store", response.Header.Get("Cache-Control"))
	require.Equal(t, "no-referrer", response.Header.Get("Referrer-Policy"))
	page := body(t, response)
	for _, want := range []string{`data-verdict="valid"`, "K Lakshmi Devi", "₹1,20,000", p.issued.Number, "Entry 0 of the public log"} {
		require.Contains(t, page, want)
	}
	require.NotContains(t, page, "<script")
}

func TestThePageSpeaksTheCitizensLanguage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	tests := []struct{ path, accepts, lang, title string }{
		{path(p.code), "", "en", "Genuine, and it counts"},
		{path(p.code) + "?lang=te", "hi", "te", "అసలైనదే, చెల్లుతుంది"},
		{path(p.code), "fr, hi;q=0.8, en;q=0.3", "hi", "असली है और मान्य है"},
		{path(p.code), "te-IN", "te", "అసలైనదే, చెల్లుతుంది"},
		{path(p.code) + "?lang=xx", "???", "en", "Genuine, and it counts"},
		{"/verify/", "te", "te", "పత్రం సరిచూడండి"},
	}
	for _, test := range tests {
		response := b.get(t, test.path, "Accept-Language", test.accepts)
		page := body(t, response)
		require.Contains(t, page, fmt.Sprintf(`<html lang=%q>`, test.lang))
		require.Contains(t, page, test.title)
	}
}

func TestANumberAloneShowsNothingOfThePaper(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	for _, response := range []*http.Response{b.get(t, "/verify/"+p.issued.Number), b.post(t, url.Values{"number": {strings.ToLower(p.issued.Number)}})} {
		page := body(t, response)
		require.Equal(t, http.StatusOK, response.StatusCode)
		require.Contains(t, page, `data-verdict="valid"`)
		require.Contains(t, page, "Certificate")
		for _, secret := range []string{"Lakshmi", "1,20,000", "R1"} {
			require.NotContains(t, page, secret)
		}
	}
}

func (b *bench) post(t testing.TB, form url.Values) *http.Response {
	t.Helper()
	return b.send(t, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

func (b *bench) send(t testing.TB, kind string, content io.Reader) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, b.server.URL+verify.Path, content)
	require.NoError(t, err)
	request.Header.Set("Content-Type", kind)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}

func (b *bench) upload(t testing.TB, content []byte) *http.Response {
	t.Helper()
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("file", "paper")
	require.NoError(t, err)
	_, err = part.Write(content)
	require.NoError(t, err)
	require.NoError(t, writer.Close())
	return b.send(t, writer.FormDataContentType(), &form)
}

func TestAFileIsCheckedOnThePage(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	tests := map[string]struct {
		content []byte
		status  int
		verdict verify.Verdict
	}{
		"the PDF":         {p.file, http.StatusOK, verify.Valid},
		"a photo":         {asJPEG(t, photo(t, p.code), 50), http.StatusOK, verify.Valid},
		"a changed PDF":   {changed(p.file), http.StatusOK, verify.Changed},
		"nothing":         {nil, http.StatusOK, verify.Unread},
		"much too much":   {make([]byte, verify.MostFile+100<<10), http.StatusRequestEntityTooLarge, verify.TooLarge},
		"a bit too much":  {make([]byte, verify.MostFile+1), http.StatusRequestEntityTooLarge, verify.TooLarge},
		"something other": {[]byte("<script>alert(1)</script>"), http.StatusOK, verify.Unread},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			response := b.upload(t, test.content)
			page := body(t, response)
			require.Equal(t, test.status, response.StatusCode)
			require.Contains(t, page, fmt.Sprintf("data-verdict=%q", test.verdict))
		})
	}
}

// A page of the department must not show what a stranger wrote.
func TestWhatAForgedCodeSaysIsNotShown(t *testing.T) {
	t.Parallel()
	stranger := newBench(t).issues(t, "R1", "Call 555 and pay the fine")
	b := newBench(t)
	at := path(stranger.code)
	page := body(t, b.get(t, at))
	require.Contains(t, page, `data-verdict="forged"`)
	require.NotContains(t, strings.ReplaceAll(page, at, ""), "555", "beside the page's own address, which may hold any digits")
	for _, odd := range []string{"/V/", "/V/X", "/V/..", "/V/" + strings.Repeat("A", 9000), "/V/%00", "/V/<script>"} {
		response := b.get(t, odd)
		require.Contains(t, body(t, response), `data-verdict="not_ours"`, odd)
	}
}

func TestNumbersCannotBeTriedOut(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	asked := body(t, b.get(t, "/verify/2222-3333-4444-5555"))
	malformed := body(t, b.get(t, "/verify/x"))
	here := regexp.MustCompile(`/verify/[^?"]*\?`)
	require.Equal(t, here.ReplaceAllString(asked, ""), here.ReplaceAllString(malformed, ""), "an unknown number is answered like a badly written one")
	next := []byte(p.issued.Number)
	tried := 2
	for ; tried < 200; tried++ {
		next[len(next)-1] = "23456789ABCDEFGHJKMNPQRSTVWXYZ"[tried%30]
		if string(next) == p.issued.Number {
			continue
		}
		response := b.get(t, "/verify/"+string(next))
		if response.StatusCode == http.StatusTooManyRequests {
			break
		}
		require.Equal(t, http.StatusNotFound, response.StatusCode)
	}
	require.Less(t, tried, 40, "who guesses is made to wait")
	require.Equal(t, http.StatusTooManyRequests, b.get(t, "/verify/"+p.issued.Number).StatusCode, "and learns nothing meanwhile")
	require.Equal(t, http.StatusOK, b.get(t, path(p.code)).StatusCode, "who holds the paper is not kept waiting")
}

func TestThePageIsLight(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	const most = 50 << 10
	style := body(t, b.get(t, "/verify/style.css"))
	for _, lang := range []string{"en", "hi", "te"} {
		for _, at := range []string{"/verify/", path(p.code)} {
			page := body(t, b.get(t, at+"?lang="+lang))
			require.Less(t, len(page)+len(style), most, "%s in %s", at, lang)
		}
	}
}
