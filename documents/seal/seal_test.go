package seal_test

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"
	"github.com/veraison/go-cose"

	"github.com/jansetu/jansetu/documents/seal"
)

func TestASealSaysWhatThePaperSays(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	text := issuer.seal(t, certificate()).Text(host)
	require.True(t, strings.HasPrefix(text, "HTTPS://JANSETU.EXAMPLE.GOV.IN/V/"))
	for _, read := range []string{text, strings.TrimPrefix(text, "HTTPS://JANSETU.EXAMPLE.GOV.IN/V/"), " " + text + "\n"} {
		opened, err := issuer.list.OpenText(read)
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(certificate(), opened.Claims))
	}
	corrected := certificate()
	corrected.Version, corrected.Expires = 2, time.Time{}
	opened, err := issuer.list.Open(issuer.seal(t, corrected).Raw)
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(corrected, opened.Claims))
}

func TestAnyCOSELibraryVerifiesASeal(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	var message cose.Sign1Message
	require.NoError(t, message.UnmarshalCBOR(issuer.seal(t, certificate()).Raw))
	verifier, err := cose.NewVerifier(cose.AlgorithmES256, &issuer.key.PublicKey)
	require.NoError(t, err)
	require.NoError(t, message.Verify(nil, verifier))
}

func TestEveryFlippedBitIsFound(t *testing.T) {
	t.Parallel()
	issuer := newIssuer(t)
	raw := issuer.seal(t, certificate()).Raw
	for at := range len(raw) * 8 {
		changed := bytes.Clone(raw)
		changed[at/8] ^= 1 << (at % 8)
		_, err := issuer.list.Open(changed)
		require.Error(t, err, "bit %d", at)
	}
}

func TestWhatIsNoSealIsNamed(t *testing.T) {
	t.Parallel()
	issuer, stranger := newIssuer(t), newIssuer(t)
	good := issuer.seal(t, certificate())
	early, foreign := certificate(), certificate()
	early.Issued = issuedAt.Add(-2 * time.Hour)
	foreign.Issuer = "IN-OR"
	list := *issuer.list
	list.Keys = append(list.Keys[:1:1], seal.Key{Public: &stranger.key.PublicKey, From: issuedAt, Withdrawn: true})
	for name, test := range map[string]struct {
		raw  []byte
		want error
	}{
		"empty":                           {nil, seal.ErrNotSeal},
		"other bytes":                     {[]byte("hello"), seal.ErrNotSeal},
		"cut":                             {good.Raw[:len(good.Raw)-1], seal.ErrNotSeal},
		"longer":                          {append(bytes.Clone(good.Raw), 0), seal.ErrNotSeal},
		"a stranger's":                    {newIssuer(t).seal(t, certificate()).Raw, seal.ErrUnknownKey},
		"from before the key was in use":  {issuer.seal(t, early).Raw, seal.ErrKeyNotValid},
		"of another issuer":               {issuer.seal(t, foreign).Raw, seal.ErrKeyNotValid},
		"under a key that was withdrawn":  {stranger.seal(t, certificate()).Raw, seal.ErrKeyNotValid},
		"with one letter of a name other": {bytes.Replace(good.Raw, []byte("Venkata"), []byte("Venkatu"), 1), seal.ErrForged},
	} {
		_, err := list.Open(test.raw)
		require.ErrorIs(t, err, test.want, name)
	}
	for _, text := range []string{"", "https://example.org/", host + "/V/", host + "/V/lower", "HTTPS://X/V/ZZZ"} {
		_, err := issuer.list.OpenText(text)
		require.ErrorIs(t, err, seal.ErrNotSeal, text)
	}
}

func TestMoreThanAPictureHoldsIsRefused(t *testing.T) {
	t.Parallel()
	claims := certificate()
	claims.Fields = append(claims.Fields, seal.Field{Name: "address", Value: strings.Repeat("తెలుగు ", 12)})
	sealed := newIssuer(t).seal(t, claims)
	_, err := seal.Draw(sealed.Text(host))
	require.ErrorIs(t, err, seal.ErrTooLarge)
	claims.Fields[0].Value = strings.Repeat("x", 401)
	_, err = seal.New(newKey(t), claims)
	require.ErrorIs(t, err, seal.ErrTooLarge)
}

// What anybody may print is read without harm, and nothing but our own signature opens it.
func FuzzOpenText(f *testing.F) {
	issuer := newIssuer(f)
	list := *issuer.list
	list.Keys = []seal.Key{{Public: &newIssuer(f).key.PublicKey}}
	f.Add(issuer.seal(f, certificate()).Text(host))
	f.Add("HTTPS://X/V/000")
	f.Fuzz(func(t *testing.T, text string) {
		if read, err := seal.ReadText(text); err == nil {
			again := read.Text("")
			require.Equal(t, strings.TrimSpace(text)[strings.LastIndex(strings.TrimSpace(text), "/")+1:], again[len(seal.PathPrefix):], "one text for one seal")
		}
		_, err := list.OpenText(text)
		require.Error(t, err)
	})
}

func BenchmarkOpenText(b *testing.B) {
	issuer := newIssuer(b)
	text := issuer.seal(b, certificate()).Text(host)
	for b.Loop() {
		if _, err := issuer.list.OpenText(text); err != nil {
			b.Fatal(err)
		}
	}
}
