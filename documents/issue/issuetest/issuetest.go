// Package issuetest gives tests an issuer with keys of its own on a fresh database, and a plain document to issue. It is for tests only.
package issuetest

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issuerkeys"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// Address is that of the check page.
const Address = "https://jansetu.example.gov.in"

// Bench is an issuer with what belongs to it.
type Bench struct {
	Store  *store.Store
	Keys   *issuerkeys.Keys
	Folder string // of the keys
	Issuer *issue.Issuer
	Trust  *verify.Trust
}

// New makes an issuer on a fresh database. now may be nil: time.Now.
func New(t testing.TB, now func() time.Time) *Bench {
	t.Helper()
	return On(t, storetest.Store(t), now)
}

// On makes an issuer on a store.
func On(t testing.TB, s *store.Store, now func() time.Time) *Bench {
	t.Helper()
	b := &Bench{Store: s, Folder: filepath.Join(t.TempDir(), "issuer")}
	made := time.Now()
	if now != nil {
		made = now()
	}
	require.NoError(t, issuerkeys.Create(b.Folder, issuerkeys.Options{
		Name: "IN-TEST", Origin: "jansetu.example.gov.in/log", Holder: "Test department", Now: made.Add(-time.Hour),
	}))
	var err error
	b.Keys, err = issuerkeys.Open(b.Folder, "")
	require.NoError(t, err)
	b.Issuer = b.Another(t, now)
	b.Trust, err = verify.NewTrust(b.Keys.List)
	require.NoError(t, err)
	return b
}

// Another is a second process with the same keys and database.
func (b *Bench) Another(t testing.TB, now func() time.Time) *issue.Issuer {
	t.Helper()
	issuer, err := issue.New(issue.Config{
		Store: b.Store, Name: b.Keys.Name, Address: Address, SealKey: b.Keys.Seal, Signer: b.Keys.Signer, Log: b.Keys.Log, LogKey: b.Keys.LogKey,
		Slog: slog.New(slog.DiscardHandler), Now: now,
	})
	require.NoError(t, err)
	return issuer
}

// Request adds a request of a new person, and answers whose it is.
func (b *Bench) Request(t testing.TB, reference string) (person string) {
	t.Helper()
	person, conversation := storetest.Person(t, b.Store)
	storetest.Request(t, b.Store, store.Request{Reference: reference, Person: person, Conversation: conversation})
	return person
}

// Order is a plain certificate for a request.
func Order(request, name string) issue.Order {
	return issue.Order{
		Request: request, Kind: "certificate", Filename: "Certificate-" + request + ".pdf",
		Fields: []seal.Field{{Name: "name", Value: name}, {Name: "income", Value: "₹1,20,000"}},
		Render: func(_ context.Context, stamp issue.Stamp) ([]byte, error) {
			return Page(fmt.Sprintf("%s %s %d", name, stamp.Number, stamp.Version)), nil
		},
	}
}

// File reads an issued file.
func (b *Bench) File(t testing.TB, issued issue.Issued) []byte {
	t.Helper()
	file, err := b.Store.Document(t.Context(), issued.File)
	require.NoError(t, err)
	return file.Content
}

// Page is a PDF of one page with one line.
func Page(line string) []byte {
	content := "BT /F1 18 Tf 72 720 Td (" + strings.NewReplacer("(", "", ")", "", "\\", "").Replace(line) + ") Tj ET"
	objects := []string{
		"<</Type/Catalog/Pages 2 0 R>>", "<</Type/Pages/Kids[3 0 R]/Count 1>>",
		"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Resources<</Font<</F1 5 0 R>>>>/Contents 4 0 R>>",
		fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(content), content),
		"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
	}
	var file bytes.Buffer
	file.WriteString("%PDF-1.7\n")
	var table strings.Builder
	for i, object := range objects {
		fmt.Fprintf(&table, "%010d 00000 n \n", file.Len())
		fmt.Fprintf(&file, "%d 0 obj\n%s\nendobj\n", i+1, object)
	}
	at := file.Len()
	fmt.Fprintf(&file, "xref\n0 6\n0000000000 65535 f \n%strailer\n<</Size 6/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n", table.String(), at)
	return file.Bytes()
}
