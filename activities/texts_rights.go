package activities

import "github.com/jansetu/jansetu/catalog"

var rightsTexts = []catalog.TextSpec{
	{Key: "rights.summary", Placeholders: []string{"consents", "documents", "messages", "payments", "requests"}},
	{Key: "rights.filename"},
	{Key: "rights.title", Placeholders: []string{"state"}},
	{Key: "rights.made", Placeholders: []string{"moment"}},
	{Key: "rights.identities"},
	{Key: "rights.identity.phone", Placeholders: []string{"value"}},
	{Key: "rights.identity.other", Placeholders: []string{"value"}},
	{Key: "rights.consents"},
	{Key: "rights.consent.given", Placeholders: []string{"moment", "notice"}},
	{Key: "rights.consent.refused", Placeholders: []string{"moment", "notice"}},
	{Key: "rights.requests"},
	{Key: "rights.request", Placeholders: []string{"moment", "reference", "service", "stage"}},
	{Key: "rights.answer", Placeholders: []string{"field", "value"}},
	{Key: "rights.payments"},
	{Key: "rights.payment.paid", Placeholders: []string{"amount", "moment", "reference"}},
	{Key: "rights.payment.unpaid", Placeholders: []string{"amount", "moment", "reference"}},
	{Key: "rights.documents"},
	{Key: "rights.document", Placeholders: []string{"filename", "moment", "reference"}},
	{Key: "rights.messages", Placeholders: []string{"messages"}},
	{Key: "rights.none"},
	{Key: "rights.complaints", Placeholders: []string{"helpline"}},
	{Key: "rights.farewell"},
}
