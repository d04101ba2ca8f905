package dialog

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/catalog"
)

// NoticeVersion is the version of the consent notice that the texts hold. A citizen who agreed to another one is asked again.
const NoticeVersion = "2026-12"

// Engine is the conversation over one catalog. It is immutable and safe for concurrent use.
type Engine struct {
	catalog   *catalog.Catalog
	languages []catalog.Language
	words     map[string]word
	// languageWords are the names of the languages in each other's: "Telugu", "तेलुगु".
	languageWords map[string]catalog.Language
	steps         map[Step]step
	routes        map[string]route
	forms         map[string]string          // service id -> fingerprint of its form; with eligibilityForm, of those questions
	questions     map[string][]catalog.Field // service id -> what decides whether somebody may have the scheme
	fingerprint   string
	zone          *time.Location
}

// NewEngine checks that the conversation holds together over this catalog: every text exists in every language, no word has
// two meanings, every step can be shown, answered and left. The error names all faults.
func NewEngine(from *catalog.Catalog) (*Engine, error) {
	engine := &Engine{
		catalog:   from,
		languages: from.Languages(),
		steps:     steps(),
		routes:    routes(),
		forms:     make(map[string]string),
		questions: make(map[string][]catalog.Field),
	}
	words, wordsErr := readWords(from)
	zone, zoneErr := timeZone(from.State())
	engine.words, engine.zone, engine.languageWords = words, zone, readLanguageNames(engine.languages)
	err := errors.Join(engine.checkTexts(), engine.checkGraph(), engine.checkChoiceIDs(), wordsErr, zoneErr)
	if err != nil {
		return nil, fmt.Errorf("check the dialog: %w", err)
	}
	engine.takeFingerprints()
	return engine, nil
}

func timeZone(state catalog.State) (*time.Location, error) {
	if state.TimeZone == "" {
		return time.FixedZone("IST", 5*3600+1800), nil
	}
	zone, err := time.LoadLocation(state.TimeZone)
	if err != nil {
		return nil, fmt.Errorf("time zone of the state: %w", err)
	}
	return zone, nil
}

func (e *Engine) checkTexts() error {
	if len(e.languages) == 0 {
		return errors.New("the state has no language")
	}
	var faults []error
	for _, lang := range e.languages {
		for _, spec := range Texts() {
			if !e.catalog.Has(lang, spec.Key) {
				faults = append(faults, fmt.Errorf("language %s: text %s is missing", lang, spec.Key))
			}
		}
	}
	return errors.Join(faults...)
}

// checkGraph makes sure that no step is a dead end, and that going back from any step arrives at the menu.
func (e *Engine) checkGraph() error {
	var faults []error
	for name, step := range e.steps {
		if step.show == nil || step.take == nil || step.fits == nil {
			faults = append(faults, fmt.Errorf("step %s cannot be shown, answered or checked", name))
		}
		at := name
		for range len(e.steps) {
			at = e.steps[at].parent
			if at == StepMenu {
				break
			}
		}
		if at != StepMenu {
			faults = append(faults, fmt.Errorf("step %s has no way back to the menu", name))
		}
	}
	return errors.Join(faults...)
}

// longestPart is the length that service, field and choice ids may have so that every choice id fits.
const longestPart = 48

func (e *Engine) checkChoiceIDs() error {
	var faults []error
	check := func(what, id string) {
		if id == "" || len(escape(id)) > longestPart {
			faults = append(faults, fmt.Errorf("%s %q: its id must have 1 to %d characters", what, id, longestPart))
		}
	}
	for _, category := range e.catalog.Categories() {
		check("category", category.ID)
	}
	for _, service := range e.catalog.Services() {
		check("service", service.ID)
		for _, field := range service.Form {
			check("field", field.ID)
			for _, choice := range field.Choices {
				check("choice", choice.ID)
			}
		}
	}
	return errors.Join(faults...)
}

func (e *Engine) takeFingerprints() {
	all := fmt.Appendf(nil, "%d %s %q\n", sessionVersion, NoticeVersion, e.languages)
	for _, service := range e.catalog.Services() {
		e.forms[service.ID] = fingerprint(formShape(service.Form))
		all = fmt.Appendf(all, "%q %q %s\n", service.ID, service.Availability, e.forms[service.ID])
		if questions := e.catalog.EligibilityQuestions(service); len(questions) > 0 {
			e.questions[service.ID] = questions
			e.forms[service.ID+eligibilityForm] = fingerprint(formShape(questions))
			all = fmt.Appendf(all, "%s\n", e.forms[service.ID+eligibilityForm])
		}
	}
	e.fingerprint = fingerprint(all)
}

// eligibilityForm marks, among the forms, the questions that decide whether somebody may have a scheme.
const eligibilityForm = "?"

// formShape is what an answer depends on; wording does not matter.
func formShape(form []catalog.Field) []byte {
	var shape []byte
	for i := range form {
		field := &form[i]
		shape = fmt.Appendf(shape, "%q %q %t %d %d %q %q %q\n", field.ID, field.Type, field.Optional,
			field.MinLength, field.MaxLength, field.Min, field.Max, field.Pattern)
		for _, choice := range field.Choices {
			shape = fmt.Appendf(shape, "%q\n", choice.ID)
		}
	}
	return shape
}

func fingerprint(of []byte) string {
	const enough = 6 // bytes: it tells releases apart, it proves nothing
	sum := sha256.Sum256(of)
	return hex.EncodeToString(sum[:enough])
}
