package document

import (
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/workflows"
)

const english = "en"

// receipt is in the citizen's language with English below, so that an office anywhere can read it too. The bill shows what the receipt of a
// bill payment must: biller, number and name, bill and period, amount, mode, ids, date and time, and how to complain.
func (a *Activities) receipt(library *documents.Library, input workflows.ReceiptInput) documents.Data {
	state := a.catalog.State()
	language := written(library, input.To.Language)
	return documents.Data{
		Service: input.Service, Language: language, Also: english, Author: "Jansetu – " + state.Title.In(english), At: input.Posted.PostedAt,
		Values: map[string]documents.Value{
			"issuer": issuerOf(a.catalog), "service": a.service(input.Service), "biller": a.biller(input.Portal),
			"account": documents.Plain(input.Bill.Account), "name": documents.Plain(input.Bill.Name), "bill": documents.Plain(input.Bill.Number),
			"period": documents.Month(input.Bill.Period), "due": documents.Day(input.Bill.DueDate),
			"amount": documents.Money(input.Payment.Amount), "mode": documents.Plain(strings.ToUpper(input.Payment.Method)),
			"payment": documents.Plain(input.Payment.ID), "rrn": documents.Plain(input.Payment.RRN), "paid": documents.Moment(input.Payment.PaidAt),
			"department_receipt": documents.Plain(input.Posted.PortalReceipt), "posted": documents.Moment(input.Posted.PostedAt),
			"reference": documents.Plain(input.To.Reference), "helpline": documents.Plain(state.Helpline),
		},
	}
}

// written is the citizen's language, or English where documents are not written in it: a receipt is owed in any case.
func written(library *documents.Library, asked catalog.Language) string {
	if library.Writes(string(asked)) {
		return string(asked)
	}
	return english
}

func issuerOf(c *catalog.Catalog) documents.Words {
	named := make(documents.Words)
	for language, title := range c.State().Title {
		named[string(language)] = "Jansetu – " + title
	}
	return named
}

func (a *Activities) service(id string) documents.Value {
	if service, ok := a.catalog.Service(id); ok {
		return words(service.Title)
	}
	return documents.Plain(id)
}

func (a *Activities) biller(portal string) documents.Value {
	if known, ok := a.catalog.Portal(portal); ok {
		return words(known.Title)
	}
	return documents.Plain(portal)
}

func words(text catalog.Text) documents.Words {
	named := make(documents.Words, len(text))
	for language, title := range text {
		named[string(language)] = title
	}
	return named
}

// receiptKind and receiptName tell the receipts of bills that were paid together apart: a request has one document of a kind.
func receiptKind(input workflows.ReceiptInput) string {
	if input.Part == 0 {
		return kindReceipt
	}
	return kindReceipt + "-" + strconv.Itoa(input.Part)
}

func receiptName(input workflows.ReceiptInput) string {
	if input.Part == 0 {
		return "Receipt-" + input.To.Reference + ".pdf"
	}
	return "Receipt-" + input.To.Reference + "-" + strconv.Itoa(input.Part) + ".pdf"
}
