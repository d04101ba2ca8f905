// Package rule is the small language in which the catalog says who may have a scheme:
//
//	age >= 60 and (annual_income < 120000 or category in (sc, st)) and not pension == yes
//
// A rule compares answers with fixed values. It has no side effects, no clock and no loops, and says "unknown" when an answer that it
// needs is missing. The package knows neither forms nor languages.
package rule

import (
	"math/big"
	"slices"
)

// Truth is what a rule says of some answers.
type Truth int

// The three outcomes, in Kleene's logic: "no and unknown" is no, "yes or unknown" is yes, else unknown wins.
const (
	Unknown Truth = iota
	No
	Yes
)

// Type is how the answers to a question compare.
type Type int

// Words are equal or not; numbers and dates have an order too.
const (
	Word Type = iota
	Number
	Date
)

// Question is what a rule may know of a question it names.
type Question struct {
	Type  Type
	Words []string // the only possible answers; empty: any
}

// Rule is a parsed rule. It is immutable and safe for concurrent use.
type Rule struct {
	root      node
	questions []string
}

// Questions lists the questions that the rule names, each once, in its order.
func (r *Rule) Questions() []string { return slices.Clone(r.questions) }

// Holds decides the rule. Answers are in the forms that requests keep: numbers as "-12.5", dates as "2026-01-05", choices by their
// ids. A missing or empty answer is unknown, and so is one that is not of the kind it is compared with.
func (r *Rule) Holds(answers map[string]string) Truth { return r.root.holds(answers) }

type node interface {
	holds(answers map[string]string) Truth
}

type not struct{ inner node }

func (n not) holds(answers map[string]string) Truth {
	switch n.inner.holds(answers) {
	case Yes:
		return No
	case No:
		return Yes
	case Unknown:
	}
	return Unknown
}

// all holds when every part does, or, with any set, when one does.
type all struct {
	parts []node
	any   bool
}

func (a all) holds(answers map[string]string) Truth {
	decides, otherwise := No, Yes
	if a.any {
		decides, otherwise = Yes, No
	}
	for _, part := range a.parts {
		truth := part.holds(answers)
		if truth == decides {
			return decides
		}
		if truth == Unknown {
			otherwise = Unknown
		}
	}
	return otherwise
}

// comparison holds when the answer stands in the relation to one of the values.
type comparison struct {
	question string
	operator string
	values   []value
}

func (c comparison) holds(answers map[string]string) Truth {
	answer := answers[c.question]
	if answer == "" {
		return Unknown
	}
	result := No
	for _, with := range c.values {
		order, ok := with.compare(answer)
		switch {
		case !ok:
			return Unknown
		case related(c.operator, order):
			result = Yes
		}
	}
	return result
}

func related(operator string, order int) bool {
	switch operator {
	case "<":
		return order < 0
	case "<=":
		return order <= 0
	case ">":
		return order > 0
	case ">=":
		return order >= 0
	case "!=":
		return order != 0
	default: // "==", and "in", which is several of them
		return order == 0
	}
}

// value is what answers are compared with.
type value struct {
	text   string
	number *big.Rat // of a number
	date   bool
}

// compare puts the answer before (-1), at (0) or after (1) the value; words that differ are merely not equal.
func (v value) compare(answer string) (order int, ok bool) {
	switch {
	case v.number != nil:
		given, isNumber := decimal(answer)
		if !isNumber {
			return 0, false
		}
		return given.Cmp(v.number), true
	case v.date:
		if !isDate(answer) {
			return 0, false
		}
	}
	switch {
	case answer < v.text:
		return -1, true
	case answer > v.text:
		return 1, true
	}
	return 0, true
}
