package verify_test

import (
	"context"
	"image"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/gateway/verify"
)

// bench is a checker beside an issuer, its log published in a folder.
type bench struct {
	*issuetest.Bench

	checker   *verify.Checker
	publisher *publish.Publisher
	server    *httptest.Server
}

// files are the shipped languages with a small state.
type files struct{}

func (files) Open(name string) (fs.File, error) {
	if strings.HasPrefix(name, "states") {
		return os.DirFS("../dialog/testdata").Open(name)
	}
	return deploy.Files.Open(name)
}

func texts(t testing.TB) *catalog.Catalog {
	t.Helper()
	loaded, err := catalog.Load(files{}, "setu")
	require.NoError(t, err)
	return loaded
}

func newBench(t testing.TB, change ...func(*verify.Config)) *bench {
	t.Helper()
	b := &bench{Bench: issuetest.New(t, nil)}
	folder := filepath.Join(t.TempDir(), "log")
	var err error
	b.publisher, err = publish.New(publish.Config{Log: b.Store, Folder: folder, Key: b.Keys.LogKey, Slog: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	config := verify.Config{
		KeyList: func(context.Context) (*seal.KeyList, error) { return b.Keys.List, nil },
		Records: b.Store, Log: publiclog.Folder(folder), Texts: texts(t), Slog: slog.New(slog.DiscardHandler),
	}
	if pages, found := reading.FindPoppler(reading.Bounds{}); found {
		config.Pages = pages
	}
	for _, each := range change {
		each(&config)
	}
	b.checker, err = verify.New(config)
	require.NoError(t, err)
	pages, err := b.checker.Handlers()
	require.NoError(t, err)
	router := chi.NewRouter()
	for pattern, page := range pages {
		router.Handle(pattern, page)
	}
	router.Handle(publish.KeyListPath, publish.List(func(context.Context) ([]byte, error) {
		raw, _, err := issuerkeys.ReadList(b.Folder)
		return raw, err
	}, 0))
	router.Handle(publish.RevocationsPath, publish.List(func(ctx context.Context) ([]byte, error) {
		raw, _, err := b.Store.RevocationList(ctx)
		return raw, err
	}, 0))
	b.server = httptest.NewServer(router)
	t.Cleanup(b.server.Close)
	return b
}

// paper is an issued document with what a person has of it in hand.
type paper struct {
	order  issue.Order
	issued issue.Issued
	file   []byte
	code   string // the text of the code
}

func (b *bench) issues(t testing.TB, reference, name string) paper {
	t.Helper()
	b.Request(t, reference)
	return b.record(t, b.Issuer.Issue, reference, name)
}

type issuing func(context.Context, issue.Order) (issue.Issued, error)

func (b *bench) record(t testing.TB, give issuing, reference, name string) paper {
	t.Helper()
	p := paper{order: issuetest.Order(reference, name)}
	lay := p.order.Render
	p.order.Render = func(ctx context.Context, stamp issue.Stamp) ([]byte, error) {
		p.code = stamp.Address
		return lay(ctx, stamp)
	}
	var err error
	p.issued, err = give(t.Context(), p.order)
	require.NoError(t, err)
	p.file = b.File(t, p.issued)
	_, err = b.publisher.Publish(t.Context())
	require.NoError(t, err)
	return p
}

func (b *bench) corrects(t testing.TB, reference, name string) paper {
	t.Helper()
	return b.record(t, func(ctx context.Context, order issue.Order) (issue.Issued, error) {
		return b.Issuer.Correct(ctx, order, "a wrong name")
	}, reference, name)
}

// photo is the code as a phone would see it on paper.
func photo(t testing.TB, code string) image.Image {
	t.Helper()
	drawn, err := seal.Draw(code)
	require.NoError(t, err)
	return drawn.Image(6)
}

func (b *bench) get(t testing.TB, path string, headers ...string) *http.Response {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, b.server.URL+path, http.NoBody)
	require.NoError(t, err)
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := (&http.Client{Timeout: 20 * time.Second}).Do(request)
	require.NoError(t, err)
	t.Cleanup(func() { _ = response.Body.Close() })
	return response
}
