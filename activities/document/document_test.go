package document_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/seal"
	"github.com/jansetu/jansetu/documents/verify"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

func TestAReceiptIssuedTwiceIsOneDocument(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation, Language: "te"})
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	activities := document.New(s, texts, nil, nil)
	input := paidBill()
	first, err := activities.IssueReceipt(t.Context(), input)
	require.NoError(t, err)
	again, err := activities.IssueReceipt(t.Context(), input)
	require.NoError(t, err)
	require.Equal(t, first, again)
	require.Equal(t, "Receipt-R1.pdf", first.Filename)
	stored, err := s.Document(t.Context(), first.ID)
	require.NoError(t, err)
	require.Equal(t, "R1", stored.Request)
}

func paidBill() workflows.ReceiptInput {
	return workflows.ReceiptInput{
		To: workflows.Recipient{Reference: "R1", Language: "te"}, Service: "electricity-bill-south", Portal: "apspdcl",
		Bill:    connectors.Bill{Account: "1121104001001", Name: "K LAKSHMI DEVI", Number: "B-77"},
		Payment: workflows.Payment{ID: "pay_Pz8ueGo1qLbNx4", Amount: 124000, Method: "upi", PaidAt: time.Unix(1_790_000_000, 0)},
		Posted:  connectors.Posted{PortalReceipt: "PS-1", PostedAt: time.Unix(1_790_000_060, 0)},
	}
}

func TestAReceiptIsSealedLoggedAndSigned(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	activities := document.New(bench.Store, texts, bench.Issuer, nil)
	first, err := activities.IssueReceipt(t.Context(), paidBill())
	require.NoError(t, err)
	again, err := activities.IssueReceipt(t.Context(), paidBill())
	require.NoError(t, err)
	require.Equal(t, first, again)

	file := bench.File(t, issue.Issued{File: first.ID})
	found, err := bench.Trust.PDF(file, verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.Contains(t, found.Seal.Claims.Fields, seal.Field{Name: "amount", Value: "₹1,240.00"})

	folder := t.TempDir()
	path := filepath.Join(folder, "receipt.pdf")
	require.NoError(t, os.WriteFile(path, file, 0o600))
	output(t, "pdftoppm", "-r", "150", "-png", "-singlefile", path, filepath.Join(folder, "receipt"))
	text := output(t, "zbarimg", "--quiet", "--raw", filepath.Join(folder, "receipt.png"))
	opened, err := bench.Trust.Text(strings.TrimSpace(text), verify.At{Now: time.Now()})
	require.NoError(t, err, "the printed code says the same")
	require.Equal(t, found.Seal.Claims, opened.Seal.Claims)
	require.Contains(t, output(t, "pdftotext", path, "-"), found.Seal.Claims.Number)
	require.Contains(t, output(t, "pdfinfo", path), "Pages:           1")
}

// A department may give numbers of any length: who has paid gets the receipt.
func TestAReceiptIsIssuedHoweverLongTheDepartmentsNumbersAre(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	paid := paidBill()
	paid.Bill.Account, paid.Bill.Number = strings.Repeat("A1/", 30), "BILLNO-CH.Sanitation_dumping_garbage-26000101"
	paid.Bill.Name, paid.Posted.PortalReceipt = strings.Repeat("LAKSHMI ", 12), "PT/107/2026-27/"+strings.Repeat("0", 40)
	made, err := document.New(bench.Store, texts, bench.Issuer, nil).IssueReceipt(t.Context(), paid)
	require.NoError(t, err)
	found, err := bench.Trust.PDF(bench.File(t, issue.Issued{File: made.ID}), verify.At{Now: time.Now()})
	require.NoError(t, err)
	for _, needed := range []seal.Field{{Name: "biller", Value: "apspdcl"}, {Name: "amount", Value: "₹1,240.00"}, {Name: "reference", Value: "R1"}} {
		require.Contains(t, found.Seal.Claims.Fields, needed)
	}
}

func output(t *testing.T, program string, arguments ...string) string {
	t.Helper()
	said, err := exec.CommandContext(t.Context(), program, arguments...).Output()
	require.NoError(t, err, program)
	return string(said)
}
