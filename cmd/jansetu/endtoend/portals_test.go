package endtoend_test

import (
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
)

// nobodyThere is an address where nothing listens: that of the portals that a test has no use for.
const nobodyThere = "http://127.0.0.1:9"

// otherPortals gives every portal of the state an address and what its twin lets in, so that the hub starts. What a test sets after them counts.
func (s *stack) otherPortals() []string {
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(s.t, err)
	var set []string
	for _, portal := range services.Portals() {
		set = append(set, config.PortalVariable(portal.Name, "url")+"="+nobodyThere,
			config.PortalVariable(portal.Name, "maintenance")+"="+connectors.NoMaintenance) // tests run at any hour
		for key, value := range twins.Credentials(portal.Family) {
			set = append(set, config.PortalVariable(portal.Name, key)+"="+value)
		}
	}
	return set
}
