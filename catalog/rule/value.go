package rule

import (
	"slices"
	"strings"
)

// value reads what an answer is compared with, and checks that it can be.
func (p *parser) value(of comparison, asked Question, known bool) (value, error) {
	read, err := p.literal(of)
	if err != nil {
		return value{}, err
	}
	if known {
		if err := fits(read, of, asked); err != nil {
			return value{}, err
		}
	}
	if !known && read.number == nil && !read.date && strings.ContainsAny(of.operator, "<>") {
		return value{}, fault("%s %s needs a number or a date", of.question, of.operator)
	}
	return read, p.advance()
}

func (p *parser) literal(of comparison) (value, error) {
	read := value{text: p.now.text}
	switch p.now.kind {
	case number:
		if read.number, _ = decimal(p.now.text); read.number == nil {
			return value{}, fault("%s is too long a number", shortened(p.now.text))
		}
	case date:
		if read.date = isDate(p.now.text); !read.date {
			return value{}, fault("%s is not a day of the calendar", p.now.text)
		}
	case word, quoted:
	case end, operator, bracket:
		return value{}, fault("after %s %s write a number, a day such as 2026-01-31, or a word", of.question, of.operator)
	}
	return read, nil
}

func fits(read value, of comparison, asked Question) error {
	switch {
	case asked.Type == Number && read.number == nil:
		return fault(`%s is a number: "%s" is none; write it without commas and units`, of.question, read.text)
	case asked.Type == Date && !read.date:
		return fault(`%s is a date: write it as 2026-01-31, not "%s"`, of.question, read.text)
	case asked.Type == Word && len(asked.Words) > 0 && !slices.Contains(asked.Words, read.text):
		return fault(`"%s" is not an answer to %s: use one of %s`, read.text, of.question, strings.Join(asked.Words, ", "))
	}
	return nil
}
