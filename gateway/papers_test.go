package gateway_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
)

// again asks for the paper of the only request, and reads what comes from Meta.
func (p *phones) again() (content []byte, media string) {
	p.t.Helper()
	p.hears(citizen, p.write(citizen, "status"))
	got := p.hears(citizen, p.write(citizen, "Send paper again"))
	require.Len(p.t, got.Media, 1, string(got.Content))
	file, err := p.client.Download(p.t.Context(), number, got.Media[0].ID, 1<<20)
	require.NoError(p.t, err)
	return file.Content, got.Media[0].ID
}

func TestAPaperIsSentAgainByteForByteAlsoWhenMetaHasItNoMore(t *testing.T) {
	t.Parallel()
	p := newCitizensPhones(t)
	bench := issuetest.On(t, p.store, nil)
	p.addRequest("JS-1", p.conversationOf())
	issued, err := bench.Issuer.Issue(t.Context(), issuetest.Order("JS-1", "K Lakshmi Devi"))
	require.NoError(t, err)

	first, media := p.again()
	require.Equal(t, bench.File(t, issued), first)
	require.NoError(t, p.client.Delete(t.Context(), number, media))
	second, anew := p.again()
	require.Equal(t, first, second)
	require.NotEqual(t, media, anew, "it was uploaded again")

	corrected, err := bench.Issuer.Correct(t.Context(), issuetest.Order("JS-1", "K Lakshmi Devamma"), "approval X")
	require.NoError(t, err)
	third, _ := p.again()
	require.Equal(t, bench.File(t, corrected), third, "only the version that counts is sent")

	require.NoError(t, bench.Issuer.Revoke(t.Context(), "JS-1", "certificate", "approval Y"))
	refused := p.hears(citizen, p.write(citizen, "status"))
	require.NotContains(t, string(refused.Content), "Send paper again", "a revoked paper is not sent")
}

func TestAnErasedPersonsPaperIsNotSent(t *testing.T) {
	t.Parallel()
	p := newCitizensPhones(t)
	bench := issuetest.On(t, p.store, nil)
	p.addRequest("JS-1", p.conversationOf())
	issued, err := bench.Issuer.Issue(t.Context(), issuetest.Order("JS-1", "K Lakshmi Devi"))
	require.NoError(t, err)
	p.again()
	var person string
	require.NoError(t, p.pool.QueryRow(t.Context(), `select person::text from request`).Scan(&person))
	require.NoError(t, p.store.DestroyKey(t.Context(), person))
	_, err = p.store.Document(t.Context(), issued.File)
	require.True(t, store.IsUnreadable(err), "%v", err)
	_, err = bench.Issuer.Issue(t.Context(), issuetest.Order("JS-1", "K Lakshmi Devi"))
	require.ErrorIs(t, err, issue.ErrForgotten, "it is not made anew either")
}

// newCitizensPhones is a hub with its real dialog, and a citizen who agreed.
func newCitizensPhones(t *testing.T) *phones {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	engine, err := dialog.NewEngine(services)
	require.NoError(t, err)
	p := newPhones(t, func(c *gateway.Config) { c.Dialog, c.Services = engine, services })
	p.citizen(citizen)
	for _, said := range []string{"Hi", "English", "yes"} {
		p.hears(citizen, p.write(citizen, said))
	}
	return p
}
