package crowd

import "github.com/jansetu/jansetu/catalog"

// Vocabulary is what citizens type. The words come from the catalog of the state, so no service is named here.
type Vocabulary struct {
	Greeting string
	Menu     string
	Back     string
	Cancel   string
	Status   string
	Searches []string // ways people ask for any service
	Forms    []Form   // services that can be asked for today
	Invalid  string   // an answer no form field accepts
}

// Form is a service with a form: how it is asked for and a valid answer to each of its questions.
type Form struct {
	Ask     string
	Answers []string
}

// VocabularyOf is what citizens of a catalog's state type: the words that always work, the ways its services are asked for, and for
// those that are live an answer to each question of the form.
func VocabularyOf(c *catalog.Catalog) Vocabulary {
	words := Vocabulary{Greeting: "Hi", Menu: "menu", Back: "back", Cancel: "cancel", Status: "status", Invalid: "?"}
	for _, service := range c.Services() {
		words.Searches = append(words.Searches, service.AskedAs...)
		if form, ok := answerable(service); ok {
			words.Forms = append(words.Forms, form)
		}
	}
	return words
}

// answerable is a live service whose every question has an example to answer it with.
func answerable(service *catalog.Service) (Form, bool) {
	if service.Availability != catalog.Live || len(service.AskedAs) == 0 || len(service.Form) == 0 {
		return Form{}, false
	}
	form := Form{Ask: service.AskedAs[0]}
	for i := range service.Form {
		if service.Form[i].Example == "" {
			return Form{}, false
		}
		form.Answers = append(form.Answers, service.Form[i].Example)
	}
	return form, true
}
