// Package activities gathers what the activities have in common: the texts they say. The activities themselves are in the packages
// below, grouped by what they touch.
package activities

import (
	"slices"

	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/workflows"
)

// TextTemplate is the body of the message template citizen.TemplateRequestUpdate, as it must be registered with Meta for every
// language: {reference} as its first parameter, {stage} as its second.
const TextTemplate catalog.TextKey = "template.request_update"

// Texts declares every text of the catalog that workflows and activities say.
func Texts() []catalog.TextSpec {
	texts := slices.Concat(buttonTexts, requestTexts, askingTexts, billTexts, moneyTexts, rightsTexts, applicationTexts, clockTexts, appealTexts, bookingTexts,
		recordTexts, moreBillTexts, issuedTexts, grievanceTexts, paper.Texts(), lateMoneyTexts)
	for _, reason := range upload.Reasons() {
		spec := catalog.TextSpec{Key: catalog.TextKey((&upload.RefusedError{Reason: reason}).TextKey())}
		if reason == upload.TooLarge {
			spec.Placeholders = []string{"max"}
		}
		texts = append(texts, spec)
	}
	for _, stage := range workflows.Stages() {
		texts = append(texts, catalog.TextSpec{Key: stage.TextKey()})
	}
	return texts
}

var buttonTexts = []catalog.TextSpec{
	{Key: "button.pay"},
	{Key: "button.dont_pay"},
	{Key: "button.pay_now"},
	{Key: "button.choose_answer"},
	{Key: "button.back_to_chat"},
}

var requestTexts = []catalog.TextSpec{
	{Key: TextTemplate, Placeholders: []string{"reference", "stage"}},
	{Key: "request.kept", Placeholders: []string{"portal", "reference"}},
	{Key: "request.back", Placeholders: []string{"portal"}},
	{Key: "request.cancelled", Placeholders: []string{"reference"}},
	{Key: "request.gave_up", Placeholders: []string{"portal"}},
	{Key: "request.with_officer", Placeholders: []string{"portal", "reference"}},
}

var askingTexts = []catalog.TextSpec{
	{Key: "button.stop"},
	{Key: "button.challenge_refresh"},
	{Key: "request.no_answer", Placeholders: []string{"reference"}},
	{Key: "challenge.captcha", Placeholders: []string{"portal"}},
	{Key: "challenge.otp", Placeholders: []string{"portal"}},
	{Key: "challenge.again"},
	{Key: "challenge.prompt", Placeholders: []string{"portal_words"}},
	{Key: "choose.did_you_mean", Placeholders: []string{"typed"}},
	{Key: "choose.none", Placeholders: []string{"typed"}},
	{Key: "choose.type_again"},
	{Key: "button.none_of_these"},
	{Key: "question.reminder", Placeholders: []string{"reference"}},
}

var billTexts = []catalog.TextSpec{
	{Key: "bill.title", Placeholders: []string{"portal"}},
	{Key: "bill.name", Placeholders: []string{"name"}},
	{Key: "bill.account", Placeholders: []string{"account"}},
	{Key: "bill.period", Placeholders: []string{"month"}},
	{Key: "bill.due_date", Placeholders: []string{"day"}},
	{Key: "bill.amount", Placeholders: []string{"amount"}},
	{Key: "bill.arrears", Placeholders: []string{"amount"}},
	{Key: "bill.total", Placeholders: []string{"amount"}},
	{Key: "bill.ask"},
	{Key: "bill.rejected", Placeholders: []string{"portal", "reason"}},
	{Key: "bill.not_found", Placeholders: []string{"portal"}},
	{Key: "bill.refused", Placeholders: []string{"portal", "reason"}},
	{Key: "bill.paid_already", Placeholders: []string{"day", "month"}},
	{Key: "bill.nothing_due", Placeholders: []string{"portal"}},
	{Key: "bill.not_confirmed", Placeholders: []string{"reference"}},
	{Key: "bill.rival_open", Placeholders: []string{"until"}},
	{Key: "bill.rival_paid"},
}

var moneyTexts = []catalog.TextSpec{
	{Key: "money.link", Placeholders: []string{"amount", "until"}},
	{Key: "money.attempt_failed", Placeholders: []string{"until"}},
	{Key: "money.undecided"},
	{Key: "money.expired", Placeholders: []string{"reference"}},
	{Key: "money.cancelled", Placeholders: []string{"reference"}},
	{Key: "money.cannot_cancel", Placeholders: []string{"portal"}},
	{Key: "money.kept", Placeholders: []string{"amount", "portal", "reference"}},
	{Key: "money.paper_late", Placeholders: []string{"amount", "portal"}},
	{Key: "money.with_officer", Placeholders: []string{"portal", "reference"}},
	{Key: "money.refused", Placeholders: []string{"portal", "reference"}},
	{Key: "money.refused_because", Placeholders: []string{"portal", "reason"}},
	{Key: "money.refund_by", Placeholders: []string{"amount", "day"}},
	{Key: "money.paid_twice"},
	{Key: "money.paid_late"},
	{Key: "money.paid_wrong_amount"},
	{Key: "money.refunded", Placeholders: []string{"amount", "refund"}},
	{Key: "money.done", Placeholders: []string{"amount", "portal", "receipt"}},
	{Key: "money.detail_awaiting", Placeholders: []string{"amount", "until"}},
	{Key: "money.detail_paid", Placeholders: []string{"amount", "when"}},
	{Key: "money.detail_done", Placeholders: []string{"amount", "receipt"}},
	{Key: "money.page_paid"},
	{Key: "money.page_paid_text"},
	{Key: "money.page_for", Placeholders: []string{"portal", "reference", "service"}},
	{Key: "money.page_order", Placeholders: []string{"amount", "portal", "reference"}},
	{Key: "money.page_refunding"},
	{Key: "money.page_refunding_text"},
	{Key: "money.page_refunded"},
	{Key: "money.page_refunded_text"},
	{Key: "money.page_closed"},
	{Key: "money.page_closed_text"},
	{Key: "money.page_waiting"},
	{Key: "money.page_waiting_text"},
}
