package seal_test

import (
	"crypto/ecdsa"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/seal"
)

func TestKeysRotate(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	first := issuer.seal(t, certificate())
	raw, err := issuer.list.Sign(issuer.root)
	require.NoError(t, err)
	held, err := seal.OpenKeyList(raw, &issuer.root.PublicKey)
	require.NoError(t, err)
	require.Equal(t, issuer.list.RootIDs(), held.RootIDs())

	// A new key for seals, and a new root, both in a list that the old root signed.
	next, nextRoot := newKey(t), newKey(t)
	change := issuedAt.Add(24 * time.Hour)
	later := *held
	later.Serial, later.Made = 2, change
	later.Keys = []seal.Key{{Public: held.Keys[0].Public, From: held.Keys[0].From, Until: change}, {Public: &next.PublicKey, From: change}}
	later.Roots = append(later.Roots, &nextRoot.PublicKey)
	raw, err = later.Sign(issuer.root)
	require.NoError(t, err)
	second, err := held.Next(raw)
	require.NoError(t, err)

	_, err = second.Open(first.Raw)
	require.NoError(t, err, "what the old key sealed in its time stays valid")
	claims := certificate()
	claims.Issued = change
	sealed, err := seal.New(next, claims)
	require.NoError(t, err)
	_, err = second.Open(sealed.Raw)
	require.NoError(t, err)
	_, err = held.Open(sealed.Raw)
	require.ErrorIs(t, err, seal.ErrUnknownKey, "an old list does not know the new key")
	_, err = second.Open(issuer.seal(t, claims).Raw)
	require.ErrorIs(t, err, seal.ErrKeyNotValid, "the old key seals nothing any more")

	third := *second
	third.Serial, third.Roots = 3, []*ecdsa.PublicKey{&nextRoot.PublicKey}
	raw, err = third.Sign(nextRoot)
	require.NoError(t, err)
	_, err = second.Next(raw)
	require.NoError(t, err, "the new root signs the next list")
	_, err = held.Next(raw)
	require.ErrorIs(t, err, seal.ErrListRefused, "who skipped a list does not know the new root")
}

func TestAnOlderOrForeignListIsRefused(t *testing.T) {
	t.Parallel()
	issuer, stranger := newIssuer(t), newIssuer(t)
	old, err := issuer.list.Sign(issuer.root)
	require.NoError(t, err)
	newer := *issuer.list
	newer.Serial = 2
	raw, err := newer.Sign(issuer.root)
	require.NoError(t, err)
	held, err := seal.FirstKeyList(raw)
	require.NoError(t, err)
	_, err = held.Next(old)
	require.ErrorIs(t, err, seal.ErrListRefused, "one from before a key was withdrawn")
	foreign, err := stranger.list.Sign(stranger.root)
	require.NoError(t, err)
	_, err = held.Next(foreign)
	require.ErrorIs(t, err, seal.ErrListRefused)
	usurped, err := newer.Sign(stranger.root)
	require.NoError(t, err)
	_, err = seal.FirstKeyList(usurped)
	require.ErrorIs(t, err, seal.ErrListRefused, "not signed by a root that it names")
	_, err = seal.FirstKeyList(issuer.seal(t, certificate()).Raw)
	require.ErrorIs(t, err, seal.ErrListRefused, "a seal is no list")
	for at := range raw {
		changed := append([]byte(nil), raw...)
		changed[at] ^= 1
		_, err := held.Next(changed)
		require.Error(t, err, "byte %d", at)
	}
}

func TestRevocationsAreKnownWithoutANetwork(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	ended := map[seal.Fingerprint]seal.Status{}
	const many = 100_000
	for n := range many {
		ended[document(n).Fingerprint()] = seal.Status(1 + n%2)
	}
	raw, err := seal.NewRevocations("IN-AP", 7, issuedAt, ended).Sign(issuer.key)
	require.NoError(t, err)
	require.Less(t, len(raw), many*34/10, "a hundred thousand revocations in 340 KB")
	list, err := issuer.list.OpenRevocations(raw)
	require.NoError(t, err)
	require.Equal(t, issuedAt, list.Made)
	for n := 0; n < many; n += 997 {
		require.Equal(t, seal.Status(1+n%2), list.Status(document(n)))
		require.Equal(t, seal.Valid, list.Status(document(many+n)))
		require.Equal(t, seal.Valid, list.Status(seal.Document{Number: document(n).Number, Version: 2}), "the correction counts")
	}

	_, err = newIssuer(t).list.OpenRevocations(raw)
	require.ErrorIs(t, err, seal.ErrListRefused)
	raw[len(raw)/2] ^= 1
	_, err = issuer.list.OpenRevocations(raw)
	require.ErrorIs(t, err, seal.ErrListRefused)
}

func TestAnEmptyListRevokesNothing(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	raw, err := seal.NewRevocations("IN-AP", 1, issuedAt, nil).Sign(issuer.key)
	require.NoError(t, err)
	require.Less(t, len(raw), 160)
	list, err := issuer.list.OpenRevocations(raw)
	require.NoError(t, err)
	require.Equal(t, seal.Valid, list.Status(document(1)))
}

func document(n int) seal.Document {
	return seal.Document{Number: fmt.Sprintf("NUMBER-%d", n), Version: 1}
}

func BenchmarkStatusAmong100000(b *testing.B) {
	ended := map[seal.Fingerprint]seal.Status{}
	for n := range 100_000 {
		ended[document(n).Fingerprint()] = seal.Revoked
	}
	list := seal.NewRevocations("IN-AP", 1, issuedAt, ended)
	for n := 0; b.Loop(); n++ {
		list.Status(document(n))
	}
}
