package bench

import (
	"fmt"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/deploy"
)

// vocabulary is what citizens of a state type: the words that always work, the ways its services are asked for, and for those that
// are live an answer to each question of the form.
func vocabulary(state string) (crowd.Vocabulary, error) {
	c, err := catalog.Load(deploy.Files, state)
	if err != nil {
		return crowd.Vocabulary{}, fmt.Errorf("load the catalog: %w", err)
	}
	words := crowd.Vocabulary{Greeting: "Hi", Menu: "menu", Back: "back", Cancel: "cancel", Status: "status", Invalid: "?"}
	for _, service := range c.Services() {
		words.Searches = append(words.Searches, service.AskedAs...)
		if form, ok := answerable(service); ok {
			words.Forms = append(words.Forms, form)
		}
	}
	return words, nil
}

// answerable is a live service whose every question has an example to answer it with.
func answerable(service *catalog.Service) (crowd.Form, bool) {
	if service.Availability != catalog.Live || len(service.AskedAs) == 0 || len(service.Form) == 0 {
		return crowd.Form{}, false
	}
	form := crowd.Form{Ask: service.AskedAs[0]}
	for i := range service.Form {
		if service.Form[i].Example == "" {
			return crowd.Form{}, false
		}
		form.Answers = append(form.Answers, service.Form[i].Example)
	}
	return form, true
}
