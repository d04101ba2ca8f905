package catalog

import (
	"fmt"
	"io/fs"
	"path"
)

// Catalog is everything one state offers, in every language it offers it in. It is immutable and safe for concurrent use.
type Catalog struct {
	state      State
	categories []Category
	services   []*Service
	byID       map[string]*Service
	byCategory map[string][]*Service
	portals    []*Portal
	byPortal   map[string]*Portal
	texts      map[Language]map[TextKey]string
	counted    map[Language]map[TextKey]wording // texts that have other forms for other numbers
	locale     *locale
	finder     *finder
	calendar   Calendar
	papers     map[string]Paper
	files      fs.FS
}

// Load reads the catalog of a state from a tree of states/<state>/… and languages/<language>/*.yaml.
//
// It returns [ErrNoState] when the state has no folder and a [*LoadError] with every fault that makes the catalog
// unusable. A catalog that loads may still lack texts: [Lint] finds those.
func Load(fsys fs.FS, state string) (*Catalog, error) {
	if !hasState(fsys, state) {
		return nil, fmt.Errorf("load catalog of %q: %w", state, ErrNoState)
	}
	read, found := readTree(fsys, state)
	checkStructure(read, &found)
	if len(found.list) > 0 {
		return nil, fmt.Errorf("load catalog of %q:\n%w", state, &LoadError{Problems: found.sorted()})
	}
	return build(fsys, read), nil
}

func hasState(fsys fs.FS, state string) bool {
	if !validID(state) {
		return false
	}
	info, err := fs.Stat(fsys, path.Join("states", state))
	return err == nil && info.IsDir()
}

func build(fsys fs.FS, read *tree) *Catalog {
	built := &Catalog{
		state:      *read.state.value,
		files:      fsys,
		papers:     make(map[string]Paper, len(read.papers)),
		byID:       make(map[string]*Service, len(read.services)),
		byCategory: make(map[string][]*Service),
		byPortal:   make(map[string]*Portal, len(read.portals)),
		texts:      make(map[Language]map[TextKey]string, len(read.texts)),
		counted:    make(map[Language]map[TextKey]wording),
	}
	for lang, texts := range read.texts {
		built.texts[lang] = make(map[TextKey]string, len(texts))
		for key, text := range texts {
			built.addText(lang, key, *text.value)
		}
	}
	built.locale = newLocale(built.state.Languages, built.texts)
	for _, portal := range read.portals {
		built.portals = append(built.portals, portal.value)
		built.byPortal[portal.value.Name] = portal.value
	}
	for _, paper := range read.papers {
		built.papers[paper.value.ID] = *paper.value
	}
	for _, service := range read.services {
		built.addService(service.value)
	}
	for _, category := range read.categories {
		built.categories = append(built.categories, *category.value)
	}
	built.finder = newFinder(built)
	built.calendar = newCalendar(built.state, read.years)
	return built
}

func (c *Catalog) addText(lang Language, key TextKey, written wording) {
	c.texts[lang][key] = written.text
	if written.count == "" {
		return
	}
	if c.counted[lang] == nil {
		c.counted[lang] = make(map[TextKey]wording)
	}
	c.counted[lang][key] = written
}

func (c *Catalog) addService(service *Service) {
	for i := range service.Form {
		if service.Form[i].locale == nil { // else it is shared, and was prepared for another service
			service.Form[i].prepare(c.locale)
		}
	}
	c.services = append(c.services, service)
	c.byID[service.ID] = service
	c.byCategory[service.Category] = append(c.byCategory[service.Category], service)
}
