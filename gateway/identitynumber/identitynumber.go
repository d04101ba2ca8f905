// Package identitynumber finds Aadhaar numbers, Aadhaar virtual ids and payment card numbers in what people write, so that they are
// masked before anything keeps them. It knows texts and checksums; it knows neither the channel nor the dialog.
//
// An Aadhaar number has twelve digits, does not begin with 0 or 1, and ends in a Verhoeff check digit; a virtual id has sixteen,
// likewise (UIDAI, "Features of Aadhaar" and "Virtual ID"). A card number has 13 to 19 digits, begins with its network's
// prefix and ends in a Luhn check digit (ISO/IEC 7812-1). The check digit alone passes one number in ten that is none of these,
// so what is asked for and the words around a number are looked at too.
package identitynumber

import (
	"slices"
	"strings"
)

// Kind is what sort of number was found.
type Kind string

// The kinds.
const (
	Aadhaar   Kind = "aadhaar"
	VirtualID Kind = "virtual_id"
	Card      Kind = "card"
)

// Context is what is known about a text besides the text. The zero value knows nothing.
type Context struct {
	// Known are numbers that are something else for certain, such as the sender's own phone, as ASCII digits.
	Known []string
	// Wanted says whether digits are an answer to what was just asked: a consumer number that happens to look like an Aadhaar
	// number is taken where exactly such a number is asked for. Nil: nothing was asked. It is not heeded when the text itself
	// says that the number is an Aadhaar or a card.
	Wanted func(digits string) bool
}

// Redact returns the text with every such number masked but for its last four digits, and the kinds that were found, each once,
// in the order of the text. A text without any is returned as it is. It takes time proportional to the text's length.
func Redact(text string, context Context) (masked string, found []Kind) {
	var out strings.Builder
	end := 0
	for _, each := range find(text, context) {
		out.WriteString(text[end:each.start])
		out.WriteString(each.mask())
		end = each.end
		if !slices.Contains(found, each.kind) {
			found = append(found, each.kind)
		}
	}
	if found == nil {
		return text, nil
	}
	out.WriteString(text[end:])
	return out.String(), found
}

// finding is one number in a text, by byte offsets.
type finding struct {
	kind       Kind
	start, end int
	lastFour   string
}

// hidden stands for four digits, as UIDAI masks them.
const hidden = "XXXX "

func (f finding) mask() string {
	if f.kind == Aadhaar {
		return strings.Repeat(hidden, 2) + f.lastFour
	}
	return strings.Repeat(hidden, 3) + f.lastFour
}

func find(text string, context Context) []finding {
	var found []finding
	var words *naming
	for _, run := range runs(text) {
		if run.digits() < leastDigits {
			continue
		}
		if words == nil {
			named := namingIn(text)
			words = &named
		}
		found = append(found, run.find(text, context, *words)...)
	}
	return found
}

// find looks at every series of whole groups in a run, the longest first from each place.
func (r run) find(text string, context Context, words naming) []finding {
	var found []finding
	for first := 0; first < len(r); {
		last, kind, digits := r.best(first, text, context, words)
		if kind == "" {
			first++
			continue
		}
		found = append(found, finding{kind: kind, start: r[first].start, end: r[last].end, lastFour: digits[len(digits)-4:]})
		first = last + 1
	}
	return found
}

func (r run) best(first int, text string, context Context, words naming) (last int, kind Kind, digits string) {
	var series strings.Builder
	for at := first; at < len(r) && series.Len()+len(r[at].digits) <= mostDigits; at++ {
		series.WriteString(r[at].digits)
		candidate := candidate{text: text, groups: r[first : at+1], whole: first == 0 && at == len(r)-1, digits: series.String()}
		if which := candidate.kind(context, words); which != "" {
			last, kind, digits = at, which, candidate.digits
		}
	}
	return last, kind, digits
}

// candidate is a series of groups of digits that may be one number.
type candidate struct {
	text   string
	groups run
	whole  bool // nothing else is in the run
	digits string
}

func (c candidate) kind(context Context, words naming) Kind {
	kind := classify(c.digits)
	if kind == "" || slices.Contains(context.Known, c.digits) || !c.standsAlone() {
		return ""
	}
	if words.names(kind) {
		return kind
	}
	asked := context.Wanted != nil && context.Wanted(c.digits)
	if asked || !c.regular() || c.isPhone() || c.namedOtherwise() {
		return ""
	}
	return kind
}

// regular says whether the digits are grouped as people group one number, and not several numbers side by side.
func (c candidate) regular() bool {
	sizes := make([]int, len(c.groups))
	equal := true
	for i, group := range c.groups {
		sizes[i] = len(group.digits)
		equal = equal && sizes[i] == sizes[0]
	}
	if len(sizes) == 1 || equal && (sizes[0] == 4 || c.whole) {
		return true
	}
	return slices.ContainsFunc(usualGroupings(), func(usual []int) bool { return slices.Equal(usual, sizes) })
}

func usualGroupings() [][]int {
	return [][]int{{4, 8}, {8, 4}, {8, 8}, {4, 6, 5}, {4, 6, 4}, {4, 4, 4, 4, 3}, {4, 4, 5}, {4, 12}, {6, 10}, {6, 13}}
}

// isPhone recognises +91 and ten digits (ITU-T E.164; mobile numbers of India begin with 6 to 9).
func (c candidate) isPhone() bool {
	return len(c.digits) == aadhaarDigits && strings.HasPrefix(c.digits, "91") && c.digits[2] >= '6' &&
		strings.HasSuffix(strings.TrimRight(c.text[:c.groups[0].start], " ("), "+")
}
