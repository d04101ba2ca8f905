package dialog

import (
	"slices"

	"github.com/jansetu/jansetu/catalog"
)

// The dialog's own texts, in deploy/languages/<language>/dialog.yaml.
const (
	textGreeting         catalog.TextKey = "dialog.greeting"
	textLanguageChoose   catalog.TextKey = "dialog.language.choose"
	textConsentNotice    catalog.TextKey = "dialog.consent.notice"
	textConsentNeeded    catalog.TextKey = "dialog.consent.needed"
	textConsentThanks    catalog.TextKey = "dialog.consent.thanks"
	textConsentDeclined  catalog.TextKey = "dialog.consent.declined"
	textConsentGiven     catalog.TextKey = "dialog.consent.given"
	textMenuChoose       catalog.TextKey = "dialog.menu.choose"
	textServiceChoose    catalog.TextKey = "dialog.service.choose"
	textUnderstood       catalog.TextKey = "dialog.understood"
	textComing           catalog.TextKey = "dialog.coming"
	textComingRow        catalog.TextKey = "dialog.coming.row"
	textComingInstead    catalog.TextKey = "dialog.coming.instead"
	textFoundChoose      catalog.TextKey = "dialog.found.choose"
	textFoundNone        catalog.TextKey = "dialog.found.none"
	textHelp             catalog.TextKey = "dialog.help"
	textThanks           catalog.TextKey = "dialog.thanks"
	textFormStart        catalog.TextKey = "dialog.form.start"
	textFormProgress     catalog.TextKey = "dialog.form.progress"
	textFormExample      catalog.TextKey = "dialog.form.example"
	textFormNow          catalog.TextKey = "dialog.form.now"
	textFormEmpty        catalog.TextKey = "dialog.form.empty"
	textFormText         catalog.TextKey = "dialog.form.text_wanted"
	textFormDocument     catalog.TextKey = "dialog.form.document_wanted"
	textFormFileType     catalog.TextKey = "dialog.form.file_type"
	textFormLocation     catalog.TextKey = "dialog.form.location_wanted"
	textFormReceived     catalog.TextKey = "dialog.form.received"
	textFormSkipped      catalog.TextKey = "dialog.form.skipped"
	textSummary          catalog.TextKey = "dialog.summary"
	textSummaryConfirm   catalog.TextKey = "dialog.summary.confirm"
	textSummaryOutdated  catalog.TextKey = "dialog.summary.outdated"
	textSummaryRetry     catalog.TextKey = "dialog.summary.retry"
	textSummaryAway      catalog.TextKey = "dialog.summary.portal_away"
	textChangeChoose     catalog.TextKey = "dialog.change.choose"
	textStarted          catalog.TextKey = "dialog.started"
	textStartedAlready   catalog.TextKey = "dialog.started.already"
	textDraftParked      catalog.TextKey = "dialog.draft.parked"
	textDraftLeft        catalog.TextKey = "dialog.draft.left"
	textDraftResumed     catalog.TextKey = "dialog.draft.resumed"
	textDraftChoose      catalog.TextKey = "dialog.draft.choose"
	textDraftStarted     catalog.TextKey = "dialog.draft.started"
	textNothingToCancel  catalog.TextKey = "dialog.cancel.nothing"
	textChanged          catalog.TextKey = "dialog.changed"
	textEarlier          catalog.TextKey = "dialog.earlier"
	textQuestionClosed   catalog.TextKey = "dialog.question.closed"
	textQuestionTaken    catalog.TextKey = "dialog.question.taken"
	textQuestionWhich    catalog.TextKey = "dialog.question.which"
	textQuestionChoose   catalog.TextKey = "dialog.question.choose"
	textQuestionAbout    catalog.TextKey = "dialog.question.about"
	textRequestsChoose   catalog.TextKey = "dialog.requests.choose"
	textRequestsNone     catalog.TextKey = "dialog.requests.none"
	textRequestsOpen     catalog.TextKey = "dialog.requests.open"
	textRequestOpen      catalog.TextKey = "dialog.request.open"
	textRequestFinished  catalog.TextKey = "dialog.request.finished"
	textRequestReference catalog.TextKey = "dialog.request.reference"
	textRequestChanged   catalog.TextKey = "dialog.request.changed"
	textRequestCancel    catalog.TextKey = "dialog.request.cancel"
	textRequestMissing   catalog.TextKey = "dialog.request.missing"
	textStopAsk          catalog.TextKey = "dialog.stop.ask"
	textStopSent         catalog.TextKey = "dialog.stop.sent"
	textStopClosed       catalog.TextKey = "dialog.stop.closed"
	textStopLate         catalog.TextKey = "dialog.stop.late"
	textStopKept         catalog.TextKey = "dialog.stop.kept"
	textVoice            catalog.TextKey = "dialog.voice"
	textUnsupported      catalog.TextKey = "dialog.unsupported"
	textApology          catalog.TextKey = "dialog.apology"
	textFileUnneeded     catalog.TextKey = "dialog.file.unneeded"
	textLocationUnneeded catalog.TextKey = "dialog.location.unneeded"

	buttonChoose   catalog.TextKey = "button.dialog.choose"
	buttonAgree    catalog.TextKey = "button.dialog.agree"
	buttonDecline  catalog.TextKey = "button.dialog.decline"
	buttonMenu     catalog.TextKey = "button.dialog.menu"
	buttonMore     catalog.TextKey = "button.dialog.more"
	buttonPrevious catalog.TextKey = "button.dialog.previous"
	buttonResume   catalog.TextKey = "button.dialog.resume"
	buttonRequests catalog.TextKey = "button.dialog.requests"
	buttonSkip     catalog.TextKey = "button.dialog.skip"
	buttonConfirm  catalog.TextKey = "button.dialog.confirm"
	buttonChange   catalog.TextKey = "button.dialog.change"
	buttonCancel   catalog.TextKey = "button.dialog.cancel"
	buttonKeep     catalog.TextKey = "button.dialog.keep"
	buttonPay      catalog.TextKey = "button.dialog.pay"
	buttonAnswer   catalog.TextKey = "button.dialog.answer"
	buttonStop     catalog.TextKey = "button.dialog.stop"
	buttonStopYes  catalog.TextKey = "button.dialog.stop_yes"
	buttonStopNo   catalog.TextKey = "button.dialog.stop_no"
)

// Texts lists every text of the dialog with its placeholders. "words." texts are lists of typed words, "button." texts are
// titles of at most [bubble.MaxButtonTitle] characters.
func Texts() []catalog.TextSpec {
	specs := slices.Concat(filledTexts(), noticeTexts(), rightsTexts(), paperTexts(), refundTexts(), questionTexts(),
		informationTexts(), checkTexts(), nativeTexts())
	for _, key := range plainTexts() {
		specs = append(specs, catalog.TextSpec{Key: key})
	}
	for _, w := range allWords() {
		specs = append(specs, catalog.TextSpec{Key: w.textKey(), Words: true})
	}
	return specs
}

func filledTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textGreeting, Placeholders: []string{"state"}},
		{Key: textApology, Placeholders: []string{"helpline"}},
		{Key: textLimitSlow, Placeholders: []string{"helpline"}},
		{Key: textConsentDeclined, Placeholders: []string{"helpline"}},
		{Key: textServiceChoose, Placeholders: []string{"category"}},
		{Key: textUnderstood, Placeholders: []string{"service"}},
		{Key: textComing, Placeholders: []string{"service", "helpline"}},
		{Key: textFoundNone, Placeholders: []string{"query", "helpline"}},
		{Key: textHelp, Placeholders: []string{"helpline"}},
		{Key: textFormProgress, Placeholders: []string{"number", "total"}},
		{Key: textFormExample, Placeholders: []string{"example"}},
		{Key: textFormNow, Placeholders: []string{"value"}},
		{Key: textSummary, Placeholders: []string{"service"}},
		{Key: textSummaryAway, Placeholders: []string{"portal"}},
		{Key: textStarted, Placeholders: []string{"service", "reference"}},
		{Key: textStartedAlready, Placeholders: []string{"reference"}},
		{Key: textDraftParked, Placeholders: []string{"service"}},
		{Key: textDraftResumed, Placeholders: []string{"service"}},
		{Key: textDraftStarted, Placeholders: []string{"date"}},
		{Key: textQuestionTaken, Placeholders: []string{"choice"}},
		{Key: textQuestionAbout, Placeholders: []string{"service", "reference"}},
		{Key: textRequestsOpen, Placeholders: []string{"count"}},
		{Key: textRequestReference, Placeholders: []string{"reference"}},
		{Key: textRequestChanged, Placeholders: []string{"date"}},
		{Key: textRequestMissing, Placeholders: []string{"helpline"}},
		{Key: textStopAsk, Placeholders: []string{"service", "reference"}},
		{Key: textStopSent, Placeholders: []string{"reference"}},
		{Key: textStopClosed, Placeholders: []string{"reference"}},
		{Key: textStopLate, Placeholders: []string{"reference"}},
		{Key: textStopKept, Placeholders: []string{"reference"}},
	}
}

func plainTexts() []catalog.TextKey {
	return []catalog.TextKey{
		textLanguageChoose, textConsentNeeded, textConsentThanks, textConsentGiven, textMenuChoose, textComingRow,
		textComingInstead, textFoundChoose, textThanks, textFormStart, textFormEmpty, textFormText, textFormDocument, textFormFileType,
		textFormLocation, textFormReceived, textFormSkipped, textSummaryConfirm, textSummaryOutdated, textSummaryRetry,
		textChangeChoose, textDraftLeft, textDraftChoose, textNothingToCancel, textChanged, textEarlier,
		textQuestionClosed, textQuestionWhich, textQuestionChoose, textRequestsChoose, textRequestsNone, textRequestOpen, textRequestCancel,
		textRequestFinished, textIdentityAadhaar, textIdentityCard, textVoice, textUnsupported, textFileUnneeded, textLocationUnneeded,
		buttonChoose, buttonAgree, buttonDecline, buttonMenu, buttonMore, buttonPrevious, buttonResume, buttonRequests,
		buttonSkip, buttonConfirm, buttonChange, buttonCancel, buttonKeep, buttonPay, buttonAnswer, buttonStop, buttonStopYes, buttonStopNo,
	}
}
