package catalog

import (
	"errors"
	"fmt"
	"io/fs"
	"path"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// maxFileBytes bounds one file of the deployment tree.
const maxFileBytes = 1 << 20

// entry is a decoded value with the place it was written at, so that a check made later can still point there.
type entry[T any] struct {
	value *T
	file  string
	node  ast.Node
}

// at finds the place of a value inside the entry: keys by name, list items by index. It goes as deep as the file does.
func (e entry[T]) at(steps ...any) *token.Position {
	node := e.node
	for _, step := range steps {
		next := child(node, step)
		if next == nil {
			break
		}
		node = next
	}
	return position(node)
}

func child(node ast.Node, step any) ast.Node {
	switch step := step.(type) {
	case string:
		for _, pair := range pairs(node) {
			if pair.Key.GetToken().Value == step {
				return pair.Value
			}
		}
	case int:
		if list, ok := node.(*ast.SequenceNode); ok && step < len(list.Values) {
			return list.Values[step]
		}
	}
	return nil
}

func pairs(node ast.Node) []*ast.MappingValueNode {
	switch node := node.(type) {
	case *ast.MappingNode:
		return node.Values
	case *ast.MappingValueNode:
		return []*ast.MappingValueNode{node}
	}
	return nil
}

// position of a mapping is that of its first key: the token of the node itself is the colon after it.
func position(node ast.Node) *token.Position {
	if found := pairs(node); len(found) > 0 {
		return found[0].Key.GetToken().Position
	}
	if node == nil || node.GetToken() == nil {
		return nil
	}
	return node.GetToken().Position
}

// parse reads one YAML file. A nil node without a problem is an empty file.
func parse(fsys fs.FS, file string, found *problems) ast.Node {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		found.addf(file, nil, "the file cannot be read: %v", err)
		return nil
	}
	if len(raw) > maxFileBytes {
		found.addf(file, nil, "the file is larger than %d bytes", maxFileBytes)
		return nil
	}
	parsed, err := parser.ParseBytes(raw, 0)
	if err != nil {
		message, at := explain(err)
		found.addf(file, at, "%s", message)
		return nil
	}
	if len(parsed.Docs) > 1 {
		found.addf(file, position(parsed.Docs[1].Body), "a second document (---) in one file is not read")
	}
	if len(parsed.Docs) == 0 || !plain(file, parsed.Docs[0].Body, found) {
		return nil
	}
	return parsed.Docs[0].Body
}

// plain refuses the parts of YAML that these files do not need and that a reader of them would not know: tags, anchors,
// references to them, keys that are not words.
func plain(file string, node ast.Node, found *problems) bool {
	switch node := node.(type) {
	case nil:
		return true
	case *ast.TagNode, *ast.AnchorNode, *ast.AliasNode, *ast.MergeKeyNode, *ast.MappingKeyNode:
		found.addf(file, position(node), "write this out: signs such as !, &, *, << and ? before a value are not read")
		return false
	case *ast.SequenceNode:
		for _, item := range node.Values {
			if !plain(file, item, found) {
				return false
			}
		}
	default:
		for _, pair := range pairs(node) {
			if !plain(file, pair.Key, found) || !plain(file, pair.Value, found) {
				return false
			}
		}
	}
	return true
}

// reportLostDigits finds numbers that YAML would change where we read text: 0123 is octal, 1e3 a thousand.
func reportLostDigits(file string, node ast.Node, found *problems) {
	switch node := node.(type) {
	case *ast.SequenceNode:
		for _, item := range node.Values {
			reportLostDigits(file, item, found)
		}
	case *ast.IntegerNode:
		if written := node.Token.Value; fmt.Sprint(node.Value) != written {
			found.addf(file, position(node), "put the number in quotes: %q", written)
		}
	default:
		for _, pair := range pairs(node) {
			reportLostDigits(file, pair.Value, found)
		}
	}
}

// explain says what a fault of the YAML itself is.
func explain(err error) (string, *token.Position) {
	var fault yaml.Error
	if errors.As(err, &fault) && fault.GetToken() != nil {
		return "this is not valid YAML: " + fault.GetMessage(), fault.GetToken().Position
	}
	return "this is not valid YAML: " + err.Error(), nil
}

// yamlFiles lists the YAML files under a folder, deeper folders included, in a stable order. No folder is no files.
func yamlFiles(fsys fs.FS, folder string) []string {
	var files []string
	_ = fs.WalkDir(fsys, folder, func(name string, item fs.DirEntry, err error) error {
		if err == nil && !item.IsDir() && (path.Ext(name) == ".yaml" || path.Ext(name) == ".yml") {
			files = append(files, name)
		}
		return nil
	})
	return files
}
