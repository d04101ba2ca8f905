package markup

import "golang.org/x/net/html"

// SetInner puts what a text says in the place of an element's content.
func SetInner(element *html.Node, text string) error {
	nodes, err := ParseFragment(text, element)
	if err != nil {
		return err
	}
	for element.FirstChild != nil {
		element.RemoveChild(element.FirstChild)
	}
	for _, node := range nodes {
		element.AppendChild(node)
	}
	return nil
}

// Replace puts what a text says in the place of an element, which has a parent.
func Replace(element *html.Node, text string) error {
	parent := element.Parent
	nodes, err := ParseFragment(text, parent)
	if err != nil {
		return err
	}
	for _, node := range nodes {
		parent.InsertBefore(node, element)
	}
	parent.RemoveChild(element)
	return nil
}

// Clone copies a tree.
func Clone(root *html.Node) *html.Node {
	var made cloner
	return made.clone(root)
}

// cloner has room for the next nodes and attributes.
type cloner struct {
	nodes      []html.Node
	attributes []html.Attribute
}

func (c *cloner) clone(node *html.Node) *html.Node {
	if len(c.nodes) == cap(c.nodes) {
		c.nodes = make([]html.Node, 0, nodeBlock)
	}
	c.nodes = append(c.nodes, html.Node{
		Type: node.Type, DataAtom: node.DataAtom, Data: node.Data, Namespace: node.Namespace, Attr: c.copied(node.Attr),
	})
	copied := &c.nodes[len(c.nodes)-1]
	for child := node.FirstChild; child != nil; child = child.NextSibling {
		copied.AppendChild(c.clone(child))
	}
	return copied
}

func (c *cloner) copied(attributes []html.Attribute) []html.Attribute {
	count := len(attributes)
	if count == 0 {
		return nil
	}
	if len(c.attributes)+count > cap(c.attributes) {
		c.attributes = make([]html.Attribute, 0, max(attributeBlock, count))
	}
	first := len(c.attributes)
	c.attributes = append(c.attributes, attributes...)
	return c.attributes[first : first+count : first+count]
}
