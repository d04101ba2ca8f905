package appeal

import (
	"strconv"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/workflows"
)

const (
	english = "en"
	// otherLetter is the template of every letter but the first appeal for being late, which documents have words for.
	otherLetter = "appeal-letter"
	// byHand is left for the citizen to fill in: the hub does not know it.
	byHand = "______________________________"
)

func template(facts workflows.AppealCase) string {
	if facts.Cause == workflows.AppealLate && facts.Level == workflows.AppealFirst {
		return documents.Appeal
	}
	return otherLetter
}

// letter is in the citizen's language with English below, so that any office can read it.
func (a *Activities) letter(library *documents.Library, input workflows.AppealInput) documents.Data {
	facts, law := input.Case, input.Terms.Clock
	officer := facts.Officer(law)
	data := documents.Data{
		Language: written(library, input.Language), Also: english, Author: "Jansetu – " + a.catalog.State().Title.In(english), At: facts.Written,
		Values: map[string]documents.Value{
			"number": documents.Plain(input.Reference), "reference": documents.Plain(facts.Application), "place": documents.Plain(byHand),
			"date": documents.Day(facts.Written), "authority": words(officer.Title), "authority_office": a.office(input.Portal),
			"name": orByHand(facts.Applicant), "address": documents.Plain(byHand), "service": a.service(input.Service),
			"portal_number": documents.Plain(facts.Number), "applied": documents.Day(facts.Applied), "due": documents.Day(facts.Due),
			"law": a.laws(),
		},
		Lists: map[string][]documents.Record{},
	}
	for name, key := range texts(facts) {
		data.Values[name] = a.inEveryLanguage(key, input)
	}
	for _, key := range grounds(facts, law) {
		data.Lists["grounds"] = append(data.Lists["grounds"], documents.Record{a.inEveryLanguage(key, input)})
	}
	for _, key := range enclosures(facts) {
		data.Lists["papers"] = append(data.Lists["papers"], documents.Record{a.inEveryLanguage(key, input)})
	}
	return data
}

// texts are the catalog's, by the values that stand for them in the template.
func texts(facts workflows.AppealCase) map[string]catalog.TextKey {
	about := catalog.TextKey("_" + facts.Cause)
	found := map[string]catalog.TextKey{
		"title": "letter.title_" + catalog.TextKey(facts.Level), "subject": "letter.subject" + about, "facts": "letter.facts" + about,
		"prayer": "letter.prayer" + about,
	}
	if facts.Cause == workflows.AppealRefused && facts.Reason == "" {
		found["facts"] = "letter.facts_refused_unexplained"
	}
	if facts.Level == workflows.AppealRevision {
		found["subject"], found["prayer"] = "letter.subject_revision", "letter.prayer_revision"
	}
	return found
}

func grounds(facts workflows.AppealCase, law *catalog.Clock) []catalog.TextKey {
	var found []catalog.TextKey
	if facts.Cause == workflows.AppealLate {
		found = append(found, "letter.ground_limit_"+unitOf(law.Limit))
	}
	if facts.Cause == workflows.AppealRefused {
		found = append(found, "letter.ground_refused")
	}
	switch {
	case facts.Level != workflows.AppealRevision:
	case facts.FirstDecided.IsZero():
		found = append(found, "letter.ground_appeal_late")
	default:
		found = append(found, "letter.ground_appeal_refused")
	}
	return found
}

func enclosures(facts workflows.AppealCase) []catalog.TextKey {
	found := []catalog.TextKey{"letter.paper_acknowledgement"}
	if facts.Cause == workflows.AppealRefused {
		found = append(found, "letter.paper_refusal")
	}
	if facts.Level == workflows.AppealRevision {
		found = append(found, "letter.paper_first_appeal")
	}
	return found
}

func unitOf(limit catalog.Limit) catalog.TextKey {
	switch {
	case limit.Working:
		return "working_days"
	case limit.Days > 0:
		return "days"
	}
	return "hours"
}

// inEveryLanguage writes a text of the catalog with the case's facts.
func (a *Activities) inEveryLanguage(key catalog.TextKey, input workflows.AppealInput) documents.Words {
	said := make(documents.Words)
	for _, language := range a.catalog.Languages() {
		said[string(language)] = a.writer.Write(language, workflows.Message{{Text: key, Values: a.values(language, input)}})
	}
	return said
}

func (a *Activities) values(language catalog.Language, input workflows.AppealInput) map[string]workflows.Value {
	facts, law := input.Case, input.Terms.Clock
	plain := func(text string) workflows.Value { return workflows.Value{Plain: text} }
	title := input.Service
	if service, known := a.catalog.Service(input.Service); known {
		title = service.Title.In(language)
	}
	officer := ""
	if law.Officers.Appeal != nil {
		officer = law.Officers.Appeal.Title.In(language)
	}
	return map[string]workflows.Value{
		"service": plain(title), "number": plain(facts.Number), "law": plain(a.law(language)), "reason": plain(facts.Reason), "officer": plain(officer),
		"count": plain(count(law.Limit)), "applied": dayOf(facts.Applied), "due": dayOf(facts.Due), "decided": dayOf(facts.Decided),
		"filed": dayOf(facts.FirstFiled), "first_decided": dayOf(facts.FirstDecided),
	}
}

// law is the name of the Act that gives the limit; where the state's is not known, a word for whatever does.
func (a *Activities) law(language catalog.Language) string {
	if name := a.catalog.State().ServiceLaw.In(language); name != "" {
		return name
	}
	return a.writer.Write(language, workflows.Message{{Text: "letter.law_unknown"}})
}

func (a *Activities) laws() documents.Words {
	named := make(documents.Words)
	for _, language := range a.catalog.Languages() {
		named[string(language)] = a.law(language)
	}
	return named
}

func count(limit catalog.Limit) string {
	if limit.Days > 0 {
		return strconv.Itoa(limit.Days)
	}
	return strconv.Itoa(int(limit.Exact / time.Hour))
}

func dayOf(at time.Time) workflows.Value { return workflows.Value{Day: at} }

func orByHand(text string) documents.Value {
	if text == "" {
		return documents.Plain(byHand)
	}
	return documents.Plain(text)
}

// office is the department's, as citizens know it.
func (a *Activities) office(portal string) documents.Value {
	if known, ok := a.catalog.Portal(portal); ok {
		return words(known.Title)
	}
	return documents.Plain("")
}

func (a *Activities) service(id string) documents.Value {
	if service, known := a.catalog.Service(id); known {
		return words(service.Title)
	}
	return documents.Plain(id)
}

func words(text catalog.Text) documents.Words {
	named := make(documents.Words, len(text))
	for language, title := range text {
		named[string(language)] = title
	}
	return named
}

func written(library *documents.Library, asked catalog.Language) string {
	if library.Writes(string(asked)) {
		return string(asked)
	}
	return english
}
