package catalog

import (
	"slices"

	"github.com/jansetu/jansetu/catalog/rule"
)

// Eligibility is who may have a scheme, as questions and rules that explain themselves.
type Eligibility struct {
	Questions []string          `yaml:"questions" json:"questions,omitempty"` // fields of this service's form, else of the form it leads to
	Rules     []EligibilityRule `yaml:"rules" json:"rules,omitempty"`         // all of them must hold
	LeadsTo   string            `yaml:"leads_to" json:"leads_to,omitempty"`   // the service to apply for; empty: none
}

// EligibilityRule is one condition and, for those for whom it does not hold, the reason in words.
type EligibilityRule struct {
	If   string `yaml:"if" json:"if"` // see package rule
	Else Text   `yaml:"else" json:"else"`

	parsed *rule.Rule
}

// Outcome is what the rules of a scheme say of somebody's answers.
type Outcome string

// The outcomes. It is never said that somebody has a right to a scheme: the rules are those that are known here.
const (
	Eligible      Outcome = "eligible"       // every rule holds
	NotEligible   Outcome = "not_eligible"   // a rule does not hold
	OfficeDecides Outcome = "office_decides" // none fails, but an answer is missing
)

// Verdict is what the rules say, and why.
type Verdict struct {
	Outcome Outcome
	Unmet   []Text   // the reason of every rule that does not hold
	Missing []string // the questions whose answers would have decided, each once
}

// Decide applies the rules to answers by the ids of their fields, in the forms that [Field.Check] gives. An answer that is missing or
// empty leaves its rules to the office, unless another answer decides them. It has no side effects.
func (e *Eligibility) Decide(answers map[string]string) Verdict {
	verdict := Verdict{Outcome: Eligible}
	for i := range e.Rules {
		switch truth, missing := e.Rules[i].decide(answers); truth {
		case rule.No:
			verdict.Unmet = append(verdict.Unmet, e.Rules[i].Else)
		case rule.Unknown:
			verdict.addMissing(missing)
			verdict.Outcome = OfficeDecides
		case rule.Yes:
		}
	}
	if len(verdict.Unmet) > 0 {
		verdict.Outcome = NotEligible
	}
	return verdict
}

func (v *Verdict) addMissing(questions []string) {
	for _, id := range questions {
		if !slices.Contains(v.Missing, id) {
			v.Missing = append(v.Missing, id)
		}
	}
}

// decide parses a rule that comes from outside the catalog, such as from JSON. A rule that cannot be read decides nothing.
func (r *EligibilityRule) decide(answers map[string]string) (truth rule.Truth, missing []string) {
	parsed := r.parsed
	if parsed == nil {
		var err error
		if parsed, err = rule.Parse(r.If, nil); err != nil {
			return rule.Unknown, nil
		}
	}
	truth = parsed.Holds(answers)
	for _, id := range parsed.Questions() {
		if answers[id] == "" {
			missing = append(missing, id)
		}
	}
	return truth, missing
}

// EligibilityQuestions returns the fields that decide whether somebody may have the scheme, in the order in which they are asked. It is
// empty for a service without such rules. Callers must not change what the fields share with the catalog.
func (c *Catalog) EligibilityQuestions(service *Service) []Field {
	if service.Eligibility == nil {
		return nil
	}
	var fields []Field
	for _, id := range service.Eligibility.Questions {
		if field := questionOf(id, service, c.byID[service.Eligibility.LeadsTo]); field != nil {
			fields = append(fields, *field)
		}
	}
	return fields
}

// questionOf finds a field in the first form that has it.
func questionOf(id string, services ...*Service) *Field {
	for _, service := range services {
		if service == nil {
			continue
		}
		if i := slices.IndexFunc(service.Form, func(f Field) bool { return f.ID == id }); i >= 0 {
			return &service.Form[i]
		}
	}
	return nil
}

// rulesOf tells a rule what may be compared with what.
func rulesOf(fields []*Field) map[string]rule.Question {
	questions := make(map[string]rule.Question, len(fields))
	for _, field := range fields {
		question := rule.Question{Type: rule.Word}
		switch field.Type {
		case FieldNumber, FieldMoney:
			question.Type = rule.Number
		case FieldDate:
			question.Type = rule.Date
		case FieldChoose:
			for _, choice := range field.Choices {
				question.Words = append(question.Words, choice.ID)
			}
		case FieldText, FieldName, FieldDigits, FieldPhone, FieldDocument, FieldLocation, FieldPeople:
		}
		questions[field.ID] = question
	}
	return questions
}
