package apisetu

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/connectors"
)

// The bounds of a certificate that is read: deeper or longer ones are not
// certificates.
const (
	maxDepth  = 16
	maxFields = 2000
)

// certificate collects labels and values in the issuer's words and order.
type certificate struct {
	name, number string
	fields       []connectors.RecordField
}

func readCertificate(format, text string) (certificate, error) {
	var read certificate
	var err error
	if format == formatJSON {
		err = read.json(text)
	} else {
		err = read.xml(text)
	}
	if err != nil || len(read.fields) == 0 {
		return certificate{}, errUnreadable
	}
	return read, nil
}

// add keeps one value. The label is the name and the thing it belongs to:
// "Person name". What says nothing is left out.
func (c *certificate) add(owner, name, value string, depth, group int) error {
	value = strings.TrimSpace(value)
	if value == "" {
		return nil
	}
	if len(c.fields) == maxFields {
		return errUnreadable
	}
	if depth <= 1 {
		switch name {
		case "name":
			c.name = value
		case "number":
			c.number = value
		default:
		}
	}
	label := strings.TrimSpace(owner + " " + name)
	c.fields = append(c.fields, connectors.RecordField{Label: label, Value: value, Group: group})
	return nil
}

// xml reads attributes and texts of elements. Elements that repeat side by side
// are rows of a table.
func (c *certificate) xml(text string) error {
	decoder := xml.NewDecoder(strings.NewReader(text))
	// The text is UTF-8 already, whatever the document declares.
	decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	var open []*element
	for {
		token, err := decoder.Token()
		if errors.Is(err, io.EOF) && len(open) == 0 {
			return nil
		}
		if err != nil {
			return errUnreadable
		}
		switch typed := token.(type) {
		case xml.StartElement:
			next, err := c.enter(open, typed)
			if err != nil {
				return err
			}
			open = append(open, next)
		case xml.CharData:
			if len(open) > 0 {
				open[len(open)-1].text.Write(typed)
			}
		case xml.EndElement:
			if err := c.leave(open); err != nil {
				return err
			}
			open = open[:len(open)-1]
		default:
		}
	}
}

// element is an XML element that is not closed yet.
type element struct {
	name string
	text strings.Builder
	// row is which of its like it is, from 1; 0 outside any table.
	row int
	// children counts the elements inside by name.
	children map[string]int
}

func (c *certificate) enter(open []*element, start xml.StartElement) (*element, error) {
	if len(open) == maxDepth || (len(open) == 0 && !strings.EqualFold(start.Name.Local, "Certificate")) {
		return nil, errUnreadable
	}
	entered := &element{name: start.Name.Local, children: map[string]int{}}
	if len(open) > 0 {
		parent := open[len(open)-1]
		parent.children[entered.name]++
		entered.row = parent.row
		if isTable(parent.name, entered.name) {
			entered.row = parent.children[entered.name]
		}
	}
	owner := entered.name
	if len(open) == 0 {
		owner = ""
	}
	for _, attribute := range start.Attr {
		if attribute.Name.Space == "xmlns" || attribute.Name.Local == "xmlns" {
			continue
		}
		if err := c.add(owner, attribute.Name.Local, attribute.Value, len(open), entered.row); err != nil {
			return nil, err
		}
	}
	return entered, nil
}

func (c *certificate) leave(open []*element) error {
	closing := open[len(open)-1]
	if len(open) == 1 {
		return nil
	}
	return c.add("", closing.name, closing.text.String(), len(open), closing.row)
}

// isTable knows a list by its name, the plural of what it holds: Subjects of
// Subject. Streaming cannot know whether another row follows.
func isTable(parent, child string) bool { return parent == child+"s" || parent == child+"List" }

// json reads the members of nested objects; the elements of an array are rows.
func (c *certificate) json(text string) error {
	decoder := json.NewDecoder(strings.NewReader(text))
	decoder.UseNumber()
	if err := c.jsonValue(decoder, "", "", 0, 0); err != nil {
		return errUnreadable
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return errUnreadable
	}
	return nil
}

func (c *certificate) jsonValue(decoder *json.Decoder, owner, name string, depth, group int) error {
	token, err := decoder.Token()
	if err != nil || depth > maxDepth {
		return errUnreadable
	}
	switch typed := token.(type) {
	case json.Delim:
		if typed == '{' {
			return c.jsonObject(decoder, name, depth, group)
		}
		return c.jsonArray(decoder, owner, name, depth)
	case string:
		return c.add(owner, name, typed, depth, group)
	case json.Number:
		return c.add(owner, name, typed.String(), depth, group)
	case bool:
		return c.add(owner, name, strconv.FormatBool(typed), depth, group)
	default:
		return nil
	}
}

func (c *certificate) jsonObject(decoder *json.Decoder, owner string, depth, group int) error {
	for decoder.More() {
		key, err := decoder.Token()
		if err != nil {
			return errUnreadable
		}
		name, _ := key.(string)
		if err := c.jsonValue(decoder, owner, name, depth+1, group); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}

func (c *certificate) jsonArray(decoder *json.Decoder, owner, name string, depth int) error {
	for row := 1; decoder.More(); row++ {
		if err := c.jsonValue(decoder, owner, name, depth+1, row); err != nil {
			return err
		}
	}
	_, err := decoder.Token()
	return err
}
