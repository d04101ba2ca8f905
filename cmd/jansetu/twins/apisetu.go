package twins

import (
	"cmp"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors/apisetu"
	apisetutwin "github.com/jansetu/jansetu/connectors/apisetu/twin"
)

// holderField is the parameter that the name of the person on a document must fit.
const holderField = "FullName"

func newAPISetu(p Portal) (Twin, error) {
	routes, records := apiSetuDocuments(p)
	return apisetutwin.New(apisetutwin.Config{
		APIKey: p.Credentials["api_key"], ClientID: p.Credentials["client_id"], Routes: routes, Records: records,
		DataDir: p.DataDir, Logger: p.Log,
	})
}

// apiSetuDocuments are the documents that the state's forms ask for, as routes, and one document on each that the examples of the form
// find: that of its first number, under the name of its example.
func apiSetuDocuments(p Portal) (routes []apisetutwin.Route, records []apisetutwin.Record) {
	version := cmp.Or(p.Settings[apisetu.SettingVersion], "v3")
	for _, service := range p.Services {
		issuer, document, named := strings.Cut(service.Portal.Service, "/")
		if !named {
			continue
		}
		routes = append(routes, apisetutwin.Route{
			Issuer: service.Department, Document: service.Title.In(english), Path: "/" + issuer + "/" + version + "/" + document + "/certificate",
		})
		if record := exampleRecord(service); record.Number != "" {
			records = append(records, record)
		}
	}
	return routes, records
}

func exampleRecord(service *catalog.Service) apisetutwin.Record {
	record := apisetutwin.Record{Place: service.Portal.Service, Born: "01-01-1990"}
	for _, field := range service.Form {
		switch {
		case field.PortalField == holderField:
			record.Name = field.Example
		case field.PortalField != "" && record.Number == "":
			record.Number = field.Example
		}
	}
	record.Name = cmp.Or(record.Name, "Holder "+record.Number)
	return record
}
