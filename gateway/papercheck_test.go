package gateway_test

import (
	"bytes"
	"context"
	"errors"
	"image/jpeg"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/verify"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// shippedTexts are the shipped languages with the dialog's small state.
type shippedTexts struct{}

func (shippedTexts) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, "states") {
		return os.DirFS("dialog/testdata").Open(name)
	}
	return deploy.Files.Open(name)
}

// inspector is where citizens send papers to be checked, beside the department that issues them.
type inspector struct {
	*phones

	bench *issuetest.Bench
	after int64
}

// newInspector lets change stand before the checker.
func newInspector(t *testing.T, change func(gateway.PaperChecker) gateway.PaperChecker) *inspector {
	t.Helper()
	texts, err := catalog.Load(shippedTexts{}, "setu")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(texts)
	require.NoError(t, err)
	i := &inspector{}
	i.phones = newPhones(t, func(c *gateway.Config) {
		i.bench = issuetest.On(t, c.Store, nil)
		checker, err := verify.New(verify.Config{
			KeyList: func(context.Context) (*seal.KeyList, error) { return i.bench.Keys.List, nil },
			Records: c.Store, Texts: texts, Slog: slog.New(slog.DiscardHandler),
		})
		require.NoError(t, err)
		c.Dialog, c.Papers, c.Checked = engine, checker, engine.Checked
		if change != nil {
			c.Papers = change(checker)
		}
	})
	i.citizen(citizen)
	for _, text := range []string{"hi", "English", "no", "check a paper"} {
		i.after = i.write(citizen, text)
		i.hears(citizen, i.after)
	}
	return i
}

// issues gives out a certificate, and the photo that somebody takes of its code.
func (i *inspector) issues(reference, name string) (file, photo []byte, number string) {
	i.t.Helper()
	i.bench.Request(i.t, reference)
	order := issuetest.Order(reference, name)
	lay := order.Render
	var taken bytes.Buffer
	order.Render = func(ctx context.Context, stamp issue.Stamp) ([]byte, error) {
		taken.Reset()
		if err := jpeg.Encode(&taken, stamp.Picture.Image(6), &jpeg.Options{Quality: 40}); err != nil {
			return nil, err
		}
		return lay(ctx, stamp)
	}
	issued, err := i.bench.Issuer.Issue(i.t.Context(), order)
	require.NoError(i.t, err)
	return i.bench.File(i.t, issued), taken.Bytes(), issued.Number
}

// sends gives a file, and answers what is said at once and what is found.
func (i *inspector) sends(kind, mime string, content []byte) (at, found, media string) {
	i.t.Helper()
	file, err := i.meta.AddMedia(mime, "paper", content)
	require.NoError(i.t, err)
	written, err := i.meta.Write(citizen, emulator.MediaMessage(kind, file.ID, ""))
	require.NoError(i.t, err)
	at, found = i.hearsTwo(written.Seq)
	return at, found, file.ID
}

func (i *inspector) hearsTwo(after int64) (first, second string) {
	i.t.Helper()
	ctx, cancel := context.WithTimeout(i.t.Context(), patience)
	defer cancel()
	var heard []string
	for len(heard) < 2 {
		replies, err := i.meta.WaitReply(ctx, citizen, after)
		require.NoError(i.t, err)
		for _, reply := range replies {
			heard, after = append(heard, string(reply.Content)), reply.Seq
		}
	}
	return heard[0], heard[1]
}

func TestAPaperIsCheckedInTheChat(t *testing.T) {
	t.Parallel()
	i := newInspector(t, nil)
	file, photo, number := i.issues("R1", "K Lakshmi Devi")
	_, gone, _ := i.issues("R2", "Ravi Kumar")
	require.NoError(t, i.bench.Issuer.Revoke(t.Context(), "R2", "certificate", "obtained with a false paper"))
	forged := bytes.Clone(file)
	forged[len(forged)/3] ^= 1
	tests := []struct {
		name, kind, mime string
		content          []byte
		want             []string
	}{
		{"a photo", "image", "image/jpeg", photo, []string{"Genuine, and it counts", "K Lakshmi Devi", "₹1,20,000", "Compare every line"}},
		{"the PDF", "document", "application/pdf", file, []string{"Genuine, and it counts", "K Lakshmi Devi"}},
		{"a changed PDF", "document", "application/pdf", forged, []string{"This file was changed"}},
		{"a revoked paper", "image", "image/jpeg", gone, []string{"Does not count any more"}},
	}
	for _, test := range tests {
		at, found, media := i.sends(test.kind, test.mime, test.content)
		require.Contains(t, at, "I am checking it", test.name)
		for _, want := range test.want {
			require.Contains(t, found, want, test.name)
		}
		require.Contains(t, found, "Check another", test.name)
		i.eventuallyGone(media)
	}
	at, found := i.hearsTwo(i.write(citizen, strings.ToLower(number)))
	require.Contains(t, at, "I am checking it")
	require.Contains(t, found, "Genuine, and it counts")
	require.NotContains(t, found, "Lakshmi", "a number alone shows nothing of the paper")
	require.Zero(t, i.count(`select count(*) from paper`), "nothing that was sent is kept")
}

// eventuallyGone waits until Meta's copy of a file is deleted.
func (i *inspector) eventuallyGone(media string) {
	i.t.Helper()
	require.Eventually(i.t, func() bool {
		_, err := i.client.Download(i.t.Context(), number, media, 1<<20)
		return err != nil
	}, patience, 5*time.Millisecond)
}

// shaky fails a few times before it checks.
type shaky struct {
	gateway.PaperChecker

	trials atomic.Int32
	fails  int32
}

func (s *shaky) File(ctx context.Context, content []byte) (verify.Answer, error) {
	if s.trials.Add(1) <= s.fails {
		return verify.Answer{Verdict: verify.Away}, errors.New("the database is away")
	}
	return s.PaperChecker.File(ctx, content)
}

func TestACheckThatFailsIsTriedAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fails int32
		want  string
	}{
		"for a moment": {2, "Genuine, and it counts"},
		"for long":     {100, "It cannot be checked just now"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			i := newInspector(t, func(c gateway.PaperChecker) gateway.PaperChecker { return &shaky{PaperChecker: c, fails: test.fails} })
			file, _, _ := i.issues("R1", "K Lakshmi Devi")
			_, found, _ := i.sends("document", "application/pdf", file)
			require.Contains(t, found, test.want)
		})
	}
}

func TestAFileThatIsGoneIsAskedForAgain(t *testing.T) {
	t.Parallel()
	i := newInspector(t, nil)
	chat, err := i.meta.Chat(citizen, 0)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, i.post(messages(`{"from":"`+citizen+`","id":"wamid.gone","type":"image","image":{"id":"424242","mime_type":"image/jpeg"}}`)))
	_, found := i.hearsTwo(chat[len(chat)-1].Seq)
	require.Contains(t, found, "The file did not arrive")
}
