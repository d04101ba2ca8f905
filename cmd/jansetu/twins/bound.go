package twins

import (
	"github.com/jansetu/jansetu/catalog"
)

// Bound lists the services that a state has bound to a portal and that can be asked for, for Portal.Services: what its twin has to know.
func Bound(services *catalog.Catalog, portal string) []*catalog.Service {
	var bound []*catalog.Service
	for _, service := range services.Services() {
		if service.Portal.Name == portal && service.Availability == catalog.Live {
			bound = append(bound, service)
		}
	}
	return bound
}

// english is what an officer of the portal reads.
const english catalog.Language = "en"
