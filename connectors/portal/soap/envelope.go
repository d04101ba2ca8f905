package soap

import (
	"fmt"
	"net/http"
	"strings"

	"github.com/beevik/etree"

	"github.com/jansetu/jansetu/connectors/portal"
)

// Version of SOAP.
type Version int

// The versions.
const (
	V11 Version = iota // http://schemas.xmlsoap.org/soap/envelope/, text/xml
	V12                // http://www.w3.org/2003/05/soap-envelope, application/soap+xml
)

func (v Version) namespace() string {
	if v == V12 {
		return "http://www.w3.org/2003/05/soap-envelope"
	}
	return "http://schemas.xmlsoap.org/soap/envelope/"
}

// Param is one element of a message: text, or further elements.
type Param struct {
	Name     string
	Value    string
	Children []Param
}

// Text makes a Param of text.
func Text(name, value string) Param { return Param{Name: name, Value: value} }

// Envelope is one message to a service.
type Envelope struct {
	Version Version
	// Namespace and Operation are the name of the body's element, as in the
	// service's WSDL.
	Namespace, Operation string
	// Action is the SOAPAction; Namespace + Operation when empty.
	Action string
	// Header holds the header's elements, such as credentials.
	Header []Param
	// Params are the operation's, in the order of the WSDL.
	Params []Param
}

// Request makes the call of the service at a path below the portal's address.
// Characters that XML cannot carry are left out of values.
func (e Envelope) Request(operation, path string) (portal.Request, error) {
	body, err := e.encode()
	if err != nil {
		return portal.Request{}, fmt.Errorf("encode soap message: %w", err)
	}
	action := e.Action
	if action == "" {
		action = strings.TrimSuffix(e.Namespace, "/") + "/" + e.Operation
	}
	request := portal.Request{Operation: operation, Method: http.MethodPost, Path: path, Body: body}
	if e.Version == V12 {
		request.ContentType = `application/soap+xml; charset=utf-8; action="` + action + `"`
		return request, nil
	}
	request.ContentType = "text/xml; charset=utf-8"
	request.Header = http.Header{"Soapaction": {`"` + action + `"`}}
	return request, nil
}

func (e Envelope) encode() ([]byte, error) {
	document := etree.NewDocument()
	document.WriteSettings.CanonicalText = true
	document.CreateProcInst("xml", `version="1.0" encoding="utf-8"`)
	root := document.CreateElement("soap:Envelope")
	root.CreateAttr("xmlns:soap", e.Version.namespace())
	if len(e.Header) > 0 {
		header := root.CreateElement("soap:Header")
		for _, param := range e.Header {
			e.place(header, param)
		}
	}
	e.place(root.CreateElement("soap:Body"), Param{Name: e.Operation, Children: e.Params})
	return document.WriteToBytes()
}

// place adds an element in the service's namespace; its children are in it by
// inheritance.
func (e Envelope) place(parent *etree.Element, param Param) {
	element := parent.CreateElement(param.Name)
	element.CreateAttr("xmlns", e.Namespace)
	fill(element, param)
}

func fill(element *etree.Element, param Param) {
	for _, child := range param.Children {
		fill(element.CreateElement(child.Name), child)
	}
	if len(param.Children) == 0 {
		element.SetText(strings.Map(carried, param.Value))
	}
}

// carried drops what XML 1.0 cannot carry in any way (section 2.2).
func carried(char rune) rune {
	switch {
	case char == '\t' || char == '\n' || char == '\r' || char >= 0x20 && char <= 0xD7FF,
		char >= 0xE000 && char <= 0xFFFC, char >= 0x10000 && char <= 0x10FFFF:
		return char
	default:
		return -1
	}
}
