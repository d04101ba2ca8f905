package catalog

import (
	"slices"
	"strings"
	"time"
)

// State returns the state's own facts.
func (c *Catalog) State() State { return c.state }

// Languages returns the languages of the state, the default one first.
func (c *Catalog) Languages() []Language { return slices.Clone(c.state.Languages) }

// LanguageName returns a language's name in that language, such as "తెలుగు".
func (c *Catalog) LanguageName(lang Language) string {
	if name, ok := c.texts[lang][textLanguageName]; ok {
		return name
	}
	return string(lang)
}

// Calendar returns when the offices of the state work.
func (c *Catalog) Calendar() Calendar { return c.calendar }

// QuietHours returns when citizens are not spoken to first.
func (c *Catalog) QuietHours() QuietHours {
	return QuietHours{Hours: c.state.QuietHours, UTCOffsetMinutes: c.calendar.UTCOffsetMinutes}
}

// Prepare gives a field that comes from outside the catalog, such as one that was kept as JSON, the words of the state's languages: the
// names of months, of the rupee, of the genders. Without it [Field.Check] understands the English ones only.
func (c *Catalog) Prepare(field *Field) { field.prepare(c.locale) }

// Categories returns the main menu, in the order of the file, without categories that have no service.
func (c *Catalog) Categories() []Category {
	filled := make([]Category, 0, len(c.categories))
	for _, category := range c.categories {
		if len(c.byCategory[category.ID]) > 0 {
			filled = append(filled, category)
		}
	}
	return filled
}

// Category returns the category with the id.
func (c *Catalog) Category(id string) (Category, bool) {
	for _, category := range c.categories {
		if category.ID == id {
			return category, true
		}
	}
	return Category{}, false
}

// Service returns the service with the id. Callers must not change it.
func (c *Catalog) Service(id string) (*Service, bool) {
	service, ok := c.byID[id]
	return service, ok
}

// Services returns every service, in the order of the files. Callers must not change them.
func (c *Catalog) Services() []*Service { return slices.Clone(c.services) }

// ServicesIn returns the services of a category: the live ones first, otherwise in the order of the files.
func (c *Catalog) ServicesIn(category string) []*Service {
	services := slices.Clone(c.byCategory[category])
	slices.SortStableFunc(services, func(a, b *Service) int { return rank(a.Availability) - rank(b.Availability) })
	return services
}

func rank(availability Availability) int {
	if availability == Live {
		return 0
	}
	return 1
}

// Portal returns the portal with the name. Callers must not change it.
func (c *Catalog) Portal(name string) (*Portal, bool) {
	portal, ok := c.byPortal[name]
	return portal, ok
}

// Portals returns every portal of the state. Callers must not change them.
func (c *Catalog) Portals() []*Portal { return slices.Clone(c.portals) }

// Text returns one of the hub's own texts with its placeholders filled, in the form that the language has for the number in them. A text
// that is missing in the language is given in English, and an unknown key as the key itself: a citizen's turn must not fail over a text.
// [Lint] keeps both from happening. A placeholder without a value stays as it is.
func (c *Catalog) Text(lang Language, key TextKey, args Args) string {
	text, ok := c.texts[lang][key]
	if !ok {
		lang = reference
		text, ok = c.texts[lang][key]
	}
	if !ok {
		return string(key)
	}
	if counted, several := c.counted[lang][key]; several {
		text = counted.in(lang, args)
	}
	return fill(text, args)
}

// Has tells whether a text exists in the language itself.
func (c *Catalog) Has(lang Language, key TextKey) bool {
	_, ok := c.texts[lang][key]
	return ok
}

// Date shows a day as people write it in the language: "5 జనవరి 2026". The zone is the caller's.
func (c *Catalog) Date(lang Language, day time.Time) string { return c.locale.date(day, lang) }

// Moment shows a day and the time on the clock as people write them in the language: "5 జనవరి 2026, రాత్రి 8:08". The zone is the
// caller's.
func (c *Catalog) Moment(lang Language, at time.Time) string {
	clock := c.Text(lang, partOfDay(at.Hour()), Args{"time": at.Format("3:04")})
	return c.Date(lang, at) + ", " + clock
}

// fill goes over the text once, so that braces inside a value are left alone.
func fill(text string, args Args) string {
	if len(args) == 0 || !strings.Contains(text, "{") {
		return text
	}
	var filled strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			break
		}
		size := strings.IndexByte(text[open:], '}')
		if size < 0 {
			break
		}
		value, ok := args[text[open+1:open+size]]
		if !ok {
			value = text[open : open+size+1]
		}
		filled.WriteString(text[:open])
		filled.WriteString(value)
		text = text[open+size+1:]
	}
	filled.WriteString(text)
	return filled.String()
}
