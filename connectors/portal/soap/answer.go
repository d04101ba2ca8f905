package soap

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/xmltree"
)

// Fault is a service's own error. It is no error of package connectors: the
// connector says what it means.
//
//nolint:errname // it is what SOAP calls it
type Fault struct {
	// Code is the fault's code without its prefix: "Client", "Server",
	// "Sender", or the service's own.
	Code string
	// Subcode is that of SOAP 1.2; empty when missing.
	Subcode string
	// Reason and Detail are the service's text, which may repeat what the
	// citizen gave; they are kept out of Error.
	Reason, Detail string
}

func (f *Fault) Error() string { return fmt.Sprintf("soap fault %s", f.Code) }

// Node is an element of an answer, read without regard to prefixes.
type Node struct{ element *xmltree.Element }

// ErrNotSOAP says that an answer is not a SOAP message.
var ErrNotSOAP = errors.New("answer is not a soap message")

// Read answers the first element of the body: the operation's response. A fault
// is a *Fault, whatever the status; anything but a message ErrNotSOAP. Use it in
// both portal.Request.Check and portal.Request.CheckFailure: a fault comes with
// 500 as well as with 200.
func Read(response *portal.Response) (Node, error) {
	text, err := response.Text()
	if err != nil {
		return Node{}, ErrNotSOAP
	}
	element, err := parse(text)
	if err != nil {
		return Node{}, err
	}
	root := Node{element}
	body := root.Child("Body")
	if root.Name() != "Envelope" || !body.Exists() {
		return Node{}, ErrNotSOAP
	}
	first := body.Children()
	if len(first) == 0 {
		return Node{}, ErrNotSOAP
	}
	if first[0].Name() == "Fault" {
		return Node{}, faultOf(first[0])
	}
	return first[0], nil
}

// parse builds the tree of a text within bounds. A document type declaration,
// forbidden in SOAP, is refused before anything is read.
func parse(text string) (*xmltree.Element, error) {
	root, err := xmltree.Parse(text)
	if err != nil {
		return nil, ErrNotSOAP
	}
	return root, nil
}

func faultOf(node Node) *Fault {
	if code := node.Child("Code"); code.Exists() { // SOAP 1.2
		return &Fault{
			Code: local(code.Child("Value").Text()), Subcode: local(code.Child("Subcode").Child("Value").Text()),
			Reason: node.Child("Reason").Child("Text").Text(), Detail: node.Child("Detail").deepText(),
		}
	}
	return &Fault{
		Code: local(node.Child("faultcode").Text()), Reason: node.Child("faultstring").Text(), Detail: node.Child("detail").deepText(),
	}
}

func local(name string) string {
	if _, after, prefixed := strings.Cut(name, ":"); prefixed {
		return after
	}
	return name
}

// Exists tells whether there is such an element.
func (n Node) Exists() bool { return n.element != nil }

// Name is the element's name without prefix; empty for one that is not there.
func (n Node) Name() string {
	if n.element == nil {
		return ""
	}
	return n.element.Name
}

// Child is the first child of the name. Case counts only where two differ in
// nothing else: services of the same family do not agree on it.
func (n Node) Child(name string) Node {
	var alike Node
	for _, child := range n.Children() {
		if child.Name() == name {
			return child
		}
		if !alike.Exists() && strings.EqualFold(child.Name(), name) {
			alike = child
		}
	}
	return alike
}

// Children lists the child elements in order.
func (n Node) Children() []Node {
	if n.element == nil {
		return nil
	}
	children := make([]Node, 0, len(n.element.Children))
	for _, element := range n.element.Children {
		children = append(children, Node{element})
	}
	return children
}

// All lists the descendants of the name in order, such as the rows of a DataSet
// at any depth.
func (n Node) All(name string) []Node {
	var found []Node
	for _, child := range n.Children() {
		if strings.EqualFold(child.Name(), name) {
			found = append(found, child)
		}
		found = append(found, child.All(name)...)
	}
	return found
}

// Text is the element's own text without white space at its ends.
func (n Node) Text() string {
	if n.element == nil {
		return ""
	}
	return strings.TrimSpace(n.element.Text)
}

func (n Node) deepText() string {
	children := n.Children()
	parts := make([]string, 0, len(children)+1)
	parts = append(parts, n.Text())
	for _, child := range children {
		parts = append(parts, child.deepText())
	}
	return strings.Join(strings.Fields(strings.Join(parts, " ")), " ")
}
