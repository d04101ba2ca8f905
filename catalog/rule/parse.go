package rule

import (
	"fmt"
	"slices"
	"strings"
)

// MaxLength is the longest rule that is read, in bytes. It also bounds how deep brackets may go.
const MaxLength = 500

// Error says what is wrong with a rule and what to write, for somebody who does not write programs.
type Error struct{ Message string }

func (e *Error) Error() string { return e.Message }

func fault(format string, args ...any) error { return &Error{Message: fmt.Sprintf(format, args...)} }

// Parse reads a rule. With questions given, a name that is not among them, a comparison that its answers do not have and a word that
// nobody can answer are refused; with nil, any name is taken. Its errors are of type [*Error].
func Parse(text string, questions map[string]Question) (*Rule, error) {
	if len(text) > MaxLength {
		return nil, fault("the rule is longer than %d characters: make several of it, all of which must hold", MaxLength)
	}
	p := &parser{rest: text, questions: questions}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.kind == end {
		return nil, fault("the rule is empty: write for example age >= 60")
	}
	root, err := p.alternatives()
	if err != nil {
		return nil, err
	}
	if p.now.kind != end {
		return nil, fault(`"%s" is not expected here: join conditions with and, or`, p.now.text)
	}
	return &Rule{root: root, questions: p.named}, nil
}

type parser struct {
	now       token
	rest      string
	questions map[string]Question
	named     []string
}

func (p *parser) advance() (err error) {
	p.now, p.rest, err = next(p.rest)
	return err
}

func (p *parser) at(text string) bool { return p.now.kind != quoted && p.now.text == text }

func (p *parser) alternatives() (node, error) {
	return p.joined("or", func() (node, error) { return p.joined("and", p.single) })
}

func (p *parser) joined(by string, part func() (node, error)) (node, error) {
	first, err := part()
	parts := []node{first}
	for err == nil && p.at(by) {
		if err = p.advance(); err != nil {
			break
		}
		first, err = part()
		parts = append(parts, first)
	}
	if err != nil || len(parts) == 1 {
		return parts[0], err
	}
	return all{parts: parts, any: by == "or"}, nil
}

func (p *parser) single() (node, error) {
	switch {
	case p.at("not"):
		if err := p.advance(); err != nil {
			return nil, err
		}
		inner, err := p.single()
		return not{inner}, err
	case p.at("("):
		if err := p.advance(); err != nil {
			return nil, err
		}
		inner, err := p.alternatives()
		if err != nil {
			return nil, err
		}
		return inner, p.close()
	}
	return p.comparison()
}

func (p *parser) close() error {
	if !p.at(")") {
		return fault("a bracket is not closed: write )")
	}
	return p.advance()
}

func (p *parser) comparison() (node, error) {
	if p.now.kind != word {
		return nil, fault("a condition begins with the id of a question: age >= 60")
	}
	made := comparison{question: p.now.text}
	asked, known := p.questions[made.question]
	if p.questions != nil && !known {
		return nil, fault(`there is no question "%s": list it under questions, or use one of %s`, made.question, p.ids())
	}
	if !slices.Contains(p.named, made.question) {
		p.named = append(p.named, made.question)
	}
	if err := p.advance(); err != nil {
		return nil, err
	}
	if p.now.kind != operator && !p.at("in") {
		return nil, fault("after %s write one of == != < <= > >= in", made.question)
	}
	made.operator = p.now.text
	if known && asked.Type == Word && strings.ContainsAny(made.operator, "<>") {
		return nil, fault("%s has no order: write %s == …, %s != … or %s in (…, …)", made.question, made.question, made.question, made.question)
	}
	err := p.advance()
	if err == nil {
		made.values, err = p.values(made, asked, known)
	}
	return made, err
}

func (p *parser) ids() string {
	ids := make([]string, 0, len(p.questions))
	for id := range p.questions {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return strings.Join(ids, ", ")
}

func (p *parser) values(of comparison, asked Question, known bool) ([]value, error) {
	if of.operator != "in" {
		single, err := p.value(of, asked, known)
		return []value{single}, err
	}
	if !p.at("(") {
		return nil, fault("after in write the values in brackets: %s in (a, b)", of.question)
	}
	var values []value
	for more := true; more; more = p.at(",") {
		if err := p.advance(); err != nil {
			return nil, err
		}
		item, err := p.value(of, asked, known)
		if err != nil {
			return nil, err
		}
		values = append(values, item)
	}
	return values, p.close()
}
