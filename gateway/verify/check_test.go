package verify_test

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway/verify"
	"github.com/jansetu/jansetu/store"
)

func asJPEG(t testing.TB, picture image.Image, quality int) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality}))
	return out.Bytes()
}

func TestWhatIsSaidOfAPaper(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	good := b.issues(t, "R1", "K Lakshmi Devi")
	first := b.issues(t, "R2", "Ravi Kumar")
	second := b.corrects(t, "R2", "Ravi Kumar Rao")
	revoked := b.issues(t, "R3", "Somebody")
	require.NoError(t, b.Issuer.Revoke(t.Context(), "R3", "certificate", "obtained with a false paper"))
	stranger := newBench(t).issues(t, "R1", "K Lakshmi Devi")
	tests := map[string]struct {
		check func() (verify.Answer, error)
		want  verify.Verdict
	}{
		"a code":                        {b.text(t, good.code), verify.Valid},
		"a photo":                       {b.file(t, asJPEG(t, photo(t, good.code), 30)), verify.Valid},
		"a PDF":                         {b.file(t, good.file), verify.Valid},
		"a number":                      {b.text(t, good.issued.Number), verify.Valid},
		"a number in small letters":     {b.text(t, strings.ToLower(strings.ReplaceAll(good.issued.Number, "-", " "))), verify.Valid},
		"a replaced code":               {b.text(t, first.code), verify.Replaced},
		"a replaced PDF":                {b.file(t, first.file), verify.Replaced},
		"what replaced it":              {b.file(t, second.file), verify.Valid},
		"a revoked code":                {b.text(t, revoked.code), verify.Revoked},
		"a revoked PDF":                 {b.file(t, revoked.file), verify.Revoked},
		"a revoked number":              {b.text(t, revoked.issued.Number), verify.Revoked},
		"another department's code":     {b.text(t, stranger.code), verify.Forged},
		"another department's PDF":      {b.file(t, stranger.file), verify.NotOurs},
		"a PDF with one byte changed":   {b.file(t, changed(good.file)), verify.Changed},
		"a PDF that nobody signed":      {b.file(t, issuetest.Page("I am the King")), verify.NotOurs},
		"another QR code":               {b.text(t, "upi://pay?pa=somebody@bank"), verify.NotOurs},
		"a photo of something else":     {b.file(t, asJPEG(t, image.NewGray(image.Rect(0, 0, 300, 300)), 80)), verify.Unread},
		"what is no picture":            {b.file(t, []byte("GIF89a…")), verify.Unread},
		"a picture that is a bomb":      {b.file(t, pngOf(t, 60_000, 60_000)), verify.TooLarge},
		"a file that is too large":      {b.file(t, make([]byte, verify.MostFile+1)), verify.TooLarge},
		"a number that was never given": {b.text(t, "2222-3333-4444-5555"), verify.Unknown},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := test.check()
			require.NoError(t, err)
			require.Equal(t, test.want, answer.Verdict)
		})
	}
}

func (b *bench) text(t testing.TB, text string) func() (verify.Answer, error) {
	t.Helper()
	return func() (verify.Answer, error) { return b.checker.Text(t.Context(), text) }
}

func (b *bench) file(t testing.TB, content []byte) func() (verify.Answer, error) {
	t.Helper()
	return func() (verify.Answer, error) { return b.checker.File(t.Context(), content) }
}

func changed(file []byte) []byte {
	other := bytes.Clone(file)
	other[len(other)/3] ^= 1
	return other
}

// pngOf is a header that promises a huge picture.
func pngOf(t testing.TB, width, height uint32) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, image.NewGray(image.Rect(0, 0, 1, 1))))
	header := out.Bytes()
	for i := range 4 {
		header[16+i], header[20+i] = byte(width>>(24-8*i)), byte(height>>(24-8*i))
	}
	return withChecksum(header)
}

func TestAGenuinePaperComesWithItsProof(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	answer, err := b.checker.File(t.Context(), p.file)
	require.NoError(t, err)
	require.Equal(t, []seal.Field{{Name: "name", Value: "K Lakshmi Devi"}, {Name: "income", Value: "₹1,20,000"}}, answer.Claims.Fields)
	require.Equal(t, "Test department", answer.File.Signer)
	require.Equal(t, int64(1), answer.Log.Size, "found in the published log")
	require.NotEmpty(t, answer.Log.Root)
}

func TestAReplacedPaperNamesTheVersionThatCounts(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	first := b.issues(t, "R1", "Ravi")
	b.corrects(t, "R1", "Ravi Kumar")
	b.corrects(t, "R1", "Ravi Kumar Rao")
	answer, err := b.checker.Code(t.Context(), first.code)
	require.NoError(t, err)
	require.Equal(t, 3, answer.Newest)
	byNumber, err := b.checker.Number(t.Context(), first.issued.Number)
	require.NoError(t, err)
	require.Equal(t, verify.Valid, byNumber.Verdict)
	require.Equal(t, 3, byNumber.Version)
	require.Nil(t, byNumber.Claims, "a number alone shows nothing of the paper")
}

func TestWhatWasChangedInAFileIsNamed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.Request(t, "R1")
	order := issuetest.Order("R1", "K Lakshmi Devi")
	order.Fields = []seal.Field{{Name: "name", Value: "K Lakshmi Devi"}, {Name: "income", Value: "1,20,000"}}
	order.Render = func(_ context.Context, stamp issue.Stamp) ([]byte, error) {
		return withCode(t, "K Lakshmi Devi, income 1,20,000", stamp.Address), nil
	}
	made, err := b.Issuer.Issue(t.Context(), order)
	require.NoError(t, err)
	genuine := b.File(t, made)
	forged := bytes.Replace(genuine, []byte("income 1,20"), []byte("income 9,20"), 1)
	require.NotEqual(t, genuine, forged)
	answer, err := b.checker.File(t.Context(), forged)
	require.NoError(t, err)
	require.Equal(t, verify.Changed, answer.Verdict)
	require.Equal(t, []seal.Field{{Name: "income", Value: "1,20,000"}}, answer.Missing)
	said := b.checker.Say("en", answer)
	require.Contains(t, said, "This file was changed")
	require.Contains(t, said, "• Income: 1,20,000")
}

func TestAKeyThatNobodyRecordedForIsNotTrusted(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	read, err := seal.ReadText(p.code)
	require.NoError(t, err)
	claims := read.Claims
	claims.Number = "2222-3333-4444-5555"
	made, err := seal.New(b.Keys.Seal, claims)
	require.NoError(t, err)
	answer, err := b.checker.Code(t.Context(), made.Text(issuetest.Address))
	require.NoError(t, err)
	require.Equal(t, verify.NotIssued, answer.Verdict)
	require.Nil(t, answer.Claims, "what it says is not shown")
}

// away is a database that does not answer.
type away struct{ *store.Store }

func (away) IssuedByFingerprint(context.Context, []byte) (store.IssuedDocument, error) {
	return store.IssuedDocument{}, errors.New("connection refused")
}

func TestWithoutTheRecordsNothingIsCalledValid(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	p := b.issues(t, "R1", "K Lakshmi Devi")
	lost := newBench(t, func(c *verify.Config) {
		c.Records = away{b.Store}
		c.KeyList = func(context.Context) (*seal.KeyList, error) { return b.Keys.List, nil }
	})
	for _, check := range []func() (verify.Answer, error){lost.text(t, p.code), lost.file(t, p.file), lost.text(t, p.issued.Number)} {
		answer, err := check()
		require.Error(t, err)
		require.Equal(t, verify.Away, answer.Verdict)
	}
}
