package seal_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/seal"
)

var issuedAt = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

const host = "https://jansetu.example.gov.in"

// certificate is as much as a certificate usually says.
func certificate() seal.Claims {
	return seal.Claims{
		Issuer: "IN-AP", Number: "7K3M-Q2PX-9RTV-3WZD", Version: 1, Kind: "certificate", Issued: issuedAt, Expires: issuedAt.AddDate(1, 0, 0),
		Fields: []seal.Field{
			{Name: "name", Value: "శ్రీమతి కె. లక్ష్మీ దేవి"}, {Name: "father", Value: "K Venkata Rao"}, {Name: "village", Value: "Kuppam"},
			{Name: "income", Value: "₹1,20,000"},
		},
	}
}

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	return key
}

// issuer is a key list with one key in use.
type issuer struct {
	root, key *ecdsa.PrivateKey
	list      *seal.KeyList
}

func newIssuer(t testing.TB) issuer {
	t.Helper()
	i := issuer{root: newKey(t), key: newKey(t)}
	i.list = &seal.KeyList{
		Issuer: "IN-AP", Serial: 1, Made: issuedAt, Keys: []seal.Key{{Public: &i.key.PublicKey, From: issuedAt.Add(-time.Hour)}},
		Roots: []*ecdsa.PublicKey{&i.root.PublicKey},
	}
	return i
}

func (i issuer) seal(t testing.TB, claims seal.Claims) seal.Seal {
	t.Helper()
	sealed, err := seal.New(i.key, claims)
	require.NoError(t, err)
	return sealed
}
