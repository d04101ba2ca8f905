package catalog

import (
	"strings"

	"github.com/goccy/go-yaml/ast"
)

// textOf reads one text, written plainly, as a block, or as a list of words.
func textOf(file string, node ast.Node, found *problems) string {
	switch node := node.(type) {
	case *ast.StringNode:
		return node.Value
	case *ast.LiteralNode:
		return strings.TrimRight(node.Value.Value, "\n")
	case *ast.SequenceNode:
		items := make([]string, 0, len(node.Values))
		for _, item := range node.Values {
			items = append(items, textOf(file, item, found))
		}
		return strings.Join(items, ", ")
	case *ast.NullNode:
		return ""
	case ast.ScalarNode:
		return node.GetToken().Value
	}
	found.addf(file, position(node), "expected a text")
	return ""
}
