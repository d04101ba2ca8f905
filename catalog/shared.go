package catalog

import (
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// What several services have in common is defined once: common/applicant.yaml in the folder of a state is referred to as
// "use: common/applicant", and shared/applicant.yaml beside the states, which all of them may use, as "use: shared/applicant".
const (
	commonFolder = "common"
	sharedFolder = "shared"
)

// sharedPapers is the file of that folder which is not a part: the papers that every state knows.
const sharedPapers = sharedFolder + "/papers.yaml"

// sharedPart is a file of those folders: questions that stand in forms, officers that answer for services, or both.
type sharedPart struct {
	Form     []Field  `yaml:"form"`
	Officers Officers `yaml:"officers"`
}

type sharedParts struct {
	byName map[string]entry[sharedPart]
	used   map[string]bool
}

// readShared reads what the state has for itself, and what it has with the others: that in its own languages only.
func readShared(fsys fs.FS, folder string, languages []Language, found *problems) *sharedParts {
	parts := &sharedParts{byName: make(map[string]entry[sharedPart]), used: make(map[string]bool)}
	parts.read(fsys, path.Join(folder, commonFolder), commonFolder, found)
	parts.read(fsys, sharedFolder, sharedFolder, found)
	for _, name := range parts.ofAllStates() {
		keepLanguages(parts.byName[name], languages, found)
	}
	return parts
}

func (s *sharedParts) read(fsys fs.FS, folder, prefix string, found *problems) {
	for _, file := range yamlFiles(fsys, folder) {
		if file == sharedPapers {
			continue
		}
		part := entry[sharedPart]{value: &sharedPart{}, file: file}
		if part.node = parse(fsys, file, found); part.node == nil {
			continue
		}
		decode(file, part.node, part.value, found)
		rememberFiles(part.node, file, found)
		refuseUse(part, found)
		name := strings.TrimSuffix(strings.TrimPrefix(file, folder+"/"), path.Ext(file))
		s.byName[prefix+"/"+name] = part
	}
}

// ofAllStates names the parts that do not belong to this state alone, in order.
func (s *sharedParts) ofAllStates() []string {
	names := slices.Sorted(maps.Keys(s.byName))
	return slices.DeleteFunc(names, func(name string) bool { return !strings.HasPrefix(name, sharedFolder+"/") })
}

// readPapers reads the papers of the state, and those of all states that it does not describe itself.
func readPapers(fsys fs.FS, folder string, languages []Language, found *problems) []entry[Paper] {
	papers := readOptional[Paper](fsys, path.Join(folder, "papers.yaml"), found)
	own := make(map[string]bool, len(papers))
	for _, paper := range papers {
		own[paper.value.ID] = true
	}
	for _, paper := range readOptional[Paper](fsys, sharedPapers, found) {
		keepLanguages(paper, languages, found)
		if !own[paper.value.ID] {
			papers = append(papers, paper)
		}
	}
	return papers
}

// refuseUse keeps shared forms one deep, so that a reader of one sees all of it.
func refuseUse(part entry[sharedPart], found *problems) {
	list, _ := child(part.node, "form").(*ast.SequenceNode)
	for i, field := range slices.Backward(part.value.Form) {
		if field.Use != "" {
			found.addf(part.file, part.at("form", i, "use"), "a shared form cannot use another one")
			part.value.Form, list.Values = slices.Delete(part.value.Form, i, i+1), slices.Delete(list.Values, i, i+1)
		}
	}
}

// rememberFiles notes the file of every place inside the node.
func rememberFiles(node ast.Node, file string, found *problems) {
	if at := position(node); at != nil {
		found.rememberFile(at, file)
	}
	if list, ok := node.(*ast.SequenceNode); ok {
		for _, item := range list.Values {
			rememberFiles(item, file, found)
		}
	}
	for _, pair := range pairs(node) {
		found.rememberFile(pair.Key.GetToken().Position, file)
		rememberFiles(pair.Value, file, found)
	}
}

// insert puts shared questions and officers where the service refers to them.
func (s *sharedParts) insert(service *entry[Service], found *problems) {
	if slices.ContainsFunc(service.value.Form, func(f Field) bool { return f.Use != "" }) {
		s.insertForm(service, found)
	}
	clock := service.value.Clock
	if clock == nil || clock.Officers.Use == "" {
		return
	}
	part, ok := s.find(*service, clock.Officers.Use, found, "clock", "officers", "use")
	if !ok {
		return
	}
	own := *clock // it may be the default of many services
	own.Officers = part.value.Officers
	service.value.Clock = &own
	service.node = replaced(service.node, child(part.node, "officers"), "clock", "officers")
}

func (s *sharedParts) insertForm(service *entry[Service], found *problems) {
	var form []Field
	nodes := &ast.SequenceNode{BaseNode: &ast.BaseNode{}}
	for i, field := range service.value.Form {
		from := child(child(service.node, "form"), i)
		if field.Use == "" {
			form, nodes.Values = append(form, field), append(nodes.Values, from)
			continue
		}
		part, ok := s.find(*service, field.Use, found, "form", i, "use")
		if !ok {
			continue
		}
		if len(pairs(from)) > 1 {
			found.addf(service.file, position(from), "beside use nothing else is read: write the question out where it differs")
		}
		form = append(form, part.value.Form...)
		if list, ok := child(part.node, "form").(*ast.SequenceNode); ok {
			nodes.Start, nodes.Values = list.Start, append(nodes.Values, list.Values...)
		}
	}
	service.value.Form = form
	service.node = replaced(service.node, nodes, "form")
}

func (s *sharedParts) find(service entry[Service], name string, found *problems, steps ...any) (entry[sharedPart], bool) {
	part, ok := s.byName[name]
	s.used[name] = true
	if !ok {
		found.addf(service.file, service.at(steps...),
			"use names %q, which is not there: a shared part is a file such as %s/applicant.yaml of the state, used as %s/applicant, "+
				"or %s/applicant.yaml of all states, used as %s/applicant",
			name, commonFolder, commonFolder, sharedFolder, sharedFolder)
	}
	return part, ok
}

// forgotten are the state's own parts that no service uses.
func (s *sharedParts) forgotten() []string {
	names := slices.Sorted(maps.Keys(s.byName))
	return slices.DeleteFunc(names, func(name string) bool { return s.used[name] || !strings.HasPrefix(name, commonFolder+"/") })
}

func (l *linter) lintForgotten(parts *sharedParts) {
	for _, name := range parts.forgotten() {
		part := parts.byName[name]
		l.found.addf(part.file, part.at(), "no service uses %s: is it misspelt there?", name)
	}
}

// unused are the parts of all states that this one has no service for: checked all the same, as if one service had them.
func (s *sharedParts) unused() []entry[Service] {
	var idle []entry[Service]
	for _, name := range s.ofAllStates() {
		part := s.byName[name]
		if s.used[name] {
			continue
		}
		clock, node := mapping(part.at()), mapping(part.at())
		put(clock, "officers", nil, child(part.node, "officers"), part.at())
		put(node, "form", nil, child(part.node, "form"), part.at())
		put(node, "clock", nil, clock, part.at())
		service := &Service{ID: name, Form: part.value.Form, Clock: &Clock{Officers: part.value.Officers}}
		idle = append(idle, entry[Service]{value: service, file: part.file, node: node})
	}
	return idle
}

// replaced is the mapping with another value under a key of it, or deeper, and shares the rest.
func replaced(node, value ast.Node, key string, deeper ...string) ast.Node {
	changed := &ast.MappingNode{BaseNode: &ast.BaseNode{}, Values: slices.Clone(pairs(node))}
	for i, pair := range changed.Values {
		if pair.Key.GetToken().Value != key {
			continue
		}
		other := *pair
		other.Value = value
		if len(deeper) > 0 {
			other.Value = replaced(pair.Value, value, deeper[0], deeper[1:]...)
		}
		changed.Values[i] = &other
	}
	return changed
}
