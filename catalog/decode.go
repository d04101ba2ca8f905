package catalog

import (
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/goccy/go-yaml/ast"
)

// decode fills a value from a node. It goes on after a fault, so that every one is reported, each at its place; what is faulty stays
// empty. A decoder of our own, since the library's stops at the first fault, speaks of Go types, and takes twice the time.
func decode(file string, node ast.Node, into any, found *problems) {
	reportLostDigits(file, node, found)
	(&decoder{file: file, found: found}).read(node, reflect.ValueOf(into).Elem())
}

type decoder struct {
	file  string
	found *problems
}

func (d *decoder) expected(what string, node ast.Node) {
	d.found.addf(d.file, position(node), "expected %s, found %s", what, plainNode(node))
}

func (d *decoder) read(node ast.Node, into reflect.Value) {
	if _, empty := node.(*ast.NullNode); empty || node == nil {
		return
	}
	if into.Kind() == reflect.Pointer {
		into.Set(reflect.New(into.Type().Elem()))
		into = into.Elem()
	}
	if word, isWord := wordOf(node); isWord {
		if special, err := readSpecial(word, into); special {
			if err != nil {
				d.found.addf(d.file, position(node), "%v", err)
			}
			return
		}
	}
	switch into.Kind() {
	case reflect.Struct:
		d.readStruct(node, into)
	case reflect.Map:
		d.readMap(node, into)
	case reflect.Slice:
		d.readList(node, into)
	default:
		d.readWord(node, into)
	}
}

// readSpecial reads the types that one word can stand for beside their keys. The error says what to write.
func readSpecial(word string, into reflect.Value) (special bool, err error) {
	switch into := into.Addr().Interface().(type) {
	case *Limit:
		return true, into.UnmarshalText([]byte(word))
	case *Clock:
		*into, err = clockOf(word)
		return true, err
	case *spellings:
		*into = spellings{word}
		return true, nil
	}
	return false, nil
}

// wordOf is a value that stands on its own, as it is written: 0123 keeps its zero.
func wordOf(node ast.Node) (word string, ok bool) {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value, true
	case *ast.LiteralNode:
		return strings.TrimRight(node.Value.Value, "\n"), true
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode, *ast.InfinityNode, *ast.NanNode:
		return node.GetToken().Value, true
	}
	return "", false
}

func (d *decoder) readWord(node ast.Node, into reflect.Value) {
	word, ok := wordOf(node)
	what, valid := "a text", ok
	switch into.Interface().(type) {
	case time.Duration:
		length, err := time.ParseDuration(word)
		into.SetInt(int64(length))
		what, valid = "a time such as 10s", err == nil
	case int:
		count, err := strconv.Atoi(word)
		into.SetInt(int64(count))
		what, valid = "a whole number", err == nil
	case float64:
		number, err := strconv.ParseFloat(word, 64)
		into.SetFloat(number)
		what, valid = "a number", err == nil
	case bool:
		into.SetBool(word == "true")
		what, valid = "true or false", word == "true" || word == "false"
	default:
		into.SetString(word)
	}
	switch {
	case !ok:
		d.expected(what, node)
	case !valid:
		into.SetZero()
		d.found.addf(d.file, position(node), "expected %s, not %q", what, word)
	}
}

func (d *decoder) readList(node ast.Node, into reflect.Value) {
	list, ok := node.(*ast.SequenceNode)
	if !ok {
		d.expected("a list", node)
		return
	}
	made := reflect.MakeSlice(into.Type(), len(list.Values), len(list.Values))
	for i, item := range list.Values {
		d.read(item, made.Index(i))
	}
	into.Set(made)
}

func (d *decoder) readMap(node ast.Node, into reflect.Value) {
	if !d.isMapping(node) {
		return
	}
	made := reflect.MakeMapWithSize(into.Type(), len(pairs(node)))
	for _, pair := range pairs(node) {
		value := reflect.New(into.Type().Elem()).Elem()
		d.read(pair.Value, value)
		made.SetMapIndex(reflect.ValueOf(pair.Key.GetToken().Value).Convert(into.Type().Key()), value)
	}
	into.Set(made)
}

func (d *decoder) isMapping(node ast.Node) bool {
	if _, ok := node.(*ast.MappingNode); ok || len(pairs(node)) > 0 {
		return true
	}
	d.expected("keys with values, such as {en: …}", node)
	return false
}

func (d *decoder) readStruct(node ast.Node, into reflect.Value) {
	if !d.isMapping(node) {
		return
	}
	keys := fileKeys[into.Type()]
	for _, pair := range pairs(node) {
		key := pair.Key.GetToken()
		index, known := keys[key.Value]
		if !known {
			d.found.addf(d.file, key.Position, "unknown key %q", key.Value)
			continue
		}
		d.read(pair.Value, into.Field(index))
	}
}

func plainNode(node ast.Node) string {
	if _, isWord := wordOf(node); isWord {
		return "a text"
	}
	if _, isList := node.(*ast.SequenceNode); isList {
		return "a list"
	}
	return "keys with values"
}

// fileKeys are the keys of every type that the files hold, with the index of the field that each is read into. It is made once and
// never changed.
var fileKeys = keysOf(make(map[reflect.Type]map[string]int),
	reflect.TypeFor[State](), reflect.TypeFor[Category](), reflect.TypeFor[Portal](), reflect.TypeFor[Paper](), reflect.TypeFor[Service](),
	reflect.TypeFor[serviceList](), reflect.TypeFor[sharedPart](), reflect.TypeFor[calendarYear](), reflect.TypeFor[glossaryTerm]())

func keysOf(known map[reflect.Type]map[string]int, types ...reflect.Type) map[reflect.Type]map[string]int {
	for _, of := range types {
		switch of.Kind() {
		case reflect.Pointer, reflect.Slice, reflect.Map:
			keysOf(known, of.Elem())
		case reflect.Struct:
			if known[of] == nil {
				known[of] = make(map[string]int)
				addKeys(known, of)
			}
		default:
		}
	}
	return known
}

func addKeys(known map[reflect.Type]map[string]int, of reflect.Type) {
	for i := range of.NumField() {
		field := of.Field(i)
		if key := field.Tag.Get("yaml"); key != "" && key != "-" {
			known[of][key] = i
			keysOf(known, field.Type)
		}
	}
}
