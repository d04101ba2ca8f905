package open311

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// offerLife is how long what a jurisdiction offers is kept.
const offerLife = time.Hour

// maxCategories bounds how many definitions one call asks for.
const maxCategories = 200

// offer is what a jurisdiction takes complaints about. It is not changed once it
// is known.
type offer struct {
	categories []connectors.Category
	// types are realtime, batch or blackbox, by code.
	types map[string]string
	until time.Time
}

func (o offer) category(code string) (connectors.Category, bool) {
	at := slices.IndexFunc(o.categories, func(category connectors.Category) bool { return category.Code == code })
	if at < 0 {
		return connectors.Category{}, false
	}
	return o.categories[at], true
}

// Categories implements connectors.Grievances. tenant is a jurisdiction_id. The
// attributes of each category are asked one by one, so the answer is kept for an
// hour for filings.
func (c *Connector) Categories(ctx context.Context, tenant string) ([]connectors.Category, error) {
	offered, err := c.fetchOffer(ctx, c.place(tenant))
	if err != nil {
		return nil, fmt.Errorf("list categories: %w", err)
	}
	return slices.Clone(offered.categories), nil
}

// offered answers what is known, or asks.
func (c *Connector) offered(ctx context.Context, jurisdiction string) (offer, error) {
	c.mu.Lock()
	known, ok := c.known[jurisdiction]
	c.mu.Unlock()
	if ok && c.clock().Before(known.until) {
		return known, nil
	}
	return c.fetchOffer(ctx, jurisdiction)
}

func (c *Connector) fetchOffer(ctx context.Context, jurisdiction string) (offer, error) {
	services, err := c.services(ctx, jurisdiction)
	if err != nil {
		return offer{}, err
	}
	fetched := offer{types: map[string]string{}, until: c.clock().Add(offerLife)}
	for _, service := range services {
		category := service.category()
		if service.Metadata.isTrue() {
			if category.Attributes, err = c.attributes(ctx, jurisdiction, category.Code); err != nil {
				return offer{}, err
			}
		}
		fetched.categories = append(fetched.categories, category)
		fetched.types[category.Code] = service.Type.String()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.known[jurisdiction] = fetched
	return fetched, nil
}

func (c *Connector) services(ctx context.Context, jurisdiction string) ([]serviceWire, error) {
	var services []serviceWire
	err := c.call(ctx, exchange{
		operation: "services", path: "services", query: within(jurisdiction), expected: "a list of services",
		read: func(body string) (err error) {
			services, err = readList[serviceWire](c.terms.format, body)
			if err == nil && (len(services) > maxCategories || slices.ContainsFunc(services, func(s serviceWire) bool { return s.Code.String() == "" })) {
				return errUnreadable
			}
			return err
		},
	})
	return services, err
}

func (s serviceWire) category() connectors.Category {
	category := connectors.Category{Code: s.Code.String(), Name: s.Name.String(), Group: s.Group.String()}
	if category.Name == "" {
		category.Name = category.Code
	}
	for word := range strings.SplitSeq(s.Keywords.String(), ",") {
		if word = strings.TrimSpace(word); word != "" {
			category.Keywords = append(category.Keywords, word)
		}
	}
	return category
}

// attributes asks for the definition of a service that says it has one. A server
// that has none after all is forgiven.
func (c *Connector) attributes(ctx context.Context, jurisdiction, code string) ([]connectors.CategoryAttribute, error) {
	var attributes []connectors.CategoryAttribute
	err := c.call(ctx, exchange{
		operation: "service", path: "services/" + url.PathEscape(code), query: within(jurisdiction), expected: "a service definition",
		meaning: func(status int, _ errorWire) error {
			if status == http.StatusNotFound {
				return &connectors.NotFoundError{What: "service definition"}
			}
			return nil
		},
		read: func(body string) error {
			definition, err := c.readDefinition(body)
			if err == nil {
				attributes = definition.questions()
			}
			return err
		},
	})
	if connectors.ClassOf(err) == connectors.ClassNotFound {
		return nil, nil
	}
	return attributes, err
}

func (c *Connector) readDefinition(body string) (definitionWire, error) {
	if c.terms.format == formatXML {
		var definition struct {
			XMLName struct{} `xml:"service_definition"`
			definitionWire
		}
		err := decodeXML(body, &definition)
		return definition.definitionWire, err
	}
	list, err := readList[struct {
		definitionWire
		Wrapped definitionWire `json:"service_definition"`
	}](formatJSON, body)
	if err != nil || len(list) != 1 {
		return definitionWire{}, errUnreadable
	}
	if list[0].Attributes == nil {
		return list[0].Wrapped, nil
	}
	return list[0].definitionWire, nil
}

// questions leaves out what is only shown, and sorts by the server's order.
func (d definitionWire) questions() []connectors.CategoryAttribute {
	slices.SortStableFunc(d.Attributes, func(a, b attributeWire) int { return a.order() - b.order() })
	var questions []connectors.CategoryAttribute
	for _, attribute := range d.Attributes {
		if strings.EqualFold(attribute.Variable.String(), "false") || attribute.Code.String() == "" {
			continue
		}
		question := connectors.CategoryAttribute{
			Code: attribute.Code.String(), Question: attribute.Description.String(), Required: attribute.Required.isTrue(),
			Multiple: attribute.Datatype == "multivaluelist", Type: attribute.Datatype.String(),
		}
		for _, value := range attribute.Values {
			question.Options = append(question.Options, connectors.Option{Value: value.Key.String(), Label: value.Name.String()})
		}
		questions = append(questions, question)
	}
	return questions
}

func (a attributeWire) order() int {
	order, err := strconv.Atoi(a.Order.String())
	if err != nil {
		return 0
	}
	return min(max(order, -1_000_000), 1_000_000)
}
