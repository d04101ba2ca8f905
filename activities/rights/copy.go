package rights

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// summary is what the chat shows above the file.
func (a *Activities) summary(lang catalog.Language, held store.PersonalData) string {
	return a.catalog.Text(lang, "rights.summary", catalog.Args{
		"requests": strconv.Itoa(len(held.Requests)), "payments": strconv.Itoa(len(held.Payments)), "messages": strconv.Itoa(held.Messages),
		"documents": strconv.Itoa(len(held.Documents)), "consents": strconv.Itoa(len(held.Consents)),
	})
}

// sheet is what the copy says.
func (a *Activities) sheet(input workflows.RightsInput, held store.PersonalData) sheet {
	w := &copyWriter{Activities: a, lang: input.Language}
	state := a.catalog.State()
	w.sheet.title = w.in("rights.title", catalog.Args{"state": state.Title.In(input.Language)})
	w.sheet.made = w.in("rights.made", catalog.Args{"moment": w.moment(input.RequestedAt)})
	w.section("rights.identities", w.identities(held.Identities))
	w.section("rights.consents", w.consents(held.Consents))
	w.section("rights.requests", w.requests(held.Requests))
	w.section("rights.payments", w.payments(held.Payments))
	w.section("rights.documents", w.documents(held.Documents))
	w.sheet.notes = []string{
		w.in("rights.messages", catalog.Args{"messages": strconv.Itoa(held.Messages)}),
		w.in("rights.complaints", catalog.Args{"helpline": state.Helpline}),
	}
	return w.sheet
}

type copyWriter struct {
	*Activities

	lang  catalog.Language
	sheet sheet
}

func (w *copyWriter) in(key catalog.TextKey, args catalog.Args) string {
	return w.catalog.Text(w.lang, key, args)
}

func (w *copyWriter) section(title catalog.TextKey, lines []string) {
	if len(lines) == 0 {
		lines = []string{w.in("rights.none", nil)}
	}
	w.sheet.sections = append(w.sheet.sections, section{title: w.in(title, nil), lines: lines})
}

func (w *copyWriter) moment(at time.Time) string {
	local := at.In(connectors.IndianTime)
	return w.catalog.Date(w.lang, local) + ", " + local.Format("3:04 pm")
}

// identities are masked: a file may be seen by others.
func (w *copyWriter) identities(held []store.HeldIdentity) []string {
	lines := make([]string, 0, len(held))
	for _, identity := range held {
		key := catalog.TextKey("rights.identity.other")
		if identity.Kind == store.IdentityPhone {
			key = "rights.identity.phone"
		}
		lines = append(lines, w.in(key, catalog.Args{"value": masked(identity.Value)}))
	}
	return lines
}

// masked hides all but the last four characters.
func masked(value string) string {
	runes := []rune(value)
	const shown = 4
	if len(runes) <= shown {
		return strings.Repeat("•", len(runes))
	}
	return strings.Repeat("•", len(runes)-shown) + string(runes[len(runes)-shown:])
}

func (w *copyWriter) consents(held []store.HeldConsent) []string {
	lines := make([]string, 0, len(held))
	for _, consent := range held {
		key := catalog.TextKey("rights.consent.refused")
		if consent.Given {
			key = "rights.consent.given"
		}
		lines = append(lines, w.in(key, catalog.Args{"moment": w.moment(consent.At), "notice": consent.Notice}))
	}
	return lines
}

func (w *copyWriter) requests(held []store.Request) []string {
	var lines []string
	for i := range held {
		request := &held[i]
		service, known := w.catalog.Service(request.Service)
		title := request.Service
		if known {
			title = service.Title.In(w.lang)
		}
		lines = append(lines, w.in("rights.request", catalog.Args{
			"reference": request.Reference, "service": title, "moment": w.moment(request.CreatedAt),
			"stage": w.in(workflows.Stage(request.Stage).TextKey(), nil),
		}))
		if request.Detail != "" {
			lines = append(lines, "  "+request.Detail)
		}
		lines = append(lines, w.answers(service, request.Answers)...)
	}
	return lines
}

// answers come in the order of the form; those to questions that the form no longer has come last, by their ids.
func (w *copyWriter) answers(service *catalog.Service, given map[string]string) []string {
	var lines []string
	add := func(field, value string) {
		lines = append(lines, "  "+w.in("rights.answer", catalog.Args{"field": field, "value": value}))
	}
	asked := map[string]bool{}
	if service != nil {
		for i := range service.Form {
			field := &service.Form[i]
			asked[field.ID] = true
			if value, answered := given[field.ID]; answered {
				add(field.Label.In(w.lang), field.Display(value, w.lang))
			}
		}
	}
	var others []string
	for id := range given {
		if !asked[id] {
			others = append(others, id)
		}
	}
	slices.Sort(others)
	for _, id := range others {
		add(id, given[id])
	}
	return lines
}

func (w *copyWriter) payments(held []store.HeldPayment) []string {
	lines := make([]string, 0, len(held))
	for _, payment := range held {
		key := catalog.TextKey("rights.payment.unpaid")
		if payment.Paid {
			key = "rights.payment.paid"
		}
		lines = append(lines, w.in(key, catalog.Args{
			"moment": w.moment(payment.At), "amount": connectors.Paise(payment.Amount).String(), "reference": payment.Request,
		}))
	}
	return lines
}

func (w *copyWriter) documents(held []store.HeldDocument) []string {
	lines := make([]string, 0, len(held))
	for _, document := range held {
		lines = append(lines, w.in("rights.document", catalog.Args{
			"moment": w.moment(document.At), "filename": document.Filename, "reference": document.Request,
		}))
	}
	return lines
}
