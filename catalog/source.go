package catalog

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"slices"
	"time"

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

// decode fills a value from a node and reports every fault in it: after each one, the faulty line is left out and the
// rest is tried again.
func decode(file string, node ast.Node, into any, found *problems) {
	reportLostDigits(file, node, found)
	for range 100 {
		err := yaml.NodeToValue(node, into, yaml.Strict())
		if err == nil {
			return
		}
		message, at := explain(err)
		if at == nil {
			at = blame(node, into)
		}
		found.addf(file, at, "%s", message)
		if at == nil || !leaveOut(node, at) {
			return
		}
		reflect.ValueOf(into).Elem().SetZero()
	}
}

// blame finds the place of a fault that the decoder reports without one: the innermost value that cannot be read alone either.
func blame(node ast.Node, into any) *token.Position {
	target := reflect.TypeOf(into).Elem()
	for _, part := range parts(node) {
		inner := innerType(target, part.key)
		if inner == nil {
			continue
		}
		if inner.Kind() == reflect.Pointer { // into which the decoder reads nothing by itself
			inner = inner.Elem()
		}
		value := reflect.New(inner).Interface()
		if yaml.NodeToValue(part.node, value, yaml.Strict()) != nil {
			return cmp.Or(blame(part.node, value), position(part.node))
		}
	}
	return nil
}

// part is a value inside another: of a mapping with its key, of a list without.
type part struct {
	key  string
	node ast.Node
}

func parts(node ast.Node) []part {
	var found []part
	if list, ok := node.(*ast.SequenceNode); ok {
		for _, item := range list.Values {
			found = append(found, part{node: item})
		}
	}
	for _, pair := range pairs(node) {
		found = append(found, part{key: pair.Key.GetToken().Value, node: pair.Value})
	}
	return found
}

// innerType is the type that a part is read into; nil when there is none.
func innerType(target reflect.Type, key string) reflect.Type {
	switch target.Kind() {
	case reflect.Slice, reflect.Map:
		return target.Elem()
	case reflect.Struct:
		for _, field := range reflect.VisibleFields(target) {
			if key != "" && field.Tag.Get("yaml") == key {
				return field.Type
			}
		}
	default:
	}
	return nil
}

// leaveOut removes the innermost "key: value" that the position belongs to.
func leaveOut(node ast.Node, at *token.Position) bool {
	mapping, isMapping := node.(*ast.MappingNode)
	for i, pair := range pairs(node) {
		if leaveOut(pair.Value, at) {
			return true
		}
		keyAt, valueAt := pair.Key.GetToken().Position, position(pair.Value)
		if isMapping && (samePlace(keyAt, at) || samePlace(valueAt, at) || samePlace(pair.Value.GetToken().Position, at)) {
			mapping.Values = slices.Delete(mapping.Values, i, i+1)
			return true
		}
	}
	if list, ok := node.(*ast.SequenceNode); ok {
		for _, item := range list.Values {
			if leaveOut(item, at) {
				return true
			}
		}
	}
	return false
}

func samePlace(a, b *token.Position) bool {
	return a != nil && b != nil && a.Line == b.Line && a.Column == b.Column
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

// explain says what a YAML error means without speaking of Go types.
func explain(err error) (string, *token.Position) {
	var unknown *yaml.UnknownFieldError
	var mismatch *yaml.TypeError
	var unexpected *yaml.UnexpectedNodeTypeError
	var duplicate *yaml.DuplicateKeyError
	var other yaml.Error
	var ours unreadable
	switch {
	case errors.As(err, &ours):
		return string(ours), nil
	case errors.As(err, &unknown):
		return fmt.Sprintf("unknown key %q", unknown.Token.Value), unknown.Token.Position
	case errors.As(err, &mismatch):
		return "expected " + plainType(mismatch.DstType), mismatch.Token.Position
	case errors.As(err, &unexpected):
		return "expected " + plainNode(unexpected.Expected) + ", found " + plainNode(unexpected.Actual), unexpected.Token.Position
	case errors.As(err, &duplicate):
		return fmt.Sprintf("the key %q is written twice", duplicate.Token.Value), duplicate.Token.Position
	case errors.As(err, &other) && other.GetToken() != nil:
		return "this is not valid YAML: " + other.GetMessage(), other.GetToken().Position
	}
	return "this value cannot be read: " + err.Error(), nil
}

func plainNode(kind ast.NodeType) string {
	switch kind {
	case ast.SequenceType:
		return "a list"
	case ast.MappingType, ast.MappingValueType:
		return "keys with values"
	case ast.StringType, ast.LiteralType:
		return "a text"
	default:
		return "a " + kind.YAMLName()
	}
}

func plainType(target reflect.Type) string {
	if target == reflect.TypeFor[time.Duration]() {
		return "a time such as 10s"
	}
	switch target.Kind() {
	case reflect.String:
		return "a text"
	case reflect.Int, reflect.Float64:
		return "a number"
	case reflect.Bool:
		return "true or false"
	case reflect.Slice:
		return "a list"
	default:
		return "keys with values, such as {en: …}"
	}
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
