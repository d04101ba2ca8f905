package walk

import (
	"fmt"
	"math/big"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/paper"
)

// given is what a citizen gives to a question: typed text, or something else than text. Value is what a typed answer says in the summary.
type given struct {
	text    string
	choice  *catalog.FieldChoice
	picture []byte
	place   bool
	skip    bool
}

// Words that fit most questions.
const (
	usualName = "Sita Devi"
	usualText = "Near the school, Ward 4"
)

// person is who walks: everything about them is theirs alone, so that walks do not meet.
type person struct {
	nth    int
	today  time.Time
	phones map[string]bool // what they gave as their numbers
}

func (p *person) number() string { return fmt.Sprintf("9198%08d", p.nth) }
func (p *person) mobile() string { return fmt.Sprintf("984%07d", p.nth) }

// place is far from every other's.
func (p *person) place() (latitude, longitude float64) {
	const apart, columns = 0.01, 100
	return 16.3 + apart*float64(p.nth%columns), 80.4 + apart*float64(p.nth/columns%columns)
}

// answer is a valid answer: the catalog's example, else what the type and the limits allow.
func (p *person) answer(service *catalog.Service, field *catalog.Field) (given, error) {
	switch field.Type {
	case catalog.FieldDocument:
		return given{picture: paper.For(field, namesOn(service))}, nil
	case catalog.FieldLocation:
		return given{place: true}, nil
	case catalog.FieldChoose:
		return p.choose(field), nil
	default: // the others are typed
	}
	for _, text := range p.candidates(service, field) {
		if text == "" {
			continue
		}
		value, problem := field.Check(text)
		if problem != nil {
			continue
		}
		if field.Type == catalog.FieldPhone {
			p.phones[value] = true
		}
		return given{text: text}, nil
	}
	if field.Optional {
		return given{skip: true}, nil
	}
	if field.PortalChoice {
		return given{}, fmt.Errorf("the field %s needs an example that stands in the portal's list", field.ID)
	}
	return given{}, fmt.Errorf("the field %s has no example, and what its type %s suggests is not taken: write an example", field.ID, field.Type)
}

// namesOn are the names that papers for a service are in: those of the form's examples.
func namesOn(service *catalog.Service) []string {
	var names []string
	for i := range service.Form {
		if each := &service.Form[i]; each.Type == catalog.FieldName || each.Type == catalog.FieldPeople {
			names = append(names, nameIn(each.Example))
		}
	}
	return names
}

func nameIn(example string) string {
	name, _, _ := strings.Cut(example, ",")
	if strings.TrimSpace(name) == "" {
		return usualName
	}
	return name
}

func (p *person) choose(field *catalog.Field) given {
	for i := range field.Choices {
		if field.Example != "" && field.Choices[i].ID == field.Example {
			return given{choice: &field.Choices[i]}
		}
	}
	return given{choice: &field.Choices[0]}
}

// candidates are answers in the order in which they are tried. A telephone is the walker's own where the department sends codes to it; what
// a portal looks up is the example's.
func (p *person) candidates(service *catalog.Service, field *catalog.Field) []string {
	switch field.Type {
	case catalog.FieldPhone:
		if service.Kind == catalog.KindBill || service.Kind == catalog.KindRecord {
			return []string{field.Example, p.mobile()}
		}
		return []string{p.mobile(), field.Example}
	case catalog.FieldDate:
		return append(p.days(service, field), field.Example)
	case catalog.FieldNumber, catalog.FieldMoney:
		return []string{field.Example, "1000", "10", "1", field.Min, field.Max, between(field.Min, field.Max)}
	case catalog.FieldDigits:
		return []string{field.Example, strings.Repeat("7", max(field.MinLength, 1)), "521101"}
	case catalog.FieldPeople:
		return []string{field.Example, usualName + ", 34, f", usualName + ", 34, f\nRavi Kumar, 40, m"}
	case catalog.FieldName:
		return []string{field.Example, usualName}
	default: // the others are texts
	}
	if field.PortalChoice {
		return []string{field.Example}
	}
	return []string{field.Example, cut(usualText, field.MaxLength), "A1", strings.Repeat("a", max(field.MinLength, 1))}
}

// days are a day to travel on for a booking, and else the example or a day of the past.
func (p *person) days(service *catalog.Service, field *catalog.Field) []string {
	const ahead = 5
	soon, written := p.today.AddDate(0, 0, ahead), "02-01-2006"
	if service.Kind == catalog.KindBooking {
		return []string{soon.Format(written), p.today.AddDate(0, 0, 1).Format(written)}
	}
	days := []string{field.Example, p.today.AddDate(-30, -2, 0).Format(written), p.today.AddDate(0, -1, 0).Format(written), soon.Format(written)}
	for _, bound := range []string{field.Max, field.Min} {
		if day, err := time.Parse(time.DateOnly, bound); err == nil {
			days = append(days, day.Format(written))
		}
	}
	return days
}

func between(least, most string) string {
	low, ok := new(big.Rat).SetString(least)
	high, also := new(big.Rat).SetString(most)
	if !ok || !also {
		return ""
	}
	return new(big.Rat).Quo(new(big.Rat).Add(low, high), big.NewRat(2, 1)).FloatString(0)
}

func cut(text string, longest int) string {
	if letters := []rune(text); longest > 0 && len(letters) > longest {
		return strings.TrimSpace(string(letters[:longest]))
	}
	return text
}

// The texts with which the conversation refuses what is of the wrong sort.
const (
	textWanted         catalog.TextKey = "dialog.form.text_wanted"
	textDocumentWanted catalog.TextKey = "dialog.form.document_wanted"
	textLocationWanted catalog.TextKey = "dialog.form.location_wanted"
)

// invalid is an answer that a field does not take, with the reason that must be said. A field that takes any text is sent a picture.
func invalid(field *catalog.Field) (wrong given, problem *catalog.FieldProblem) {
	switch field.Type {
	case catalog.FieldDocument:
		return given{text: "I have it at home"}, &catalog.FieldProblem{Key: textDocumentWanted}
	case catalog.FieldLocation:
		return given{text: "behind the school"}, &catalog.FieldProblem{Key: textLocationWanted}
	default: // the others are typed
	}
	if text, problem := wrongText(field); problem != nil {
		return given{text: text}, problem
	}
	return given{picture: paper.Nothing()}, &catalog.FieldProblem{Key: textWanted}
}

// wrongText is a typed answer that a field refuses; nil: it takes them all.
func wrongText(field *catalog.Field) (string, *catalog.FieldProblem) {
	for _, text := range []string{"12", "xyzzy", "x 9", "99 99 99 99 99 99 99 99"} {
		if _, problem := field.Check(text); problem != nil {
			return text, problem
		}
	}
	return "", nil
}
