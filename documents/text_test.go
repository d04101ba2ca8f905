package documents_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
)

// shown are words of the page that a reader must find again, in the page's language and in English.
func shown(kind, language string) []string {
	place, other := locals[language], locals["en"]
	english := language != "en"
	words := map[string][]string{
		documents.Certificate: {
			place.state, place.department, place.office, place.service, place.name, "AP/INC/2026/004711", place.income, "₹1,24,000.00", place.address,
			place.officer, place.officerTitle, "https://jansetu.example/verify/7K3MQ9ZT",
		},
		documents.Receipt: {
			place.state, "₹1,240.00", place.department, "1134100025678", place.name, "B202611000123", "UPI", "pay_QWERTYUIOPASDF", "632612345678",
			"PS-99887766", "AP-7K3M-Q9ZT", "1100",
		},
		documents.Ticket:          {place.from + " – " + place.to, "TS7719024", place.boarding, place.vehicle, "₹1,350.50", place.name, "K SRINIVASA RAO"},
		documents.Acknowledgement: {place.name, place.service, "INC012600045118", "₹45.00", place.paper1, place.paper2, "AP-7K3M-Q9ZT"},
		documents.Appeal: {
			place.authority, place.authorityOffice, place.name, place.address, place.service, place.law, place.ground1, place.ground2, place.paper2,
		},
		documents.Summary: {place.state, place.service, place.name, place.income, place.address, place.paper1, place.paper2},
		documents.Extract: {place.department, "1-B: 102", "సర్వే నెంబరు", "12-2", "12-3", place.name, "AP-7K3M-Q9ZT"},
	}[kind]
	if english {
		words = append(words, map[string][]string{
			documents.Certificate:     {other.state, other.officer, "This is to certify that the following particulars of"},
			documents.Receipt:         {"Payment receipt", "Something wrong?"},
			documents.Ticket:          {"Boarding point", other.boarding},
			documents.Acknowledgement: {"Papers enclosed", other.paper1},
			documents.Appeal:          {"Grounds", other.ground1},
			documents.Summary:         {"Declaration", other.paper2},
			documents.Extract:         {"It is not a certified copy", other.department},
		}[kind]...)
	}
	return words
}

func TestTextComesOutAsItWentIn(t *testing.T) {
	t.Parallel()
	for _, kind := range kinds {
		for language := range locals {
			t.Run(kind+" "+language, func(t *testing.T) {
				t.Parallel()
				content, err := library(t).Render(kind, sample(kind, language))
				require.NoError(t, err)
				text := pdftest.Text(t, content)
				for _, words := range shown(kind, language) {
					require.Contains(t, text, words)
				}
			})
		}
	}
}
