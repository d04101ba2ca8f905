package catalog

import (
	"fmt"
	"io/fs"
	"path"

	"github.com/goccy/go-yaml/ast"
)

// tree is the deployment's files as written: decoded, each value with its place, and not yet checked.
type tree struct {
	state      entry[State]
	categories []entry[Category]
	portals    []entry[Portal]
	services   []entry[Service]
	papers     []entry[Paper]
	years      []entry[calendarYear]
	media      map[string]int64 // sizes of the files under media, by name
	texts      map[Language]map[TextKey]entry[string]
}

// reference is the language whose texts the others are compared with, and the fallback when one lacks a text. It is read
// even when the state does not offer it.
const reference Language = "en"

// serviceList is a file that holds many services. Its own keys are the default of each service's.
type serviceList struct {
	Kind         Kind          `yaml:"kind"`
	Category     string        `yaml:"category"`
	Department   string        `yaml:"department"`
	Availability Availability  `yaml:"availability"`
	Portal       PortalBinding `yaml:"portal"`
	Source       string        `yaml:"source"`
	Services     []Service     `yaml:"services"`
}

func readTree(fsys fs.FS, state string) (*tree, problems) {
	var found problems
	folder := path.Join("states", state)
	read := &tree{
		state:      readState(fsys, folder, state, &found),
		categories: readList[Category](fsys, path.Join(folder, "categories.yaml"), &found),
		portals:    readList[Portal](fsys, path.Join(folder, "portals.yaml"), &found),
		papers:     readOptional[Paper](fsys, path.Join(folder, "papers.yaml"), &found),
		media:      readMedia(fsys, path.Join(folder, mediaFolder)),
		years:      readYears(fsys, folder, &found),
		texts:      make(map[Language]map[TextKey]entry[string]),
	}
	for _, file := range yamlFiles(fsys, path.Join(folder, "services")) {
		read.services = append(read.services, readServices(fsys, file, &found)...)
	}
	for _, lang := range append([]Language{reference}, read.state.value.Languages...) {
		if _, done := read.texts[lang]; !done {
			read.texts[lang] = readTexts(fsys, path.Join("languages", string(lang)), &found)
		}
	}
	return read, found
}

func readState(fsys fs.FS, folder, id string, found *problems) entry[State] {
	read := entry[State]{value: &State{}, file: path.Join(folder, "state.yaml")}
	if read.node = parse(fsys, read.file, found); read.node != nil {
		decode(read.file, read.node, read.value, found)
	}
	read.value.ID = id
	return read
}

func readList[T any](fsys fs.FS, file string, found *problems) []entry[T] {
	root := parse(fsys, file, found)
	if root == nil {
		return nil
	}
	list, ok := root.(*ast.SequenceNode)
	if !ok {
		found.addf(file, position(root), "expected a list: each entry begins with a dash")
		return nil
	}
	return decodeItems[T](file, list, found)
}

// readOptional reads a list whose file need not be there.
func readOptional[T any](fsys fs.FS, file string, found *problems) []entry[T] {
	if _, err := fs.Stat(fsys, file); err != nil {
		return nil
	}
	return readList[T](fsys, file, found)
}

func decodeItems[T any](file string, list *ast.SequenceNode, found *problems) []entry[T] {
	entries := make([]entry[T], 0, len(list.Values))
	for _, node := range list.Values {
		item := entry[T]{value: new(T), file: file, node: node}
		decode(file, node, item.value, found)
		entries = append(entries, item)
	}
	return entries
}

// readServices reads a file with one service, or with a list of them under "services".
func readServices(fsys fs.FS, file string, found *problems) []entry[Service] {
	root := parse(fsys, file, found)
	if root == nil {
		return nil
	}
	listed := child(root, "services")
	if listed == nil {
		single := entry[Service]{value: &Service{}, file: file, node: root}
		decode(file, root, single.value, found)
		return []entry[Service]{single}
	}
	list, ok := listed.(*ast.SequenceNode)
	if !ok {
		found.addf(file, position(listed), "expected a list: each service begins with a dash")
		return nil
	}
	services := decodeItems[Service](file, list, found)
	defaults := serviceList{}
	decode(file, withoutServices(root), &defaults, found)
	for _, service := range services {
		defaults.fill(service.value)
	}
	return services
}

// withoutServices keeps the items of a list from being decoded, and their faults reported, a second time.
func withoutServices(root ast.Node) ast.Node {
	head := &ast.MappingNode{BaseNode: &ast.BaseNode{}}
	for _, pair := range pairs(root) {
		if pair.Key.GetToken().Value != "services" {
			head.Start = pair.Start
			head.Values = append(head.Values, pair)
		}
	}
	return head
}

func (l serviceList) fill(service *Service) {
	fillEmpty(&service.Kind, l.Kind)
	fillEmpty(&service.Category, l.Category)
	fillEmpty(&service.Department, l.Department)
	fillEmpty(&service.Availability, l.Availability)
	fillEmpty(&service.Source, l.Source)
	fillEmpty(&service.Portal.Name, l.Portal.Name)
	fillEmpty(&service.Portal.Service, l.Portal.Service)
}

func fillEmpty[T ~string](field *T, fallback T) {
	if *field == "" {
		*field = fallback
	}
}

// readTexts reads every file of a language. A text may be written as a list, which reads as its items with commas
// between them.
func readTexts(fsys fs.FS, folder string, found *problems) map[TextKey]entry[string] {
	texts := make(map[TextKey]entry[string])
	for _, file := range yamlFiles(fsys, folder) {
		root := parse(fsys, file, found)
		if root != nil && pairs(root) == nil {
			found.addf(file, position(root), "expected lines of the form key: text")
		}
		for _, pair := range pairs(root) {
			key := TextKey(pair.Key.GetToken().Value)
			if earlier, taken := texts[key]; taken {
				found.addf(file, pair.Key.GetToken().Position, "the text %q is already written in %s", key, placeOf(earlier))
				continue
			}
			text := textOf(file, pair.Value, found)
			texts[key] = entry[string]{value: &text, file: file, node: pair.Key}
		}
	}
	return texts
}

func placeOf[T any](written entry[T]) string {
	return fmt.Sprintf("%s, line %d", written.file, written.at().Line)
}
