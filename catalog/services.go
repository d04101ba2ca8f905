package catalog

import (
	"io/fs"
	"path"
	"reflect"
	"runtime"
	"sync"

	"github.com/goccy/go-yaml/ast"
)

// serviceList is a file that holds many services, each under services or as a row of a table. Its own keys are the default of each
// service's.
type serviceList struct {
	Kind         Kind            `yaml:"kind"`
	Category     string          `yaml:"category"`
	Department   string          `yaml:"department"`
	Availability Availability    `yaml:"availability"`
	Portal       PortalBinding   `yaml:"portal"`
	Form         []Field         `yaml:"form"`
	Fee          *Fee            `yaml:"fee"`
	Clock        *Clock          `yaml:"clock"`
	Delivers     Delivers        `yaml:"delivers"`
	Retention    Retention       `yaml:"retention"`
	Bill         *BillTerms      `yaml:"bill"`
	Booking      *Booking        `yaml:"booking"`
	Grievance    *GrievanceTerms `yaml:"grievance"`
	Source       string          `yaml:"source"`
	Table        string          `yaml:"table"` // a CSV file beside this one
	Services     []Service       `yaml:"services"`
}

func (l serviceList) defaults() Service {
	return Service{
		Kind: l.Kind, Category: l.Category, Department: l.Department, Availability: l.Availability, Portal: l.Portal, Form: l.Form,
		Fee: l.Fee, Clock: l.Clock, Delivers: l.Delivers, Retention: l.Retention, Bill: l.Bill, Booking: l.Booking,
		Grievance: l.Grievance, Source: l.Source,
	}
}

// readAllServices reads the files of services side by side, and puts what is shared in its places.
func readAllServices(fsys fs.FS, folder string, languages []Language, found *problems) (services []entry[Service], shared *sharedParts) {
	files := yamlFiles(fsys, path.Join(folder, "services"))
	read := make([][]entry[Service], len(files))
	faults := make([]problems, len(files))
	var readers sync.WaitGroup
	free := make(chan struct{}, runtime.GOMAXPROCS(0))
	for i, file := range files {
		readers.Go(func() {
			free <- struct{}{}
			defer func() { <-free }()
			read[i] = readServices(fsys, file, &faults[i])
		})
	}
	shared = readShared(fsys, folder, languages, found)
	readers.Wait()
	for i := range files {
		found.add(faults[i])
		services = append(services, read[i]...)
	}
	for i := range services {
		shared.insert(&services[i], found)
	}
	return services, shared
}

// readServices reads a file with one service, with a list of them under "services", or with a table.
func readServices(fsys fs.FS, file string, found *problems) []entry[Service] {
	root := parse(fsys, file, found)
	if root == nil {
		return nil
	}
	listed, table := child(root, "services"), child(root, "table")
	if listed == nil && table == nil {
		single := entry[Service]{value: &Service{}, file: file, node: root}
		decode(file, root, single.value, found)
		return []entry[Service]{single}
	}
	head := without(root, "services")
	var list serviceList
	decode(file, head, &list, found)
	var services []entry[Service]
	if items, ok := listed.(*ast.SequenceNode); ok {
		services = decodeItems[Service](file, items, found)
	} else if listed != nil {
		found.addf(file, position(listed), "expected a list: each service begins with a dash")
	}
	if list.Table != "" {
		services = append(services, readTable(fsys, path.Join(path.Dir(file), list.Table), entry[serviceList]{value: &list, file: file, node: head}, found)...)
	}
	defaults, head := list.defaults(), without(head, "table")
	for i := range services {
		fillEmpty(reflect.ValueOf(services[i].value).Elem(), reflect.ValueOf(&defaults).Elem())
		services[i].node = graft(services[i].node, head)
	}
	return services
}

// without is a mapping but for one key, so that what stands there is not decoded, and its faults not reported, a second time.
func without(root ast.Node, key string) *ast.MappingNode {
	rest := &ast.MappingNode{BaseNode: &ast.BaseNode{}}
	for _, pair := range pairs(root) {
		if pair.Key.GetToken().Value != key {
			rest.Start = pair.Start
			rest.Values = append(rest.Values, pair)
		}
	}
	return rest
}

// fillEmpty gives what is not written its default, in parts too: a clock without officers has those of the default's clock. A clock that
// is said to be unknown stays so.
func fillEmpty(value, fallback reflect.Value) {
	switch {
	case value.IsZero():
		value.Set(fallback)
	case value.Kind() == reflect.Pointer:
		if clock, ok := reflect.TypeAssert[*Clock](value); (ok && clock.Unknown) || fallback.IsNil() {
			return
		}
		fillEmpty(value.Elem(), fallback.Elem())
	case value.Kind() == reflect.Struct && value.Type() != reflect.TypeFor[Limit]():
		for i := range value.NumField() {
			if value.Type().Field(i).IsExported() {
				fillEmpty(value.Field(i), fallback.Field(i))
			}
		}
	}
}

// graft adds the keys of the head that the node lacks, so that the places of defaults are found too.
func graft(node, head ast.Node) ast.Node {
	grown := &ast.MappingNode{BaseNode: &ast.BaseNode{}, Values: pairs(node)}
	if own, ok := node.(*ast.MappingNode); ok {
		grown.Start = own.Start
	}
	own := make(map[string]int, len(grown.Values))
	for i, pair := range grown.Values {
		own[pair.Key.GetToken().Value] = i
	}
	for _, pair := range pairs(head) {
		i, there := own[pair.Key.GetToken().Value]
		switch {
		case !there:
			grown.Values = append(grown.Values, pair)
		case len(pairs(pair.Value)) > 0 && len(pairs(grown.Values[i].Value)) > 0:
			merged := *grown.Values[i]
			merged.Value = graft(merged.Value, pair.Value)
			grown.Values[i] = &merged
		}
	}
	return grown
}
