package municipal

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// Categories implements connectors.Grievances. DIGIT keeps one list of complaint
// types per state; tenant may be a town or empty.
func (c *Connector) Categories(ctx context.Context, tenant string) ([]connectors.Category, error) {
	if tenant == "" {
		tenant = c.terms.tenant
	}
	var categories []connectors.Category
	err := c.call(ctx, exchange{
		operation: "categories", path: "egov-mdms-service/v1/_search", expected: "MDMS with RAINMAKER-PGR.ServiceDefs",
		body: map[string]any{"MdmsCriteria": map[string]any{
			"tenantId": stateOf(tenant),
			"moduleDetails": []any{map[string]any{
				"moduleName": "RAINMAKER-PGR", "masterDetails": []any{map[string]any{"name": "ServiceDefs"}},
			}},
		}},
		read: func(body []byte) (err error) {
			categories, err = readCategories(body)
			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("list categories: %w", err)
	}
	return categories, nil
}

type serviceDef struct {
	Code       string  `json:"serviceCode"`
	Name       string  `json:"name"`
	Menu       string  `json:"menuPath"`
	Department string  `json:"department"`
	Keywords   string  `json:"keywords"`
	SLAHours   float64 `json:"slaHours"`
	Active     *bool   `json:"active"`
}

func readCategories(body []byte) ([]connectors.Category, error) {
	var answer struct {
		Res map[string]struct {
			Defs []serviceDef `json:"ServiceDefs"`
		} `json:"MdmsRes"`
	}
	if err := decode(body, &answer); err != nil {
		return nil, err
	}
	module, there := answer.Res["RAINMAKER-PGR"]
	if !there || module.Defs == nil {
		return nil, errUnreadable
	}
	categories := make([]connectors.Category, 0, len(module.Defs))
	for _, def := range module.Defs {
		if def.Code == "" {
			return nil, errUnreadable
		}
		if def.Active == nil || *def.Active {
			categories = append(categories, def.category())
		}
	}
	return categories, nil
}

func (d serviceDef) category() connectors.Category {
	category := connectors.Category{
		Code: d.Code, Name: d.Name, Group: d.Menu, Department: d.Department,
		ResolveWithin: time.Duration(min(max(d.SLAHours, 0), 24*366) * float64(time.Hour)),
	}
	if category.Name == "" {
		category.Name = d.Code
	}
	for word := range strings.SplitSeq(d.Keywords, ",") {
		if word = strings.TrimSpace(word); word != "" {
			category.Keywords = append(category.Keywords, word)
		}
	}
	return category
}

// Localities implements connectors.Localities: the neighbourhoods of one town,
// which a complaint has to name one of.
func (c *Connector) Localities(ctx context.Context, tenant string) ([]connectors.Option, error) {
	var options []connectors.Option
	err := c.call(ctx, exchange{
		operation: "localities", path: "egov-location/location/v11/boundarys/_search", expected: "a tenant's boundaries",
		query: url.Values{"hierarchyTypeCode": {"ADMIN"}, "boundaryType": {"Locality"}, "tenantId": {tenant}},
		read: func(body []byte) (err error) {
			options, err = readLocalities(body)
			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("list localities: %w", err)
	}
	return options, nil
}

func readLocalities(body []byte) ([]connectors.Option, error) {
	var answer struct {
		Tenants []struct {
			Boundaries []struct {
				Code string `json:"code"`
				Name string `json:"name"`
			} `json:"boundary"`
		} `json:"TenantBoundary"`
	}
	if err := decode(body, &answer); err != nil {
		return nil, err
	}
	if answer.Tenants == nil {
		return nil, errUnreadable
	}
	options := []connectors.Option{}
	for _, tenant := range answer.Tenants {
		for _, boundary := range tenant.Boundaries {
			if boundary.Code == "" || boundary.Name == "" {
				return nil, errUnreadable
			}
			options = append(options, connectors.Option{Value: boundary.Code, Label: boundary.Name})
		}
	}
	return options, nil
}
