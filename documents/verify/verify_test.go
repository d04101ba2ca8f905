package verify_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/sign"
	"github.com/jansetu/jansetu/documents/verify"
)

func issued(t testing.TB, bench *issuetest.Bench, request string) []byte {
	t.Helper()
	bench.Request(t, request)
	made, err := bench.Issuer.Issue(t.Context(), issuetest.Order(request, "K Lakshmi Devi"))
	require.NoError(t, err)
	return bench.File(t, made)
}

// Somebody inside the department can sign a PDF, and still cannot make a paper that was never recorded.
func TestASignatureAloneIsNotEnough(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	file := issued(t, bench, "R1")
	at := verify.At{Now: time.Now()}
	genuine, err := bench.Trust.PDF(file, at)
	require.NoError(t, err)
	proof, err := publiclog.ParseProof(genuine.Signature.Proof)
	require.NoError(t, err)
	forgedPages := issuetest.Page("Somebody else")

	forge := func(pages []byte, change func(*publiclog.Proof)) error {
		changed := proof
		changed.Pages = int64(len(pages))
		change(&changed)
		raw, err := changed.Marshal()
		require.NoError(t, err)
		signed, err := bench.Keys.Signer.Sign(t.Context(), pages, raw, time.Now())
		require.NoError(t, err)
		_, err = bench.Trust.PDF(signed, at)
		return err
	}
	require.NoError(t, forge(file[:proof.Pages], func(*publiclog.Proof) {}), "the same paper, signed again")
	require.ErrorIs(t, forge(forgedPages, func(*publiclog.Proof) {}), publiclog.ErrProof, "other pages under the leaf of a real paper")
	require.ErrorIs(t, forge(file[:proof.Pages], func(p *publiclog.Proof) { p.Index++ }), publiclog.ErrProof)
	require.ErrorIs(t, forge(file[:proof.Pages], func(p *publiclog.Proof) { p.Salt[0] ^= 1 }), publiclog.ErrProof)
	require.ErrorIs(t, forge(file[:proof.Pages], func(p *publiclog.Proof) { p.Pages = 1 << 40 }), publiclog.ErrProof)
	require.ErrorIs(t, forge(file[:proof.Pages], func(p *publiclog.Proof) { p.Checkpoint = []byte("x") }), publiclog.ErrCheckpoint)
	claims := genuine.Seal.Claims
	claims.Fields = []seal.Field{{Name: "name", Value: "Somebody else"}}
	other, err := seal.New(bench.Keys.Seal, claims)
	require.NoError(t, err)
	require.ErrorIs(t, forge(file[:proof.Pages], func(p *publiclog.Proof) { p.Seal = other.Raw }), publiclog.ErrProof, "another seal")

	bare, err := bench.Keys.Signer.Sign(t.Context(), forgedPages, nil, time.Now())
	require.NoError(t, err)
	_, err = bench.Trust.PDF(bare, at)
	require.ErrorIs(t, err, verify.ErrNoProof)
	_, err = issuetest.New(t, nil).Trust.PDF(file, at)
	require.ErrorIs(t, err, sign.ErrUntrusted, "another department's paper")
}

func TestAPaperRunsOut(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	order := issuetest.Order("R1", "K Lakshmi Devi")
	order.Expires = time.Now().Add(time.Hour).UTC().Truncate(time.Second)
	made, err := bench.Issuer.Issue(t.Context(), order)
	require.NoError(t, err)
	file := bench.File(t, made)
	now, err := bench.Trust.PDF(file, verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.False(t, now.Expired)
	later, err := bench.Trust.PDF(file, verify.At{Now: order.Expires})
	require.NoError(t, err)
	require.True(t, later.Expired)
}

func BenchmarkPDF(b *testing.B) {
	bench := issuetest.New(b, nil)
	file := issued(b, bench, "R1")
	for b.Loop() {
		if _, err := bench.Trust.PDF(file, verify.At{Now: time.Now()}); err != nil {
			b.Fatal(err)
		}
	}
}
