package bhulekh

import (
	"context"
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

// The fields of a query, the names of the page's controls without their prefix.
const (
	fieldDistrict = "ddlDistrict"
	fieldTahasil  = "ddlTahsil"
	fieldVillage  = "ddlVillage"
	fieldKind     = "rbtnRORSearchtype"
	fieldData     = "ddlBindData"
)

// kindTenant is the kind of search whose list has names, not numbers.
const kindTenant = "Tenant"

// lists are the controls that are chosen in order before there is a record.
func lists() []string { return []string{fieldDistrict, fieldTahasil, fieldVillage, fieldKind} }

// Connector speaks with the portal. It is safe for concurrent use.
type Connector struct{ client *portal.Client }

var (
	_ connectors.Records = (*Connector)(nil)
	_ connectors.Chooser = (*Connector)(nil)
)

// New makes the connector of one portal.
func New(config connectors.PortalConfig, options portal.Options) (*Connector, error) {
	client, err := portal.New(config, options)
	if err != nil {
		return nil, err
	}
	return &Connector{client: client}, nil
}

// Close releases idle connections.
func (c *Connector) Close() error { return c.client.Close() }

// Choices implements connectors.Chooser.
func (c *Connector) Choices(ctx context.Context, _, field string, chosen map[string]string) ([]connectors.Option, error) {
	before, known := choicesBefore(field)
	if !known {
		return nil, fmt.Errorf("choices: %w", &connectors.InputRejectedError{Field: field, Reason: "has no list"})
	}
	var offered []connectors.Option
	err := c.client.Journey(func(session *portal.Session) error {
		visit, err := c.walk(ctx, session, chosen, before)
		if err == nil {
			offered, err = options(visit, field)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("choices: %w", err)
	}
	return offered, nil
}

// choicesBefore are the lists that must be chosen from before a field's own list
// is there.
func choicesBefore(field string) (before []string, known bool) {
	if field == fieldKind { // it is there from the beginning
		return nil, true
	}
	for i, name := range lists() {
		if name == field {
			return lists()[:i], true
		}
	}
	return lists(), field == fieldData
}

// Search implements connectors.Records: the khatiyan or plot of a number, or the
// tenants whose name has what was typed in it.
func (c *Connector) Search(ctx context.Context, query connectors.RecordQuery) ([]connectors.RecordMatch, error) {
	var found []connectors.Option
	err := c.client.Journey(func(session *portal.Session) error {
		visit, err := c.walk(ctx, session, query.Fields, lists())
		if err == nil {
			found, err = search(visit, query.Fields)
		}
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search record: %w", err)
	}
	matches := make([]connectors.RecordMatch, 0, len(found))
	for _, option := range found {
		matches = append(matches, connectors.RecordMatch{ID: option.Value, Title: option.Label})
	}
	return matches, nil
}

// search looks for what was typed among the numbers or names of the village.
func search(visit *aspnet.Visit, fields map[string]string) ([]connectors.Option, error) {
	typed := toASCII(strings.TrimSpace(fields[fieldData]))
	if typed == "" {
		return nil, &connectors.InputRejectedError{Field: fieldData}
	}
	all, err := options(visit, fieldData)
	if err != nil {
		return nil, err
	}
	var found []connectors.Option
	for _, option := range all {
		label := toASCII(option.Label)
		if label == typed || fields[fieldKind] == kindTenant && strings.Contains(label, typed) {
			found = append(found, option)
		}
	}
	if len(found) == 0 && fields[fieldKind] != kindTenant {
		return nil, &connectors.NotFoundError{What: whatRecord}
	}
	return found, nil
}

const whatRecord = "land record"

// Extract implements connectors.Records. Without RecordQuery.Record what was typed
// must name one record.
func (c *Connector) Extract(ctx context.Context, query connectors.RecordQuery) (connectors.Record, error) {
	var record connectors.Record
	err := c.client.Journey(func(session *portal.Session) error {
		visit, err := c.walk(ctx, session, query.Fields, lists())
		if err != nil {
			return err
		}
		chosen := query.Record
		if chosen == "" {
			if chosen, err = only(search(visit, query.Fields)); err != nil {
				return err
			}
		}
		record, err = view(ctx, visit, chosen)
		return err
	})
	if err != nil {
		return connectors.Record{}, fmt.Errorf("extract record: %w", err)
	}
	return record, nil
}

// only answers the one record that was found.
func only(found []connectors.Option, err error) (string, error) {
	switch {
	case err != nil:
		return "", err
	case len(found) == 0:
		return "", &connectors.NotFoundError{What: whatRecord}
	case len(found) > 1:
		return "", &connectors.InputRejectedError{Field: fieldData, Reason: "names several records"}
	default:
		return found[0].Value, nil
	}
}

// toASCII writes Odia digits (U+0B66 to U+0B6F) as 0 to 9, so that a number is the
// same number however it was typed.
func toASCII(text string) string {
	return strings.Map(func(char rune) rune {
		if char >= '୦' && char <= '୯' {
			return '0' + char - '୦'
		}
		return char
	}, text)
}
